#include "lane.h"

#include <algorithm>

#include "bits.h"
#include "pixels.h"

namespace visiomatic {
namespace {

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

template <bool swap, bool clip>
VISIOMATIC_INLINE void enter_linear(const Lane lane, std::size_t n, float* x) noexcept {
    const auto number_at = floats_at<swap>(lane.floats);
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = cut<clip>(number_at(i), lane.line, lane.bias);
    }
}

template <bool swap>
VISIOMATIC_INLINE void enter_stretched(const Lane lane, std::size_t n, float* x) noexcept {
    std::int32_t entries[block_length];
    const auto number_at = floats_at<swap>(lane.floats);
    const std::int32_t nan = entry_of(lane.bias, lane.curve.indexing);
    for (std::size_t i = 0; i < n; ++i) {
        const float number = number_at(i);
        const float place = (number - lane.line.low) * lane.line.gain + lane.line.rest;
        const std::int32_t entry = entry_of(place, lane.curve.indexing);
        entries[i] = number == number ? entry : nan;
    }
    look_up(entries, n, lane.curve.values, x);
}

template <bool swap>
VISIOMATIC_INLINE void enter(const Lane& lane, std::size_t n, bool clip, float* x) noexcept {
    if (!clip) {
        enter_linear<swap, false>(lane, n, x);
    } else if (lane.curve.values == nullptr) {
        enter_linear<swap, true>(lane, n, x);
    } else {
        enter_stretched<swap>(lane, n, x);
    }
}

struct Weighted {
    const float* x = nullptr;
    const float* weights = nullptr;
};

VISIOMATIC_INLINE float weigh(float a, float b, float c, const float* weights) noexcept {
    return a * weights[0] + b * weights[1] + c * weights[2];
}

// Three lanes in one pass, so that the sums are not stored and loaded again for each of them.
template <bool first>
VISIOMATIC_INLINE void add_three(Weighted a, Weighted b, Weighted c, std::size_t n, Sum& sum) noexcept {
    const float red[3] = {a.weights[0], b.weights[0], c.weights[0]};
    const float green[3] = {a.weights[1], b.weights[1], c.weights[1]};
    const float blue[3] = {a.weights[2], b.weights[2], c.weights[2]};
    for (std::size_t i = 0; i < n; ++i) {
        const float x = a.x[i], y = b.x[i], z = c.x[i];
        sum.red[i] = weigh(x, y, z, red) + (first ? 0.0F : sum.red[i]);
        sum.green[i] = weigh(x, y, z, green) + (first ? 0.0F : sum.green[i]);
        sum.blue[i] = weigh(x, y, z, blue) + (first ? 0.0F : sum.blue[i]);
    }
}

// empty[i] &= the pixel is NaN; true when one is
template <bool swap>
VISIOMATIC_INLINE bool keep_nan(const Lane& lane, std::size_t n, std::int32_t* empty) noexcept {
    const auto number_at = floats_at<swap>(lane.floats);
    std::int32_t any = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float number = number_at(i);
        empty[i] &= number != number ? -1 : 0;
        any |= empty[i];
    }
    return any != 0;
}

}  // namespace

VISIOMATIC_CLONED void enter(const Lane& lane, std::size_t n, bool clip, float* x) {
    lane.swap ? enter<true>(lane, n, clip, x) : enter<false>(lane, n, clip, x);
}

VISIOMATIC_CLONED void add_up(const Lane* lanes, std::size_t count, const float* x, std::size_t n, Sum& sum) {
    static constexpr float nothing[3] = {0, 0, 0};
    const auto weighted = [=](std::size_t c) {
        return c < count ? Weighted{x + c * block_length, lanes[c].weights} : Weighted{x, nothing};
    };
    add_three<true>(weighted(0), weighted(1), weighted(2), n, sum);
    for (std::size_t c = 3; c < count; c += 3) {
        add_three<false>(weighted(c), weighted(c + 1), weighted(c + 2), n, sum);
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
