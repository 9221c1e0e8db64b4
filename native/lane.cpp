#include "lane.h"

#include <algorithm>

#include "bits.h"
#include "pixels.h"

namespace visiomatic {
namespace {

template <bool swap>
VISIOMATIC_INLINE float number_at(const std::byte* floats, std::size_t i) noexcept {
    return bit_cast<float>(bits_at<std::uint32_t, swap>(floats, i));
}

// Integer comparisons of bits, because those become single instructions of vectors; those of floats do not.
VISIOMATIC_INLINE float within_reach(float x) noexcept {
    const std::int32_t bits = bit_cast<std::int32_t>(x), size = bits & INT32_MAX;
    constexpr std::int32_t far = 0x7149F2CA;  // 1e30
    return bit_cast<float>((size < far ? size : far) | (bits & INT32_MIN));
}

VISIOMATIC_INLINE float within_unit(float x) noexcept {
    constexpr std::int32_t one = 0x3F800000;
    std::int32_t bits = bit_cast<std::int32_t>(x);
    bits = bits > 0 ? bits : 0;
    return bit_cast<float>(bits < one ? bits : one);
}

template <bool clip>
VISIOMATIC_INLINE float cut(float number, const Line<float>& line, float bias) noexcept {
    const float x = (number - line.low) * line.gain + line.rest;
    if (clip) {
        return within_unit(number == number ? x : bias);
    }
    const float kept = within_reach(x);
    return number == number ? kept : bias;
}

VISIOMATIC_INLINE void add(float x, std::size_t i, const float* weights, Sum& sum) noexcept {
    sum.red[i] += weights[0] * x;
    sum.green[i] += weights[1] * x;
    sum.blue[i] += weights[2] * x;
}

template <bool swap, bool clip>
VISIOMATIC_INLINE void add_linear(const Lane lane, std::size_t n, Sum& sum) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        add(cut<clip>(number_at<swap>(lane.floats, i), lane.line, lane.bias), i, lane.weights, sum);
    }
}

// Four at a time: the loop itself is what takes the time here.
VISIOMATIC_INLINE void look_up(const std::uint16_t* entries, std::size_t n, const Piece* curve, Piece* pieces) noexcept {
    constexpr std::size_t pack = 4;
    std::size_t i = 0;
    for (; i + pack <= n; i += pack) {
        for (std::size_t k = 0; k < pack; ++k) {
            pieces[i + k] = curve[entries[i + k]];
        }
    }
    for (; i < n; ++i) {
        pieces[i] = curve[entries[i]];
    }
}

template <bool swap>
VISIOMATIC_INLINE void add_stretched(const Lane lane, std::size_t n, Sum& sum) noexcept {
    float x[block_length];
    std::uint16_t entries[block_length];
    Piece pieces[block_length];
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = cut<true>(number_at<swap>(lane.floats, i), lane.line, lane.bias);
        entries[i] = static_cast<std::uint16_t>(entry_of(x[i], lane.curve.indexing));
    }
    look_up(entries, n, lane.curve.values, pieces);
    for (std::size_t i = 0; i < n; ++i) {
        add(within_unit(pieces[i].start + pieces[i].slope * x[i]), i, lane.weights, sum);
    }
}

template <bool swap>
VISIOMATIC_INLINE void add_lane(const Lane& lane, std::size_t n, bool clip, Sum& sum) noexcept {
    if (!clip) {
        add_linear<swap, false>(lane, n, sum);
    } else if (lane.curve.values == nullptr) {
        add_linear<swap, true>(lane, n, sum);
    } else {
        add_stretched<swap>(lane, n, sum);
    }
}

// empty[i] &= the pixel is NaN; true when one is
template <bool swap>
VISIOMATIC_INLINE bool keep_nan(const Lane& lane, std::size_t n, std::int32_t* empty) noexcept {
    std::int32_t any = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float number = number_at<swap>(lane.floats, i);
        empty[i] &= number != number ? -1 : 0;
        any |= empty[i];
    }
    return any != 0;
}

}  // namespace

VISIOMATIC_CLONED void add_lanes(const Lane* lanes, std::size_t count, std::size_t n, bool clip, Sum& sum) {
    std::fill_n(sum.red, n, 0.0F);
    std::fill_n(sum.green, n, 0.0F);
    std::fill_n(sum.blue, n, 0.0F);
    for (std::size_t c = 0; c < count; ++c) {
        if (lanes[c].swap) {
            add_lane<true>(lanes[c], n, clip, sum);
        } else {
            add_lane<false>(lanes[c], n, clip, sum);
        }
    }
}

VISIOMATIC_CLONED void pack_linear(const Sum& sum, std::size_t n, std::uint32_t* out) {
    constexpr float levels = 255.49F;  // as tables of display bytes are made
    for (std::size_t i = 0; i < n; ++i) {
        const auto red = static_cast<std::uint32_t>(static_cast<std::int32_t>(levels * within_unit(sum.red[i])));
        const auto green = static_cast<std::uint32_t>(static_cast<std::int32_t>(levels * within_unit(sum.green[i])));
        const auto blue = static_cast<std::uint32_t>(static_cast<std::int32_t>(levels * within_unit(sum.blue[i])));
        out[i] = packed_bits(red, green, blue);
    }
}

VISIOMATIC_CLONED bool find_empty(const Lane* lanes, std::size_t count, std::size_t n, std::int32_t* empty) {
    std::fill_n(empty, n, -1);
    for (std::size_t c = 0; c < count; ++c) {
        if (!(lanes[c].swap ? keep_nan<true>(lanes[c], n, empty) : keep_nan<false>(lanes[c], n, empty))) {
            return false;
        }
    }
    return true;
}

}  // namespace visiomatic
