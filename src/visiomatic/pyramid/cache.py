"""The directory of overviews, shared by every worker and server through the file system alone.

::

    overviews/<name>-<source>/<version>-<channel>.zarr    complete; appears and vanishes in one step (rename)
    partial/<source>-<version>-<channel>.zarr             being made; .journal, .lock and .wanted stand beside it
    unpacked/                                             files that were compressed as a whole, see `unpacked`

What was used is told by the time stamp of the ``zarr.json`` of the group. Nothing but JSON and plain numbers is ever
read from here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from visiomatic.errors import CacheError
from visiomatic.pyramid import inventory
from visiomatic.pyramid.builder import Builder
from visiomatic.pyramid.inventory import CacheEntry, Removal
from visiomatic.pyramid.layout import Layout, OverviewKey, readable_name, source_digest
from visiomatic.pyramid.memory import MemoryOverviews, MemoryPool
from visiomatic.pyramid.preview import Preview
from visiomatic.pyramid.store import OverviewStore, sync_directory
from visiomatic.types import Plane

DEFAULT_FREE_FRACTION = 0.5
DEFAULT_MEMORY_BYTES = 64 << 20
_OPEN_STORES = 32  # each keeps a file descriptor per level


@dataclass(frozen=True, slots=True)
class PartialPaths:
    """Where the unfinished overviews of one key lie."""

    directory: Path
    journal: Path
    lock: Path
    wanted: Path


class OverviewCache:
    """Finds, makes room for, publishes and removes overviews; owns the threads that make them.

    *directory* None means that nothing is written. *limit_bytes* None means *free_fraction* of what the disk would
    have free without this cache. *memory_bytes* bounds what the process holds itself: previews, and coarse levels
    when the directory cannot be used.
    """

    def __init__(
        self,
        directory: Path | None,
        *,
        limit_bytes: int | None = None,
        free_fraction: float = DEFAULT_FREE_FRACTION,
        max_images: int | None = None,
        memory_bytes: int = DEFAULT_MEMORY_BYTES,
        threads: int | None = None,
    ) -> None:
        self.directory = directory
        self.limit_bytes = limit_bytes
        self.free_fraction = free_fraction
        self.max_images = max_images
        self.builder = Builder(threads)
        self.memory_bytes = memory_bytes
        self._memory: MemoryPool[MemoryOverviews | Preview] = MemoryPool(memory_bytes)
        self._stores: MemoryPool[OverviewStore] = MemoryPool(_OPEN_STORES)

    def close(self) -> None:
        """Stop building, soon; what was built so far is kept."""
        self.builder.stop()

    def find(self, key: OverviewKey, layout: Layout) -> OverviewStore | None:
        """Complete overviews of *key*, mapped. Damaged ones are removed."""
        store = self._stores.get(key)
        if store is not None or self.directory is None:
            return store
        path = self._final(self.directory, key)
        if not os.path.exists(path):
            return None
        try:
            store = OverviewStore.open(path, layout, key)
        except CacheError:
            if os.path.exists(path):  # else evicted between the two lines
                self.discard(key)
            return None
        store.touch()
        self._stores.put(key, store, 1)
        return store

    def in_memory(self, key: OverviewKey) -> MemoryOverviews | None:
        """Coarse levels that this process holds because the directory cannot be used."""
        held = self._memory.get(key)
        return held if isinstance(held, MemoryOverviews) else None

    def adopt(self, key: OverviewKey, store: OverviewStore) -> None:
        """Let this process find overviews that are complete but not yet published."""
        self._stores.put(key, store, 1)

    def hold(self, key: OverviewKey, overviews: MemoryOverviews) -> None:
        self._memory.put(key, overviews, overviews.size)

    def preview(self, key: OverviewKey, plane: Plane) -> Preview:
        """The preview of *plane*, read if need be."""
        held = self._memory.get(("preview", key))
        if isinstance(held, Preview):
            return held
        preview = Preview(plane)
        self._memory.put(("preview", key), preview, preview.size)
        return preview

    def discard(self, key: OverviewKey) -> None:
        """Remove the overviews of *key*: they are damaged."""
        self._stores.drop(key)
        if self.directory is not None:
            inventory.remove(self.directory, self._final(self.directory, key))

    def partial(self, key: OverviewKey) -> PartialPaths:
        """Raises CacheError without a cache directory."""
        if self.directory is None:
            raise CacheError("there is no directory for overviews")
        base = self.directory / "partial" / f"{source_digest(key.path, key.section)}-{key.version}-{key.channel + 1}"
        return PartialPaths(*(base.with_name(base.name + suffix) for suffix in inventory.SUFFIXES))

    def publish(self, key: OverviewKey) -> None:
        """Make the finished partial overviews of *key* the ones that `find` finds."""
        partial = self.partial(key)
        assert self.directory is not None
        path = self._final(self.directory, key)
        while True:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.rename(partial.directory, path)
                break
            except FileNotFoundError:  # another process removed the empty folder just now
                if path.parent.exists():
                    raise
        sync_directory(path.parent)
        self._stores.drop(key)  # what was adopted knows only its old place
        self.trim()

    def trim(self) -> None:
        """Remove what was used longest ago until the bounds hold, of what is complete: called after each addition.

        Several processes may have made room for the same bytes, or the same image. All of them agree on what goes, and
        so the last one leaves as much as is allowed. The newest always stays: alone it fits.
        """
        if self.directory is None:
            return
        entries = [entry for entry in self.entries() if entry.complete]
        images = set(list(dict.fromkeys(entry.image for entry in entries))[: self.max_images])
        limit, kept = self._limit(sum(entry.bytes for entry in entries)), 0
        for entry in entries:
            if not kept or (entry.image in images and kept + entry.bytes <= limit):
                kept += entry.bytes
            else:
                inventory.remove(self.directory, entry.path)

    def remove_partial(self, key: OverviewKey, *, pixels_only: bool = False) -> None:
        """Remove the unfinished overviews of *key*, whose lock the caller holds."""
        path = self.partial(key).directory
        assert self.directory is not None
        if pixels_only:
            inventory.trash(self.directory, path)
        else:
            inventory.remove_partial(self.directory, path)

    def drop_stale(self, key: OverviewKey) -> None:
        """Remove overviews, finished or not, of other versions of the source of *key*."""
        if self.directory is None:
            return
        inventory.sweep(self.directory)
        partial = self.partial(key).directory
        for path in (
            *self._final(self.directory, key).parent.glob("*.zarr"),
            *partial.parent.glob(f"{source_digest(key.path, key.section)}-*.zarr"),
        ):
            version = path.stem.split("-")[-2]
            if version != key.version:
                inventory.remove(self.directory, path)

    def make_room(self, key: OverviewKey, size: int) -> None:
        """Remove what was used longest ago until *size* bytes for *key* fit. Raises CacheError when they cannot.

        What is already written of them counts as part of *size*.
        """
        mine = self.partial(key).directory
        self._make_room(mine, size, size - inventory.allocated_bytes(mine), "overviews need")

    def make_room_for_file(self, size: int) -> None:
        """The same for an unpacked file, which the disk holds already though it has no name yet."""
        if self.directory is None:
            raise CacheError("there is no directory for unpacked files")
        self._make_room(None, size, 0, "unpacked file needs")

    def _make_room(self, mine: Path | None, size: int, missing: int, what: str) -> None:
        assert self.directory is not None
        entries = [entry for entry in reversed(self.entries()) if entry.path != mine]
        total = sum(entry.bytes for entry in entries)
        limit = self._limit(total + size - missing)
        if size > limit:
            raise CacheError(f"the {what} {_human(size)}, but the cache may hold {_human(limit)}")
        if missing > self._free() + total:
            raise CacheError(f"the disk of the cache is full: the {what} {_human(missing)}")
        while entries and (total + size > limit or self._free() < missing or self._too_many(entries)):
            entry = entries.pop(0)
            if inventory.remove(self.directory, entry.path) is Removal.REMOVED:
                total -= entry.bytes
        if self._free() < missing:
            raise CacheError(f"the disk of the cache is full: the {what} {_human(missing)}")

    def entries(self) -> list[CacheEntry]:
        """Everything in the directory, finished or not; what was used last comes first."""
        found = inventory.find_entries(self.directory) if self.directory is not None else []
        return sorted(found, key=lambda entry: (-entry.used_ns, entry.path))

    def clear(self) -> int:
        """Remove everything that is not being built right now; returns how many bytes were freed."""
        self._stores.clear()
        if self.directory is None:
            return 0
        inventory.sweep(self.directory)
        return sum(
            entry.bytes for entry in self.entries() if inventory.remove(self.directory, entry.path) is Removal.REMOVED
        )

    def verify(self, seen: Callable[[CacheEntry], None] = lambda entry: None) -> list[tuple[CacheEntry, str]]:
        """Read everything and remove what is damaged: (entry, what was wrong). *seen* is called before each."""
        damaged: list[tuple[CacheEntry, str]] = []
        if self.directory is None:
            return damaged
        inventory.sweep(self.directory)
        for entry in self.entries():
            seen(entry)
            problem = inventory.damage(entry)
            if problem and inventory.remove(self.directory, entry.path) is not Removal.IN_USE:
                damaged.append((entry, problem))
        return damaged

    def _limit(self, used: int) -> int:
        if self.limit_bytes is not None:
            return self.limit_bytes
        return int(self.free_fraction * (self._free() + used))

    def _free(self) -> int:
        assert self.directory is not None
        return shutil.disk_usage(_existing(self.directory)).free

    def _too_many(self, entries: list[CacheEntry]) -> bool:
        return self.max_images is not None and len({entry.image for entry in entries}) >= self.max_images

    @staticmethod
    def _final(root: Path, key: OverviewKey) -> Path:
        folder = f"{readable_name(key.path)}-{source_digest(key.path, key.section)}"
        return root / "overviews" / folder / f"{key.version}-{key.channel + 1}.zarr"


def _existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _human(size: int) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.3g} MB"
