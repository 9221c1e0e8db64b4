#include "mix.h"

#include <cmath>
#include <cstring>

#include "bits.h"
#include "pixels.h"

namespace visiomatic {
namespace {

// One span of the picture in the making.
struct Sum {
    float red[span_length];
    float green[span_length];
    float blue[span_length];
    std::int32_t seen[span_length];  // not 0 where a channel had a value
};

// NaN becomes `bias` (the low cut), and with `clip` x is cut to 0..1.
template <bool clip>
VISIOMATIC_INLINE float settled(float x, float bias) noexcept {
    x = x == x ? x : bias;
    if (clip) {
        x = x > 0.0F ? x : 0.0F;
        x = x < 1.0F ? x : 1.0F;
    }
    return x;
}

template <bool clip>
VISIOMATIC_INLINE void add(const float* x, std::size_t n, float bias, const float* weights, Sum& sum) noexcept {
    const float red = weights[0], green = weights[1], blue = weights[2];
    for (std::size_t i = 0; i < n; ++i) {
        const float value = settled<clip>(x[i], bias);
        sum.red[i] += red * value;
        sum.green[i] += green * value;
        sum.blue[i] += blue * value;
    }
}

VISIOMATIC_CLONED void add_unclipped(const float* x, std::size_t n, float bias, const float* weights, Sum& sum) {
    add<false>(x, n, bias, weights, sum);
}

VISIOMATIC_CLONED void add_clipped(const float* x, std::size_t n, float bias, const float* weights, Sum& sum) {
    add<true>(x, n, bias, weights, sum);
}

VISIOMATIC_CLONED void see(const float* x, std::size_t n, Sum& sum) {
    for (std::size_t i = 0; i < n; ++i) {
        sum.seen[i] |= x[i] == x[i];
    }
}

VISIOMATIC_CLONED void clip_all(float* x, std::size_t n, float bias) {
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = settled<true>(x[i], bias);
    }
}

void stretch(float* x, std::size_t n, const Table<Piece>& curve) noexcept {
    std::uint16_t entries[span_length];
    entries_of(x, n, curve.indexing, entries);
    const Piece* const pieces = curve.values;
    for (std::size_t i = 0; i < n; ++i) {
        const Piece piece = pieces[entries[i]];
        x[i] = piece.start + piece.slope * x[i];
    }
}

void clear(std::size_t n, Sum& sum) noexcept {
    std::memset(sum.red, 0, n * sizeof(float));
    std::memset(sum.green, 0, n * sizeof(float));
    std::memset(sum.blue, 0, n * sizeof(float));
    std::memset(sum.seen, 0, n * sizeof(std::int32_t));
}

void finish_span(const Sum& sum, std::size_t n, const Finish& finish, std::uint8_t* out) noexcept {
    std::uint16_t red[span_length], green[span_length], blue[span_length];
    entries_of(sum.red, n, finish.table.indexing, red);
    entries_of(sum.green, n, finish.table.indexing, green);
    entries_of(sum.blue, n, finish.table.indexing, blue);
    write_pixels(out, n, finish.alpha, [&, values = finish.table.values](std::size_t i) {
        return Rgba{values[red[i]], values[green[i]], values[blue[i]], 255};
    });
    if (!finish.draws_nan) {
        return;
    }
    const std::size_t depth = finish.alpha ? 4 : 3;
    for (std::size_t i = 0; i < n; ++i) {
        if (sum.seen[i] == 0) {
            std::memcpy(out + i * depth, &finish.nan, depth);
        }
    }
}

// log(z) for z >= 1 within 2e-7, in operations that compilers turn into vector code
VISIOMATIC_INLINE float log_above_one(float z) noexcept {
    const std::int32_t bits = bit_cast<std::int32_t>(z);
    const std::int32_t exponent = (bits - 0x3F3504F3) >> 23;  // mantissa from sqrt(1/2) to sqrt(2)
    const float mantissa = bit_cast<float>(bits - exponent * (1 << 23));
    const float s = (mantissa - 1.0F) / (mantissa + 1.0F), t = s * s;
    return static_cast<float>(exponent) * 0.69314718F + 2.0F * s * (1.0F + t * (1.0F / 3 + t * (0.2F + t * (1.0F / 7))));
}

// asinh(y) / y for y > 0
VISIOMATIC_INLINE float asinh_ratio(float y) noexcept {
    const float t = y * y;
    const float small = 1.0F + t * (-1.0F / 6 + t * (3.0F / 40 + t * (-15.0F / 336 + t * (105.0F / 3456))));
    const float large = log_above_one(y + std::sqrt(t + 1.0F)) / y;
    return y < 0.25F ? small : large;
}

// The sum, scaled by f(I) / I, its negative parts cut off; where a component exceeds 1, all are divided by it.
VISIOMATIC_CLONED void compress(std::size_t n, const Lupton& curve, Sum& sum) {
    constexpr float most = 1e15F;  // its square is a float
    const float soften = curve.soften, slope = curve.slope * curve.soften;
    for (std::size_t i = 0; i < n; ++i) {
        const float intensity = (sum.red[i] + sum.green[i] + sum.blue[i]) * (1.0F / 3);
        float y = soften * intensity;
        y = y < most ? y : most;
        const float ratio = intensity > 0.0F ? slope * asinh_ratio(y > 0.0F ? y : 1.0F) : 0.0F;
        float red = sum.red[i] * ratio, green = sum.green[i] * ratio, blue = sum.blue[i] * ratio;
        red = red > 0.0F ? red : 0.0F;
        green = green > 0.0F ? green : 0.0F;
        blue = blue > 0.0F ? blue : 0.0F;
        float highest = red > green ? red : green;
        highest = highest > blue ? highest : blue;
        const float fit = highest > 1.0F ? 1.0F / highest : 1.0F;
        sum.red[i] = red * fit;
        sum.green[i] = green * fit;
        sum.blue[i] = blue * fit;
    }
}

// Sums all channels of the picture span by span; convert(sum, n) is the last step before the table.
template <class Add, class Convert>
void combine(const Source* sources, const Channel* channels, std::size_t count, const Finish& finish, RowCutter* cutters,
             std::uint8_t* out, Add add_channel, Convert convert) noexcept {
    for (std::size_t c = 0; c < count; ++c) {
        cutters[c] = RowCutter(sources[c], channels[c].cut);
    }
    const std::size_t depth = finish.alpha ? 4 : 3;
    Sum sum;
    float x[span_length];
    for_each_span(sources, count, [&](std::size_t y, std::size_t left, std::size_t n) {
        clear(n, sum);
        for (std::size_t c = 0; c < count; ++c) {
            cutters[c].values(y, left, n, x);
            if (finish.draws_nan) {
                see(x, n, sum);
            }
            add_channel(channels[c], x, n, sum);
        }
        convert(n, sum);
        finish_span(sum, n, finish, out + (y * sources->width + left) * depth);
    });
}

void add_as_it_is(const Channel& channel, float* x, std::size_t n, Sum& sum) noexcept {
    add_unclipped(x, n, static_cast<float>(channel.cut.bias), channel.weights, sum);
}

void add_stretched(const Channel& channel, float* x, std::size_t n, Sum& sum) noexcept {
    const float bias = static_cast<float>(channel.cut.bias);
    if (channel.curve.values != nullptr) {
        clip_all(x, n, bias);
        stretch(x, n, channel.curve);
    }
    add_clipped(x, n, bias, channel.weights, sum);
}

}  // namespace

void mix(const Source* sources, const Channel* channels, std::size_t count, bool clip, const Finish& finish,
         RowCutter* cutters, std::uint8_t* out) noexcept {
    const auto nothing = [](std::size_t, Sum&) {};
    if (clip) {
        combine(sources, channels, count, finish, cutters, out, add_stretched, nothing);
    } else {
        combine(sources, channels, count, finish, cutters, out, add_as_it_is, nothing);
    }
}

void lupton(const Source* sources, const Channel* channels, std::size_t count, const Lupton& curve, const Finish& finish,
            RowCutter* cutters, std::uint8_t* out) noexcept {
    combine(sources, channels, count, finish, cutters, out, add_as_it_is,
            [&curve](std::size_t n, Sum& sum) { compress(n, curve, sum); });
}

}  // namespace visiomatic
