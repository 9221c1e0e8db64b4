"""From a style and stored numbers to bytes of colour: one kernel call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import ChannelTone, Raster, Tone, lupton, mix, render_colors, render_grey
from visiomatic.render.colormaps import colors
from visiomatic.render.curves import channel_table, display_table, finish_table, level_at
from visiomatic.types import RGBA, Cuts, Style

THRESHOLD = 1e30  # gain where the cuts leave no interval: a hard step at the low cut
Pixels = NDArray[np.uint8]


def paint(style: Style, rasters: Sequence[Raster], *, alpha: bool, halves: bool = False) -> Pixels:
    """The picture of equally large *rasters*, one for each of ``style.channels``, as `finished` returns it.

    With *halves* (of one channel alone) that of the 2 × 2 means of the raster.
    """
    height, width = rasters[0].shape(halves)
    picture = blank_picture(style, width, height, alpha=alpha)
    paint_into(style, rasters, picture, halves=halves)
    return finished(style, picture)


def blank_picture(style: Style, width: int, height: int, *, alpha: bool) -> Pixels:
    """Room for a picture, of which `paint_into` fills bands of rows: (height, width), (…, 3) or (…, 4).

    Four components only with *alpha*; without it, NaN has its colour, opaque.
    """
    if alpha and style.nan is not None and style.nan[3] < 255:
        return np.empty((height, width, 4), np.uint8)
    grey = style.matrix is None and style.colormap == "grey" and _is_grey(style.nan)
    return np.empty((height, width) if grey else (height, width, 3), np.uint8)


def paint_into(style: Style, rasters: Sequence[Raster], picture: Pixels, *, halves: bool = False) -> None:
    """Paints rows of a blank picture; *halves* as in `paint`."""
    if style.matrix is None:
        _single(style, rasters[0], picture, halves)
    elif style.lupton is None:
        _mix(style, rasters, style.matrix, picture)
    else:
        _lupton(style, rasters, style.matrix, style.lupton, picture)


def finished(style: Style, picture: Pixels) -> Pixels:
    """A picture without a transparent pixel (so without NaN) in as few components as show it."""
    if picture.ndim == 2 or picture.shape[2] == 3 or picture[..., 3].min() < 255:
        return picture
    grey = style.matrix is None and style.colormap == "grey"
    return np.ascontiguousarray(picture[..., 0] if grey else picture[..., :3])


def _single(style: Style, raster: Raster, picture: Pixels, halves: bool) -> None:
    low, gain = _ramp(style.cuts[0], style.gain)
    colored, nan = style.colormap != "grey", style.nan
    table = display_table(style.stretch, style.contrast, style.center, style.gamma, style.invert and not colored)
    grey = level_at(table, style.bias) if nan is None else nan[0]
    tone = Tone(low, gain, style.bias, table, grey)
    if picture.ndim == 2:
        render_grey(raster, tone, picture, halves=halves)
        return
    # A colour map is inverted by reading it from its other end.
    table_of_colors = colors(_reverse(style.colormap, style.invert) if colored else "grey")
    render_colors(raster, tone, table_of_colors, nan, out=picture, halves=halves)


def _mix(
    style: Style, rasters: Sequence[Raster], matrix: Sequence[tuple[float, float, float]], picture: Pixels
) -> None:
    curve = channel_table(style.stretch, style.contrast, style.center)
    tones = [ChannelTone(*_ramp(cuts, style.gain), style.bias, curve) for cuts in style.cuts]
    table = finish_table(1.0, 0.5, style.gamma, style.invert)
    mix(rasters, tones, matrix, table, clip=style.clip_channels, nan=style.nan, out=picture)


def _lupton(
    style: Style,
    rasters: Sequence[Raster],
    matrix: Sequence[tuple[float, float, float]],
    parameters: tuple[float, float],
    picture: Pixels,
) -> None:
    """Q and stretch of Lupton et al. 2004 count in units of the interval between the cuts."""
    ramps = [_ramp(cuts, style.gain) for cuts in style.cuts]
    lows, gains = [low - style.bias / gain for low, gain in ramps], [gain for _, gain in ramps]
    table = finish_table(style.contrast, style.center, style.gamma, style.invert)
    lupton(rasters, lows, gains, matrix, *parameters, table, nan=style.nan, out=picture)


def _ramp(cuts: Cuts, gain: float) -> tuple[float, float]:
    interval = cuts.high - cuts.low
    return cuts.low, gain / interval if interval > 0 else gain * THRESHOLD


def _reverse(colormap: str, invert: bool) -> str:
    if not invert:
        return colormap
    return colormap.removesuffix("_r") if colormap.endswith("_r") else colormap + "_r"


def _is_grey(color: RGBA | None) -> bool:
    return color is None or color[0] == color[1] == color[2]
