"""Curves of display as small tables, indexed by the leading bits of a float.

A uniform table fails where a curve is steep near zero (gamma 5). The leading bits of an IEEE float, read as an
integer, grow with its logarithm: equal relative steps, fine where the value is small.
"""

from __future__ import annotations

import math
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
# Entries of a table: so many without need (they fit the first-level cache), so many where the curve is steep.
_BYTES = 8192, 65000
_PIECES = 2048, 65000


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
    """A stretch as straight pieces: ``pieces[i, 0] + pieces[i, 1] * x``, i as for `ToneTable`."""

    shift: int
    first: int
    pieces: NDArray[np.float32]  # shape (n, 2)

    def __call__(self, x: ArrayLike) -> NDArray[np.float32]:
        x = np.asarray(x, np.float32)
        start, slope = np.moveaxis(self.pieces[_index(x, self.shift, self.first, len(self.pieces))], -1, 0)
        return np.asarray(start + slope * x)


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
    contrast, inversion. It may fall. Where it jumps, the x nearest to the jump may fall on its other side.
    """
    low, high = _moving(curve, 0.25 / LEVELS)
    for shift in _shifts(high - low, _BYTES):
        edges = _edges(low, high, shift)
        x = (edges[:-1] + edges[1:]) / 2
        x[0], x[-1] = 0.0, 1.0
        y = LEVELS * _evaluate(curve, x)
        if np.abs(np.diff(y)).max() <= 1.0:
            break
    return ToneTable(shift, low >> shift, np.floor(y).astype(np.uint8))


def curve_table(curve: Curve) -> CurveTable:
    """Table of *curve* itself (0..1 to 0..1), for channels that are stretched before they are mixed.

    Within 1e-4 for every float32 x in 0..1, but where the curve jumps.
    """
    low, high = _moving(curve, 1e-6)
    for shift in _shifts(high - low, _PIECES):
        edges = _edges(low, high, shift)
        edges[0], edges[-2:] = 0.0, (1.0, 2.0)
        y = _evaluate(curve, np.minimum(edges, 1.0))
        middle = _evaluate(curve, np.minimum((edges[:-1] + edges[1:]) / 2, 1.0))
        if np.abs(middle - (y[:-1] + y[1:]) / 2).max() <= 5e-5:
            break
    slope = np.diff(y) / np.diff(edges)
    pieces = np.stack((y[:-1] - slope * edges[:-1], slope), 1, dtype=np.float32)
    return CurveTable(shift, low >> shift, pieces)


def _index(x: ArrayLike, shift: int, first: int, size: int) -> NDArray[np.int64]:
    bits = np.atleast_1d(np.asarray(x, np.float32)).view(np.int32).reshape(np.shape(x))
    index: NDArray[np.int64] = np.clip((bits.astype(np.int64) >> shift) - first, 0, size - 1)
    return index


def _evaluate(curve: Curve, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(np.nan_to_num(np.broadcast_to(curve(x), x.shape), nan=0.0), 0.0, 1.0)


def _floats(bits: NDArray[np.int64]) -> NDArray[np.float64]:
    return bits.astype(np.int32).view(np.float32).astype(np.float64)


def _moving(curve: Curve, tolerance: float) -> tuple[int, int]:
    """Bits of the x between which the curve leaves its values at 0 and 1 by more than *tolerance*."""
    shift = _MANTISSA_BITS - _COARSE_BITS
    top = _ONE_BITS >> shift
    bits = np.arange(top - (_OCTAVES << _COARSE_BITS), top + 1) << shift
    y = _evaluate(curve, np.concatenate(([0.0], _floats(bits[1:]))))
    rising = np.flatnonzero(np.abs(y - y[0]) > tolerance)
    falling = np.flatnonzero(np.abs(y - y[-1]) > tolerance)
    low = max(int(rising[0]) - 1, 0) if rising.size else y.size - 2
    high = int(falling[-1]) + 1 if falling.size else low + 1
    return int(bits[low]), int(bits[high])


def _shifts(span: int, sizes: tuple[int, int]) -> range:
    """Bits to drop from floats that span so many bit patterns: for a table of the small size, then ever larger ones."""
    small, large = (max(0, math.ceil(math.log2(span / size))) for size in sizes)
    return range(min(small, _MANTISSA_BITS - _COARSE_BITS), large - 1, -1)


def _edges(low: int, high: int, shift: int) -> NDArray[np.float64]:
    """Where the entries begin that hold the bits from *low* to *high*, and where the last one ends."""
    return _floats(np.arange(low >> shift, (high >> shift) + 2) << shift)
