#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "zscale.h"

namespace visiomatic {
namespace {

template <class Value>
std::vector<Value> finite_of(const Value* sample, std::size_t n) {
    std::vector<Value> values;
    values.reserve(n);
    std::copy_if(sample, sample + n, std::back_inserter(values), [](Value v) { return std::isfinite(v); });
    return values;
}

// Reorders the values. There must be one.
template <class Value>
double median_of(std::vector<Value>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    const double upper = static_cast<double>(*middle);
    if (values.size() % 2 != 0) {
        return upper;
    }
    const double lower = static_cast<double>(*std::max_element(values.begin(), middle));
    return lower + (upper - lower) / 2;
}

template <class Value>
double mad_of(const std::vector<Value>& values, double median) {
    std::vector<double> deviations(values.size());
    std::transform(values.begin(), values.end(), deviations.begin(),
                   [median](Value v) { return std::abs(static_cast<double>(v) - median); });
    return median_of(deviations);
}

template <class Value>
double mean_of(const std::vector<Value>& values) {
    double sum = 0;
    for (const Value v : values) {
        sum += static_cast<double>(v);
    }
    return sum / static_cast<double>(values.size());
}

template <class Value>
double sigma_of(const std::vector<Value>& values, double mean) {
    double sum = 0;
    for (const Value v : values) {
        const double deviation = static_cast<double>(v) - mean;
        sum += deviation * deviation;
    }
    return std::sqrt(sum / static_cast<double>(values.size()));
}

template <class Value>
Summary summary_of(const Value* sample, std::size_t n) {
    std::vector<Value> values = finite_of(sample, n);
    Summary summary;
    summary.count = static_cast<std::int64_t>(values.size());
    summary.nan = std::count_if(sample, sample + n, [](Value v) { return std::isnan(v); });
    if (values.empty()) {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        summary.minimum = summary.maximum = summary.mean = summary.sigma = summary.median = summary.mad = nan;
        return summary;
    }
    const auto ends = std::minmax_element(values.begin(), values.end());
    summary.minimum = static_cast<double>(*ends.first);
    summary.maximum = static_cast<double>(*ends.second);
    summary.mean = mean_of(values);
    summary.sigma = sigma_of(values, summary.mean);
    summary.median = median_of(values);
    summary.mad = mad_of(values, summary.median);
    return summary;
}

template <class Value>
void count_into_bins(const Value* sample, std::size_t n, double low, double high, std::size_t bins,
                     std::int64_t* counts) {
    const double per_value = static_cast<double>(bins) / (high - low), step = (high - low) / static_cast<double>(bins);
    const auto edge = [=](std::size_t i) { return i == bins ? high : low + static_cast<double>(i) * step; };
    for (std::size_t i = 0; i < n; ++i) {
        const double v = static_cast<double>(sample[i]);
        if (!(v >= low && v <= high)) {
            ++counts[std::isnan(v) ? bins + 2 : v < low ? bins : bins + 1];
            continue;
        }
        std::size_t bin = std::min(static_cast<std::size_t>((v - low) * per_value), bins - 1);
        bin -= v < edge(bin) && bin > 0 ? 1U : 0U;  // rounding decides nothing: a bin holds what its edges say
        bin += bin + 1 < bins && v >= edge(bin + 1) ? 1U : 0U;
        ++counts[bin];
    }
}

}  // namespace

Summary summarize(const float* sample, std::size_t n) { return summary_of(sample, n); }
Summary summarize(const double* sample, std::size_t n) { return summary_of(sample, n); }

Pair background_mad(const float* sample, std::size_t n) {
    std::vector<float> values = finite_of(sample, n);
    if (values.empty()) {
        return {};
    }
    const double sigma = sigma_of(values, mean_of(values));
    const double center = median_of(values), reach = 3 * mad_of(values, center);
    const auto is_far = [=](float v) { return std::abs(static_cast<double>(v) - center) > reach; };
    values.erase(std::remove_if(values.begin(), values.end(), is_far), values.end());
    const double median = median_of(values), mad = mad_of(values, median);
    return {3.5 * median - 2.5 * mean_of(values), 1e5 * mad < sigma ? 0.1 * sigma : mad};
}

Pair zscale(const float* sample, std::size_t n, double contrast, std::size_t size) {
    const std::vector<float> values = finite_of(sample, n);
    if (values.empty()) {
        return {};
    }
    const std::size_t step = std::max<std::size_t>(1, values.size() / size);
    std::vector<double> sorted;
    for (std::size_t i = 0; i < values.size() && sorted.size() < size; i += step) {
        sorted.push_back(static_cast<double>(values[i]));
    }
    std::sort(sorted.begin(), sorted.end());
    return zscale_of_sorted(sorted, contrast);
}

void histogram(const float* sample, std::size_t n, double low, double high, std::size_t bins, std::int64_t* counts) {
    count_into_bins(sample, n, low, high, bins, counts);
}

void histogram(const double* sample, std::size_t n, double low, double high, std::size_t bins, std::int64_t* counts) {
    count_into_bins(sample, n, low, high, bins, counts);
}

}  // namespace visiomatic
