"""What an unfinished build has done, in a small file that other processes read and a later start resumes from.

One line of JSON, padded, says what is being built; then comes one byte a strip, and one byte for "all levels are
written". Bytes written before a process is killed survive it, but not a power cut: a strip counts as *safe* only
after its pixels were forced to disk, and after a restart of the machine only safe strips are believed.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.pyramid.layout import FORMAT, OverviewKey
from visiomatic.pyramid.strips import StripPlan

TODO, WRITTEN, SAFE = 0, 1, 2
_HEADER_BYTES = 16384  # a path may be long
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Journal:
    """The builder's side: marks strips, in memory and (unless *file* is None) in the file."""

    def __init__(self, strips: int, file: int | None = None) -> None:
        self.states = np.zeros(strips, np.uint8)
        self.complete = False
        self._file = file

    @classmethod
    def open(cls, path: Path, description: dict[str, object], strips: int) -> Journal:
        """The journal at *path*: what is left there of the same work, or a new one."""
        left = _read(path, description, strips)
        journal = cls(strips, os.open(path, os.O_CREAT | os.O_RDWR, 0o644))
        if left is not None:
            journal.states[:] = left
        header = json.dumps(description | {"boot": _boot()}).encode()
        try:
            journal._write(header.ljust(_HEADER_BYTES - 1) + b"\n", 0)
            journal._write(journal.states.tobytes() + b"\0", _HEADER_BYTES)
        except BaseException:
            journal.close()
            raise
        return journal

    @property
    def is_new(self) -> bool:
        return not self.states.any()

    @property
    def fraction(self) -> float:
        return float(np.count_nonzero(self.states)) / self.states.size

    def mark_written(self, strip: int) -> None:
        self.states[strip] = WRITTEN
        self._write(b"\1", _HEADER_BYTES + strip)

    def mark_safe(self, strips: NDArray[np.intp]) -> None:
        """All pixels of *strips* were forced to disk."""
        self.states[strips] = SAFE
        self._write(self.states.tobytes(), _HEADER_BYTES)

    def mark_complete(self) -> None:
        self.complete = True
        self._write(b"\1", _HEADER_BYTES + self.states.size)

    def reset(self) -> None:
        """Forget what was done: its pixels are not there."""
        self.states[:] = TODO
        self._write(self.states.tobytes(), _HEADER_BYTES)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, data: bytes, offset: int) -> None:
        if self._file is not None:
            os.pwrite(self._file, data, offset)


class JournalView:
    """The reader's side: how far a build has come that may run in another process. Close by dropping it."""

    def __init__(self, path: Path, description: dict[str, object], strips: int) -> None:
        """Raises OSError or ValueError when there is no such journal of this boot of the machine."""
        self._file = -1
        self._file = os.open(path, os.O_RDONLY)
        self._strips = strips
        header = json.loads(os.pread(self._file, _HEADER_BYTES, 0))
        if not _boot() or header != description | {"boot": _boot()}:
            raise ValueError("this journal belongs to other work")

    def __del__(self) -> None:
        if self._file >= 0:
            os.close(self._file)

    @property
    def is_alive(self) -> bool:
        """False once the overviews were published or given up."""
        return os.fstat(self._file).st_nlink > 0

    @property
    def fraction(self) -> float:
        states = os.pread(self._file, self._strips, _HEADER_BYTES)
        return 1.0 - states.count(TODO) / self._strips if len(states) == self._strips else 0.0

    @property
    def complete(self) -> bool:
        return os.pread(self._file, 1, _HEADER_BYTES + self._strips) == b"\1"

    def done(self, first: int, last: int) -> bool:
        """True when strips *first* .. *last* - 1 are all written."""
        states = os.pread(self._file, last - first, _HEADER_BYTES + first)
        return len(states) == last - first and TODO not in states


def describe(key: OverviewKey, plan: StripPlan) -> dict[str, object]:
    """What a journal must say for its strips to be those of *key*."""
    return {
        "format": FORMAT,
        "source": key.path,
        "section": key.section,
        "version": key.version,
        "channel": key.channel + 1,
        "width": plan.layout.width,
        "height": plan.layout.height,
        "first_level": plan.layout.first,
        "strip_rows": plan.rows,
    }


def acquire_lock(path: Path) -> int | None:
    """A locked file descriptor that the system releases when this process ends, or None when another one has it."""
    while True:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(file, path):
                return file
        except BlockingIOError:
            os.close(file)
            return None
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # the file was removed by its owner between opening and locking: take the new one


def read_header(path: Path) -> dict[str, Any]:
    """What the journal at *path* says is being built. Raises OSError or ValueError."""
    with path.open("rb") as file:
        header = json.loads(file.read(_HEADER_BYTES))
    if not isinstance(header, dict):
        raise ValueError("not a journal")
    return header


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _read(path: Path, description: dict[str, object], strips: int) -> NDArray[np.uint8] | None:
    """States of strips that can be believed, or None when the file holds no journal of this work."""
    try:
        data = path.read_bytes()
        header = json.loads(data[:_HEADER_BYTES])
    except (OSError, ValueError):
        return None
    states = np.frombuffer(data, np.uint8, offset=min(len(data), _HEADER_BYTES))[:strips].copy()
    if not isinstance(header, dict) or states.size != strips or states.max(initial=0) > SAFE:
        return None
    boot = header.pop("boot", "")
    if header != description:
        return None
    if not boot or boot != _boot():
        states[states != SAFE] = TODO
    return states


def _boot() -> str:
    """Changes whenever the machine starts; empty where the system does not tell."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
