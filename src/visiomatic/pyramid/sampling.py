"""Reading rows of a plane for previews and statistics."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from visiomatic.types import Plane

_READERS = 4  # a disk serves several requests in the time of one
_ALONE_BYTES = 4 << 20


def read_rows(plane: Plane, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
    """`Plane.sample_rows`, several rows at a time where that is worth it."""
    if not plane.is_mapped or len(rows) * plane.width * plane.dtype.itemsize <= _ALONE_BYTES:
        return plane.sample_rows(rows, step)
    with ThreadPoolExecutor(_READERS, "rows") as readers:
        return np.concatenate(list(readers.map(lambda part: plane.sample_rows(part, step), _parts(rows))))


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [part for part in np.array_split(rows, 4 * _READERS) if len(part)]
