"""A first picture of a plane that is too large to be read at once: some of its rows, some of their columns.

Rows are read whole, evenly spread, in passes that halve their distance until the coarsest useful level has a row of
each of its own, or time is up. The first pass always happens, whatever it takes.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import Raster
from visiomatic.pyramid.grid import level_size
from visiomatic.pyramid.sampling import read_rows
from visiomatic.types import Plane, Window

_PIXELS = 1 << 20  # of the level that a preview aims at
_FIRST_PASS_BYTES = 64 << 20
_FIRST_PASS_DECODED_BYTES = 16 << 20
_SECONDS, _SECONDS_PER_TERABYTE = 0.4, 0.8


class Preview:
    """Sampled pixels that answer any level; nothing in it is exact."""

    def __init__(self, plane: Plane, seconds: float | None = None) -> None:
        """Takes about *seconds*, by default a little longer for larger planes."""
        self._width, self._height = plane.width, plane.height
        self._level = _target_level(plane.width, plane.height)
        self._column_shift = max(0, self._level - 1)
        self._row_shift = _first_shift(plane, self._level)
        if seconds is None:
            seconds = _SECONDS + _SECONDS_PER_TERABYTE * min(1.0, plane.stored_bytes / 1e12)
        self._sample = self._read(plane, time.monotonic() + seconds)
        self._reduced: dict[tuple[int, int], NDArray[np.float32]] = {(0, 0): self._sample}

    @property
    def size(self) -> int:
        """Bytes of memory, with what `raster` may add."""
        return 2 * self._sample.nbytes

    def raster(self, level: int, window: Window) -> Raster:
        """*window* of *level*: means of the sampled pixels inside a pixel of the level, else the nearest one."""
        rows, columns = level - self._row_shift, level - self._column_shift
        means = self._means(max(0, rows), max(0, columns))
        y = np.arange(window.y0, window.y1) >> max(0, -rows)
        x = np.arange(window.x0, window.x1) >> max(0, -columns)
        return Raster.from_array(means[y[:, np.newaxis], x])

    def _read(self, plane: Plane, until: float) -> NDArray[np.float32]:
        start = time.monotonic()
        sample = read_rows(plane, self._rows(np.arange(self._count())), 1 << self._column_shift)
        while self._row_shift > self._level:
            now = time.monotonic()
            if now + (now - start) > until:  # a pass takes as long as all before it together
                break
            self._row_shift -= 1
            between = read_rows(plane, self._rows(np.arange(1, self._count(), 2)), 1 << self._column_shift)
            denser = np.empty((self._count(), sample.shape[1]), np.float32)
            denser[0::2], denser[1::2] = sample, between
            sample = denser
        return sample

    def _count(self) -> int:
        return level_size(1, self._height, self._row_shift)[1]

    def _rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the plane in the middle of what they stand for in the end, so that passes share rows."""
        middle = (1 << self._level) // 2
        return np.asarray(np.minimum((numbers << self._row_shift) + middle, self._height - 1))

    def _means(self, rows: int, columns: int) -> NDArray[np.float32]:
        means = self._reduced.get((rows, columns))
        if means is None:
            means = _block_means(self._sample, 1 << rows, 1 << columns)
            self._reduced[rows, columns] = means
        return means


def _target_level(width: int, height: int) -> int:
    level = 0
    while np.prod(level_size(width, height, level)) > _PIXELS:
        level += 1
    return level


def _first_shift(plane: Plane, target: int) -> int:
    """log2 of the distance of rows in the first pass."""
    budget = _FIRST_PASS_BYTES if plane.is_mapped else _FIRST_PASS_DECODED_BYTES
    rows = max(1, budget // max(1, plane.width * plane.dtype.itemsize))
    shift = target
    while level_size(1, plane.height, shift)[1] > rows:
        shift += 1
    return shift


def _block_means(sample: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Means of the finite pixels of blocks of *rows* × *columns*; NaN where there is none."""
    finite = np.isfinite(sample)
    total = _block_sums(np.where(finite, sample, 0.0).astype(np.float64), rows, columns)
    count = _block_sums(finite.astype(np.float64), rows, columns)
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan).astype(np.float32)


def _block_sums(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    values = np.add.reduceat(values, np.arange(0, values.shape[0], rows), axis=0)
    return np.asarray(np.add.reduceat(values, np.arange(0, values.shape[1], columns), axis=1))
