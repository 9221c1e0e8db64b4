"""What reading may use: scratch space, decoded tiles in memory. Handed in by the owner of the process."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from numpy.typing import NDArray

GIBIBYTE = 2**30


class TileCache:
    """Decoded tiles of compressed images, bounded in bytes, least recently used first. Thread-safe.

    Two threads that miss the same tile both decode it; nobody ever waits for another's decoding.
    """

    def __init__(self, max_bytes: int = 64 * 2**20) -> None:
        self.max_bytes = max_bytes
        self._tiles: OrderedDict[Hashable, NDArray[Any]] = OrderedDict()
        self._lock = Lock()
        self._bytes = 0

    @property
    def bytes_held(self) -> int:
        return self._bytes

    def get(self, key: Hashable) -> NDArray[Any] | None:
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
            return tile

    def put(self, key: Hashable, tile: NDArray[Any]) -> None:
        """Keep *tile*, unless it alone would take more than half of the cache."""
        if tile.nbytes * 2 > self.max_bytes:
            return
        with self._lock:
            previous = self._tiles.pop(key, None)
            self._bytes += tile.nbytes - (previous.nbytes if previous is not None else 0)
            self._tiles[key] = tile
            while self._bytes > self.max_bytes:
                self._bytes -= self._tiles.popitem(last=False)[1].nbytes


class Keeper(Protocol):
    """Keeps what packed files unpack to, for all processes and later openings."""

    def obtain(self, path: str, version: str, unpack: Callable[[int], int | None]) -> int | None:
        """A descriptor of the unpacked bytes of *version* of the file at *path*: kept already, or unpacked now.

        *unpack* writes them to a descriptor and tells their CRC-32, or None when they are not worth keeping. None is
        returned when there is no place for them, after which they may be unpacked again elsewhere.
        """


@dataclass(frozen=True, slots=True)
class Resources:
    """Limits and places shared by all datasets of a process.

    ``max_unpacked_bytes`` bounds what a .gz, .bz2, .xz or .Z file may unpack to: into what ``keeper`` gives, or else
    into a nameless file in ``scratch_directory``.
    """

    tiles: TileCache = field(default_factory=TileCache)
    scratch_directory: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    max_unpacked_bytes: int = 64 * GIBIBYTE
    keeper: Keeper | None = None
