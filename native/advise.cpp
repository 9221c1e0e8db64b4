#include "advise.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace visiomatic {
namespace {

void advise(const std::byte* first, const std::byte* end) noexcept {
    const std::uintptr_t page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(first) / page * page;
    madvise(reinterpret_cast<void*>(start), reinterpret_cast<std::uintptr_t>(end) - start, MADV_WILLNEED);
}

}  // namespace

void will_need(const Source& source) noexcept {
    const std::size_t row_bytes = source.width * size_of(source.kind);
    const std::byte* const top = source.row(0);
    const std::byte* const bottom = source.row(source.height - 1);
    const std::size_t extent = static_cast<std::size_t>(std::max(top, bottom) - std::min(top, bottom)) + row_bytes;
    if (extent / source.height < 2 * row_bytes) {
        advise(std::min(top, bottom), std::max(top, bottom) + row_bytes);
        return;
    }
    for (std::size_t y = 0; y < source.height; ++y) {  // a narrow window of a wide image
        advise(source.row(y), source.row(y) + row_bytes);
    }
}

}  // namespace visiomatic
