// Several channels to one picture in red, green and blue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lane.h"
#include "lupton.h"
#include "prefetch.h"
#include "render.h"
#include "scale.h"
#include "source.h"

namespace visiomatic {

struct Channel {
    Cut cut;
    float weights[3] = {0, 0, 0};  // red, green, blue
    Table<float> curve;            // see Lane
};

// How the sum of the channels becomes pixels.
struct Finish {
    Table<std::uint8_t> table;  // without values: linear, byte = floor(255.49 * sum)
    bool alpha = false;
    bool draws_nan = false;  // a pixel that is NaN in every channel is drawn as `nan`
    Rgba nan{};
};

// Everything that is allocated or computed once for a picture. NaN counts as the low cut.
class Mixer {
public:
    // As many channels as sources, all of one size. The sources and what channels and finish refer to must outlive it.
    Mixer(const std::vector<Source>& sources, const std::vector<Channel>& channels, const Finish& finish);

    // out: height rows of width pixels of 3 bytes, or 4 with alpha. With `clip`, each channel is cut to 0..1 and
    // stretched before it is mixed.
    void mix(bool clip, std::uint8_t* out) noexcept;
    void lupton(const Lupton& curve, std::uint8_t* out) noexcept;

private:
    template <class Convert>
    void combine(bool clip, Convert convert, std::uint8_t* out) noexcept;
    void enter_all(std::size_t y, std::size_t x, std::size_t n, bool clip) noexcept;

    const std::vector<Source>& sources_;
    Finish finish_;
    std::vector<PageFinder> page_finders_;
    std::vector<RowCutter> cutters_;
    std::vector<Lane> lanes_;
    std::vector<float> floats_, x_;  // of one block for each channel: what is not stored as float32; what is summed
};

}  // namespace visiomatic
