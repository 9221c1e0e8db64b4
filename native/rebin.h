// Means of blocks of pixels, for the coarser levels of an image.
#pragma once

#include <cstddef>

#include "source.h"

namespace visiomatic {

// out: ceil(height / 2) rows of ceil(width / 2) means of the finite pixels of 2 x 2 blocks from the top left; NaN where
// a block has none. A lone last column or row is averaged over what is there. row_length: floats from row to row of out.
void rebin2(const Source& source, float* out, std::size_t row_length) noexcept;

// Two such steps at once: ceil(height / 4) rows of ceil(width / 4) means.
void rebin4(const Source& source, float* out, std::size_t row_length) noexcept;

}  // namespace visiomatic
