"""What happens to a value after the cuts: stretch, contrast, gamma, inversion, as tables for the kernel.

Stretches have the names of DS9 and the formulas of `astropy.visualization`; all map 0..1 to 0..1.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from visiomatic import kernel
from visiomatic.kernel import Curve, CurveTable, ToneTable, curve_table, tone_table
from visiomatic.kernel.tone import LEVELS, QUARTER
from visiomatic.types import Stretch, StretchName

Values = NDArray[np.float64]

# Usual parameter of each stretch that has one, and the values that it may take.
PARAMETERS: dict[StretchName, float] = {"log": 1000.0, "power": 2.0, "pow": 1000.0, "asinh": 0.1, "sinh": 1.0 / 3.0}
PARAMETER_LIMITS = 1e-4, 1e6


_SHIFT = 14  # a table of 512 entries per octave …
_ENTRIES = 16 * 512  # … over 16 octaves
_MOST_SCALED = 32767  # entries: with more, a table may not be as right as it should
_FIRST = (0x3F800000 >> _SHIFT) - _ENTRIES + 1  # 0x3F800000 are the bits of 1.0, the last entry


def stretch_curve(stretch: Stretch) -> Curve:
    """The stretch itself as a function on arrays of 0..1."""
    name = stretch.name
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "histeq":
        quantiles = np.array(stretch.quantiles or (0.0, 1.0))
        return lambda x: np.interp(x, quantiles, np.linspace(0, 1, quantiles.size))
    a = PARAMETERS[name] if stretch.parameter is None else stretch.parameter
    if name == "log":
        return lambda x: np.log1p(a * x) / math.log1p(a)
    if name == "power":
        return lambda x: np.power(x, a)
    if name == "pow":  # at a = 1 the formula is 0/0; its limit is the identity
        return lambda x: np.expm1(x * math.log(a)) / (a - 1) if a != 1 else x
    if name == "asinh":
        return lambda x: np.arcsinh(x / a) / math.asinh(1 / a)
    # sinh(x / a) / sinh(1 / a), written so that neither overflows
    return lambda x: np.exp((x - 1) / a) * np.expm1(-2 * x / a) / math.expm1(-2 / a)


def display_curve(stretch: Stretch, contrast: float, center: float, gamma: float) -> Curve:
    """Stretch, then DS9's contrast and bias, then display gamma."""
    stretched, power = stretch_curve(stretch), 1.0 / gamma

    def curve(x: Values) -> Values:
        t = np.clip((stretched(x) - center) * contrast + 0.5, 0.0, 1.0)
        return np.asarray(np.power(t, power), np.float64)

    return curve


@lru_cache(maxsize=128)
def display_table(
    stretch: Stretch, contrast: float = 1.0, center: float = 0.5, gamma: float = 1.0, invert: bool = False
) -> ToneTable:
    """The bytes of `display_curve`, indexed by the bits of the value."""
    if invert:
        return display_table(stretch, contrast, center, gamma).inverted()
    quick = _contrasted(stretch, contrast, center) if gamma == 1.0 else _brightened(stretch, contrast, center, gamma)
    return quick or tone_table(display_curve(stretch, contrast, center, gamma))


@lru_cache(maxsize=128)
def _stretched(stretch: Stretch) -> tuple[NDArray[np.float32], float]:
    """The stretch at the entries of a table of all octaves, and the contrast up to which that is within a level."""
    edges = (np.arange(_FIRST, _FIRST + _ENTRIES + 1) << _SHIFT).astype(np.int32).view(np.float32)
    x = np.clip(edges.astype(np.float64), 0.0, 1.0)
    x[0] = 0.0  # whatever is smaller falls into the first entry
    curve = stretch_curve(stretch)
    error = LEVELS * float(np.abs(np.diff(curve(x))).max()) / 2
    return curve((x[:-1] + x[1:]) / 2).astype(np.float32), 0.95 / error


def _contrasted(stretch: Stretch, contrast: float, center: float) -> ToneTable | None:
    """What contrast and bias make of a stretch that is at hand: some microseconds while somebody drags the mouse.

    None where the contrast is too high for that.
    """
    values, limit = _stretched(stretch)
    if not 0 < contrast <= limit:
        return None
    return ToneTable(_SHIFT, _FIRST, kernel.contrast(values, LEVELS * contrast, LEVELS * (0.5 - center * contrast)))


@lru_cache(maxsize=128)
def _thresholds(gamma: float) -> Values:
    """Where each byte from 1 on begins, before gamma."""
    return np.asarray((np.arange(1, 256) / LEVELS) ** gamma, np.float64)


def _brightened(stretch: Stretch, contrast: float, center: float, gamma: float) -> ToneTable | None:
    """As `_contrasted`, with gamma: where each byte begins among the values of the stretch.

    None where neighbours among these are more than a level apart.
    """
    values, _ = _stretched(stretch)
    if contrast <= 0:
        return None
    table = kernel.climb(values, _thresholds(gamma), contrast, 0.5 - center * contrast)
    return None if table is None else ToneTable(_SHIFT, _FIRST, table)


@lru_cache(maxsize=128)
def channel_table(stretch: Stretch, contrast: float, center: float) -> CurveTable | None:
    """What one channel of a mix goes through before it is mixed (clipped to 0..1); None when that changes nothing."""
    if stretch.name == "linear" and contrast == 1.0 and center == 0.5:
        return None
    finer = max(0, math.ceil(math.log2(contrast))) if contrast > 0 else 0
    table = _channel_stretch(stretch, finer)
    if contrast > 0 and table.values.size <= _MOST_SCALED:
        return table.scaled(contrast, 0.5 - center * contrast)
    return curve_table(display_curve(stretch, contrast, center, 1.0))


@lru_cache(maxsize=128)
def _channel_stretch(stretch: Stretch, finer: int) -> CurveTable:
    """The stretch, right enough for a contrast up to 2**finer."""
    return curve_table(stretch_curve(stretch), QUARTER / 2**finer)


def finish_table(contrast: float, center: float, gamma: float, invert: bool) -> ToneTable | None:
    """What the sum of mixed channels goes through; None when that changes nothing."""
    if (contrast, center, gamma, invert) == (1.0, 0.5, 1.0, False):
        return None
    return display_table(Stretch("linear"), contrast, center, gamma, invert)


def level_at(table: ToneTable, x: float) -> int:
    """The byte of one value (clipped to 0..1), without the cost of array functions."""
    (bits,) = struct.unpack("<i", struct.pack("<f", min(max(x, 0.0), 1.0)))
    index = min(max((bits >> table.shift) - table.first, 0), table.values.size - 1)
    return int(table.values[index])


def _identity(x: Values) -> Values:
    return x


_PLAIN: dict[StretchName, Curve] = {"linear": _identity, "sqrt": np.sqrt, "squared": np.square}
