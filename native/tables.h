// Tables of a style from the values of a stretch that is at hand: what a slider changes is made in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace visiomatic {

// gain * y + offset for n values of y, cut to 0..255 as bytes, or to 0..1.
void contrast(const float* y, std::size_t n, float gain, float offset, std::uint8_t* out);
void contrast(const float* y, std::size_t n, float gain, float offset, float* out);

constexpr std::size_t step_count = 255;  // between 256 bytes

// The byte of each of n > 0 rising values of gain * y + offset, gain > 0: how many of the rising steps are not above it.
// The first is that of y = 0, so that black is black. False when neighbours are more than one byte apart: then the table
// is too coarse.
bool climb(const float* y, std::size_t n, const double* steps, double gain, double offset, std::uint8_t* out);

}  // namespace visiomatic
