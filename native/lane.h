// Channels summed into red, green and blue, one block of pixels at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "scale.h"

namespace visiomatic {

// Pixels that are mixed at a time. Short, so that the prefetches of many channels are spread between computations: all
// those of a row in one burst would stall.
constexpr std::size_t block_length = 128;

// A stretch as straight pieces between the entries of a table: y = start + slope * x, cut to 0..1.
struct Piece {
    float start = 0, slope = 0;
};

// One block of the picture in the making.
struct Sum {
    float red[block_length];
    float green[block_length];
    float blue[block_length];
};

// Floats of one channel and what becomes of them: cut, NaN replaced by `bias` (the low cut), weighted.
struct Lane {
    const std::byte* floats = nullptr;  // of the block at hand
    bool swap = false;
    Line<float> line;
    float bias = 0;
    float weights[3] = {0, 0, 0};  // red, green, blue
    Table<Piece> curve;            // without values: linear. It has no entry for NaN
};

// sum = the sum over all lanes for n <= block_length pixels. With `clip`, x is cut to 0..1 and stretched first.
void add_lanes(const Lane* lanes, std::size_t count, std::size_t n, bool clip, Sum& sum);

// Opaque pixels of floor(255.49 * sum), the sum cut to 0..1, for n <= block_length of them.
void pack_linear(const Sum& sum, std::size_t n, std::uint32_t* out);

// True when some of n <= block_length pixels are NaN in every lane; empty[i] is then not 0 for those.
bool find_empty(const Lane* lanes, std::size_t count, std::size_t n, std::int32_t* empty);

}  // namespace visiomatic
