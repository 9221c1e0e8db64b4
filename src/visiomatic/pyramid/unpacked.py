"""Files compressed as a whole, kept unpacked in the cache directory: unpacked once for all workers and all openings.

::

    unpacked/<name>-<source>-<version>-<crc32>.fits    appears in one step, when all of it is there
    partial/<source>-<version>.lock                    held by who unpacks

While it is unpacked such a file has no name: nothing is left of it when its process dies. The pixels are those of the
source, in its own type, and are mapped like those of any other file. When it was last used is its time of access;
its time of change stays, by which a reader knows that nobody has changed it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from visiomatic.errors import CacheError
from visiomatic.pyramid.journal import acquire_lock
from visiomatic.pyramid.layout import readable_name, source_digest

if TYPE_CHECKING:
    from visiomatic.pyramid.cache import OverviewCache

_LOOK_SECONDS = 0.05  # between two looks whether another process has done it

Unpack = Callable[[int], int | None]


class UnpackedFiles:
    """What `fits/` asks for the bytes of a packed file (its `Keeper`). Threads and processes may share it."""

    def __init__(self, cache: OverviewCache) -> None:
        self._cache = cache

    def obtain(self, path: str, version: str, unpack: Unpack) -> int | None:
        """A descriptor of the unpacked bytes of *version* of the file at *path*: kept already, or unpacked now.

        *unpack* writes all bytes to a descriptor and tells their CRC-32, or None when they are not worth keeping.
        None is returned when the cache directory cannot take them; errors of *unpack* but OSError are passed on.
        """
        root, name = self._cache.directory, f"{source_digest(path)}-{version}"
        if root is None or not hasattr(os, "O_TMPFILE"):
            return None
        try:
            found = _open(root, name)
            if found is not None:
                return found
            with _alone(root / "partial" / f"{name}.lock"):
                found = _open(root, name)
                return found if found is not None else self._unpack(root, path, name, unpack)
        except OSError:
            return None

    def _unpack(self, root: Path, path: str, name: str, unpack: Unpack) -> int:
        file = os.open(root / "partial", os.O_TMPFILE | os.O_RDWR, 0o644)
        try:
            checksum = unpack(file)
            if checksum is not None:
                with suppress(OSError, CacheError):  # then it serves this process alone
                    self._keep(root, file, path, f"{name}-{checksum:08x}")
        except BaseException:
            os.close(file)
            raise
        return file

    def _keep(self, root: Path, file: int, path: str, name: str) -> None:
        for stale in root.glob(f"unpacked/*-{source_digest(path)}-*.fits"):
            stale.unlink(missing_ok=True)
        self._cache.make_room_for_file(os.fstat(file).st_size)
        place = root / "unpacked" / f"{readable_name(path)}-{name}.fits"
        place.parent.mkdir(exist_ok=True)
        _touch(file)  # unpacking took its time
        folder = os.open(place.parent, os.O_RDONLY)
        try:  # a file without a name is reached through its descriptor, which needs the call that follows links
            os.link(f"/proc/self/fd/{file}", place.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)
        self._cache.trim()


def _open(root: Path, name: str) -> int | None:
    for path in root.glob(f"unpacked/*-{name}-*.fits"):
        with suppress(FileNotFoundError):  # evicted just now
            file = os.open(path, os.O_RDONLY)
            with suppress(OSError):  # a read-only cache
                _touch(file)
            return file
    return None


def _touch(file: int) -> None:
    os.utime(file, ns=(time.time_ns(), os.fstat(file).st_mtime_ns))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process and thread at a time; the lock ends with its holder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while (lock := acquire_lock(path)) is None:
        time.sleep(_LOOK_SECONDS)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)
