"""Planes of plain pixels: windows onto the memory map of the file, without a copy.

The only module that knows where in a file a pixel lies. Mapped bytes leave it inside a `Raster` alone, so that the
kernel can guard every read of them; rows for previews are read with ``pread``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import SourceChanged
from visiomatic.fits.source import Source
from visiomatic.fits.storage import Storage, assemble, stored_numbers
from visiomatic.kernel import Raster
from visiomatic.types import Window

_MOST_ANNOUNCED = 64 * 2**20
_LOOKS = 64  # pixels of a window that stand for all when asking whether it is in memory


@dataclass(frozen=True, slots=True, eq=False)
class MappedPlane:
    """One plane of an uncompressed image. Of a file cut in its data, only the lowest ``rows`` FITS rows are there."""

    source: Source
    offset: int  # byte of FITS pixel (1, 1) of this plane
    width: int
    height: int
    storage: Storage
    rows: int  # complete rows that the file holds
    is_mapped: bool = True
    pixel_bytes: int = field(init=False, repr=False)
    row_bytes: int = field(init=False, repr=False)
    numbers: tuple[Any, ...] = field(init=False, repr=False)  # the last fields of a raster, from the stored type on

    def __post_init__(self) -> None:
        kept = self.storage
        for name, value in (
            ("pixel_bytes", kept.itemsize),
            ("row_bytes", self.width * kept.itemsize),
            ("numbers", (">" + kept.kind, kept.scale, kept.zero, kept.blank, self.source.verify)),
        ):
            object.__setattr__(self, name, value)

    @property
    def dtype(self) -> np.dtype:
        return self.storage.physical

    @property
    def full_storage(self) -> Storage:
        """What can hold every value of this plane, gaps included."""
        return self.storage if self.rows >= self.height else self.storage.with_gaps()

    @property
    def stored_bytes(self) -> int:
        return self.rows * self.row_bytes

    def is_at_hand(self, window: Window) -> bool:
        first = max(window.y0, self.height - self.rows)
        height, width = window.y1 - first, window.width
        if height <= 0:
            return True
        # Evenly spread, and never in step with the rows that previews and samples have read.
        places = ((look * 0.618034 % 1.0, look * 0.754878 % 1.0) for look in range(_LOOKS))
        return all(
            self.source.is_cached(self._start(window.x0 + int(x * width), first + int(y * height))) for y, x in places
        )

    def raster(self, window: Window) -> Raster:
        missing = self.height - self.rows  # display rows at the top that are not in the file
        if window.y0 >= missing:
            return self._mapped(window)
        if window.y1 <= missing:
            return assemble(window, self.storage, ())
        part = stored_numbers(self._mapped(Window(window.x0, missing, window.x1, window.y1)))
        return assemble(window, self.storage, ((0, missing - window.y0, part),))

    def _mapped(self, window: Window) -> Raster:
        """The window itself; when it is not in memory yet, the disk is asked for all its rows at once."""
        start = self._start(window.x0, window.y0)
        if not self.source.is_cached(start):
            self.announce(window)
        x0, y0, x1, y1 = window
        return Raster(self.source.buffer, start, -self.row_bytes, x1 - x0, y1 - y0, *self.numbers)

    def announce(self, window: Window) -> None:
        """Let the system fetch *window* from the disk in one go, row by row, before it is read."""
        first, length = max(window.y0, self.height - self.rows), window.width * self.pixel_bytes
        if window.height * length > _MOST_ANNOUNCED or first >= window.y1:
            return
        if window.width == self.width:
            self.source.announce(self._start(0, window.y1 - 1), (window.y1 - first) * length)
            return
        for display_row in range(first, window.y1):
            self.source.announce(self._start(window.x0, display_row), length)

    def _start(self, column: int, row: int) -> int:
        """Byte of a pixel given in the display frame."""
        return self.offset + (self.height - 1 - row) * self.row_bytes + column * self.pixel_bytes

    def spectrum_raster(self, x: int, row: int, depth: int) -> Raster:
        """One pixel (0-based FITS column and row) through this and the planes stored after it, as a raster 1 wide."""
        plane_bytes = self.row_bytes * self.height
        offset = self._start(x, self.height - 1 - row)
        if not all(self.source.is_cached(offset + plane * plane_bytes) for plane in range(0, depth, depth // 16 + 1)):
            for plane in range(depth):
                self.source.announce(offset + plane * plane_bytes, self.pixel_bytes)
        return Raster(self.source.buffer, offset, plane_bytes, 1, depth, *self.numbers)

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        out = np.empty((len(rows), -(-self.width // step)), np.float32)
        stored = self.storage.stored.newbyteorder(">")
        for display_row in rows:
            self.announce(Window(0, int(display_row), self.width, int(display_row) + 1))
        for index, display_row in enumerate(rows):
            row = self.height - 1 - int(display_row)
            if row >= self.rows:
                out[index] = np.nan
                continue
            data = self.source.read(self.offset + row * self.row_bytes, self.row_bytes)
            if len(data) < self.row_bytes:
                raise SourceChanged(f"{self.source.name}: the file became shorter while it was being read")
            out[index] = self.storage.to_float32(np.frombuffer(data, stored)[::step].astype(self.storage.stored))
        self.source.verify()
        return out
