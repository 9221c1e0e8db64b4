// Means of blocks of pixels, for the coarser levels of an image.
#pragma once

#include <cstddef>
#include <cstdint>

#include "load.h"
#include "source.h"

namespace visiomatic {

// out: ceil(height / 2) rows of ceil(width / 2) means of the finite pixels of 2 x 2 blocks from the top left; NaN where
// a block has none. A lone last column or row is averaged over what is there. row_length: floats from row to row of out.
void rebin2(const Source& source, float* out, std::size_t row_length) noexcept;

// Two such steps at once: ceil(height / 4) rows of ceil(width / 4) means.
void rebin4(const Source& source, float* out, std::size_t row_length) noexcept;

// Two rows of a source, halved. Plain data; refers to the source.
class RowHalver {
public:
    explicit RowHalver(const Source& source) noexcept;

    // Rows y and y + 1 (row y alone at the bottom), n pixels from column x. Asks for the same of rows y + 4 and y + 5.
    void operator()(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept;

private:
    enum class Way : std::uint8_t { stored_floats, loaded_floats, loaded_doubles };

    void halve_part(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept;

    const Source* source_;
    Way way_ = Way::loaded_doubles;
    Loader<float> floats_;
    Loader<double> doubles_;
};

}  // namespace visiomatic
