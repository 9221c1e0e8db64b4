"""Reading some rows of a plane, for previews and statistics."""

from __future__ import annotations

import mmap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import decode, prefetch
from visiomatic.types import Plane, Window

_READERS = 4  # a disk serves several requests in the time of one
_ALONE_BYTES = 4 << 20
_SHORT_ROW_BYTES = 64 << 10

Sample = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """*count* display rows from *first* on, *spacing* apart, and every *step*-th of their columns."""

    first: int
    spacing: int
    count: int
    step: int

    @property
    def numbers(self) -> NDArray[np.int64]:
        return self.first + self.spacing * np.arange(self.count)


def sample(plane: Plane, rows: Rows) -> Sample:
    """The pixels of *rows*. Short rows come through the map, long ones are read."""
    if plane.is_mapped and plane.width * plane.dtype.itemsize <= _SHORT_ROW_BYTES:
        one = plane.raster(Window(0, rows.first, plane.width, rows.first + 1))
        if isinstance(one.data, mmap.mmap):  # not so at the top of a file that is cut
            every = one._replace(row_stride=rows.spacing * one.row_stride, height=rows.count)
            prefetch(every)
            return np.ascontiguousarray(decode(every)[:, :: rows.step])
    return read_rows(plane, rows.numbers, rows.step)


def read_rows(plane: Plane, rows: NDArray[np.int64], step: int) -> Sample:
    """`Plane.sample_rows`, several rows at a time where that is worth it."""
    if not plane.is_mapped or len(rows) * plane.width * plane.dtype.itemsize <= _ALONE_BYTES:
        return plane.sample_rows(rows, step)
    parts = [part for part in np.array_split(rows, 4 * _READERS) if len(part)]
    with ThreadPoolExecutor(_READERS, "rows") as readers:
        return np.concatenate(list(readers.map(lambda part: plane.sample_rows(part, step), parts)))
