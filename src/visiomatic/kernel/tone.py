"""Curves of display as small tables, indexed by the leading bits of a float.

A uniform table fails where a curve is steep near zero (gamma 5). The leading bits of an IEEE float, read as an
integer, grow with its logarithm: equal relative steps, fine where the value is small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

LEVELS = 255.49  # byte = floor(255.49 * s), as VisiOmatic has always done

_ONE_BITS = 0x3F800000  # the bits of 1.0f
_MANTISSA_BITS = 23
_COARSE_BITS = 4
_OCTAVES = 64  # x below 2**-64 counts as zero
_SMALL = 8192  # entries that a table may have without need: bytes that fit the first-level cache
_LARGE = 65536  # entries that it may have when the curve is steep


@dataclass(frozen=True, slots=True, eq=False)
class ToneTable:
    """Display bytes of x in 0..1: ``values[clip((bits(float32(x)) >> shift) - first, 0, len - 1)]``."""

    shift: int
    first: int
    values: NDArray[np.uint8]

    def __call__(self, x: ArrayLike) -> NDArray[np.uint8]:
        return self.values[_index(x, self.shift, self.first, self.values.size)]

    def inverted(self) -> ToneTable:
        """The negative picture: 255 - byte."""
        return replace(self, values=np.uint8(255) - self.values)


@dataclass(frozen=True, slots=True, eq=False)
class CurveTable:
    """A stretch as float32 values 0..1, indexed like `ToneTable`."""

    shift: int
    first: int
    values: NDArray[np.float32]

    def __call__(self, x: ArrayLike) -> NDArray[np.float32]:
        return self.values[_index(x, self.shift, self.first, self.values.size)]


class Tone(NamedTuple):
    """How one channel becomes bytes: table[clip((v - low) * gain + bias, 0, 1)], and ``nan`` where v is NaN."""

    low: float
    gain: float
    bias: float
    table: ToneTable
    nan: int = 0


class ChannelTone(NamedTuple):
    """How one channel enters a mix: (v - low) * gain + bias; when clipped, then ``curve`` (None: linear)."""

    low: float
    gain: float
    bias: float = 0.0
    curve: CurveTable | None = None


def tone_table(curve: Curve) -> ToneTable:
    """Table of ``floor(255.49 * curve(x))``, right within one level for every float32 x in 0..1.

    *curve* maps 0..1 to 0..1 (clipped here) and holds everything that comes after the cuts: stretch, gamma,
    contrast, inversion. It may fall; where it jumps, only x in the same 65,536th of the range as the jump is off.
    """
    shift, first, x = _nodes(curve, LEVELS, 0.5)
    return ToneTable(shift, first, np.floor(LEVELS * _evaluate(curve, x)).astype(np.uint8))


def curve_table(curve: Curve) -> CurveTable:
    """Table of *curve* itself, for channels that are stretched before they are mixed."""
    shift, first, x = _nodes(curve, 4096.0, 2.0)
    return CurveTable(shift, first, _evaluate(curve, x).astype(np.float32))


def _index(x: ArrayLike, shift: int, first: int, size: int) -> NDArray[np.int64]:
    bits = np.atleast_1d(np.asarray(x, np.float32)).view(np.int32).reshape(np.shape(x))
    index: NDArray[np.int64] = np.clip((bits.astype(np.int64) >> shift) - first, 0, size - 1)
    return index


def _evaluate(curve: Curve, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(np.nan_to_num(np.broadcast_to(curve(x), x.shape), nan=0.0), 0.0, 1.0)


def _floats(bits: NDArray[np.int64]) -> NDArray[np.float64]:
    return bits.astype(np.int32).view(np.float32).astype(np.float64)


def _nodes(curve: Curve, levels: float, step: float) -> tuple[int, int, NDArray[np.float64]]:
    """Shift, first index and the x at which a table of *curve* is evaluated.

    The range is cut where the curve has stopped moving (by half a step); inside it the number of mantissa bits is
    the largest that fits a small table, or more when needed for *step* (in units of 1/levels) from entry to entry.
    """
    coarse = _MANTISSA_BITS - _COARSE_BITS
    top = _ONE_BITS >> coarse
    bits = np.arange(top - _OCTAVES * 2**_COARSE_BITS, top + 1) << coarse
    y = levels * _evaluate(curve, np.concatenate(([0.0], _floats(bits[1:]))))
    low = int(np.argmax(np.append(np.abs(y - y[0]) > step / 2, True))) - 1
    high = y.size - int(np.argmax(np.append(np.abs(y[::-1] - y[-1]) > step / 2, True)))
    low, high = min(max(low, 0), y.size - 2), max(min(high, y.size - 1), 1)
    high = max(high, low + 1)
    needed = _COARSE_BITS + np.log2(max(float(np.max(np.abs(np.diff(y[low : high + 1])))) / step, 1.0))
    fits = _COARSE_BITS + np.log2(_SMALL / (high - low))
    most = _COARSE_BITS + np.log2(_LARGE / (high - low))
    mantissa = int(min(max(np.ceil(needed), np.floor(fits)), np.floor(most), _MANTISSA_BITS))
    shift = _MANTISSA_BITS - mantissa
    first, last = int(bits[low]) >> shift, int(bits[high]) >> shift
    edges = np.arange(first, last + 2) << shift
    x = (_floats(edges[:-1]) + _floats(edges[1:])) / 2
    x[0], x[-1] = 0.0, 1.0
    return shift, first, x
