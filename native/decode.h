// Stored numbers to physical values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "source.h"

namespace visiomatic {

// Physical values, NaN for blank. out: height rows of width values
void decode(const Source& source, float* out) noexcept;
void decode(const Source& source, double* out) noexcept;

// The numbers as they are (flipped to their physical sign), in this machine's byte order: size_of(kind) bytes each.
void copy_numbers(const Source& source, std::byte* out) noexcept;

// 1 where the pixel is blank
void find_blanks(const Source& source, std::uint8_t* out) noexcept;

}  // namespace visiomatic
