"""Overviews on disk: written row by row, checked when opened, then mapped.

Writing goes through ``pwrite``, never through a map: a full disk is then an error that can be handled, not a signal.
"""

from __future__ import annotations

import json
import mmap
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import CacheError
from visiomatic.kernel import Raster
from visiomatic.pyramid.layout import Layout, LevelLayout, OverviewKey, json_bytes

_STAMP = "zarr.json"


class StoreWriter:
    """The overviews of one plane while they are made, in a directory of their own."""

    def __init__(self, directory: Path, layout: Layout, *, fresh: bool) -> None:
        self.directory = directory
        self.layout = layout
        self.levels = layout.levels
        self._files: dict[int, int] = {}
        try:
            for level in layout.all():
                self._files[level.level] = _create(directory, level) if fresh else _reopen(directory, level)
        except BaseException:
            self.close()
            raise

    def write(self, level: int, row: int, means: NDArray[np.float32]) -> None:
        """Keep rows of *level* from *row* on; finer levels than those kept are passed over."""
        if level in self.levels:
            _write_all(self._files[level], means.astype("<f4", copy=False), row * self.layout.level(level).row_bytes)

    def mapped(self) -> OverviewStore:
        """All levels as far as they are written."""
        rasters = {level: _map(file, self.layout.level(level)) for level, file in self._files.items()}
        return OverviewStore(self.directory, self.layout, rasters)

    def raster(self, level: int) -> Raster:
        """One level as far as it is written."""
        return _map(self._files[level], self.layout.level(level))

    def sync(self) -> None:
        """Return when everything written so far would survive a power cut."""
        for file in self._files.values():
            _sync(file)

    def stamp(self, key: OverviewKey) -> None:
        """Declare the overviews complete; everything is on disk afterwards."""
        checksums = {level: checksum(file) for level, file in self._files.items()}
        self.sync()
        write_file(self.directory / _STAMP, json_bytes(self.layout.stamp(key, checksums)))
        for folder in (*self.directory.glob("*/c/0"), *self.directory.glob("*/c"), *self.directory.glob("*")):
            if folder.is_dir():
                sync_directory(folder)
        sync_directory(self.directory)

    def close(self) -> None:
        while self._files:
            os.close(self._files.popitem()[1])


class OverviewStore:
    """Overviews on disk, mapped. The maps stay good when another process evicts the files; threads may share them."""

    def __init__(self, directory: Path, layout: Layout, rasters: dict[int, Raster]) -> None:
        self.directory = directory
        self.layout = layout
        self.levels = layout.levels
        self._rasters = rasters

    @classmethod
    def open(cls, directory: Path, layout: Layout, key: OverviewKey) -> OverviewStore:
        """Overviews that were declared complete for *key*; raises CacheError when they are not whole."""
        stamp = read_stamp(directory)
        kept = replace(layout, first=stamp.get("first_level", 0))
        expected = kept.stamp(key, {})["attributes"]["visiomatic"]
        if any(stamp.get(name) != value for name, value in expected.items() if name != "crc32"):
            raise CacheError("these overviews were made for another version of the image or of VisiOmatic")
        return cls.map(directory, kept)

    @classmethod
    def map(cls, directory: Path, layout: Layout) -> OverviewStore:
        """Overviews as far as they are written; raises CacheError when a file has not its size."""
        rasters: dict[int, Raster] = {}
        for level in layout.all():
            try:
                with opened(directory / level.file_name, os.O_RDONLY) as file:
                    rasters[level.level] = _map(file, level)
            except (OSError, ValueError) as error:
                raise CacheError(f"overviews of level {level.level} cannot be read: {error}") from error
        return cls(directory, layout, rasters)

    def raster(self, level: int) -> Raster:
        """All of one level. Raises CacheError when its file has shrunk."""
        raster = self._rasters[level]
        if raster.verify is not None:
            raster.verify()
        return raster

    def touch(self) -> None:
        """Tell every process that shares the cache that these overviews are in use."""
        try:
            os.utime(self.directory / _STAMP)
        except OSError:
            return  # evicted meanwhile (the maps stay good), or a read-only cache


def read_stamp(directory: Path) -> dict[str, Any]:
    """What complete overviews say of themselves; raises CacheError."""
    try:
        stamp = json.loads((directory / _STAMP).read_bytes())["attributes"]["visiomatic"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CacheError("overviews without a readable description") from error
    if not isinstance(stamp, dict):
        raise CacheError("overviews without a readable description")
    return stamp


def check_sizes(directory: Path, layout: Layout) -> None:
    """Raise CacheError unless every level's file has its size."""
    for level in layout.all():
        try:
            size = (directory / level.file_name).stat().st_size
        except OSError as error:
            raise CacheError(f"overviews of level {level.level} are missing") from error
        if size != level.file_bytes:
            raise CacheError(f"overviews of level {level.level} are cut: {size} bytes instead of {level.file_bytes}")


def check_contents(directory: Path) -> None:
    """Read all overviews in *directory*; raise CacheError unless they are what was once written."""
    stamp = read_stamp(directory)
    try:
        layout = Layout(int(stamp["width"]), int(stamp["height"]), int(stamp["first_level"]))
        checksums = {int(level): int(found) for level, found in stamp["crc32"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CacheError("overviews without a readable description") from error
    check_sizes(directory, layout)
    for level in layout.all():
        if (directory / f"{level.level}" / _STAMP).read_bytes() != json_bytes(level.metadata()):
            raise CacheError(f"the description of level {level.level} was changed")
        with opened(directory / level.file_name, os.O_RDONLY) as file:
            if checksum(file) != checksums.get(level.level):
                raise CacheError(f"the pixels of level {level.level} were changed")


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """A file descriptor for the length of a ``with`` block."""
    file = os.open(path, flags, 0o644)
    try:
        yield file
    finally:
        os.close(file)


def write_file(path: Path, data: bytes) -> None:
    """Replace *path* by *data* in one step, on disk when this returns."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_native_id()}")
    with opened(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY) as file:
        _write_all(file, data, 0)
        _sync(file)
    os.replace(beside, path)


def sync_directory(path: Path) -> None:
    with opened(path, os.O_RDONLY) as file:
        _sync(file)


def _create(directory: Path, level: LevelLayout) -> int:
    path = directory / level.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    (directory / str(level.level) / _STAMP).write_bytes(json_bytes(level.metadata()))
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        os.ftruncate(file, level.file_bytes)
        _write_all(file, level.index(), level.data_bytes)
    except BaseException:
        os.close(file)
        raise
    return file


def _reopen(directory: Path, level: LevelLayout) -> int:
    file = os.open(directory / level.file_name, os.O_RDWR)
    if os.fstat(file).st_size != level.file_bytes:
        os.close(file)
        raise CacheError(f"the unfinished overviews of level {level.level} are cut")
    return file


def _write_all(file: int, data: Any, offset: int) -> None:
    rest = memoryview(data).cast("B")
    while rest:
        written = os.pwrite(file, rest, offset)
        rest, offset = rest[written:], offset + written


def _map(file: int, layout: LevelLayout) -> Raster:
    """The level in *file* as a raster over a map, which watches the size of the file it came from."""
    size = os.fstat(file).st_size
    if size != layout.file_bytes:
        raise CacheError(f"overviews of level {layout.level} have {size} bytes instead of {layout.file_bytes}")
    data = mmap.mmap(file, layout.data_bytes, access=mmap.ACCESS_READ)

    def verify() -> None:
        if data.size() < layout.data_bytes:
            raise CacheError(f"overviews of level {layout.level} were cut while they were read")

    return Raster(data, 0, layout.row_bytes, layout.width, layout.height, "<f4", verify=verify)


def checksum(file: int) -> int:
    """CRC-32 of all bytes of an open file."""
    found, offset = 0, 0
    while block := os.pread(file, 1 << 20, offset):
        found, offset = zlib.crc32(block, found), offset + len(block)
    return found


def _sync(file: int) -> None:
    if hasattr(os, "fdatasync"):
        os.fdatasync(file)
    else:
        os.fsync(file)
