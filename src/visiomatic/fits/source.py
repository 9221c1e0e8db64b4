"""One open file: its bytes by ``pread`` or through a memory map, and whether it is still the file that was opened."""

from __future__ import annotations

import mmap
import os
import stat
import weakref
from pathlib import Path

from visiomatic.errors import ImageNotFound, NotAnImage, SourceChanged, VisiomaticError
from visiomatic.fits import unpack
from visiomatic.fits.resources import Resources
from visiomatic.types import FileVersion

_CAN_ASK = hasattr(os, "RWF_NOWAIT")
_ONE_BYTE = (bytearray(1),)  # read into and never looked at


def file_version(path: str | os.PathLike[str]) -> FileVersion:
    """Size, times and inode of the file at *path*; raises `ImageNotFound`."""
    try:
        return _version(os.stat(path))
    except (OSError, ValueError) as error:
        raise ImageNotFound(f"{Path(path).name}: no such file") from error


def start_of(path: str | os.PathLike[str], length: int) -> bytes:
    """The first bytes of a file, unpacked when it is packed; empty when it cannot be read."""
    try:
        descriptor = _open(os.fspath(path), Path(path).name)
    except VisiomaticError:
        return b""
    try:
        start = os.pread(descriptor, max(length, unpack.MAGIC_BYTES), 0)
        packing = unpack.packing_of(start)
        return unpack.unpacked_start(packing, descriptor, length) if packing else start[:length]
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _version(status: os.stat_result) -> FileVersion:
    return FileVersion(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Source:
    """The bytes of one file, or of what a compressed file unpacks to.

    The descriptor is closed when nobody refers to this object any more, rasters included (through `verify`), so that
    no raster ever outlives its bytes.
    """

    def __init__(self, path: str | os.PathLike[str], name: str, resources: Resources) -> None:
        self.path = os.fspath(path)
        self.name = name
        self.warnings: tuple[str, ...] = ()
        descriptor = _open(self.path, name)
        self._keep(descriptor)
        self.version = _version(os.fstat(descriptor))
        packing = unpack.packing_of(os.pread(descriptor, unpack.MAGIC_BYTES, 0))
        if packing:
            packed = unpack.Packed(packing, descriptor, self.path, name, self.version.token)
            unpacked, self.warnings = unpack.unpack_file(packed, resources)
            self._close()
            self._keep(unpacked)
        self.packing = packing
        status = os.fstat(self._descriptor)
        self.size = status.st_size
        self._mtime_ns = status.st_mtime_ns
        self._map: mmap.mmap | None = None

    def _keep(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._close = weakref.finalize(self, os.close, descriptor)

    def read(self, offset: int, length: int) -> bytes:
        """Up to *length* bytes from *offset*; fewer only at the end of the file."""
        length = max(0, min(length, self.size - offset))
        try:
            data = os.pread(self._descriptor, length, offset)
            while len(data) < length and (more := os.pread(self._descriptor, length - len(data), offset + len(data))):
                data += more
        except OSError as error:
            raise SourceChanged(f"{self.name}: reading failed ({error.strerror})") from error
        return data

    def announce(self, offset: int, length: int) -> None:
        """Tell the system that these bytes are read soon, so that it fetches many such pieces at once."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._descriptor, offset, length, os.POSIX_FADV_WILLNEED)

    def is_cached(self, offset: int) -> bool:
        """Whether this byte is in memory already (True where the system cannot tell)."""
        if not _CAN_ASK:
            return True
        try:
            os.preadv(self._descriptor, _ONE_BYTE, offset, os.RWF_NOWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    @property
    def buffer(self) -> mmap.mmap:
        """The whole file as a private read-only map, tuned for random access."""
        if self._map is None:
            try:
                mapped = mmap.mmap(self._descriptor, self.size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
            except (OSError, ValueError) as error:
                raise SourceChanged(f"{self.name}: the file cannot be mapped ({error})") from error
            if hasattr(mmap, "MADV_RANDOM"):
                mapped.madvise(mmap.MADV_RANDOM)
            self._map = mapped
        return self._map

    def verify(self) -> None:
        """Raise `SourceChanged` when the file was cut, or written anew in place, since it was opened.

        A file that only grows keeps its old pixels; `still_current` notices it.
        """
        status = os.fstat(self._descriptor)
        if status.st_size < self.size or (status.st_size == self.size and status.st_mtime_ns != self._mtime_ns):
            raise SourceChanged(f"{self.name}: the file changed while it was being read")

    def still_current(self) -> bool:
        """One ``stat`` of the path: is it still the file that was opened?"""
        try:
            status = os.stat(self.path)
        except OSError:
            return False
        opened = self.version
        return (
            status.st_mtime_ns == opened.mtime_ns
            and status.st_size == opened.size
            and status.st_ctime_ns == opened.ctime_ns
            and status.st_ino == opened.inode
        )


def _open(path: str, name: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
        raise ImageNotFound(f"{name}: {reason.lower()}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise ImageNotFound(f"{name}: is not a file")
    if status.st_size == 0:
        os.close(descriptor)
        raise NotAnImage(f"{name} is empty (0 bytes)")
    return descriptor
