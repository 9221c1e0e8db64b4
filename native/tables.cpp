#include "tables.h"

#include <algorithm>
#include <cstring>

#include "clones.h"

namespace visiomatic {
namespace {

VISIOMATIC_INLINE float within(float x, float low, float high) noexcept {
    x = x > low ? x : low;
    return x < high ? x : high;
}

}  // namespace

VISIOMATIC_CLONED void contrast(const float* y, std::size_t n, float gain, float offset, std::uint8_t* out) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t level = static_cast<std::int32_t>(within(y[i] * gain + offset, 0.0F, 255.0F));
        out[i] = static_cast<std::uint8_t>(level);
    }
}

VISIOMATIC_CLONED void contrast(const float* y, std::size_t n, float gain, float offset, float* out) {
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = within(y[i] * gain + offset, 0.0F, 1.0F);
    }
}

bool climb(const float* y, std::size_t n, const double* steps, double gain, double offset, std::uint8_t* out) {
    float starts[step_count];  // the steps in terms of y
    std::transform(steps, steps + step_count, starts,
                   [=](double step) { return static_cast<float>((step - offset) / gain); });
    const std::size_t black = static_cast<std::size_t>(std::upper_bound(starts, starts + step_count, 0.0F) - starts);
    bool fine = true;
    std::size_t begin = 0;  // of the entries that have reached `level` steps
    for (std::size_t level = 0; level <= step_count; ++level) {
        std::size_t end = begin;
        while (end < n && (level == step_count || y[end] < starts[level])) {
            ++end;
        }
        fine = fine && (begin < end || begin == 0 || begin == n);
        std::memset(out + begin, static_cast<int>(level), end - begin);
        begin = end;
    }
    fine = fine && out[0] <= black + 1;
    out[0] = static_cast<std::uint8_t>(black);
    return fine;
}

}  // namespace visiomatic
