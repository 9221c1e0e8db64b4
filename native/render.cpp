#include "render.h"

#include <algorithm>
#include <cstring>

#include "pixels.h"

namespace visiomatic {
VISIOMATIC_CLONED void compose(const std::uint8_t* bytes, std::size_t n, const Rgba* colors, Rgba* out) {
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = colors[bytes[i]];
    }
}

void render_grey(const Source& source, const Cut& cut, const Table<std::uint8_t>& table, std::uint8_t* out) noexcept {
    const RowCutter cutter(source, cut);
    std::uint16_t entries[span_length];
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        cutter.entries(y, x, n, table.indexing, entries);
        look_up(entries, n, table.values, out + y * source.width + x);
    });
}

void render_colors(const Source& source, const Cut& cut, const Table<Rgba>& table, bool alpha,
                   std::uint8_t* out) noexcept {
    const RowCutter cutter(source, cut);
    const std::size_t depth = alpha ? 4 : 3;
    const Rgba* const colors = table.values;
    std::uint16_t entries[span_length];
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        cutter.entries(y, x, n, table.indexing, entries);
        std::uint8_t* const pixels = out + (y * source.width + x) * depth;
        write_pixels(pixels, n, alpha, [=, &entries](std::size_t i) { return colors[entries[i]]; });
    });
}

}  // namespace visiomatic
