#include "rebin.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bits.h"
#include "load.h"
#include "prefetch.h"

namespace visiomatic {
namespace {

// Columns that are averaged at a time: few, so that a pixel that is not finite makes few others slow, and prefetches are
// spread.
constexpr std::size_t part_length = 128;

// Means of the finite ones of above[2j], above[2j + 1], below[2j], below[2j + 1]; the last block may lack its second
// column. Quarters are summed, so that no sum overflows, and column by column, so that a column or row given twice counts
// as once.
template <class Number, class Above, class Below>
VISIOMATIC_INLINE void halve(Above above, Below below, std::size_t n, double scale, double zero, float* out) noexcept {
    const auto quarter = [](Number v) { return std::fabs(v) <= std::numeric_limits<Number>::max() ? v * Number(0.25) : Number(0); };
    const auto share = [](Number v) { return std::fabs(v) <= std::numeric_limits<Number>::max() ? Number(0.25) : Number(0); };
    const auto mean = [=](Number a, Number b, Number c, Number d) {
        return ((quarter(a) + quarter(c)) + (quarter(b) + quarter(d))) / ((share(a) + share(c)) + (share(b) + share(d)));
    };
    const std::size_t pairs = n / 2;
    if (sizeof(Number) == sizeof(float)) {
        for (std::size_t j = 0; j < pairs; ++j) {
            out[j] = static_cast<float>(mean(above(2 * j), above(2 * j + 1), below(2 * j), below(2 * j + 1)));
        }
    } else {
        for (std::size_t j = 0; j < pairs; ++j) {
            const Number m = mean(above(2 * j), above(2 * j + 1), below(2 * j), below(2 * j + 1));
            out[j] = static_cast<float>(zero + scale * static_cast<double>(m));
        }
    }
    if (n % 2 != 0) {
        const Number a = above(n - 1), b = below(n - 1);
        const double m = static_cast<double>(mean(a, a, b, b));
        out[pairs] = static_cast<float>(sizeof(Number) == sizeof(float) ? m : zero + scale * m);
    }
}

// The same means as `halve`, as if all pixels were finite. False when some are not.
template <class Above, class Below>
VISIOMATIC_INLINE bool halve_finite(Above above, Below below, std::size_t n, float* out) noexcept {
    float sums[part_length];
    for (std::size_t i = 0; i < n; ++i) {
        sums[i] = above(i) * 0.25F + below(i) * 0.25F;
    }
    const std::size_t pairs = n / 2;
    for (std::size_t j = 0; j < pairs; ++j) {
        out[j] = sums[2 * j] + sums[2 * j + 1];
    }
    if (n % 2 != 0) {
        out[pairs] = 2 * sums[n - 1];
    }
    return are_finite(out, pairs + n % 2);
}

template <bool swap>
VISIOMATIC_INLINE void halve_floats_of(const std::byte* above, const std::byte* below, std::size_t n, float* out) noexcept {
    const auto top = floats_at<swap>(above), bottom = floats_at<swap>(below);
    if (!halve_finite(top, bottom, n, out)) {
        halve<float>(top, bottom, n, 1.0, 0.0, out);
    }
}

// n <= part_length for all three
VISIOMATIC_CLONED void halve_swapped(const std::byte* above, const std::byte* below, std::size_t n, float* out) {
    halve_floats_of<true>(above, below, n, out);
}

VISIOMATIC_CLONED void halve_floats(const std::byte* above, const std::byte* below, std::size_t n, float* out) {
    halve_floats_of<false>(above, below, n, out);
}

VISIOMATIC_CLONED void halve_doubles(const double* above, const double* below, std::size_t n, double scale, double zero,
                                     float* out) {
    halve<double>([=](std::size_t i) { return above[i]; }, [=](std::size_t i) { return below[i]; }, n, scale, zero, out);
}

}  // namespace

RowHalver::RowHalver(const Source& source) noexcept : source_(&source), doubles_(double_loader(source)) {
    if (!source.is_scaled() && float_holds(source.kind)) {
        floats_ = float_loader(source);
        way_ = source.kind == Kind::f32 ? Way::stored_floats : Way::loaded_floats;
    }
}

void RowHalver::operator()(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept {
    for (const std::size_t end = x + n; x < end; x += part_length, out += part_length / 2) {
        const std::size_t length = std::min(part_length, end - x);
        prefetch_part(*source_, y + 4, x, length);
        prefetch_part(*source_, y + 5, x, length);
        halve_part(y, x, length, out);
    }
}

void RowHalver::halve_part(std::size_t y, std::size_t x, std::size_t n, float* out) const noexcept {
    const std::size_t below = std::min(y + 1, source_->height - 1);
    if (way_ == Way::stored_floats) {
        (source_->swap ? halve_swapped : halve_floats)(source_->row(y) + 4 * x, source_->row(below) + 4 * x, n, out);
    } else if (way_ == Way::loaded_floats) {
        float rows[2][part_length];
        floats_(y, x, n, rows[0]);
        floats_(below, x, n, rows[1]);
        halve_floats(reinterpret_cast<const std::byte*>(rows[0]), reinterpret_cast<const std::byte*>(rows[1]), n, out);
    } else {
        double rows[2][part_length];
        doubles_(y, x, n, rows[0]);
        doubles_(below, x, n, rows[1]);
        halve_doubles(rows[0], rows[1], n, source_->scale, source_->zero, out);
    }
}

void rebin2(const Source& source, float* out, std::size_t row_length) noexcept {
    const RowHalver halved(source);
    PageFinder find_pages(source);
    for (std::size_t y = 0; y < source.height; y += 2) {
        find_pages(y);
        halved(y, 0, source.width, out + y / 2 * row_length);
    }
}

void rebin4(const Source& source, float* out, std::size_t row_length) noexcept {
    const RowHalver halved(source);
    PageFinder find_pages(source);
    float above[part_length], below[part_length];
    for (std::size_t y = 0; y < source.height; y += 4) {
        find_pages(y);
        const bool lone = y + 2 >= source.height;
        for (std::size_t x = 0; x < source.width; x += 2 * part_length) {
            const std::size_t n = std::min(2 * part_length, source.width - x);
            halved(y, x, n, above);
            if (!lone) {
                halved(y + 2, x, n, below);
            }
            halve_floats(reinterpret_cast<const std::byte*>(above),
                         reinterpret_cast<const std::byte*>(lone ? above : below), (n + 1) / 2,
                         out + y / 4 * row_length + x / 4);
        }
    }
}

}  // namespace visiomatic
