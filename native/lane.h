// Channels summed into red, green and blue, one block of pixels at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "scale.h"

namespace visiomatic {

// Pixels that are mixed at a time: their x of many channels stay in the first-level cache.
constexpr std::size_t block_length = 256;

// One block of the picture in the making.
struct Sum {
    float red[block_length];
    float green[block_length];
    float blue[block_length];
};

// Floats of one channel and what becomes of them: cut, NaN replaced by `bias` (the low cut), stretched, weighted.
struct Lane {
    const std::byte* floats = nullptr;  // of the block at hand
    bool swap = false;
    Line<float> line;
    float bias = 0;
    float weights[3] = {0, 0, 0};  // red, green, blue
    Table<float> curve;            // values from 0 to 1, none for NaN. Without them: linear
};

// x of n <= block_length pixels. With `clip`, it is cut to 0..1 and stretched.
void enter(const Lane& lane, std::size_t n, bool clip, float* x);

// The weighted sum of n <= block_length pixels of `count` lanes; those of lane c begin at x + c * block_length.
void add_up(const Lane* lanes, std::size_t count, const float* x, std::size_t n, Sum& sum);

// Opaque pixels of floor(255.49 * sum), the sum cut to 0..1, for n <= block_length of them.
void pack_linear(const Sum& sum, std::size_t n, std::uint32_t* out);

// True when some of n <= block_length pixels are NaN in every lane; empty[i] is then not 0 for those.
bool find_empty(const Lane* lanes, std::size_t count, std::size_t n, std::int32_t* empty);

}  // namespace visiomatic
