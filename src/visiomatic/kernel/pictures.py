"""From stored numbers to bytes of colour, in one pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import reference
from visiomatic.kernel.raster import Raster
from visiomatic.kernel.tone import ChannelTone, Tone, ToneTable
from visiomatic.types import RGBA


def render_grey(raster: Raster, tone: Tone) -> NDArray[np.uint8]:
    """One byte a pixel: ``tone.table[clip((v - low) * gain + bias, 0, 1)]``, ``tone.nan`` where v is NaN."""
    return reference.render_grey(raster, tone)


def render_colors(
    raster: Raster, tone: Tone, colors: NDArray[np.uint8], nan: RGBA | None = None, alpha: bool = False
) -> NDArray[np.uint8]:
    """The bytes of `render_grey` through a colour map of shape (256, 3); shape (height, width, 4 if alpha else 3).

    NaN is drawn as *nan*, or as the colour of ``tone.nan`` when that is None.
    """
    return reference.render_colors(raster, tone, colors, nan, alpha)


def mix(
    rasters: Sequence[Raster],
    tones: Sequence[ChannelTone],
    matrix: ArrayLike,
    table: ToneTable,
    *,
    clip: bool,
    nan: RGBA | None = None,
    alpha: bool = False,
) -> NDArray[np.uint8]:
    """N channels of equal size mixed to RGB: ``table[clip(sum of matrix[c] * x_c, 0, 1)]`` for each component.

    x_c = (v - low) * gain + bias; with *clip* it is cut to 0..1 and goes through the channel's own curve first.
    *matrix* has shape (n, 3). NaN counts as v = low; with *nan*, a pixel that is NaN in every channel has that colour.
    """
    return reference.mix(rasters, tones, matrix, table, clip=clip, nan=nan, alpha=alpha)


def lupton(
    rasters: Sequence[Raster],
    lows: ArrayLike,
    gains: ArrayLike,
    matrix: ArrayLike,
    q: float,
    stretch: float,
    table: ToneTable,
    *,
    nan: RGBA | None = None,
    alpha: bool = False,
) -> NDArray[np.uint8]:
    """Lupton et al. 2004 (as astropy's make_lupton_rgb) of N channels: rgb = sum of matrix[c] * (v - low) * gain.

    I = mean of rgb, scaled by f(I) / I with f the asinh of *q* and *stretch*; where a component exceeds 1 all are
    divided by it, which keeps the hue. *table* is the identity, or gamma and the like. NaN as in `mix`.
    """
    return reference.lupton(rasters, lows, gains, matrix, q, stretch, table, nan=nan, alpha=alpha)
