"""Which images exist: the only place where an image id becomes a file.

An id is a path relative to the data root with an optional ``[HDU or section]`` as CFITSIO writes it; a real file of
that very name wins. Nothing outside the root is ever opened, whatever the id or a symbolic link says.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from visiomatic.errors import ConfigurationError, ImageNotFound, LimitExceeded, NotFound
from visiomatic.fits import looks_like_fits
from visiomatic.image import Image, ImageFactory
from visiomatic.tray import PREFIX

MAX_ID_LENGTH = 2048
MAX_SEARCHED = 200_000  # directory entries that one search visits
_SURE = re.compile(r"\.(fits|fit|fts)(\.(gz|fz|bz2|xz|z|zst))?$|\.fz$", re.IGNORECASE)
_UNLIKELY = re.compile(r"\.(txt|md|html?|jpe?g|png|gif|pdf|py|js|css|json|csv|xml|log|sh|zip|tar)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedImage:
    id: str
    name: str
    bytes: int
    modified: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the images of a directory, and all its sub-directories that can be entered."""

    directory: str
    directories: tuple[str, ...]
    images: tuple[ListedImage, ...]
    total: int
    offset: int
    limit: int


class Library:
    """The images under one directory, or the one image that the server was started for.

    *files*: nothing (then *root* is shown), one directory, one image, or several files as channels of one image.
    *tray* is a folder whose files have ids that begin with `PREFIX`; they are opened, never listed.
    Threads may share a library. Opened images are kept, at most *max_open*, the least recently used dropped first;
    each call of `open` or `current` notices with one ``stat`` that a file was replaced.
    """

    def __init__(
        self,
        root: Path,
        factory: ImageFactory,
        *,
        files: tuple[str, ...] = (),
        tray: Path | None = None,
        max_open: int = 64,
    ) -> None:
        if len(files) == 1 and os.path.isdir(files[0]):
            root, files = Path(files[0]), ()
        self._root = os.path.realpath(root)
        self._tray = os.path.realpath(tray) if tray is not None else None
        self._factory = factory
        self._files = tuple(_named_file(file) for file in files)
        self._max_open = max_open
        self._opened: OrderedDict[str, Image] = OrderedDict()
        self._lock = threading.Lock()
        self._tested: dict[tuple[int, int, int], bool] = {}

    @property
    def auto_image(self) -> str | None:
        """The id of the image that the server was started for; None when it shows a directory."""
        return "+".join(Path(path).name + (f"[{section}]" if section else "") for path, section in self._files) or None

    def current(self, image_id: str) -> Image | None:
        """The opened image, when there is one and its file is still the one that was opened. Never reads."""
        image = self._opened.get(image_id)
        if image is None:
            return None
        if not image.still_current():
            self._forget(image_id, image)
            return None
        with self._lock:
            if image_id in self._opened:
                self._opened.move_to_end(image_id)
        return image

    def open(self, image_id: str) -> Image:
        """The image, opened now unless it is open. Raises ImageNotFound, NotAnImage, NotFound (an HDU)."""
        image = self.current(image_id)
        if image is not None:
            return image
        paths, section = self._locate(image_id)
        image = self._factory.open(image_id, paths, section)
        root = self._root_of(image_id)
        if (root != self._root or not self._files) and not all(_is_inside(path, root) for path in image.paths):
            raise ImageNotFound(f"{image_id[:200]!r} lists files that are not in the library")
        with self._lock:
            self._opened[image_id] = image
            while len(self._opened) > self._max_open:
                self._opened.popitem(last=False)  # closed when the last request has let go of it
        return image

    def close(self) -> None:
        with self._lock:
            self._opened.clear()
        self._factory.close()

    def list(self, directory: str = "", search: str = "", offset: int = 0, limit: int = 100) -> Listing:
        """A page of what *directory* holds; with *search*, of images below it whose path contains that text."""
        if self._files:
            return self._list_files(offset, limit)
        path = _contained(directory.rstrip("/"), self._root) if directory.strip("/") else self._root
        if path is None or not os.path.isdir(path):
            raise NotFound(f"there is no directory {directory[:200]!r}")
        prefix = _normal(directory)
        found = list(self._search(path, prefix, search) if search else self._scan(path, prefix))
        images = sorted((entry for entry in found if entry[1]), key=_by_name)
        directories = sorted((entry[0].name for entry in found if not entry[1]), key=str.lower)
        page = tuple(_listed(entry, identifier) for entry, identifier in images[offset : offset + limit])
        return Listing(prefix, tuple(directories), page, len(images), offset, limit)

    def _list_files(self, offset: int, limit: int) -> Listing:
        name = self.auto_image or ""
        try:
            status = [os.stat(path) for path, _ in self._files]
        except OSError:
            return Listing("", (), (), 0, offset, limit)
        size, modified = sum(one.st_size for one in status), max(one.st_mtime for one in status)
        images = (ListedImage(name, name, size, modified),)
        return Listing("", (), images[offset : offset + limit], 1, offset, limit)

    def _scan(self, path: str, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
        """(entry, id) of images, (entry, "") of directories."""
        try:
            with os.scandir(path) as entries:
                found = [entry for entry in entries if not entry.name.startswith(".") and entry.name.isprintable()]
        except OSError as error:
            raise NotFound(f"this directory cannot be read: {(error.strerror or 'error').lower()}") from None
        for entry in found:
            with suppress(OSError):  # vanished, unreadable, or a link that leads to itself
                if entry.is_symlink() and not _is_inside(entry.path, self._root):
                    continue
                if entry.is_dir():
                    yield entry, ""
                elif self._is_image(entry):
                    entry.stat()  # kept by the entry
                    yield entry, f"{prefix}/{entry.name}" if prefix else entry.name

    def _search(self, path: str, prefix: str, search: str) -> Iterator[tuple[os.DirEntry[str], str]]:
        wanted, left, todo = search.lower(), MAX_SEARCHED, [(path, prefix)]
        while todo:
            path, prefix = todo.pop()
            with suppress(NotFound):  # a directory that cannot be read
                for entry, identifier in islice(self._scan(path, prefix), left):
                    left -= 1
                    if not identifier and not entry.is_symlink():  # which could lead back here
                        todo.append((entry.path, f"{prefix}/{entry.name}" if prefix else entry.name))
                    elif wanted in identifier.lower() and identifier:
                        yield entry, identifier
            if left <= 0:
                raise LimitExceeded(f"more than {MAX_SEARCHED} entries to search: choose a sub-directory", "search")

    def _is_image(self, entry: os.DirEntry[str]) -> bool:
        """By its name where that is certain, else by the first bytes, which are read once for each version."""
        if not entry.is_file() or _UNLIKELY.search(entry.name):
            return False
        if _SURE.search(entry.name):
            return True
        status = entry.stat()
        key = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._tested.get(key)
        if known is None:
            if len(self._tested) > MAX_SEARCHED:
                self._tested.clear()
            known = self._tested[key] = looks_like_fits(entry.path)
        return known

    def _locate(self, image_id: str) -> tuple[tuple[str, ...], str]:
        """The files and the section of an id. Raises ImageNotFound."""
        root = self._root_of(image_id)
        if root != self._root or not self._files:
            path, section = _split(image_id, root, len(PREFIX) if root != self._root else 0)
            return (path,), section
        if image_id == self.auto_image:
            return tuple(path for path, _ in self._files), self._files[0][1]
        # The HDUs of the single file can be chosen: its name with another section.
        name, _, rest = image_id.partition("[")
        if len(self._files) == 1 and name == Path(self._files[0][0]).name and (not rest or rest.endswith("]")):
            return (self._files[0][0],), rest[:-1]
        raise ImageNotFound(f"there is no image {image_id[:200]!r}: this server shows {self.auto_image}")

    def _root_of(self, image_id: str) -> str:
        """The folder that the path in an id is relative to."""
        return self._tray if self._tray is not None and image_id.startswith(PREFIX) else self._root

    def _forget(self, image_id: str, image: Image) -> None:
        with self._lock:
            if self._opened.get(image_id) is image:
                del self._opened[image_id]


def _split(image_id: str, root: str, start: int) -> tuple[str, str]:
    """File below *root* and section of an id, whose path begins at *start*. Raises ImageNotFound."""
    if len(image_id) <= MAX_ID_LENGTH:
        for path, section in _readings(image_id[start:]):
            real = _contained(path, root)
            if real is not None and _is_file(real):
                return real, section
    raise ImageNotFound(f"there is no image {image_id[:200]!r}")


def _contained(relative: str, root: str) -> str | None:
    """The path of *relative* in the root, None when it leads outside or is not relative."""
    if relative.startswith(("/", "~")) or relative.endswith(("/", "/.")) or "\0" in relative:
        return None
    if ".." in relative.split("/"):
        return None
    path = os.path.join(root, _normal(relative))
    return path if _is_inside(path, root) else None


def _is_inside(path: str, root: str) -> bool:
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return False
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _readings(image_id: str) -> Iterator[tuple[str, str]]:
    """The ways to read an id as path and section: the whole as a file's name first, then ever longer sections."""
    yield image_id, ""
    if image_id.endswith("]"):
        at = image_id.rfind("[")
        while at > 0:
            yield image_id[:at], image_id[at + 1 : -1]
            at = image_id.rfind("[", 0, at)


def _named_file(file: str) -> tuple[str, str]:
    """Absolute path and section of a file that the command line names."""
    for path, section in _readings(os.path.abspath(os.path.expanduser(file))):
        if _is_file(path):
            return path, section
    raise ConfigurationError(f"there is no file {file}")


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _normal(relative: str) -> str:
    return "/".join(part for part in relative.split("/") if part not in ("", "."))


def _by_name(entry: tuple[os.DirEntry[str], str]) -> tuple[str, str]:
    return entry[1].lower(), entry[1]


def _listed(entry: os.DirEntry[str], identifier: str) -> ListedImage:
    status = entry.stat()
    return ListedImage(identifier, entry.name, status.st_size, status.st_mtime)
