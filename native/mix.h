// Several channels to one picture in red, green and blue.
#pragma once

#include <cstddef>
#include <cstdint>

#include "render.h"
#include "scale.h"
#include "source.h"

namespace visiomatic {

// A stretch as straight pieces between the entries of a table: y = start + slope * x.
struct Piece {
    float start = 0, slope = 0;
};

struct Channel {
    Cut cut;
    float weights[3] = {0, 0, 0};  // red, green, blue
    Table<Piece> curve;            // without values: linear. Its entry for NaN is not used
};

// How the sum of the channels becomes pixels. Plain data.
struct Finish {
    Table<std::uint8_t> table;
    bool alpha = false;
    bool draws_nan = false;  // a pixel that is NaN in every channel is drawn as `nan`
    Rgba nan;
};

// NaN counts as the low cut. With `clip`, x is cut to 0..1 and stretched before it is mixed.
// cutters: working room, `count` of them. out: height rows of width pixels of 3 bytes, or 4 with alpha.
void mix(const Source* sources, const Channel* channels, std::size_t count, bool clip, const Finish& finish,
         RowCutter* cutters, std::uint8_t* out) noexcept;

// Lupton et al. 2004: f(I) = slope * asinh(soften * I) with I the mean of red, green and blue.
struct Lupton {
    float soften = 1, slope = 1;
};

void lupton(const Source* sources, const Channel* channels, std::size_t count, const Lupton& curve, const Finish& finish,
            RowCutter* cutters, std::uint8_t* out) noexcept;

}  // namespace visiomatic
