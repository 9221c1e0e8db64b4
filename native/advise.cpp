#include "advise.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace visiomatic {

void will_need(const Source& source) noexcept {
    const std::uintptr_t page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto top = reinterpret_cast<std::uintptr_t>(source.row(0));
    const auto bottom = reinterpret_cast<std::uintptr_t>(source.row(source.height - 1));
    const std::uintptr_t first = std::min(top, bottom) / page * page;
    const std::uintptr_t end = std::max(top, bottom) + source.width * size_of(source.kind);
    madvise(reinterpret_cast<void*>(first), end - first, MADV_WILLNEED);
}

}  // namespace visiomatic
