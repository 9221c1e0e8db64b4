// What Python asks of plain rows of numbers, which nobody else can take away meanwhile.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>

#include <cmath>
#include <tuple>
#include <utility>

#include "bind.h"
#include "statistics.h"
#include "tables.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace visiomatic {
namespace {

// Doubles, because only what is taken as it comes lets the type of `out` choose among the overloads.
template <class Value>
void contrast_into(Input<float, 1> curve, double gain, double offset, Output<Value, 1> out) {
    if (out.size() != curve.size()) {
        throw nb::value_error("the output has not the size of the curve");
    }
    contrast(curve.data(), curve.size(), static_cast<float>(gain), static_cast<float>(offset), out.data());
}

bool climb_into(Input<float, 1> curve, Input<double, 1> steps, double gain, double offset, Output<std::uint8_t, 1> out) {
    if (out.size() == 0 || out.size() != curve.size() || steps.size() != step_count || !(gain > 0)) {
        throw nb::value_error("the output has not the size of the curve, there are not 255 steps, or the curve falls");
    }
    return climb(curve.data(), curve.size(), steps.data(), gain, offset, out.data());
}

template <class Value>
std::tuple<std::int64_t, std::int64_t, double, double, double, double, double, double> summary_of(Input<Value, 1> sample) {
    const nb::gil_scoped_release released;
    const Summary s = summarize(sample.data(), sample.size());
    return {s.count, s.nan, s.minimum, s.maximum, s.mean, s.sigma, s.median, s.mad};
}

std::pair<double, double> background_mad_of(Input<float, 1> sample) {
    const nb::gil_scoped_release released;
    const Pair pair = background_mad(sample.data(), sample.size());
    return {pair.first, pair.second};
}

std::pair<double, double> zscale_of(Input<float, 1> sample, double contrast, std::size_t size) {
    if (size == 0) {
        throw nb::value_error("zscale needs a sample");
    }
    const nb::gil_scoped_release released;
    const Pair pair = zscale(sample.data(), sample.size(), contrast, size);
    return {pair.first, pair.second};
}

template <class Value>
void histogram_into(Input<Value, 1> sample, double low, double high, Output<std::int64_t, 1> counts) {
    if (counts.size() < 4 || !(low < high) || !std::isfinite(high - low)) {
        throw nb::value_error("a histogram needs a finite range and at least one bin");
    }
    const nb::gil_scoped_release released;
    histogram(sample.data(), sample.size(), low, high, counts.size() - 3, counts.data());
}

}  // namespace

void bind_samples(nb::module_& m) {
    m.def("contrast", &contrast_into<std::uint8_t>, "curve"_a, "gain"_a, "offset"_a, filled("out"));
    m.def("contrast", &contrast_into<float>, "curve"_a, "gain"_a, "offset"_a, filled("out"));
    m.def("climb", &climb_into, "curve"_a, "steps"_a, "gain"_a, "offset"_a, filled("out"));
    m.def("summarize", &summary_of<float>, "sample"_a);
    m.def("summarize", &summary_of<double>, "sample"_a);
    m.def("background_mad", &background_mad_of, "sample"_a);
    m.def("zscale", &zscale_of, "sample"_a, "contrast"_a, "size"_a);
    m.def("histogram", &histogram_into<float>, "sample"_a, "low"_a, "high"_a, filled("counts"));
    m.def("histogram", &histogram_into<double>, "sample"_a, "low"_a, "high"_a, filled("counts"));
}

}  // namespace visiomatic
