// Asking for pixels before they are read: rows of a large mapped image lie far apart, each on pages of its own.
#pragma once

#include <algorithm>
#include <cstddef>

#include "clones.h"
#include "source.h"

namespace visiomatic {

// How early rows are asked for.
constexpr std::size_t rows_ahead = 3;

// Into the second-level cache (locality 2): the first has few slots for misses, which are all taken then.
// Inlined by force, because compilers drop calls of functions that do nothing but prefetch.
VISIOMATIC_INLINE void prefetch(const std::byte* first, std::size_t bytes) noexcept {
    constexpr std::size_t line = 64;
    for (std::size_t i = 0; i < bytes; i += line) {
        __builtin_prefetch(first + i, 0, 2);
    }
    __builtin_prefetch(first + bytes - 1, 0, 2);
}

// n pixels from column x of row y, if there is such a row and they belong to its beginning: of a long row, the processor
// fetches the rest by itself, and faster. A few hundred at a time between other work on as many: a burst that fills the
// slots for misses is waited for.
VISIOMATIC_INLINE void prefetch_part(const Source& source, std::size_t y, std::size_t x, std::size_t n) noexcept {
    constexpr std::size_t beginning = 4096;
    const std::size_t size = size_of(source.kind);
    if (y < source.height && x * size < beginning) {
        prefetch(source.row(y) + x * size, n * size);
    }
}

// Where the pages of coming rows are. The processor looks it up when a row is first touched, and a prefetch waits for
// that like any other instruction: one by one, these waits take half as long as mixing the pixels. Asked for in one
// burst, they overlap.
class PageFinder {
public:
    explicit PageFinder(const Source& source) noexcept : source_(&source) {}

    // To be called with rising y before row y is asked for
    VISIOMATIC_INLINE void operator()(std::size_t y) noexcept {
        constexpr std::size_t burst = 8;
        if (y + burst > found_) {
            const std::size_t end = std::min(y + 2 * burst, source_->height);
            for (found_ = std::max(found_, y); found_ < end; ++found_) {
                touch_pages(source_->row(found_), source_->row_bytes());
            }
            found_ = y + 2 * burst;
        }
    }

private:
    VISIOMATIC_INLINE static void touch_pages(const std::byte* first, std::size_t bytes) noexcept {
        constexpr std::size_t page = 4096, most = 16 * page;
        for (std::size_t i = 0; i < std::min(bytes, most); i += page) {
            __builtin_prefetch(first + i, 0, 2);
        }
        __builtin_prefetch(first + bytes - 1, 0, 2);
    }

    const Source* source_;
    std::size_t found_ = 0;
};

}  // namespace visiomatic
