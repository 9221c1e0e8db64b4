"""What lies in the directory of overviews: listing, checking, removing. Safe beside running servers."""

from __future__ import annotations

import enum
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visiomatic.errors import CacheError
from visiomatic.pyramid.journal import acquire_lock, read_header
from visiomatic.pyramid.store import check_contents, checksum, opened, read_stamp

SUFFIXES = (".zarr", ".journal", ".lock", ".wanted")
_TRASH = "trash-"


class Removal(enum.Enum):
    REMOVED = enum.auto()
    IN_USE = enum.auto()  # being built by a live process
    FAILED = enum.auto()  # the directory cannot be written


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """Overviews of one channel of one version of an image, or all of a file unpacked."""

    path: Path  # ends in .zarr, or in .fits for an unpacked file
    complete: bool
    bytes: int
    used_ns: int  # when last used, as a time stamp of files

    @property
    def is_unpacked(self) -> bool:
        return self.path.suffix == ".fits"

    @property
    def image(self) -> str:
        """The same for all channels and versions of one image."""
        if self.is_unpacked:
            return self.path.stem.rsplit("-", 3)[1]
        return self.path.parent.name.rpartition("-")[2] if self.complete else self.path.name.partition("-")[0]

    def describe(self) -> dict[str, Any]:
        """source, section, version, channel (1-based), width, height; empty when damaged. Source of unpacked ones."""
        if self.is_unpacked:
            return {"source": self.path.stem.rsplit("-", 3)[0]}
        try:
            return read_stamp(self.path) if self.complete else read_header(self.path.with_suffix(".journal"))
        except (CacheError, OSError, ValueError):
            return {}


def find_entries(root: Path) -> list[CacheEntry]:
    """Everything under *root*, finished or not, in no order."""
    unfinished = (one for one in _unfinished(root) if one.path.exists() or one.path.with_suffix(".journal").exists())
    return [*_finished(root), *unfinished, *_unpacked(root)]


def damage(entry: CacheEntry) -> str:
    """What is wrong with *entry*, after reading all of it; "" when nothing is."""
    if entry.is_unpacked:
        with opened(entry.path, os.O_RDONLY) as file:
            sound = entry.path.stem.endswith(f"-{checksum(file):08x}")
        return "" if sound else "the bytes were changed"
    if not entry.complete:
        return "" if entry.describe() else "unfinished overviews without a readable journal"
    try:
        check_contents(entry.path)
    except (CacheError, OSError) as error:
        return str(error)
    return ""


def remove(root: Path, path: Path) -> Removal:
    """Remove the overviews (or the unpacked file) at *path* in one step, unless a live process is building them."""
    try:
        if path.suffix == ".fits":
            path.unlink(missing_ok=True)
            return Removal.REMOVED
        if path.parent != root / "partial":
            trash(root, path)
            with suppress(OSError):
                path.parent.rmdir()  # as soon as the last channel has gone
            return Removal.REMOVED
        lock = acquire_lock(path.with_suffix(".lock"))
        if lock is None:
            return Removal.IN_USE
        try:
            remove_partial(root, path)
        finally:
            os.close(lock)
    except OSError:
        return Removal.FAILED
    return Removal.REMOVED


def remove_partial(root: Path, path: Path) -> None:
    """Remove unfinished overviews and their journal; the caller holds their lock, whose file goes last."""
    trash(root, path)
    for suffix in (".journal", ".wanted", ".lock"):
        path.with_suffix(suffix).unlink(missing_ok=True)


def sweep(root: Path) -> None:
    """Remove what a process killed while it tidied up left behind."""
    for left in root.glob(f"partial/{_TRASH}*"):
        shutil.rmtree(left, ignore_errors=True)
    for entry in _unfinished(root):
        if not entry.path.exists():
            remove(root, entry.path)


def _finished(root: Path) -> Iterator[CacheEntry]:
    for path in root.glob("overviews/*/*.zarr"):
        with suppress(OSError):
            yield CacheEntry(path, True, _bytes(path), _time(path / "zarr.json", path))


def _unpacked(root: Path) -> Iterator[CacheEntry]:
    for path in root.glob("unpacked/*.fits"):
        with suppress(OSError):
            status = path.stat()
            yield CacheEntry(path, True, status.st_size, status.st_atime_ns)


def _unfinished(root: Path) -> Iterator[CacheEntry]:
    names = {path.stem for path in root.glob("partial/*") if path.suffix in SUFFIXES}
    for name in names:
        path = root / "partial" / f"{name}.zarr"
        with suppress(OSError):
            journal = path.with_suffix(".journal")
            yield CacheEntry(path, False, _bytes(path), _time(journal, path, path.with_suffix(".lock")))


def allocated_bytes(directory: Path) -> int:
    """What *directory* takes on the disk now: holes do not count."""
    return sum(512 * status.st_blocks for status in _files(directory))


def _bytes(directory: Path) -> int:
    return sum(status.st_size for status in _files(directory))


def _files(directory: Path) -> Iterator[os.stat_result]:
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(OSError):
                yield os.stat(os.path.join(folder, name))


def _time(*paths: Path) -> int:
    for path in paths:
        with suppress(FileNotFoundError):
            return path.stat().st_mtime_ns
    return 0


def trash(root: Path, path: Path) -> None:
    """Remove a directory in one step: readers see all of it or nothing."""
    bin_ = root / "partial" / f"{_TRASH}{secrets.token_hex(8)}"
    bin_.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(path, bin_)
    except FileNotFoundError:
        return
    shutil.rmtree(bin_, ignore_errors=True)
