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

}  // namespace visiomatic
