// The limits that IRAF and DS9 call zscale.
#pragma once

#include <vector>

#include "statistics.h"

namespace visiomatic {

// From the sorted sample (not empty): a straight line is fitted through value against rank, outliers are rejected, and
// the line's slope over `contrast` around the median gives the limits, kept inside the sample. Where most values are
// equal the line is level and says nothing: the limits are then the ends of the sample.
Pair zscale_of_sorted(const std::vector<double>& sorted, double contrast);

}  // namespace visiomatic
