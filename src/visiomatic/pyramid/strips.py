"""From full resolution to overviews, one strip of rows at a time: pure computing, no files, no threads.

A strip is as many whole rows as make whole pixels at level *depth*, so that levels 2 .. depth of a strip depend on no
other. The few coarser levels are made at the end from level *depth*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import Raster, prefetch, rebin
from visiomatic.pyramid.layout import FIRST_LEVEL, Layout
from visiomatic.types import Plane, Window

_CHUNK_BYTES = 64 << 20  # of pixels at full resolution, where they are mapped
_DECODED_CHUNK_BYTES = 16 << 20  # where they are decoded into private memory
_BITE_BYTES = 8 << 20  # between two looks at the stop signal

Means = NDArray[np.float32]


class Stopped(Exception):
    """The work was interrupted before the strip was done."""


@dataclass(frozen=True)
class StripPlan:
    """How a plane is cut into strips, a strip into chunks (bounded memory), a chunk into bites (quick to stop)."""

    layout: Layout
    rows: int  # of full resolution in a strip; the last one is shorter
    depth: int  # levels 2 .. depth come from each strip alone
    chunk: int  # rows of which levels 2 .. chunk_depth are made in one go
    chunk_depth: int
    bite: int  # rows read at a time

    @classmethod
    def of(cls, plane: Plane, first: int = FIRST_LEVEL) -> StripPlan:
        """A plan for *plane* that keeps levels from *first* on, the first ones being made strip by strip."""
        layout = Layout(plane.width, plane.height, first)
        row_bytes = max(1, plane.width * plane.dtype.itemsize)
        wanted = max(1, (_CHUNK_BYTES if plane.is_mapped else _DECODED_CHUNK_BYTES) // row_bytes)
        chunk_depth = min(layout.levels[-1], max(FIRST_LEVEL, wanted.bit_length() - 1))
        chunk = max(1, wanted >> chunk_depth) << chunk_depth
        bite = max(4, _BITE_BYTES // row_bytes // 4 * 4)
        return cls(layout, max(chunk, 1 << first), max(chunk_depth, first), chunk, chunk_depth, bite)

    @property
    def count(self) -> int:
        return -(-self.layout.height // self.rows)

    def extent(self, strip: int) -> tuple[int, int]:
        """First row of *strip* and the one after its last."""
        return strip * self.rows, min(self.layout.height, (strip + 1) * self.rows)

    def covering(self, window: Window, level: int) -> tuple[int, int]:
        """The first strip that *window* of *level* needs and the one after the last."""
        last = min(self.layout.height, window.y1 << level)
        return (window.y0 << level) // self.rows, -(-last // self.rows)


def strip_levels(
    plane: Plane, plan: StripPlan, strip: int, stopped: Callable[[], bool]
) -> Iterator[tuple[int, int, Means]]:
    """(level, first row, means) of levels 2 .. depth of one strip. Raises Stopped, SourceChanged."""
    top, bottom = plan.extent(strip)
    _read_ahead(plane, top, min(bottom, top + plan.bite))
    chunks: list[Means] = []
    for y in range(top, bottom, plan.chunk):
        means = _fourth(plane, plan, y, min(bottom, y + plan.chunk), stopped)
        yield FIRST_LEVEL, y >> FIRST_LEVEL, means
        for level in range(FIRST_LEVEL + 1, plan.chunk_depth + 1):
            means = rebin(Raster.from_array(means), 2)
            yield level, y >> level, means
        chunks.append(means)
    means = np.concatenate(chunks)
    for level in range(plan.chunk_depth + 1, plan.depth + 1):
        means = rebin(Raster.from_array(means), 2)
        yield level, top >> level, means


def coarser(finer: Raster, stopped: Callable[[], bool]) -> Iterator[tuple[int, Means]]:
    """(first row, means) of a whole level from the next finer one, band by band."""
    band = max(2, _BITE_BYTES // (finer.width * finer.itemsize) // 2 * 2)
    for y in range(0, finer.height, band):
        if stopped():
            raise Stopped
        yield y // 2, rebin(finer.window(Window(0, y, finer.width, min(finer.height, y + band))), 2)


def _fourth(plane: Plane, plan: StripPlan, top: int, bottom: int, stopped: Callable[[], bool]) -> Means:
    """Level 2 of rows *top* .. *bottom* - 1, the next bite being read while one is computed."""
    means = np.empty((-(-(bottom - top) // 4), -(-plane.width // 4)), np.float32)
    for y in range(top, bottom, plan.bite):
        if stopped():
            raise Stopped
        end = min(bottom, y + plan.bite)
        _read_ahead(plane, end, min(plan.layout.height, end + plan.bite))
        rebin(plane.raster(Window(0, y, plane.width, end)), 4, means[(y - top) // 4 : -(-(end - top) // 4)])
    return means


def _read_ahead(plane: Plane, top: int, bottom: int) -> None:
    if plane.is_mapped and bottom > top:
        prefetch(plane.raster(Window(0, top, plane.width, bottom)))
