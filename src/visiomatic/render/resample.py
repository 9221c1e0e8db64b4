"""Area means onto any grid: what a picture needs that is smaller than the level it is made from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BAND = 32  # rows made at a time: what they need stays in the cache


class Tap(NamedTuple):
    """For each cell of a grid along one axis: one pixel that lies in it, and how much of it does."""

    pixel: NDArray[np.intp]
    weight: Floats


def area_mean(values: Floats, x: tuple[float, float], y: tuple[float, float], width: int, height: int) -> Floats:
    """Means of the finite *values* over the cells of a grid of *width* × *height*; NaN where there is none.

    *x* and *y* are the edges of the grid in pixels of *values* (0 is the left or top edge of the first one), and the
    cells are at least about a pixel large. Pixels count by the part of them that lies in a cell.
    """
    columns, rows = _taps(values.shape[1], x, width), _taps(values.shape[0], y, height)
    finite = np.isfinite(values)
    if finite.all():
        total = _rebin(values, columns, rows)
        cover = np.outer(_covered(rows), _covered(columns))
    else:
        total = _rebin(np.where(finite, values, np.float32(0)), columns, rows)
        cover = _rebin(finite.astype(np.float32), columns, rows)
    nothing = cover < 1e-6
    if nothing.any():
        cover[nothing] = np.nan
    return np.divide(total, cover, out=total)


def _rebin(values: Floats, columns: list[Tap], rows: list[Tap]) -> Floats:
    """Sums over the cells, each pixel weighted with the part of it that lies inside."""
    height, width = rows[0].pixel.size, columns[0].pixel.size
    result = np.zeros((height, width), np.float32)
    for top in range(0, height, _BAND):
        band = slice(top, min(top + _BAND, height))
        tall = np.zeros((band.stop - top, values.shape[1]), np.float32)
        part = np.empty_like(tall)
        for pixel, weight in rows:
            np.take(values, pixel[band], axis=0, out=part, mode="clip")
            part *= weight[band, None]
            tall += part
        cells = np.empty_like(result[band])
        for pixel, weight in columns:
            np.take(tall, pixel, axis=1, out=cells, mode="clip")
            cells *= weight
            result[band] += cells
    return result


def _covered(taps: list[Tap]) -> Floats:
    """How much of each cell lies on pixels."""
    covered: Floats = np.sum([tap.weight for tap in taps], axis=0, dtype=np.float32)
    return covered


def _taps(size: int, extent: tuple[float, float], count: int) -> list[Tap]:
    edges = np.linspace(extent[0], extent[1], count + 1)
    first = np.floor(edges[:-1]).astype(np.intp)
    taps = []
    for step in range(int(np.ceil(edges[1] - edges[0])) + 1):
        index = first + step
        overlap = np.minimum(edges[1:], index + 1) - np.maximum(edges[:-1], index)
        weight = np.where((index >= 0) & (index < size), np.clip(overlap, 0, 1), 0).astype(np.float32)
        taps.append(Tap(np.clip(index, 0, size - 1), weight))
    return taps
