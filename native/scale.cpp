#include "scale.h"

#include <cmath>
#include <limits>

#include "bits.h"

namespace visiomatic {
namespace {

constexpr double far = 1e30;

template <class Number, class Read>
VISIOMATIC_INLINE void cut_to_entries(Read read, std::size_t n, const Line<Number>& line, const Indexing& indexing,
                                      std::uint16_t* out) noexcept {
    const Number low = line.low, gain = line.gain, rest = line.rest;
    const Indexing to = indexing;
    for (std::size_t i = 0; i < n; ++i) {
        const Number number = read(i);
        const std::int32_t entry = entry_of(static_cast<float>((number - low) * gain + rest), to);
        out[i] = static_cast<std::uint16_t>(number == number ? entry : to.last + 1);
    }
}

template <class Number, class Read>
VISIOMATIC_INLINE void cut_to_values(Read read, std::size_t n, const Line<Number>& line, float* out) noexcept {
    const Number low = line.low, gain = line.gain, rest = line.rest;
    constexpr Number end = static_cast<Number>(far);
    for (std::size_t i = 0; i < n; ++i) {
        const Number number = read(i);
        Number x = (number - low) * gain + rest;
        x = x > end ? end : x;
        x = x < -end ? -end : x;
        out[i] = static_cast<float>(x);
    }
}

VISIOMATIC_CLONED void entries_from_swapped(const std::byte* floats, std::size_t n, const Line<float>& line,
                                            const Indexing& indexing, std::uint16_t* out) {
    cut_to_entries(floats_at<true>(floats), n, line, indexing, out);
}

VISIOMATIC_CLONED void entries_from_floats(const std::byte* floats, std::size_t n, const Line<float>& line,
                                           const Indexing& indexing, std::uint16_t* out) {
    cut_to_entries(floats_at<false>(floats), n, line, indexing, out);
}

VISIOMATIC_CLONED void entries_from_doubles(const double* numbers, std::size_t n, const Line<double>& line,
                                            const Indexing& indexing, std::uint16_t* out) {
    cut_to_entries([=](std::size_t i) { return numbers[i]; }, n, line, indexing, out);
}

VISIOMATIC_CLONED void values_from_swapped(const std::byte* floats, std::size_t n, const Line<float>& line, float* out) {
    cut_to_values(floats_at<true>(floats), n, line, out);
}

VISIOMATIC_CLONED void values_from_floats(const std::byte* floats, std::size_t n, const Line<float>& line, float* out) {
    cut_to_values(floats_at<false>(floats), n, line, out);
}

VISIOMATIC_CLONED void values_from_doubles(const double* numbers, std::size_t n, const Line<double>& line, float* out) {
    cut_to_values([=](std::size_t i) { return numbers[i]; }, n, line, out);
}

VISIOMATIC_CLONED void entries_of_values(const float* x, std::size_t n, const Indexing& indexing, std::uint16_t* out) {
    const Indexing to = indexing;
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<std::uint16_t>(entry_of(x[i], to));
    }
}

template <class Number>
Line<Number> folded(double low, double gain, double bias) noexcept {
    Line<Number> line;
    const double folded_low = low - bias / gain;
    line.low = static_cast<Number>(std::abs(folded_low) < far ? folded_low : low);
    line.gain = static_cast<Number>(gain);
    line.rest = static_cast<Number>((static_cast<double>(line.low) - low) * gain + bias);
    return line;
}

// Float arithmetic is enough when nothing comes near the ends of its range.
bool is_tame(double low, double gain) noexcept {
    return std::abs(low) < far && std::abs(gain) < far && std::abs(gain) > 1.0 / far;
}

}  // namespace

RowCutter::RowCutter(const Source& source, const Cut& cut) noexcept : source_(&source), doubles_(double_loader(source)) {
    const double gain = cut.gain * source.scale;
    if (gain == 0.0) {
        way_ = Way::flat;
        const double value = source.scale == 0.0 ? (source.zero - cut.low) * cut.gain + cut.bias : cut.bias;
        flat_value_ = static_cast<float>(std::fmax(-far, std::fmin(value, far)));
        return;
    }
    const double low = (cut.low - source.zero) / source.scale;
    double_line_ = folded<double>(low, gain, cut.bias);
    if (float_holds(source.kind) && is_tame(low, gain) && is_tame(low - cut.bias / gain, gain)) {
        float_line_ = folded<float>(low, gain, cut.bias);
        floats_ = float_loader(source);
        way_ = source.kind == Kind::f32 ? Way::stored_floats : Way::loaded_floats;
    }
}

void RowCutter::flat_values(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept {
    double numbers[span_length];
    doubles_(y, x, n, numbers);
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = numbers[i] == numbers[i] ? flat_value_ : std::numeric_limits<float>::quiet_NaN();
    }
}

void RowCutter::entries(std::size_t y, std::size_t x, std::size_t n, const Indexing& indexing,
                        std::uint16_t* out) const noexcept {
    float floats[span_length];
    double doubles[span_length];
    switch (way_) {
        case Way::stored_floats:
            (source_->swap ? entries_from_swapped : entries_from_floats)(source_->row(y) + 4 * x, n, float_line_, indexing,
                                                                         out);
            break;
        case Way::loaded_floats:
            floats_(y, x, n, floats);
            entries_from_floats(reinterpret_cast<const std::byte*>(floats), n, float_line_, indexing, out);
            break;
        case Way::loaded_doubles:
            doubles_(y, x, n, doubles);
            entries_from_doubles(doubles, n, double_line_, indexing, out);
            break;
        case Way::flat:
            flat_values(y, x, n, floats);
            entries_from_floats(reinterpret_cast<const std::byte*>(floats), n, Line<float>{0, 1, 0}, indexing, out);
            break;
    }
}

void RowCutter::values(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept {
    float floats[span_length];
    double doubles[span_length];
    switch (way_) {
        case Way::stored_floats:
            (source_->swap ? values_from_swapped : values_from_floats)(source_->row(y) + 4 * x, n, float_line_, out);
            break;
        case Way::loaded_floats:
            floats_(y, x, n, floats);
            values_from_floats(reinterpret_cast<const std::byte*>(floats), n, float_line_, out);
            break;
        case Way::loaded_doubles:
            doubles_(y, x, n, doubles);
            values_from_doubles(doubles, n, double_line_, out);
            break;
        case Way::flat: flat_values(y, x, n, out); break;
    }
}

void entries_of(const float* x, std::size_t n, const Indexing& indexing, std::uint16_t* out) noexcept {
    entries_of_values(x, n, indexing, out);
}

}  // namespace visiomatic
