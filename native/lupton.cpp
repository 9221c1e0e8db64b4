#include "lupton.h"

#include <cmath>

#include "bits.h"

namespace visiomatic {
namespace {

// log(z) for z >= 1 within 2e-7, in operations that compilers turn into vector code
VISIOMATIC_INLINE float log_above_one(float z) noexcept {
    const std::int32_t bits = bit_cast<std::int32_t>(z);
    const std::int32_t exponent = (bits - 0x3F3504F3) >> 23;  // leaves a mantissa from sqrt(1/2) to sqrt(2)
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

}  // namespace

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

}  // namespace visiomatic
