#include "render.h"

#include <algorithm>

#include "pixels.h"
#include "rebin.h"

namespace visiomatic {

void compose(const std::uint8_t* bytes, std::size_t n, const Rgba* colors, Rgba* out) noexcept {
    look_up(bytes, n, colors, out);
}

namespace {

// Calls work(y, x, n, entries) for parts of all rows, with the entries of a table for n <= span_length pixels of them.
template <class Work>
void for_each_cut(const Source& source, const Cut& cut, const Indexing& indexing, Work work) noexcept {
    const RowCutter cutter(source, cut);
    std::uint16_t entries[span_length];
    for_each_span(source, [&](std::size_t y, std::size_t x, std::size_t n) {
        cutter.entries(y, x, n, indexing, entries);
        work(y, x, n, entries);
    });
}

// The same for the rows of `rebin2`, of which no more than a span is ever there.
template <class Work>
void for_each_cut_mean(const Source& source, const Cut& cut, const Indexing& indexing, Work work) noexcept {
    float means[span_length / 2];
    std::uint16_t entries[span_length / 2];
    const RowHalver halved(source);
    const Source span = row_of_floats(means, span_length / 2);
    const RowCutter cutter(span, cut);
    PageFinder find_pages(source);
    for (std::size_t y = 0; y < source.height; y += 2) {
        find_pages(y);
        for (std::size_t x = 0; x < source.width; x += span_length) {
            const std::size_t n = std::min(span_length, source.width - x);
            halved(y, x, n, means);
            cutter.entries(0, 0, (n + 1) / 2, indexing, entries);
            work(y / 2, x / 2, (n + 1) / 2, entries);
        }
    }
}

template <class Work>
void for_each_cut(const Source& source, bool halves, const Cut& cut, const Indexing& indexing, Work work) noexcept {
    if (halves) {
        for_each_cut_mean(source, cut, indexing, work);
    } else {
        for_each_cut(source, cut, indexing, work);
    }
}

}  // namespace

void render_grey(const Source& source, bool halves, const Cut& cut, const Table<std::uint8_t>& table,
                 std::uint8_t* out) noexcept {
    const std::size_t width = halves ? (source.width + 1) / 2 : source.width;
    for_each_cut(source, halves, cut, table.indexing,
                 [=, values = table.values](std::size_t y, std::size_t x, std::size_t n, const std::uint16_t* entries) {
                     look_up(entries, n, values, out + y * width + x);
                 });
}

void render_colors(const Source& source, bool halves, const Cut& cut, const Table<Rgba>& table, bool alpha,
                   std::uint8_t* out) noexcept {
    const std::size_t width = halves ? (source.width + 1) / 2 : source.width, depth = alpha ? 4 : 3;
    for_each_cut(source, halves, cut, table.indexing,
                 [=, colors = table.values](std::size_t y, std::size_t x, std::size_t n, const std::uint16_t* entries) {
                     write_pixels(out + (y * width + x) * depth, n, alpha,
                                  [=](std::size_t i) { return colors[entries[i]]; });
                 });
}

}  // namespace visiomatic
