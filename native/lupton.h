// The colour picture of Lupton et al. 2004 (PASP 116, 133).
#pragma once

#include <cstddef>

#include "lane.h"

namespace visiomatic {

// f(I) = slope * asinh(soften * I) with I the mean of red, green and blue.
struct Lupton {
    float soften = 1, slope = 1;
};

// Scales the sum by f(I) / I and cuts off its negative parts; where a component exceeds 1, all are divided by it.
void compress(std::size_t n, const Lupton& curve, Sum& sum);

}  // namespace visiomatic
