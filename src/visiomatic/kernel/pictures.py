"""From stored numbers to bytes of colour, in one pass. *out*, where given, is filled instead of a new array."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import _kernel
from visiomatic.kernel.raster import Raster, confirm
from visiomatic.kernel.tone import ChannelTone, Tone, ToneTable
from visiomatic.types import RGBA

Picture = NDArray[np.uint8]


def render_grey(raster: Raster, tone: Tone, out: Picture | None = None, *, halves: bool = False) -> Picture:
    """One byte a pixel: ``tone.table[clip((v - low) * gain + bias, 0, 1)]``, ``tone.nan`` where v is NaN.

    With *halves*, the pixels are those of ``rebin(raster, 2)``, without storing them.
    """
    out = np.empty(raster.shape(halves), np.uint8) if out is None else out
    confirm(_kernel.render_grey(raster, halves, tone, out), (raster,))
    return out


def render_colors(
    raster: Raster,
    tone: Tone,
    colors: NDArray[np.uint8],
    nan: RGBA | None = None,
    alpha: bool = False,
    out: Picture | None = None,
    *,
    halves: bool = False,
) -> Picture:
    """The bytes of `render_grey` through a colour map of shape (256, 3); shape (height, width, 4 if alpha else 3).

    NaN is drawn as *nan*, or as the colour of ``tone.nan`` when that is None.
    """
    out = _picture(raster, alpha, halves) if out is None else out
    confirm(_kernel.render_colors(raster, halves, tone, colors, nan, out), (raster,))
    return out


def mix(
    rasters: Sequence[Raster],
    tones: Sequence[ChannelTone],
    matrix: ArrayLike,
    table: ToneTable | None,
    *,
    clip: bool,
    nan: RGBA | None = None,
    alpha: bool = False,
    out: Picture | None = None,
) -> Picture:
    """N channels of equal size mixed to RGB: ``table[clip(sum of matrix[c] * x_c, 0, 1)]`` for each component.

    Without *table* the bytes are ``floor(255.49 * sum)``.
    x_c = (v - low) * gain + bias; with *clip* it is cut to 0..1 and goes through the channel's own curve first.
    *matrix* has shape (n, 3). NaN counts as v = low; with *nan*, a pixel that is NaN in every channel has that colour.
    """
    out = _picture(rasters[0], alpha) if out is None else out
    weights = np.ascontiguousarray(matrix, np.float32)
    confirm(_kernel.mix(rasters, tones, weights, table, clip, nan, out), rasters)
    return out


def lupton(
    rasters: Sequence[Raster],
    lows: Sequence[float],
    gains: Sequence[float],
    matrix: ArrayLike,
    q: float,
    stretch: float,
    table: ToneTable | None,
    *,
    nan: RGBA | None = None,
    alpha: bool = False,
    out: Picture | None = None,
) -> Picture:
    """Lupton et al. 2004 (as astropy's make_lupton_rgb) of N channels: rgb = sum of matrix[c] * (v - low) * gain.

    I = mean of rgb, scaled by f(I) / I with f the asinh of *q* and *stretch*; where a component exceeds 1 all are
    divided by it, which keeps the hue. *table* is gamma and the like, None: the identity. NaN as in `mix`.
    """
    out = _picture(rasters[0], alpha) if out is None else out
    tones = [ChannelTone(float(low), float(gain)) for low, gain in zip(lows, gains, strict=True)]
    weights = np.ascontiguousarray(matrix, np.float32)
    confirm(_kernel.lupton(rasters, tones, weights, *lupton_constants(q, stretch), table, nan, out), rasters)
    return out


def contrast(curve: NDArray[np.float32], gain: float, offset: float) -> NDArray[np.uint8]:
    """``clip(gain * curve + offset, 0, 255)`` as bytes, cut off: a table of display bytes with another contrast."""
    out = np.empty(curve.shape, np.uint8)
    _kernel.contrast(curve, gain, offset, out)
    return out


def climb(
    curve: NDArray[np.float32], steps: NDArray[np.float64], gain: float, offset: float
) -> NDArray[np.uint8] | None:
    """How many of the 255 rising *steps* are not above ``gain * curve + offset``: a table of display bytes.

    *curve* rises from 0 and gain > 0 (else ValueError). The first entry, which is for 0 too, has the byte of 0.
    None where neighbours are more than one byte apart.
    """
    out = np.empty(curve.shape, np.uint8)
    return out if _kernel.climb(curve, steps, gain, offset, out) else None


def lupton_constants(q: float, stretch: float) -> tuple[float, float]:
    """Softening and slope of f(I) = slope * asinh(soften * I), which is linear below a tenth of *stretch*."""
    q = 0.1 if abs(q) < 2.0**-23 else min(q, 1e10)
    return q / stretch, 0.1 / math.asinh(0.1 * q)


def _picture(raster: Raster, alpha: bool, halves: bool = False) -> Picture:
    return np.empty((*raster.shape(halves), 4 if alpha else 3), np.uint8)
