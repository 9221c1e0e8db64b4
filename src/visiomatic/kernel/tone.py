"""Curves of display as small tables, indexed by the leading bits of a float.

A uniform table fails where a curve is steep near zero (gamma 5). The leading bits of an IEEE float, read as an
integer, grow with its logarithm: equal relative steps, fine where the value is small.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import _kernel

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

LEVELS = 255.49  # byte = floor(255.49 * s), as VisiOmatic has always done
QUARTER = 0.25 / LEVELS  # of a level: what may be off before channels are mixed

_ONE_BITS = 0x3F800000  # the bits of 1.0f
_MANTISSA_BITS = 23
_OCTAVES = 64  # x below 2**-64 counts as zero
_COARSE_SHIFT = _MANTISSA_BITS - 3  # 8 values in an octave tell where a curve moves at all
_NODE_SHIFT = _MANTISSA_BITS - 6  # between 64 in an octave most curves are straight
_SMALL = 8192  # entries that fit the first-level cache
_LARGE = 65534  # entries that a table may have


class ToneTable(NamedTuple):
    """Display bytes of x in 0..1: ``values[clip((bits(float32(x)) >> shift) - first, 0, len - 1)]``."""

    shift: int
    first: int
    values: NDArray[np.uint8]

    def __call__(self, x: ArrayLike) -> NDArray[np.uint8]:
        return self.values[_index(x, self.shift, self.first, self.values.size)]

    def inverted(self) -> ToneTable:
        """The negative picture: 255 - byte."""
        return self._replace(values=np.uint8(255) - self.values)


class CurveTable(NamedTuple):
    """A stretch of x in 0..1: ``values[i]``, from 0 to 1, with i as for `ToneTable`."""

    shift: int
    first: int
    values: NDArray[np.float32]

    def __call__(self, x: ArrayLike) -> NDArray[np.float32]:
        return self.values[_index(x, self.shift, self.first, self.values.size)]

    def scaled(self, gain: float, offset: float) -> CurveTable:
        """The table of clip(gain * y + offset, 0, 1)."""
        values = np.empty_like(self.values)
        _kernel.contrast(self.values, gain, offset, values)
        return CurveTable(self.shift, self.first, values)


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
    x = _nodes(low, high, _NODE_SHIFT)
    y = LEVELS * _evaluate(curve, x)
    steps, parts = np.diff(y), max(0, (_SMALL // y.size).bit_length() - 1)
    if _bend(x, y) > 0.4 or np.abs(steps).max() > 1 << parts:
        return _steep_table(curve, low, high)
    fine = y[:-1, np.newaxis] + steps[:, np.newaxis] * ((np.arange(1 << parts) + 0.5) / (1 << parts))
    return _with_ends(curve, _NODE_SHIFT - parts, low, fine.ravel())


def curve_table(curve: Curve, tolerance: float = QUARTER) -> CurveTable:
    """Table of *curve* itself (0..1 to 0..1), for channels that are stretched before they are mixed.

    Within *tolerance* for every float32 x in 0..1, but where the curve jumps.
    """
    low, high = _moving(curve, tolerance / 4)
    shift, y = _sampled(curve, low, high, 1.75 * tolerance)
    first, last = _evaluate(curve, np.array([0.0, 1.0]))
    y[0] = first
    return CurveTable(shift, low >> shift, np.append(y, last).astype(np.float32))


def _steep_table(curve: Curve, low: int, high: int) -> ToneTable:
    shift, y = _sampled(curve, low, high, 1.0 / LEVELS)
    return _with_ends(curve, shift, low, LEVELS * y)


def _sampled(curve: Curve, low: int, high: int, step: float) -> tuple[int, NDArray[np.float64]]:
    """The curve at every entry, with ever more of them until no two differ by more than *step*."""
    shift = _NODE_SHIFT
    while True:
        x = _nodes(low, high, shift)
        y = _evaluate(curve, (x[:-1] + x[1:]) / 2)
        excess = float(np.abs(np.diff(y)).max(initial=0.0)) / step
        if excess <= 1.0 or shift == 1 or x.size > _LARGE // 2:
            return shift, y
        room = math.log2(_LARGE / x.size)
        shift = max(1, shift - max(1, int(min(math.log2(excess), room))))


def _with_ends(curve: Curve, shift: int, low: int, y: NDArray[np.float64]) -> ToneTable:
    """The table of *y*; its first entry is for all smaller x too, and a last one for those from the high end on."""
    first, last = LEVELS * _evaluate(curve, np.array([0.0, 1.0]))
    values = np.append(y, last).astype(np.uint8)
    values[0] = first
    return ToneTable(shift, low >> shift, values)


def _index(x: ArrayLike, shift: int, first: int, size: int) -> NDArray[np.int64]:
    bits = np.atleast_1d(np.asarray(x, np.float32)).view(np.int32).reshape(np.shape(x))
    index: NDArray[np.int64] = np.clip((bits.astype(np.int64) >> shift) - first, 0, size - 1)
    return index


def _evaluate(curve: Curve, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.fmin(np.fmax(np.broadcast_to(curve(x), x.shape), 0.0), 1.0)  # NaN becomes 0


def _moving(curve: Curve, tolerance: float) -> tuple[int, int]:
    """Bits of the x between which the curve leaves its values at 0 and 1 by more than *tolerance*."""
    bits = np.arange(_ONE_BITS - (_OCTAVES << _MANTISSA_BITS), _ONE_BITS + 1, 1 << _COARSE_SHIFT, dtype=np.int32)
    x = bits.view(np.float32).astype(np.float64)
    x[0] = 0.0
    y = _evaluate(curve, x)
    rising = np.flatnonzero(np.abs(y - y[0]) > tolerance)
    falling = np.flatnonzero(np.abs(y - y[-1]) > tolerance)
    low = max(int(rising[0]) - 1, 0) if rising.size else y.size - 2
    high = int(falling[-1]) + 1 if falling.size else low + 1
    return int(bits[low]), int(bits[high])


def _bend(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """How far straight lines between the nodes are off at most: where the curve has a corner between two of them."""
    width = np.diff(x)
    return float(np.abs(np.diff(np.diff(y) / width) * width[1:]).max(initial=0.0)) / 2


def _nodes(low: int, high: int, shift: int) -> NDArray[np.float64]:
    """The x at which the entries begin that hold the bits from *low* to *high*."""
    entries = np.arange(low >> shift, (high >> shift) + 1, dtype=np.int32)
    return (entries << shift).view(np.float32).astype(np.float64)
