"""Numbers of an image: values, profiles, science tiles.

Positions are FITS pixels. Where there is no value (outside, BLANK, a gap) arrays are masked; NaN and infinities stay.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from visiomatic.image import Image
from visiomatic.kernel import decode, decode_exact
from visiomatic.pyramid.grid import tile_window
from visiomatic.types import TileId

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Masked = np.ma.MaskedArray[Any, Any]
ScienceFormat = Literal["npy", "f32", "raw"]


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
