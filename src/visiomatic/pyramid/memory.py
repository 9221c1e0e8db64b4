"""Overviews and previews in private memory, bounded in bytes for the whole process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import Raster
from visiomatic.pyramid.layout import Layout

Value = TypeVar("Value")


class MemoryPool(Generic[Value]):
    """Values by key, the least recently used dropped first. What is dropped is made again when needed."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._held: OrderedDict[object, tuple[Value, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: object) -> Value | None:
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def put(self, key: object, value: Value, size: int) -> None:
        """Hold *value*, of *size* bytes, in place of older ones; too large a value is not held at all."""
        with self._lock:
            self._drop(key)
            if size > self.limit_bytes:
                return
            self._held[key] = value, size
            self._bytes += size
            while self._bytes > self.limit_bytes:
                self._drop(next(iter(self._held)))

    def drop(self, key: object) -> None:
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def _drop(self, key: object) -> None:
        if key in self._held:
            self._bytes -= self._held.pop(key)[1]


class MemoryOverviews:
    """The coarse levels of one plane that fit a budget, where the cache directory cannot take them.

    Answers like an `OverviewStore` and takes rows like a `StoreWriter`, those of finer levels for nothing.
    """

    def __init__(self, layout: Layout, reason: str = "") -> None:
        self.layout = layout
        self.reason = reason  # why they are not on disk
        self.levels = layout.levels
        self._means = {
            level: np.full((layout.level(level).height, layout.level(level).width), np.nan, np.float32)
            for level in self.levels
        }

    @property
    def size(self) -> int:
        return sum(means.nbytes for means in self._means.values())

    def write(self, level: int, row: int, means: NDArray[np.float32]) -> None:
        if level in self.levels:
            self._means[level][row : row + means.shape[0]] = means

    def raster(self, level: int) -> Raster:
        return Raster.from_array(self._means[level])


def affordable_level(layout: Layout, budget: int) -> int:
    """The finest level that, with all coarser ones, needs no more than *budget* bytes; the last one at least."""
    first, left = layout.levels[-1], budget
    for level in reversed(layout.levels):
        left -= layout.level(level).data_bytes
        if left < 0:
            break
        first = level
    return first
