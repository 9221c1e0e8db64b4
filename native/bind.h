// Arrays of Python as both files of the binding take them.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace visiomatic {

template <class Value, int dimensions>
using Input = nanobind::ndarray<const Value, nanobind::ndim<dimensions>, nanobind::device::cpu, nanobind::c_contig>;
template <class Value, int dimensions>
using Output = nanobind::ndarray<Value, nanobind::ndim<dimensions>, nanobind::device::cpu, nanobind::c_contig>;

// An argument that is filled. It is never converted: the numbers would go to a copy that nobody sees.
inline auto filled(const char* name) { return nanobind::arg(name).noconvert(); }

// Functions on plain rows of numbers: curves, samples of a plane.
void bind_samples(nanobind::module_& m);

}  // namespace visiomatic
