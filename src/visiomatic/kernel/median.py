"""The median of values that come in parts: exact, in the memory of one part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Parts = Callable[[], Iterable[NDArray[np.floating[Any]]]]
_STEP = 16  # bits that are decided by one look at all values
_KEPT = 1 << 21  # values that are sorted at once


def median_of_parts(parts: Parts, count: int) -> float:
    """The median of *count* finite float32 or float64 values; *parts* gives them anew each time it is called.

    By their bits, which grow with the values: a look at all values tells in which of 65,536 bins the median is, a
    second one gathers that bin. An even count has the mean of the middle two, in double precision.
    """
    low, high = (count - 1) // 2, count // 2
    prefix, known = 0, 0
    while True:
        counts = np.zeros(1 << _STEP, np.int64)
        for keys in _with_prefix(parts, prefix, known):
            counts += np.bincount(_next_bits(keys, known), minlength=1 << _STEP)
        ends = np.cumsum(counts)
        first, second = np.searchsorted(ends, (low, high), side="right").tolist()
        if first != second:
            return _across(parts, prefix, known, first, second)
        before = int(ends[first] - counts[first])
        low, high, prefix, known = low - before, high - before, (prefix << _STEP) | first, known + _STEP
        if counts[first] <= _KEPT or known == _width(parts):
            return _within(parts, prefix, known, low, high)


def _within(parts: Parts, prefix: int, known: int, low: int, high: int) -> float:
    """The mean of two ranks among the values that begin with *prefix*; all are equal when no more bits are left."""
    found = _with_prefix(parts, prefix, known)
    if known == _width(parts):
        return float(_values(next(found)[:1])[0])
    ordered = np.partition(np.concatenate(list(found)), sorted({low, high}))
    a, b = (float(value) for value in _values(ordered[[low, high]]))
    return a + (b - a) / 2


def _across(parts: Parts, prefix: int, known: int, first: int, second: int) -> float:
    """The mean of the largest value of one bin and the smallest of a later one."""
    below: list[Any] = []
    above: list[Any] = []
    for keys in _with_prefix(parts, prefix, known):
        bins = _next_bits(keys, known)
        below += [keys[bins == first].max()] if (bins == first).any() else []
        above += [keys[bins == second].min()] if (bins == second).any() else []
    a, b = (float(value) for value in _values(np.array([max(below), min(above)])))
    return a / 2 + b / 2


def _keys(values: NDArray[np.floating[Any]]) -> NDArray[np.unsignedinteger[Any]]:
    """Whole numbers in the order of the values."""
    bits = np.ascontiguousarray(values).view(f"u{values.itemsize}")
    sign = bits.dtype.type(1 << (8 * bits.itemsize - 1))
    return np.where(bits & sign, ~bits, bits | sign)


def _values(keys: NDArray[np.unsignedinteger[Any]]) -> NDArray[np.floating[Any]]:
    sign = keys.dtype.type(1 << (8 * keys.itemsize - 1))
    return np.where(keys & sign, keys ^ sign, ~keys).view(f"f{keys.itemsize}")


def _with_prefix(parts: Parts, prefix: int, known: int) -> Iterator[NDArray[np.unsignedinteger[Any]]]:
    for part in parts():
        keys = _keys(part)
        if known:
            keys = keys[keys >> keys.dtype.type(8 * keys.itemsize - known) == prefix]
        if keys.size:
            yield keys


def _next_bits(keys: NDArray[np.unsignedinteger[Any]], known: int) -> NDArray[np.intp]:
    shift = keys.dtype.type(8 * keys.itemsize - known - _STEP)
    return np.asarray((keys >> shift) & keys.dtype.type((1 << _STEP) - 1), np.intp)


def _width(parts: Parts) -> int:
    return 8 * next(iter(parts())).itemsize
