"""Regions of an image and their statistics: exact, and in little memory however large the region is.

Positions are FITS pixels; a pixel belongs to a region when its centre does. Large regions are read band by band, and
again for the next thing to know, instead of being kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import BadParameter, LimitExceeded
from visiomatic.image import Image
from visiomatic.kernel import blank_mask, decode, decode_exact, median_of_parts
from visiomatic.types import Window

Floats = NDArray[np.float64]
Statistic = Literal["mean", "sum", "median"]
_BAND_PIXELS, _BAND_ROWS = 1 << 20, 1 << 12
_KEPT_PIXELS = 1 << 21  # of a region whose values are read once and kept


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


def polygon_region(image: Image, corners: Sequence[tuple[float, float]], most: int) -> Region:
    """Inside by the even-odd rule. Raises LimitExceeded when rows times corners are more than *most*."""
    xs, ys = np.array(corners, np.float64).T
    window = _around(image, float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
    if window.height * len(corners) > most:
        raise LimitExceeded(f"the rows of this polygon times its corners are more than {most}", "polygon")
    edges = np.stack((xs, ys, np.roll(xs, -1), np.roll(ys, -1)), -1)
    return Region(window, lambda px, py: _inside_polygon(edges[edges[:, 1] != edges[:, 3]], px[0], py[:, 0]))


def _inside_polygon(edges: Floats, px: Floats, py: Floats) -> NDArray[np.bool_]:
    """Row by row: each edge that crosses a row turns the pixels to its left from outside to inside, or back."""
    turns = np.zeros((py.size, px.size + 1), np.uint8)
    for x1, y1, x2, y2 in edges.tolist():
        rows = np.flatnonzero((py < max(y1, y2)) & (py >= min(y1, y2)))
        left = np.searchsorted(px, x1 + (py[rows] - y1) / (y2 - y1) * (x2 - x1))
        turns[rows, left] ^= 1
    return np.bitwise_xor.accumulate(turns[:, ::-1], axis=1)[:, ::-1][:, 1:].astype(bool)


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


class Totals(NamedTuple):
    """What one look at all pixels of a region tells."""

    pixels: int  # those without a finite value, too
    finite: int
    sum: float
    minimum: float
    maximum: float


class RegionValues:
    """The finite values of one channel in a region: small integers and float32 as float32, others as float64."""

    def __init__(self, image: Image, channel: int, region: Region) -> None:
        self._image, self._plane, self._region = image, image.dataset.plane(channel), region
        dtype = self._plane.dtype
        small = dtype == np.float32 or (dtype.kind in "iu" and dtype.itemsize <= 2)
        self._type: type[np.floating[Any]] = np.float32 if small else np.float64
        self._is_kept = region.window.width * region.window.height <= _KEPT_PIXELS

    def _pixels(self) -> Iterable[NDArray[Any]]:
        """Values of all pixels, band by band."""
        return self._kept if self._is_kept else self._read()

    @cached_property
    def _kept(self) -> list[NDArray[Any]]:
        return list(self._read())

    def _read(self) -> Iterator[NDArray[Any]]:
        for band in _bands(self._region.window):
            inside = self._region.contains(*_centres(self._image, band))
            found = decode(self._plane.raster(band), self._type)
            yield found.ravel() if inside.all() else found[inside]

    def parts(self) -> Iterator[NDArray[Any]]:
        """The finite values; may be called again and again."""
        return (_finite(values) for values in self._pixels())

    @cached_property
    def totals(self) -> Totals:
        pixels, count, sums, low, high = 0, 0, [0.0], math.inf, -math.inf
        for values in self._pixels():
            finite = _finite(values)
            pixels, count = pixels + values.size, count + finite.size
            if finite.size:
                sums.append(float(finite.sum(dtype=np.float64)))
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        return Totals(pixels, count, math.fsum(sums), low, high)

    @property
    def mean(self) -> float:
        return self.totals.sum / self.totals.finite

    @cached_property
    def median(self) -> float:
        return median_of_parts(self.parts, self.totals.finite)

    def sigma(self) -> float:
        center = self._type(self.mean)
        squares = math.fsum(float(np.square(part - center, dtype=np.float64).sum()) for part in self.parts())
        return math.sqrt(squares / self.totals.finite)

    def mad(self) -> float:
        """Median of |v - median|."""
        center = self._type(self.median)
        return median_of_parts(lambda: (np.abs(part - center) for part in self.parts()), self.totals.finite)


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    good = np.isfinite(values)
    return values if good.all() else values[good]


def region_statistics(image: Image, channel: int, region: Region, most: int) -> RegionStatistics:
    """Raises LimitExceeded when the box around the region has more than *most* pixels."""
    check_size(region, 1, most)
    values = RegionValues(image, channel, region)
    pixels, n, total, low, high = values.totals
    if n == 0:
        return RegionStatistics(0, pixels, *(math.nan,) * 7)
    exact = _exact_extremes(image, channel, region)
    deviations = values.sigma(), values.mad()
    return RegionStatistics(n, pixels - n, total, values.mean, values.median, *deviations, low, high, exact)


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


def check_size(region: Region, channels: int, most: int) -> None:
    if region.window.width * region.window.height * channels > most:
        raise LimitExceeded(f"this region has more than {most} pixels to read", "region")


def region_spectrum(
    image: Image, channels: Sequence[int], region: Region, statistic: Statistic, most: int
) -> tuple[Floats, int]:
    """The statistic of each channel in the region, NaN where no value is finite, and the number of its pixels."""
    check_size(region, len(channels), most)
    pixels = sum(int(region.contains(*_centres(image, band)).sum()) for band in _bands(region.window))
    return np.array([_reduced(RegionValues(image, channel, region), statistic) for channel in channels]), pixels


def _reduced(values: RegionValues, statistic: Statistic) -> float:
    if values.totals.finite == 0:
        return math.nan
    if statistic == "sum":
        return values.totals.sum
    return values.mean if statistic == "mean" else values.median


def _bands(window: Window) -> Iterator[Window]:
    if window.is_empty:
        return
    rows = max(1, min(_BAND_ROWS, _BAND_PIXELS // window.width))
    for y in range(window.y0, window.y1, rows):
        yield Window(window.x0, y, window.x1, min(y + rows, window.y1))


def _centres(image: Image, band: Window) -> tuple[Floats, Floats]:
    """FITS x of the columns and y of the rows, as they broadcast."""
    x = np.arange(band.x0, band.x1, dtype=np.float64) + 1
    y = image.height - np.arange(band.y0, band.y1, dtype=np.float64)
    return x[None, :], y[:, None]


def corners_of(numbers: Sequence[float]) -> list[tuple[float, float]]:
    """x,y,x,y,… as corners of a polygon."""
    if len(numbers) < 6 or len(numbers) % 2:
        raise BadParameter("polygon", "polygon: write x,y of three corners or more")
    return list(zip(numbers[::2], numbers[1::2], strict=True))
