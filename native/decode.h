// Stored numbers to physical values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "load.h"
#include "source.h"

namespace visiomatic {

// Physical values, NaN for blank. out: height rows of width values
void decode(const Source& source, float* out) noexcept;
void decode(const Source& source, double* out) noexcept;

// The numbers as they are (flipped to their physical sign), in this machine's byte order: size_of(kind) bytes each.
void copy_numbers(const Source& source, std::byte* out) noexcept;

// 1 where the pixel is blank
void find_blanks(const Source& source, std::uint8_t* out) noexcept;

// Physical values of one row after another. Plain data; refers to the source.
class RowDecoder {
public:
    explicit RowDecoder(const Source& source) noexcept;

    // n pixels from column x of row y; n <= span_length
    void operator()(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept;

private:
    const Source* source_;
    Loader<float> floats_;  // where float holds what is stored
    Loader<double> doubles_;
};

}  // namespace visiomatic
