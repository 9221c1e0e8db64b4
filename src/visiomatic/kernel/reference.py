"""NumPy twins of the kernel: the same contracts in the plainest form, in float64. Slow; the tests compare with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from visiomatic.kernel.raster import Raster
from visiomatic.kernel.tone import LEVELS, ChannelTone, Tone, ToneTable
from visiomatic.types import RGBA

_FAR = 1e30  # infinities enter a mix as this


def stored(raster: Raster) -> NDArray[Any]:
    """The stored numbers in native byte order (a copy)."""
    shape, strides = (raster.height, raster.width), (raster.row_stride, raster.itemsize)
    view = np.ndarray(shape, np.dtype(raster.code), raster.data, raster.offset, strides)
    return view.astype(view.dtype.newbyteorder("="))


def blank_mask(raster: Raster) -> NDArray[np.bool_]:
    numbers = stored(raster)
    if raster.blank is None or numbers.dtype.kind == "f":
        return np.zeros(numbers.shape, bool)
    return np.asarray(numbers == raster.blank)


def decode_exact(raster: Raster) -> NDArray[Any]:
    numbers, target = stored(raster), raster.dtype
    if numbers.dtype.kind in "iu" and target.kind in "iu":
        if target == numbers.dtype:
            return numbers
        sign = numbers.dtype.type(1).astype(target) << np.array(8 * raster.itemsize - 1, target)
        return np.asarray(numbers.view(target) ^ sign.astype(target))
    if raster.scale == 1.0 and raster.zero == 0.0:
        return numbers
    return (raster.zero + raster.scale * numbers.astype(np.float64)).astype(target)


def decode(raster: Raster, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    return np.asarray(_physical(raster), dtype)


def _physical(raster: Raster) -> NDArray[np.float64]:
    if raster.dtype.kind in "iu":
        values = decode_exact(raster).astype(np.float64)
    else:
        values = raster.zero + raster.scale * stored(raster).astype(np.float64)
    values[blank_mask(raster)] = np.nan
    return values


def rebin(raster: Raster, factor: Literal[2, 4]) -> NDArray[np.float32]:
    means = _halve(_physical(raster))
    return means if factor == 2 else _halve(means.astype(np.float64))


def _halve(values: NDArray[np.float64]) -> NDArray[np.float32]:
    height, width = values.shape
    padded = np.full((height + height % 2, width + width % 2), np.nan)
    padded[:height, :width] = values
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
    finite = np.isfinite(blocks)
    count = finite.sum((1, 3))
    total = np.where(finite, blocks, 0.0).sum((1, 3))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def area_mean(
    raster: Raster, x: tuple[float, float], y: tuple[float, float], width: int, height: int, *, halves: bool = False
) -> NDArray[np.float64]:
    values = rebin(raster, 2).astype(np.float64) if halves else _physical(raster)
    across, down = _overlaps(values.shape[1], x, width), _overlaps(values.shape[0], y, height)
    finite = np.isfinite(values)
    cover = down @ finite @ across.T
    total = down @ np.where(finite, values, 0.0) @ across.T
    area = (x[1] - x[0]) / width * (y[1] - y[0]) / height
    means = np.full(cover.shape, np.nan)
    np.divide(total, cover, out=means, where=cover > 1e-6 * min(area, 1.0))
    return means


def _overlaps(size: int, extent: tuple[float, float], count: int) -> NDArray[np.float64]:
    """How much of each pixel (columns) lies in each cell (rows)."""
    edges, pixels = np.linspace(*extent, count + 1)[:, None], np.arange(size)
    return np.asarray(np.clip(np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels), 0.0, 1.0))


def unit(values: NDArray[np.float64], low: float, gain: float, bias: float) -> NDArray[np.float64]:
    """(v - low) * gain + bias with infinities kept finite; NaN where v is NaN."""
    if gain == 0.0:  # of an infinite value, too
        return np.where(np.isnan(values), np.nan, bias)
    return np.clip((values - low) * gain + bias, -_FAR, _FAR)


def render_grey(raster: Raster, tone: Tone) -> NDArray[np.uint8]:
    x = unit(_physical(raster), tone.low, tone.gain, tone.bias)
    return np.where(np.isnan(x), np.uint8(tone.nan), tone.table(np.clip(np.nan_to_num(x), 0.0, 1.0)))


def contrast(curve: NDArray[np.float32], gain: float, offset: float) -> NDArray[np.uint8]:
    return np.clip(gain * curve.astype(np.float64) + offset, 0, 255).astype(np.uint8)


def climb(
    curve: NDArray[np.float32], steps: NDArray[np.float64], gain: float, offset: float
) -> NDArray[np.uint8] | None:
    starts = ((steps - offset) / gain).astype(np.float32)
    bytes_ = np.searchsorted(starts, curve, "right")
    black = np.searchsorted(starts, np.float32(0), "right")
    if (np.diff(bytes_) > 1).any() or bytes_[0] > black + 1:
        return None
    bytes_[0] = black
    return bytes_.astype(np.uint8)


def render_colors(
    raster: Raster, tone: Tone, colors: NDArray[np.uint8], nan: RGBA | None, alpha: bool
) -> NDArray[np.uint8]:
    grey = render_grey(raster, tone)
    picture = np.concatenate((colors[grey], np.full((*grey.shape, 1), 255, np.uint8)), axis=2)
    if nan is not None:
        picture[np.isnan(_physical(raster))] = nan
    return picture if alpha else np.ascontiguousarray(picture[..., :3])


def mix(
    rasters: Sequence[Raster],
    tones: Sequence[ChannelTone],
    matrix: ArrayLike,
    table: ToneTable | None,
    *,
    clip: bool,
    nan: RGBA | None,
    alpha: bool,
) -> NDArray[np.uint8]:
    weights = np.asarray(matrix, np.float64)
    total = np.zeros((rasters[0].height, rasters[0].width, 3))
    empty = np.ones(total.shape[:2], bool)
    for raster, tone, weight in zip(rasters, tones, weights, strict=True):
        x = unit(_physical(raster), tone.low, tone.gain, tone.bias)
        empty &= np.isnan(x)
        x = np.where(np.isnan(x), tone.bias, x)
        if clip:
            x = np.clip(x, 0.0, 1.0)
            x = x if tone.curve is None else tone.curve(x).astype(np.float64)
        total += x[..., np.newaxis] * weight
    return _with_nan(_bytes(table, total), empty, nan, alpha)


def lupton(
    rasters: Sequence[Raster],
    lows: Sequence[float],
    gains: Sequence[float],
    matrix: ArrayLike,
    q: float,
    stretch: float,
    table: ToneTable | None,
    *,
    nan: RGBA | None,
    alpha: bool,
) -> NDArray[np.uint8]:
    weights = np.asarray(matrix, np.float64)
    total = np.zeros((rasters[0].height, rasters[0].width, 3))
    empty = np.ones(total.shape[:2], bool)
    for raster, low, gain, weight in zip(rasters, lows, gains, weights, strict=True):
        x = unit(_physical(raster), low, gain, 0.0)
        empty &= np.isnan(x)
        total += np.nan_to_num(x)[..., np.newaxis] * weight
    q = 0.1 if abs(q) < 2.0**-23 else min(q, 1e10)
    soften, slope = q / stretch, 0.1 / np.arcsinh(0.1 * q)
    intensity = total.mean(axis=2)
    bright = intensity > 0
    ratio = np.arcsinh(soften * intensity) * slope / np.where(bright, intensity, 1.0)
    rgb = np.clip(total * np.where(bright, ratio, 0.0)[..., np.newaxis], 0.0, None)
    rgb /= np.maximum(rgb.max(axis=2, keepdims=True), 1.0)
    return _with_nan(_bytes(table, rgb), empty, nan, alpha)


def _bytes(table: ToneTable | None, x: NDArray[np.float64]) -> NDArray[np.uint8]:
    x = np.clip(x, 0.0, 1.0)
    return (LEVELS * x).astype(np.uint8) if table is None else table(x)


def _with_nan(rgb: NDArray[np.uint8], empty: NDArray[np.bool_], nan: RGBA | None, alpha: bool) -> NDArray[np.uint8]:
    picture = np.concatenate((rgb, np.full((*empty.shape, 1), 255, np.uint8)), axis=2)
    if nan is not None:
        picture[empty] = nan
    return picture if alpha else np.ascontiguousarray(picture[..., :3])


def finite(sample: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    return np.asarray(sample[np.isfinite(sample)])


def background_mad(sample: NDArray[np.float32]) -> tuple[float, float]:
    """Mode estimate and median absolute deviation after one clipping at 3 MAD, as VisiOmatic 3 computes them."""
    x = finite(sample).astype(np.float64)
    if x.size == 0:
        return 0.0, 0.0
    sigma, deviation = float(x.std()), np.abs(x - np.median(x))
    x = x[deviation <= 3.0 * np.median(deviation)]
    median = float(np.median(x))
    mad = float(np.median(np.abs(x - median)))
    return 3.5 * median - 2.5 * float(x.mean()), 0.1 * sigma if 1e5 * mad < sigma else mad


def zscale(sample: NDArray[np.float32], contrast: float = 0.25, size: int = 1000) -> tuple[float, float]:
    """Limits of IRAF's and DS9's zscale: the line through the sorted sample, outliers rejected, over *contrast*."""
    values = finite(np.ravel(sample))
    if values.size == 0:
        return 0.0, 0.0
    y = np.sort(values[:: max(1, values.size // size)][:size]).astype(np.float64)
    fit = _zscale_slope(y)
    low, high = float(y[0]), float(y[-1])
    if fit is None:
        return low, high
    slope, center, median = fit / contrast if contrast > 0 else fit, (y.size - 1) // 2, float(np.median(y))
    if fit * y.size <= 1e-12 * abs(median):
        return low, high
    return max(low, median - (center - 1) * slope), min(high, median + (y.size - center) * slope)


def _zscale_slope(y: NDArray[np.float64]) -> float | None:
    least, grow = max(5, y.size // 2), max(1, y.size // 100)
    x, good = np.arange(y.size, dtype=np.float64), np.ones(y.size, bool)
    slope, count, before = 0.0, y.size, y.size + 1
    for _ in range(5):
        if count >= before or count < least:
            break
        dx = x - x[good].mean()
        slope = float((dx * y)[good].sum() / (dx * dx)[good].sum())
        flat = y - y[good].mean() - slope * dx
        rejected = ~good | (np.abs(flat) > 2.5 * flat[good].std())
        good = ~np.convolve(rejected, np.ones(grow, bool), mode="same")
        before, count = count, int(good.sum())
    return slope if count >= least else None


def summarize(sample: NDArray[np.floating[Any]]) -> tuple[int, int, float, float, float, float, float, float]:
    x, nan = finite(sample).astype(np.float64), int(np.isnan(sample).sum())
    if x.size == 0:
        return 0, nan, *(float("nan"),) * 6
    median = float(np.median(x))
    mad = float(np.median(np.abs(x - median)))
    return x.size, nan, float(x.min()), float(x.max()), float(x.mean()), float(x.std()), median, mad


def percentiles(sample: NDArray[np.float32], percents: ArrayLike) -> NDArray[np.float64]:
    percents = np.asarray(percents, np.float64)
    values = finite(np.ravel(sample)).astype(np.float64)
    if values.size == 0:
        return np.full(percents.shape, np.nan)
    return np.asarray(np.percentile(values, percents))


def histogram(
    sample: NDArray[np.float32], low: float, high: float, bins: int
) -> tuple[NDArray[np.int64], int, int, int]:
    values = np.ravel(sample).astype(np.float64)
    inside = values[(values >= low) & (values <= high)]
    counts, _ = np.histogram(inside, bins, (low, high))
    return counts, int((values < low).sum()), int((values > high).sum()), int(np.isnan(values).sum())
