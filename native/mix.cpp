#include "mix.h"

#include <algorithm>
#include <cstring>

#include "lupton.h"
#include "pixels.h"

namespace visiomatic {
namespace {

void write_block(const Sum& sum, std::size_t n, const Finish& finish, std::uint8_t* out) noexcept {
    if (finish.table.values == nullptr) {
        std::uint32_t pixels[block_length];
        pack_linear(sum, n, pixels);
        write_pixels(out, n, finish.alpha, [&pixels](std::size_t i) { return bit_cast<Rgba>(pixels[i]); });
        return;
    }
    std::uint16_t red[block_length], green[block_length], blue[block_length];
    entries_of(sum.red, n, finish.table.indexing, red);
    entries_of(sum.green, n, finish.table.indexing, green);
    entries_of(sum.blue, n, finish.table.indexing, blue);
    write_pixels(out, n, finish.alpha, [&, values = finish.table.values](std::size_t i) {
        return packed(values[red[i]], values[green[i]], values[blue[i]]);
    });
}

void write_nan(const std::int32_t* empty, std::size_t n, const Finish& finish, std::uint8_t* out) noexcept {
    const std::size_t depth = finish.alpha ? 4 : 3;
    for (std::size_t i = 0; i < n; ++i) {
        if (empty[i] != 0) {
            std::memcpy(out + i * depth, &finish.nan, depth);
        }
    }
}

}  // namespace

Mixer::Mixer(const std::vector<Source>& sources, const std::vector<Channel>& channels, const Finish& finish)
    : sources_(sources), finish_(finish), page_finders_(sources.begin(), sources.end()), lanes_(sources.size()),
      floats_(sources.size() * block_length), x_(sources.size() * block_length) {
    cutters_.reserve(sources.size());
    for (std::size_t c = 0; c < sources.size(); ++c) {
        const RowCutter& cutter = cutters_.emplace_back(sources[c], channels[c].cut);
        Lane& lane = lanes_[c];
        lane.bias = static_cast<float>(channels[c].cut.bias);
        lane.curve = channels[c].curve;
        std::copy_n(channels[c].weights, 3, lane.weights);
        if (cutter.is_direct()) {
            lane.swap = sources[c].swap;
            lane.line = cutter.line();
        } else {
            lane.floats = reinterpret_cast<const std::byte*>(&floats_[c * block_length]);
            lane.line = Line<float>{0, 1, 0};
        }
    }
}

// x of n pixels of every channel from column x of row y. What is not stored as float32 is cut into a buffer first. Each
// channel's prefetch comes just before work on it: all of them in one burst would stall.
void Mixer::enter_all(std::size_t y, std::size_t x, std::size_t n, bool clip) noexcept {
    for (std::size_t c = 0; c < lanes_.size(); ++c) {
        prefetch_part(sources_[c], y + rows_ahead, x, n);
        if (cutters_[c].is_direct()) {
            lanes_[c].floats = sources_[c].row(y) + x * sizeof(float);
        } else {
            cutters_[c].values(y, x, n, &floats_[c * block_length]);
        }
        enter(lanes_[c], n, clip, &x_[c * block_length]);
    }
}

// convert(n, sum) is the last step before the table.
template <class Convert>
void Mixer::combine(bool clip, Convert convert, std::uint8_t* out) noexcept {
    const std::size_t width = sources_[0].width, height = sources_[0].height, depth = finish_.alpha ? 4 : 3;
    Sum sum;
    std::int32_t empty[block_length];
    for (std::size_t y = 0; y < height; ++y) {
        for (PageFinder& find_pages : page_finders_) {
            find_pages(y);
        }
        for (std::size_t x = 0; x < width; x += block_length) {
            const std::size_t n = std::min(block_length, width - x);
            std::uint8_t* const pixels = out + (y * width + x) * depth;
            enter_all(y, x, n, clip);
            add_up(lanes_.data(), lanes_.size(), x_.data(), n, sum);
            convert(n, sum);
            write_block(sum, n, finish_, pixels);
            if (finish_.draws_nan && find_empty(lanes_.data(), lanes_.size(), n, empty)) {
                write_nan(empty, n, finish_, pixels);
            }
        }
    }
}

void Mixer::mix(bool clip, std::uint8_t* out) noexcept {
    combine(clip, [](std::size_t, Sum&) {}, out);
}

void Mixer::lupton(const Lupton& curve, std::uint8_t* out) noexcept {
    combine(false, [&curve](std::size_t n, Sum& sum) { compress(n, curve, sum); }, out);
}

}  // namespace visiomatic
