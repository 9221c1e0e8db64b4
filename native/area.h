// Means of pixels over the cells of any grid, for pictures that are smaller than the level they are made from.
#pragma once

#include <cstddef>
#include <cstdint>

#include "source.h"

namespace visiomatic {

// One axis of a grid: cell i lies on the pixels first[i] .. first[i] + taps - 1, which count by weights[i * taps ...].
// The weights of a cell add up to 1; they are NaN where it lies beside all pixels.
struct Cells {
    std::size_t count = 0;
    std::size_t taps = 0;
    const std::int32_t* first = nullptr;
    const float* weights = nullptr;
};

// Whether there are cells, all of them on an axis of so many pixels.
bool are_inside(const Cells& cells, std::size_t size) noexcept;

// Floats that area_mean needs besides its output, for rows of so many pixels.
constexpr std::size_t area_room(std::size_t width) { return 3 * width; }

// out: rows.count x columns.count means of the finite pixels, NaN where a cell has none. With halves, cells lie on the
// pixels of the source after rebin2, which are made row by row and never stored.
void area_mean(const Source& source, bool halves, const Cells& columns, const Cells& rows, float* room, float* out) noexcept;

}  // namespace visiomatic
