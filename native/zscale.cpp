#include "zscale.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace visiomatic {
namespace {

constexpr double rejection = 2.5;     // sigma from the line
constexpr std::size_t least_good = 5;  // and half of the sample: with fewer, the limits are those of the sample
constexpr int most_rounds = 5;
constexpr double level = 1e-12;  // of the median: a rise that is nothing but rounding

struct Fit {
    double slope = 0, mean_rank = 0, mean_value = 0;

    double residual(double rank, double value) const { return value - mean_value - slope * (rank - mean_rank); }
};

Fit fitted(const std::vector<double>& values, const std::vector<char>& bad, std::size_t good) {
    Fit fit;
    const double n = static_cast<double>(good);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (bad[i] == 0) {
            fit.mean_rank += static_cast<double>(i) / n;
            fit.mean_value += values[i] / n;
        }
    }
    double xy = 0, xx = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (bad[i] == 0) {
            const double dx = static_cast<double>(i) - fit.mean_rank;
            xy += dx * (values[i] - fit.mean_value);
            xx += dx * dx;
        }
    }
    fit.slope = xx > 0 ? xy / xx : 0;
    return fit;
}

double scatter(const Fit& fit, const std::vector<double>& values, const std::vector<char>& bad, std::size_t good) {
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double residual = bad[i] != 0 ? 0 : fit.residual(static_cast<double>(i), values[i]);
        squares += residual * residual;
    }
    return std::sqrt(squares / static_cast<double>(good));
}

// Neighbours of rejected ranks are rejected too: `width` of them in all, the odd one after.
std::vector<char> grown(const std::vector<char>& bad, std::size_t width) {
    std::vector<char> result(bad.size(), 0);
    const std::size_t before = (width - 1) / 2, after = width / 2;
    for (std::size_t i = 0; i < bad.size(); ++i) {
        if (bad[i] != 0) {
            std::fill(result.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, before)),
                      result.begin() + static_cast<std::ptrdiff_t>(std::min(bad.size(), i + after + 1)), char{1});
        }
    }
    return result;
}

// The slope after rejection; false when too few values are left.
bool find_slope(const std::vector<double>& values, double* slope) {
    const std::size_t least = std::max(least_good, values.size() / 2);
    const std::size_t width = std::max<std::size_t>(1, values.size() / 100);
    std::vector<char> bad(values.size(), 0);
    std::size_t good = values.size(), before = good + 1;
    for (int round = 0; round < most_rounds && good < before && good >= least; ++round) {
        const Fit fit = fitted(values, bad, good);
        const double limit = rejection * scatter(fit, values, bad, good);
        for (std::size_t i = 0; i < values.size(); ++i) {
            bad[i] = bad[i] != 0 || std::abs(fit.residual(static_cast<double>(i), values[i])) > limit;
        }
        bad = grown(bad, width);
        before = good;
        good = static_cast<std::size_t>(std::count(bad.begin(), bad.end(), char{0}));
        *slope = fit.slope;
    }
    return good >= least;
}

}  // namespace

Pair zscale_of_sorted(const std::vector<double>& sorted, double contrast) {
    const Pair ends{sorted.front(), sorted.back()};
    double slope = 0;
    const std::size_t n = sorted.size(), center = (n - 1) / 2;
    const double median = n % 2 != 0 ? sorted[center] : sorted[center] + (sorted[center + 1] - sorted[center]) / 2;
    if (!find_slope(sorted, &slope) || slope * static_cast<double>(n) <= level * std::abs(median)) {
        return ends;
    }
    slope = contrast > 0 ? slope / contrast : slope;
    const double low = median - (static_cast<double>(center) - 1) * slope;
    const double high = median + static_cast<double>(n - center) * slope;
    return {std::max(ends.first, low), std::min(ends.second, high)};
}

}  // namespace visiomatic
