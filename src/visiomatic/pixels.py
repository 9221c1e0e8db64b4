"""Numbers of an image: values, profiles, spectra, statistics of regions, science tiles.

Positions are FITS pixels. Where there is no value (outside, BLANK, a gap) arrays are masked; NaN and infinities stay.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import BadParameter, LimitExceeded
from visiomatic.image import Image
from visiomatic.kernel import blank_mask, decode, decode_exact
from visiomatic.pyramid.grid import tile_window
from visiomatic.types import TileId, Window

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Masked = np.ma.MaskedArray[Any, Any]
Statistic = Literal["mean", "sum", "median"]
ScienceFormat = Literal["npy", "f32", "raw"]
_BAND_PIXELS = 1 << 22


def values_at(image: Image, channels: Sequence[int], x: Integers, y: Integers) -> list[Masked]:
    """Exact values of *channels* at whole FITS pixels, in the image's own type; masked where there is none."""
    inside = (x >= 1) & (x <= image.width) & (y >= 1) & (y <= image.height)
    found = image.dataset.values(tuple(channels), x[inside], y[inside])
    results = []
    for channel, values in zip(channels, found, strict=True):
        dtype = image.dataset.plane(channel).dtype
        whole: Masked = np.ma.MaskedArray(np.zeros(x.shape, dtype), np.ones(x.shape, bool))
        whole[inside] = values
        results.append(whole)
    return results


def line_pixels(start: tuple[int, int], end: tuple[int, int]) -> tuple[Integers, Integers]:
    """The pixels of a line by Bresenham, both ends included, from *start* to *end*."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    count = max(abs(dx), abs(dy))
    steps = np.arange(count + 1)

    def along(delta: int) -> Integers:
        if count == 0:
            return np.zeros(1, np.int64)
        moved: Integers = np.sign(delta) * ((2 * abs(delta) * steps + count) // (2 * count))
        return moved

    return start[0] + along(dx), start[1] + along(dy)


@dataclass(frozen=True, slots=True)
class Profile:
    """Samples along a line: positions, distance from its start in pixels, values of each channel."""

    x: NDArray[Any]
    y: NDArray[Any]
    distance: Floats
    values: list[Masked]


def profile(
    image: Image, channels: Sequence[int], start: tuple[float, float], end: tuple[float, float], *, interpolate: bool
) -> Profile:
    """Nearest pixels of a line, or bilinear interpolation at steps of at most one pixel."""
    if not interpolate:
        x, y = line_pixels(_nearest(start), _nearest(end))
        return Profile(x, y, np.hypot(x - x[0], y - y[0]), values_at(image, channels, x, y))
    length = math.dist(start, end)
    along = np.linspace(0.0, 1.0, math.ceil(length) + 1)
    at_x, at_y = (first + along * (last - first) for first, last in zip(start, end, strict=True))
    return Profile(at_x, at_y, along * length, interpolated(image, channels, at_x, at_y))


def interpolated(image: Image, channels: Sequence[int], x: Floats, y: Floats) -> list[Masked]:
    """Bilinear between the four pixels around each position; masked or NaN where one that counts has no value."""
    left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right_part, high_part = x - left, y - low
    sums = [np.zeros(x.shape) for _ in channels]
    for dx, weight_x in ((0, 1 - right_part), (1, right_part)):
        for dy, weight_y in ((0, 1 - high_part), (1, high_part)):
            weight = weight_x * weight_y
            for total, values in zip(sums, values_at(image, channels, left + dx, low + dy), strict=True):
                number = np.ma.filled(values.astype(np.float64), np.nan)
                total += np.where(weight > 0, weight * np.where(weight > 0, number, 0.0), 0.0)
    return [np.ma.MaskedArray(total) for total in sums]


def _nearest(point: tuple[float, float]) -> tuple[int, int]:
    return math.floor(point[0] + 0.5), math.floor(point[1] + 0.5)


@dataclass(frozen=True, slots=True)
class Region:
    """A set of pixels: those whose centres *contains* accepts (FITS x, y), inside the box of *window*."""

    window: Window  # display frame, clipped to the image
    contains: Callable[[Floats, Floats], NDArray[np.bool_]]


def box_region(image: Image, x1: float, y1: float, x2: float, y2: float) -> Region:
    """Pixels with their centre between the edges."""

    def contains(x: Floats, y: Floats) -> NDArray[np.bool_]:
        return np.asarray((x >= x1) & (x <= x2) & (y >= y1) & (y <= y2))

    return Region(_around(image, x1, y1, x2, y2), contains)


def ellipse_region(image: Image, x: float, y: float, a: float, b: float, angle: float) -> Region:
    """Semi-axes *a* and *b*; *angle* in degrees from the x axis to *a*, counter-clockwise, as in DS9."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    half_width, half_height = math.hypot(a * cosine, b * sine), math.hypot(a * sine, b * cosine)

    def contains(px: Floats, py: Floats) -> NDArray[np.bool_]:
        u, v = (px - x) * cosine + (py - y) * sine, (py - y) * cosine - (px - x) * sine
        return np.asarray((u / a) ** 2 + (v / b) ** 2 <= 1.0)

    return Region(_around(image, x - half_width, y - half_height, x + half_width, y + half_height), contains)


def polygon_region(image: Image, corners: Sequence[tuple[float, float]]) -> Region:
    """Inside by the even-odd rule."""
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]

    def contains(px: Floats, py: Floats) -> NDArray[np.bool_]:
        inside = np.zeros(np.broadcast_shapes(px.shape, py.shape), bool)
        for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y1 != y2:
                crosses = (py < max(y1, y2)) & (py >= min(y1, y2))
                inside ^= crosses & (px < x1 + (py - y1) / (y2 - y1) * (x2 - x1))
        return inside

    return Region(_around(image, min(xs), min(ys), max(xs), max(ys)), contains)


def _around(image: Image, x1: float, y1: float, x2: float, y2: float) -> Window:
    left, right = math.floor(min(x1, x2)) - 1, math.ceil(max(x1, x2))
    top, bottom = image.height - math.ceil(max(y1, y2)), image.height - math.floor(min(y1, y2)) + 1
    return Window(left, top, right, bottom).clip(image.width, image.height)


@dataclass(frozen=True, slots=True)
class RegionStatistics:
    """Of the finite pixels of a region; NaN where there is none."""

    n: int
    nan: int  # pixels of the region without a finite value
    sum: float
    mean: float
    median: float
    sigma: float
    mad: float
    minimum: float
    maximum: float
    exact: tuple[int, int, int] | None = None  # sum, minimum and maximum of 64-bit integers


def region_statistics(image: Image, channel: int, region: Region, most: int) -> RegionStatistics:
    """Raises LimitExceeded when the box around the region has more than *most* pixels."""
    values, nan = region_values(image, channel, region, most)
    if values.size == 0:
        return RegionStatistics(0, nan, *(math.nan,) * 7)
    exact = _exact_extremes(image, channel, region)
    total = float(values.sum(dtype=np.float64))
    mean = total / values.size
    sigma = float(np.sqrt(np.square(values - values.dtype.type(mean), dtype=np.float64).mean()))
    extent = float(values.min()), float(values.max())
    median = _median(values)
    np.abs(np.subtract(values, median, out=values), out=values)
    return RegionStatistics(values.size, nan, total, mean, median, sigma, _median(values), *extent, exact)


def _exact_extremes(image: Image, channel: int, region: Region) -> tuple[int, int, int] | None:
    """Sum, minimum and maximum where the values are 64-bit integers, of which double precision loses digits."""
    plane = image.dataset.plane(channel)
    if plane.dtype.kind not in "iu" or plane.dtype.itemsize < 8:
        return None
    total, extremes = 0, []
    for band in _bands(region.window):
        raster = plane.raster(band)
        if raster.dtype != plane.dtype:  # scaled, or with gaps: no integers any more
            return None
        found = decode_exact(raster)[region.contains(*_centres(image, band)) & ~blank_mask(raster)]
        if found.size:
            total += (int((found >> 32).sum()) << 32) + int((found & 0xFFFFFFFF).sum())  # neither half overflows
            extremes += [int(found.min()), int(found.max())]
    return (total, min(extremes), max(extremes)) if extremes else None


def region_values(image: Image, channel: int, region: Region, most: int) -> tuple[NDArray[Any], int]:
    """The finite values of a region, and how many of its pixels have none."""
    check_size(region, 1, most)
    parts, nan = [], 0
    for band in _bands(region.window):
        inside = region.contains(*_centres(image, band))
        found = decode(image.dataset.plane(channel).raster(band), _working_type(image))[inside]
        finite = found[np.isfinite(found)]
        nan += found.size - finite.size
        parts.append(finite)
    return (np.concatenate(parts) if parts else np.empty(0)), nan


def check_size(region: Region, channels: int, most: int) -> None:
    if region.window.width * region.window.height * channels > most:
        raise LimitExceeded(f"this region has more than {most} pixels to read", "region")


def region_spectrum(
    image: Image, channels: Sequence[int], region: Region, statistic: Statistic, most: int
) -> tuple[Floats, int]:
    """The statistic of each channel in the region, NaN where no value is finite, and the number of its pixels."""
    check_size(region, len(channels), most)
    pixels = sum(int(region.contains(*_centres(image, band)).sum()) for band in _bands(region.window))
    reduce = {"mean": _mean, "sum": _sum, "median": _median}[statistic]
    found = (region_values(image, channel, region, most)[0] for channel in channels)
    return np.array([reduce(values) if values.size else math.nan for values in found]), pixels


def _bands(window: Window) -> Iterator[Window]:
    if window.is_empty:
        return
    rows = max(1, _BAND_PIXELS // window.width)
    for y in range(window.y0, window.y1, rows):
        yield Window(window.x0, y, window.x1, min(y + rows, window.y1))


def _centres(image: Image, band: Window) -> tuple[Floats, Floats]:
    """FITS x of the columns and y of the rows, as they broadcast."""
    x = np.arange(band.x0, band.x1, dtype=np.float64) + 1
    y = image.height - np.arange(band.y0, band.y1, dtype=np.float64)
    return x[None, :], y[:, None]


def _working_type(image: Image) -> type[np.floating[Any]]:
    """Small integers and float32 are exact in float32."""
    dtype = image.dataset.dtype
    return np.float32 if dtype == np.float32 or (dtype.kind in "iu" and dtype.itemsize <= 2) else np.float64


def _median(values: NDArray[Any]) -> float:
    return float(np.median(values, overwrite_input=True))


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean(dtype=np.float64))


def _sum(values: NDArray[Any]) -> float:
    return float(values.sum(dtype=np.float64))


@dataclass(frozen=True, slots=True)
class ScienceTile:
    """The numbers of a tile, rows from the top, little-endian. At full resolution those of the file, bit by bit."""

    body: bytes
    dtype: np.dtype
    shape: tuple[int, int]
    exact: bool


def science_tile(image: Image, channel: int, tile: TileId, kind: ScienceFormat) -> ScienceTile:
    """``npy`` and ``raw`` keep the image's type at full resolution; ``f32``, and coarser levels, are float32."""
    window = tile_window(image.width, image.height, image.tile_size, tile)
    read = image.levels(channel).read(tile.level, window)
    own_type = tile.level == 0 and kind != "f32"
    if own_type and (read.raster.blank is None or image.dataset.dtype.kind in "iu"):
        values = decode_exact(read.raster)
    else:
        values = decode(read.raster, np.float64 if own_type else np.float32)
    values = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    body = values.tobytes()
    if kind == "npy":
        file = io.BytesIO()
        np.lib.format.write_array(file, values, allow_pickle=False)
        body = file.getvalue()
    return ScienceTile(body, values.dtype, (values.shape[0], values.shape[1]), read.exact)


def corners_of(numbers: Sequence[float]) -> list[tuple[float, float]]:
    """x,y,x,y,… as corners of a polygon."""
    if len(numbers) < 6 or len(numbers) % 2:
        raise BadParameter("polygon", "polygon: write x,y of three corners or more")
    return list(zip(numbers[::2], numbers[1::2], strict=True))
