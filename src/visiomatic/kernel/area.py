"""Means over the cells of any grid: what a picture needs that is smaller than the level it is made from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import _kernel
from visiomatic.kernel.raster import Raster, confirm

_FOUR = 4  # pixels at least: a vector, which is quicker than fewer of them one by one
_RIM = 1e-6  # of a pixel: less of a cell on the last one is rounding


class Cells(NamedTuple):
    """One axis of a grid: the first pixel of each cell, and how much this one and the next ones count.

    ``weights`` has shape (cells, pixels of a cell); each row adds up to 1, or is NaN beside all pixels.
    """

    first: NDArray[np.int32]
    weights: NDArray[np.float32]

    def some(self, start: int, stop: int) -> Cells:
        return Cells(self.first[start:stop], self.weights[start:stop])


def area_mean(
    raster: Raster, columns: Cells, rows: Cells, *, halves: bool = False, out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Means of the finite pixels over the cells of a grid: shape (rows, columns), NaN where a cell has none.

    With *halves*, the pixels are those of ``rebin(raster, 2)``, without storing them.
    """
    if out is None:
        out = np.empty((len(rows.first), len(columns.first)), np.float32)
    confirm(_kernel.area_mean(raster, halves, *columns, *rows, out), (raster,))
    return out


def cells(size: int, extent: tuple[float, float], count: int) -> Cells:
    """*count* equal cells from edge to edge of *extent*, on *size* pixels.

    Edges are in pixels (0 is the left or top edge of the first one), which count by the part of them that is in a cell.
    """
    edges = np.linspace(extent[0], extent[1], count + 1)
    taps = min(max(int(np.ceil(edges[1] - edges[0])) + 1, _FOUR), size)
    first = np.clip(np.floor(edges[:-1]), 0, size - taps).astype(np.int32)
    pixels = first[:, None] + np.arange(taps)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights = np.clip(overlap, 0.0, 1.0)
    total = weights.sum(1, keepdims=True)
    normal = np.divide(weights, total, out=np.full_like(weights, np.nan), where=total > _RIM)
    return Cells(first, normal.astype(np.float32))
