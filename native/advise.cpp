#include "advise.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace visiomatic {
namespace {

// Linux reads no more than one window of read-ahead at a call, whatever the length, and forgets the rest: this is the
// smallest usual window.
constexpr std::uintptr_t piece = 128 * 1024;

void ask(std::uintptr_t first, std::uintptr_t end) noexcept {
    first -= first % static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    for (; first < end; first += piece) {
        madvise(reinterpret_cast<void*>(first), std::min(piece, end - first), MADV_WILLNEED);
    }
}

}  // namespace

void will_need(const Source& source) noexcept {
    const std::uintptr_t row_bytes = source.width * size_of(source.kind);
    const auto top = reinterpret_cast<std::uintptr_t>(source.row(0));
    const auto bottom = reinterpret_cast<std::uintptr_t>(source.row(source.height - 1));
    const std::uintptr_t rows = std::max(top, bottom) - std::min(top, bottom);
    if (rows <= (source.height - 1) * 2 * row_bytes) {
        ask(std::min(top, bottom), std::max(top, bottom) + row_bytes);
        return;
    }
    for (std::size_t y = 0; y < source.height; ++y) {  // far apart: what lies between is not wanted
        const auto row = reinterpret_cast<std::uintptr_t>(source.row(y));
        ask(row, row + row_bytes);
    }
}

}  // namespace visiomatic
