"""From a style and stored numbers to bytes of colour: one kernel call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import ChannelTone, Raster, Tone, lupton, mix, render_colors, render_grey
from visiomatic.render.colormaps import colors
from visiomatic.render.curves import channel_table, display_table, level_at
from visiomatic.types import RGBA, Cuts, Stretch, Style

THRESHOLD = 1e30  # gain where the cuts leave no interval: a hard step at the low cut
LINEAR = Stretch("linear")


def paint(style: Style, rasters: Sequence[Raster], *, alpha: bool) -> NDArray[np.uint8]:
    """The picture of equally large *rasters*, one for each of ``style.channels``: (H, W), (H, W, 3) or (H, W, 4).

    Four components only with *alpha*, and where there is a transparent pixel; without *alpha*, NaN has its colour,
    opaque.
    """
    alpha = alpha and style.nan is not None and style.nan[3] < 255
    if style.matrix is None:
        picture = _single(style, rasters[0], alpha)
    elif style.lupton is None:
        picture = _mix(style, rasters, style.matrix, alpha)
    else:
        picture = _lupton(style, rasters, style.matrix, style.lupton, alpha)
    return _opaque(picture, style) if alpha and picture[..., 3].min() == 255 else picture


def _single(style: Style, raster: Raster, alpha: bool) -> NDArray[np.uint8]:
    low, gain = _ramp(style.cuts[0], style.gain)
    colored, nan = style.colormap != "grey", style.nan
    table = display_table(style.stretch, style.contrast, style.center, style.gamma, style.invert and not colored)
    grey = level_at(table, style.bias) if nan is None else nan[0]
    tone = Tone(low, gain, style.bias, table, grey)
    if colored:  # inverted by reading the map from its other end
        return render_colors(raster, tone, colors(_reverse(style.colormap, style.invert)), nan, alpha)
    if alpha or not _is_grey(nan):
        return render_colors(raster, tone, colors("grey"), nan, alpha)
    return render_grey(raster, tone)


def _mix(
    style: Style, rasters: Sequence[Raster], matrix: Sequence[tuple[float, float, float]], alpha: bool
) -> NDArray[np.uint8]:
    curve = channel_table(style.stretch, style.contrast, style.center)
    tones = [ChannelTone(*_ramp(cuts, style.gain), style.bias, curve) for cuts in style.cuts]
    table = display_table(LINEAR, 1.0, 0.5, style.gamma, style.invert)
    return mix(rasters, tones, matrix, table, clip=style.clip_channels, nan=style.nan, alpha=alpha)


def _lupton(
    style: Style,
    rasters: Sequence[Raster],
    matrix: Sequence[tuple[float, float, float]],
    parameters: tuple[float, float],
    alpha: bool,
) -> NDArray[np.uint8]:
    """Q and stretch of Lupton et al. 2004 count in units of the interval between the cuts."""
    lows, gains = zip(*(_ramp(cuts, style.gain) for cuts in style.cuts), strict=True)
    table = display_table(LINEAR, style.contrast, style.center, style.gamma, style.invert)
    return lupton(rasters, lows, gains, matrix, *parameters, table, nan=style.nan, alpha=alpha)


def _ramp(cuts: Cuts, gain: float) -> tuple[float, float]:
    interval = cuts.high - cuts.low
    return cuts.low, gain / interval if interval > 0 else gain * THRESHOLD


def _reverse(colormap: str, invert: bool) -> str:
    if not invert:
        return colormap
    return colormap.removesuffix("_r") if colormap.endswith("_r") else colormap + "_r"


def _is_grey(color: RGBA | None) -> bool:
    return color is None or color[0] == color[1] == color[2]


def _opaque(picture: NDArray[np.uint8], style: Style) -> NDArray[np.uint8]:
    """An RGBA picture without a transparent pixel (so without NaN), in as few components as show it."""
    grey = style.matrix is None and style.colormap == "grey"
    return np.ascontiguousarray(picture[..., 0] if grey else picture[..., :3])
