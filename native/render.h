// One channel to bytes of grey, or through a colour map.
#pragma once

#include <cstddef>
#include <cstdint>

#include "scale.h"
#include "source.h"

namespace visiomatic {

struct Rgba {
    std::uint8_t red, green, blue, alpha;
};

// The table that leads straight to colours: out[i] = colors[bytes[i]]
void compose(const std::uint8_t* bytes, std::size_t n, const Rgba* colors, Rgba* out) noexcept;

// out: height rows of width bytes. With `halves`, the pixels are those of `rebin2`, of which there are half as many along
// each side.
void render_grey(const Source& source, bool halves, const Cut& cut, const Table<std::uint8_t>& table,
                 std::uint8_t* out) noexcept;

// The same with pixels of 3 bytes, or 4 with alpha
void render_colors(const Source& source, bool halves, const Cut& cut, const Table<Rgba>& table, bool alpha,
                   std::uint8_t* out) noexcept;

}  // namespace visiomatic
