"""Files that somebody dropped on the page of a server of their own: kept in one private folder, bounded in bytes.

Each lies in a sub-folder with a name nobody can guess, under its own name. Workers share the folder and nothing else;
the process that made it removes it when the server ends.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from visiomatic.errors import BadParameter, CacheError, LimitExceeded

PREFIX = "dropped:"  # of the ids of these images
FREE_BYTES = 512 << 20  # of the disk that are never taken
MAX_NAME_BYTES = 200
_FOLDER = "visiomatic-dropped-"


class Tray:
    """Takes files into *folder*, at most *limit* bytes together: the oldest make room for new ones."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit

    def begin(self, name: str, size: int) -> Arrival:
        """A file of *size* bytes is about to come. Raises BadParameter (name), LimitExceeded, CacheError."""
        plain = _plain(name)
        if size > self.limit:
            raise LimitExceeded(f"{plain}: {size} bytes, this server takes {self.limit} at most (max-dropped-bytes)")
        self._make_room(size)
        place = self.folder / secrets.token_hex(8)
        try:
            if shutil.disk_usage(self.folder).free - size < FREE_BYTES:
                raise LimitExceeded(f"{plain}: the disk for temporary files has no room for {size} bytes")
            place.mkdir(mode=0o700)
            return Arrival(place / plain, f"{PREFIX}{place.name}/{plain}", size)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise CacheError(f"{plain} cannot be kept: {(error.strerror or 'error').lower()}") from None

    def _make_room(self, size: int) -> None:
        """Forget the oldest files until *size* bytes more are within the limit."""
        kept = sorted((_modified(place), place) for place in self.folder.iterdir() if place.is_dir())
        total = sum(_bytes(place) for _, place in kept)
        for _, place in kept:
            if total + size <= self.limit:
                return
            total -= _bytes(place)
            shutil.rmtree(place, ignore_errors=True)


class Arrival:
    """A file on its way. Until `finish` it has no name that an id could find; `abort` leaves nothing behind."""

    def __init__(self, path: Path, image_id: str, size: int) -> None:
        self.image_id = image_id
        self._path, self._left = path, size
        self._part = path.with_name(".part")
        self._file = self._part.open("xb")

    def write(self, data: bytes) -> None:
        """More of it. Raises LimitExceeded when more comes than was announced, CacheError."""
        self._left -= len(data)
        if self._left < 0:
            raise LimitExceeded(f"{self._path.name}: more bytes came than were announced")
        try:
            self._file.write(data)
        except OSError as error:
            raise CacheError(f"{self._path.name} cannot be kept: {(error.strerror or 'error').lower()}") from None

    def finish(self) -> None:
        """All of it is there. Raises BadParameter when something is missing."""
        if self._left:
            raise BadParameter("body", f"{self._path.name}: {self._left} bytes of it did not arrive")
        self._file.close()
        os.replace(self._part, self._path)

    def abort(self) -> None:
        self._file.close()
        shutil.rmtree(self._path.parent, ignore_errors=True)


def make_folder() -> Path:
    """A folder for a tray that only this user can enter; those of servers that died are removed."""
    for old in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        if _is_abandoned(old):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))


def _is_abandoned(folder: Path) -> bool:
    """True for our own folders whose process is gone."""
    number = folder.name.removeprefix(_FOLDER).partition("-")[0]
    try:
        if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()) or os.name == "nt":
            return False
        os.kill(int(number), 0)
    except (ValueError, PermissionError):
        return False
    except OSError:
        return True
    return False


def _plain(name: str) -> str:
    """The file's own name, without folders. Raises BadParameter."""
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if not plain or plain.startswith(".") or not plain.isprintable() or len(plain.encode()) > MAX_NAME_BYTES:
        raise BadParameter("name", "a file needs a printable name that does not begin with a dot", name[:200])
    return plain


def _modified(place: Path) -> float:
    with suppress(OSError):
        return place.stat().st_mtime
    return 0.0


def _bytes(place: Path) -> int:
    total = 0
    with suppress(OSError):
        for path in place.iterdir():
            total += path.stat().st_size
    return total
