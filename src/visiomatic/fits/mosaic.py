"""Planes assembled from others on the fly: chips on the detector, and sections of an image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visiomatic.fits.sections import Range
from visiomatic.fits.storage import Storage, as_stored, stored_numbers
from visiomatic.kernel import Raster
from visiomatic.types import Window


class StoredPlane(Protocol):
    """What `MappedPlane`, `CompressedPlane` and the planes of this module share beyond `visiomatic.types.Plane`."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def dtype(self) -> np.dtype: ...
    @property
    def is_mapped(self) -> bool: ...
    @property
    def stored_bytes(self) -> int: ...
    @property
    def storage(self) -> Storage: ...
    @property
    def full_storage(self) -> Storage: ...
    def is_at_hand(self, window: Window) -> bool: ...
    def raster(self, window: Window) -> Raster: ...
    def announce(self, window: Window) -> None: ...
    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]: ...


def turned_over(raster: Raster) -> Raster:
    """The same pixels with the last row on top; nothing is copied."""
    last = raster.offset + (raster.height - 1) * raster.row_stride
    return raster._replace(offset=last, row_stride=-raster.row_stride)


def mirrored(raster: Raster) -> Raster:
    """The same pixels with the last column first (a copy: columns have no stride)."""
    numbers = np.ascontiguousarray(stored_numbers(raster)[:, ::-1])
    return Storage(raster.code[1:], raster.scale, raster.zero, raster.blank).raster(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A box of a chip's plane (its display frame) laid at *window* of the mosaic, same size, perhaps flipped."""

    plane: StoredPlane
    window: Window
    x0: int
    y0: int
    flip_x: bool = False
    flip_y: bool = False

    def common(self, window: Window) -> Window:
        """The part of *window* that this piece fills (possibly empty)."""
        own = self.window
        x0, y0 = max(own.x0, window.x0), max(own.y0, window.y0)
        return Window(x0, y0, min(own.x1, window.x1), min(own.y1, window.y1))

    def source_window(self, window: Window) -> Window:
        """The chip's window of the part *window* of the mosaic (inside this piece)."""
        left = self.window.x1 - window.x1 if self.flip_x else window.x0 - self.window.x0
        top = self.window.y1 - window.y1 if self.flip_y else window.y0 - self.window.y0
        x0, y0 = self.x0 + left, self.y0 + top
        return Window(x0, y0, x0 + window.width, y0 + window.height)

    def raster(self, window: Window) -> Raster:
        """*window* of the mosaic, inside this piece: the chip's own bytes where it is not mirrored."""
        raster = self.plane.raster(self.source_window(window))
        if self.flip_x:
            raster = mirrored(raster)
        return turned_over(raster) if self.flip_y else raster


class MosaicPlane:
    """Pieces on a common frame; between them there is no data."""

    is_mapped = False

    def __init__(self, width: int, height: int, pieces: tuple[Piece, ...]) -> None:
        self.width, self.height = width, height
        self.pieces = pieces

    @cached_property
    def storage(self) -> Storage:
        """The common storage of the chips, or one that holds the physical values of all of them."""
        kept = {piece.plane.storage for piece in self.pieces}
        physical = np.result_type(*(piece.plane.dtype for piece in self.pieces))
        if len(kept) == 1 and not (physical.kind in "iu" and physical.itemsize < 8):
            return kept.pop()
        return Storage(physical.str[1:])

    @cached_property
    def full_storage(self) -> Storage:
        return self.storage.with_gaps()

    @property
    def dtype(self) -> np.dtype:
        return self.storage.physical

    @property
    def stored_bytes(self) -> int:
        return sum(piece.plane.stored_bytes for piece in self.pieces)

    def is_at_hand(self, window: Window) -> bool:
        return False

    def raster(self, window: Window) -> Raster:
        touched = [piece for piece in self.pieces if not piece.common(window).is_empty]
        if len(touched) == 1 and touched[0].common(window) == window:
            return touched[0].raster(window)
        kept = self.full_storage
        out = np.full((window.height, window.width), kept.gap(), kept.stored)
        for piece in touched:
            part = piece.common(window)
            target = out[part.y0 - window.y0 : part.y1 - window.y0, part.x0 - window.x0 : part.x1 - window.x0]
            target[...] = as_stored(piece.raster(part), kept)
        return kept.raster(out)

    def announce(self, window: Window) -> None:
        for piece in self.pieces:
            part = piece.common(window)
            if not part.is_empty:
                piece.plane.announce(piece.source_window(part))

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        out = np.full((len(rows), -(-self.width // step)), np.nan, np.float32)
        for piece in self.pieces:
            own = piece.window
            inside = np.flatnonzero((rows >= own.y0) & (rows < own.y1))
            columns = np.arange(-(-own.x0 // step), -(-own.x1 // step))
            if not inside.size or not columns.size:
                continue
            down = rows[inside] - own.y0
            chip_rows = piece.y0 + (own.height - 1 - down if piece.flip_y else down)
            right = columns * step - own.x0
            chip_columns = piece.x0 + (own.width - 1 - right if piece.flip_x else right)
            out[np.ix_(inside, columns)] = piece.plane.sample_rows(chip_rows, 1)[:, chip_columns]
        return out


class SectionPlane:
    """A section of a plane: ranges of FITS columns and rows, backwards or with steps."""

    def __init__(self, plane: StoredPlane, columns: Range, rows: Range) -> None:
        self.plane, self._columns, self._rows = plane, columns, rows
        self.width, self.height = columns.length, rows.length
        self.is_mapped = plane.is_mapped and columns.step == rows.step == columns.sign == 1

    @property
    def storage(self) -> Storage:
        return self.plane.storage

    @property
    def full_storage(self) -> Storage:
        return self.plane.full_storage

    @property
    def dtype(self) -> np.dtype:
        return self.plane.dtype

    @property
    def stored_bytes(self) -> int:
        return max(1, self.plane.stored_bytes * self.width * self.height // (self.plane.width * self.plane.height))

    def is_at_hand(self, window: Window) -> bool:
        if not self.is_mapped:
            return False
        (left, bottom), (right, top) = self.place(window.x0, window.y1 - 1), self.place(window.x1 - 1, window.y0)
        return self.plane.is_at_hand(Window(left, min(top, bottom), right + 1, max(top, bottom) + 1))

    def raster(self, window: Window) -> Raster:
        if self._rows.step > 1 or self._columns.step > 1:
            return self._stepped(window)
        x, y = self.place(window.x0, window.y0)
        left = x if self._columns.sign > 0 else x - window.width + 1
        top = y if self._rows.sign > 0 else y - window.height + 1
        raster = self.plane.raster(Window(left, top, left + window.width, top + window.height))
        if self._columns.sign < 0:
            raster = mirrored(raster)
        return turned_over(raster) if self._rows.sign < 0 else raster

    def announce(self, window: Window) -> None:
        (left, top), (right, bottom) = self.place(window.x0, window.y0), self.place(window.x1 - 1, window.y1 - 1)
        if self._rows.step == 1:
            self.plane.announce(Window(min(left, right), min(top, bottom), max(left, right) + 1, max(top, bottom) + 1))

    def place(self, column: int, row: int) -> tuple[int, int]:
        """Display column and row in the plane of a display column and row of the section."""
        x = self._columns.first + self._columns.sign * self._columns.step * column
        y = self._rows.first + self._rows.sign * self._rows.step * (self.height - 1 - row)
        return x - 1, self.plane.height - y

    def _stepped(self, window: Window) -> Raster:
        kept = self.full_storage
        out = np.empty((window.height, window.width), kept.stored)
        for index, line in enumerate(self._lines(window)):
            numbers = stored_numbers(line)
            out[index] = numbers[0, :: self._columns.step][:: self._columns.sign]
            if line.blank is not None:
                blanks = numbers[0, :: self._columns.step][:: self._columns.sign] == line.blank
                out[index, blanks] = kept.gap()
        return kept.raster(out)

    def _lines(self, window: Window) -> Iterator[Raster]:
        ends = self.place(window.x0, 0)[0], self.place(window.x1 - 1, 0)[0]
        for row in range(window.y0, window.y1):
            _, y = self.place(0, row)
            yield self.plane.raster(Window(min(ends), y, max(ends) + 1, y + 1))

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        own = np.array([self.place(0, int(row))[1] for row in rows], np.int64)
        columns = np.array([self.place(column, 0)[0] for column in range(0, self.width, step)], np.int64)
        return self.plane.sample_rows(own, 1)[:, columns]
