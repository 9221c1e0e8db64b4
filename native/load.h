// Rows of stored bytes become rows of numbers (scale and zero not yet applied; NaN for blank).
#pragma once

#include <cstddef>

#include "clones.h"
#include "source.h"

namespace visiomatic {

// Pixels that are worked on at a time: row buffers of this length live on the stack and stay in the first-level cache.
constexpr std::size_t span_length = 1024;

// Plain data, so that it may live across the long jump of a guard.
template <class Number>
struct Loader {
    void (*function)(const std::byte*, std::size_t, const Source&, Number*) = nullptr;
    const Source* source = nullptr;
    std::size_t pixel_size = 0;

    // n pixels from column x of row y
    void operator()(std::size_t y, std::size_t x, std::size_t n, Number* out) const noexcept {
        function(source->row(y) + x * pixel_size, n, *source, out);
    }
};

// For 8 and 16 bit integers and float32, which float holds without loss.
Loader<float> float_loader(const Source& source) noexcept;

// For every kind; 64 bit integers are rounded to the nearest double.
Loader<double> double_loader(const Source& source) noexcept;

inline bool float_holds(Kind kind) noexcept { return size_of(kind) <= 2 || kind == Kind::f32; }

// Asks for bytes early: rows of a large mapped image lie on different pages. Into the second-level cache (locality 2):
// six random tiles are mixed in 200 µs, against 300 µs through the first, whose few slots for misses then are all taken.
// Inlined by force, because compilers drop calls of functions that do nothing but prefetch.
VISIOMATIC_INLINE void prefetch(const std::byte* first, std::size_t bytes) noexcept {
    constexpr std::size_t line = 64;
    for (std::size_t i = 0; i < bytes; i += line) {
        __builtin_prefetch(first + i, 0, 2);
    }
    __builtin_prefetch(first + bytes - 1, 0, 2);
}

// The beginning of row y at least: of a long row, the processor fetches the rest by itself.
VISIOMATIC_INLINE void prefetch_row(const Source& source, std::size_t y) noexcept {
    constexpr std::size_t most = 4096;
    if (y < source.height) {
        const std::size_t bytes = source.width * size_of(source.kind);
        prefetch(source.row(y), bytes < most ? bytes : most);
    }
}

}  // namespace visiomatic
