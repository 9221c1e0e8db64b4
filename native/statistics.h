// Robust statistics of a sample in memory. Values that are not finite are left out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace visiomatic {

struct Summary {
    std::int64_t count = 0;  // finite values
    std::int64_t nan = 0;
    double minimum = 0, maximum = 0, mean = 0, sigma = 0, median = 0, mad = 0;  // NaN when count is 0
};

Summary summarize(const float* sample, std::size_t n);
Summary summarize(const double* sample, std::size_t n);

struct Pair {
    double first = 0, second = 0;
};

// Background and MAD as VisiOmatic 3 estimates them: values farther than 3 MAD from the median are dropped once, then
// 3.5 median - 2.5 mean; a tenth of the sample's sigma when the MAD is tiny beside it. (0, 0) without a finite value.
Pair background_mad(const float* sample, std::size_t n);

// Limits of IRAF's zscale on every n/size-th finite value. (0, 0) without a finite value.
Pair zscale(const float* sample, std::size_t n, double contrast, std::size_t size);

// counts: bins + 3 numbers: the bins over low..high (both included), then below, above, NaN.
void histogram(const float* sample, std::size_t n, double low, double high, std::size_t bins, std::int64_t* counts);
void histogram(const double* sample, std::size_t n, double low, double high, std::size_t bins, std::int64_t* counts);

}  // namespace visiomatic
