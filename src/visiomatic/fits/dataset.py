"""One opened image: what `open_dataset` returns. Fulfils `visiomatic.types.Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import NotFound
from visiomatic.fits.mosaic import SectionPlane, StoredPlane
from visiomatic.fits.plane import MappedPlane
from visiomatic.fits.source import Source
from visiomatic.fits.storage import exact_values
from visiomatic.kernel import decode
from visiomatic.types import Card, Channel, Chip, FileVersion, HduInfo, Window

_BLOCK = 64  # pixels; scattered positions are read in blocks of this size


@dataclass(eq=False, slots=True)
class FitsDataset:
    """Planes, labels and headers of one image. Nothing in it changes; planes are made when they are asked for."""

    name: str
    width: int
    height: int
    dtype: np.dtype
    bitpix: int
    channels: tuple[Channel, ...]
    hdus: tuple[HduInfo, ...]
    cards: tuple[Card, ...] = field(repr=False)
    hdu_cards: tuple[tuple[int, tuple[Card, ...]], ...] = field(repr=False)
    object_name: str
    planes: Callable[[int], StoredPlane] = field(repr=False)
    sources: tuple[Source, ...] = field(repr=False)
    chips: tuple[Chip, ...] = ()
    warnings: tuple[str, ...] = ()
    closed: bool = False

    def plane(self, channel: int) -> StoredPlane:
        if not 0 <= channel < len(self.channels):
            raise NotFound(f"{self.name} has channels 1 to {len(self.channels)}; there is no channel {channel + 1}")
        return self.planes(channel)

    def values(self, channels: tuple[int, ...], x: NDArray[np.int64], y: NDArray[np.int64]) -> list[NDArray[Any]]:
        """Exact physical values at FITS pixels, one array per channel; BLANK and gaps of integers are masked."""
        columns, rows = np.asarray(x, np.int64) - 1, self.height - np.asarray(y, np.int64)
        if columns.size and (
            min(columns.min(), rows.min()) < 0 or columns.max() >= self.width or rows.max() >= self.height
        ):
            raise NotFound(f"{self.name} has pixels 1,1 to {self.width},{self.height}")
        return [_values(self.plane(channel), columns, rows) for channel in channels]

    def spectrum(self, x: int, y: int, channels: Sequence[int] | None = None) -> NDArray[np.float64]:
        """Values of one FITS pixel in *channels* (all by default), as float64 with NaN where there is none."""
        wanted = range(len(self.channels)) if channels is None else channels
        if not (1 <= x <= self.width and 1 <= y <= self.height):
            raise NotFound(f"{self.name} has pixels 1,1 to {self.width},{self.height}")
        if not len(wanted):
            return np.empty(0)
        first, last = min(wanted), max(wanted)
        start, column, row = _below_sections(self.plane(first), x - 1, self.height - y)
        end, _, _ = _below_sections(self.plane(last), 0, 0)
        if isinstance(start, MappedPlane) and isinstance(end, MappedPlane) and _are_stacked(start, end, last - first):
            whole = _stacked_spectrum(start, column, start.height - 1 - row, last - first + 1)
            return np.take(whole, np.asarray(wanted) - first)
        window = Window(x - 1, self.height - y, x, self.height - y + 1)
        return np.array([decode(self.plane(channel).raster(window), np.float64)[0, 0] for channel in wanted])

    @property
    def version(self) -> FileVersion:
        """The version of the file, or one that changes with any of several files."""
        versions = [source.version for source in self.sources]
        if len(versions) == 1:
            return versions[0]
        return FileVersion(
            sum(version.size for version in versions),
            max(version.mtime_ns for version in versions),
            max(version.ctime_ns for version in versions),
            hash(tuple(versions)) & (2**63 - 1),
        )

    def still_current(self) -> bool:
        return all(source.still_current() for source in self.sources)

    def close(self) -> None:
        """Let go of the files; they are closed when the last raster of them has gone, too."""
        self.closed = True
        self.planes = _closed
        self.sources = ()


def _closed(channel: int) -> StoredPlane:
    raise NotFound("this image was closed")


def _below_sections(plane: StoredPlane, column: int, row: int) -> tuple[StoredPlane, int, int]:
    """The plane that a section is cut from, and where its pixel (display frame) lies there."""
    while isinstance(plane, SectionPlane):
        column, row = plane.place(column, row)
        plane = plane.plane
    return plane, column, row


def _are_stacked(first: MappedPlane, last: MappedPlane, count: int) -> bool:
    distance = count * first.row_bytes * first.height
    return first.source is last.source and first.storage == last.storage and last.offset - first.offset == distance


def _stacked_spectrum(plane: MappedPlane, column: int, row: int, depth: int) -> NDArray[np.float64]:
    """One kernel call through consecutive planes; those beyond the end of a cut file are NaN."""
    out = np.full(depth, np.nan)
    plane_bytes = plane.row_bytes * plane.height
    held = plane.source.size - plane.offset - (row + 1) * plane.row_bytes
    there = min(depth, held // plane_bytes + 1 if held >= 0 else 0)
    if there > 0:
        out[:there] = decode(plane.spectrum_raster(column, row, there), np.float64)[:, 0]
    return out


def _values(plane: StoredPlane, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Positions are grouped in blocks, so that a profile of thousands of pixels takes few reads."""
    out, mask = np.zeros(columns.shape, plane.dtype), np.zeros(columns.shape, bool)
    blocks = (rows // _BLOCK) * (plane.width // _BLOCK + 1) + columns // _BLOCK
    places = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    windows = [_around(columns[inside], rows[inside]) for inside in places]
    if len(windows) > 1:
        for window in windows:
            plane.announce(window)
    for inside, window in zip(places, windows, strict=True):
        x, y = columns[inside], rows[inside]
        values, missing = exact_values(plane.raster(window), plane.dtype)
        out[inside] = values[y - window.y0, x - window.x0]
        mask[inside] = missing[y - window.y0, x - window.x0]
    return np.ma.MaskedArray(out, mask) if mask.any() else out


def _around(columns: NDArray[np.int64], rows: NDArray[np.int64]) -> Window:
    return Window(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def lazily(make: Callable[[int], StoredPlane]) -> Callable[[int], StoredPlane]:
    """Planes made on demand; the last few are kept."""
    return lru_cache(maxsize=64)(make)
