"""Area means onto any grid: what a picture needs that is smaller than the level it is made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def area_mean(values: Floats, x: tuple[float, float], y: tuple[float, float], width: int, height: int) -> Floats:
    """Means of the finite *values* over the cells of a grid of *width* × *height*; NaN where there is none.

    *x* and *y* are the edges of the grid in pixels of *values* (0 is the left or top edge of the first one), and the
    cells are at least about a pixel large. Pixels count by the part of them that lies in a cell.
    """
    finite = np.isfinite(values)
    if finite.all():
        mean, cover = _rebin(values, x, y, width, height), _cover(values.shape, x, y, width, height)
    else:
        mean = _rebin(np.where(finite, values, np.float32(0)), x, y, width, height)
        cover = _rebin(finite.astype(np.float32), x, y, width, height)
    with np.errstate(invalid="ignore"):
        return np.divide(mean, cover, out=np.full_like(mean, np.nan), where=cover > 1e-6)


def _rebin(values: Floats, x: tuple[float, float], y: tuple[float, float], width: int, height: int) -> Floats:
    rows, columns = _taps(values.shape[0], y, height), _taps(values.shape[1], x, width)
    summed = np.zeros((height, values.shape[1]), np.float32)
    for index, weight in rows:
        summed += values[index] * weight[:, None]
    result = np.zeros((height, width), np.float32)
    for index, weight in columns:
        result += summed[:, index] * weight
    return result


def _cover(shape: tuple[int, ...], x: tuple[float, float], y: tuple[float, float], width: int, height: int) -> Floats:
    """What `_rebin` makes of ones."""
    rows = sum((weight for _, weight in _taps(shape[0], y, height)), np.zeros(height, np.float32))
    columns = sum((weight for _, weight in _taps(shape[1], x, width)), np.zeros(width, np.float32))
    return np.outer(rows, columns).astype(np.float32)


def _taps(size: int, extent: tuple[float, float], count: int) -> list[tuple[NDArray[np.int64], Floats]]:
    """For each of a few neighbours: its index and how much of it lies in the cell (0 outside of the pixels)."""
    edges = np.linspace(extent[0], extent[1], count + 1)
    first = np.floor(edges[:-1]).astype(np.int64)
    taps = []
    for step in range(int(np.ceil(edges[1] - edges[0])) + 1):
        index = first + step
        overlap = np.minimum(edges[1:], index + 1) - np.maximum(edges[:-1], index)
        weight = np.where((index >= 0) & (index < size), np.clip(overlap, 0, 1), 0).astype(np.float32)
        taps.append((np.clip(index, 0, size - 1), weight))
    return taps
