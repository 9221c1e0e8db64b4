"""Where a build puts its overviews: a partial directory of the cache, or memory."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import CacheError
from visiomatic.kernel import Raster
from visiomatic.pyramid.cache import OverviewCache, PartialPaths
from visiomatic.pyramid.journal import TODO, WRITTEN, Journal, acquire_lock, describe, read_header
from visiomatic.pyramid.layout import (
    COMPUTED_LEVEL,
    COMPUTED_LEVEL_DECODED,
    FIRST_LEVEL,
    Layout,
    OverviewKey,
)
from visiomatic.pyramid.memory import MemoryOverviews, affordable_level
from visiomatic.pyramid.store import StoreWriter
from visiomatic.pyramid.strips import StripPlan
from visiomatic.types import Plane

_CHECKPOINT_SECONDS = 10.0
_IMAGES_IN_MEMORY = 2  # that the memory for overviews should be enough for, at least


class Target(Protocol):
    """`write` and `mark` are called by many threads; the rest by one at a time, while nobody writes."""

    @property
    def plan(self) -> StripPlan: ...

    @property
    def progress(self) -> float: ...

    def todo(self) -> list[int]:
        """Strips that are not there yet."""

    def wanted(self) -> tuple[int, int] | None:
        """Strips (first, one after the last) that another process has asked for since the last call."""

    def write(self, level: int, row: int, means: NDArray[np.float32]) -> None: ...

    def mark(self, strip: int) -> None:
        """All rows of *strip* were written."""

    def raster(self, level: int) -> Raster: ...

    def complete(self) -> None:
        """All levels are written: the cache finds them from now on."""

    def publish(self) -> None:
        """Make them last, for every process."""

    def close(self, *, keep: bool) -> None:
        """Let go of files and locks; *keep* what is done for a later start."""


@dataclass
class DiskTarget:
    """The partial directory of one key, locked by this process."""

    plan: StripPlan
    cache: OverviewCache
    key: OverviewKey
    paths: PartialPaths
    lock_file: int
    journal: Journal
    writer: StoreWriter
    _marking: threading.Lock = field(default_factory=threading.Lock)
    _checkpoint: float = field(default_factory=time.monotonic)

    @classmethod
    def claim(cls, cache: OverviewCache, key: OverviewKey, plane: Plane) -> DiskTarget | None:
        """None when another process builds these overviews, or has just finished.

        Raises CacheError or OSError when the directory cannot take them.
        """
        paths = cache.partial(key)
        paths.lock.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            lock = acquire_lock(paths.lock)
            if lock is None:
                return None
            undo.callback(os.close, lock)
            if cache.find(key, Layout(plane.width, plane.height)) is not None:
                cache.remove_partial(key)
                return None
            undo.callback(cache.remove_partial, key)
            cache.drop_stale(key)
            plan = _affordable_plan(cache, key, plane)
            journal = Journal.open(paths.journal, describe(key, plan), plan.count)
            undo.callback(journal.close)
            writer = _resume(paths, journal, plan) or _begin(cache, key, journal, plan)
            undo.pop_all()
        return cls(plan, cache, key, paths, lock, journal, writer)

    @property
    def progress(self) -> float:
        return self.journal.fraction

    def todo(self) -> list[int]:
        return list(np.flatnonzero(self.journal.states == TODO).tolist())

    def wanted(self) -> tuple[int, int] | None:
        try:
            first, last = self.paths.wanted.read_text().split()
            self.paths.wanted.unlink(missing_ok=True)
            return int(first), int(last)
        except (OSError, ValueError):
            return None

    def write(self, level: int, row: int, means: NDArray[np.float32]) -> None:
        self.writer.write(level, row, means)

    def mark(self, strip: int) -> None:
        with self._marking:
            self.journal.mark_written(strip)
            if time.monotonic() < self._checkpoint + _CHECKPOINT_SECONDS:
                return
            self._checkpoint = time.monotonic()
            written = np.flatnonzero(self.journal.states == WRITTEN)
        self.writer.sync()
        with self._marking:
            self.journal.mark_safe(written)

    def raster(self, level: int) -> Raster:
        return self.writer.raster(level)

    def complete(self) -> None:
        self.cache.adopt(self.key, self.writer.mapped())
        self.journal.mark_complete()

    def publish(self) -> None:
        self.writer.stamp(self.key)
        self.cache.publish(self.key)
        self.close(keep=False)

    def close(self, *, keep: bool) -> None:
        self.writer.close()
        self.journal.close()
        if self.lock_file < 0:
            return
        if not keep:
            self.cache.remove_partial(self.key)
        os.close(self.lock_file)
        self.lock_file = -1


class MemoryTarget:
    """The coarse levels that fit a budget, kept by the cache's memory pool once complete."""

    def __init__(self, cache: OverviewCache, key: OverviewKey, plane: Plane, reason: str) -> None:
        self._cache, self._key = cache, key
        layout = Layout(plane.width, plane.height)
        first = affordable_level(layout, cache.memory_bytes // _IMAGES_IN_MEMORY)
        self.plan = StripPlan.of(plane, first)
        self._journal = Journal(self.plan.count)
        self._overviews = MemoryOverviews(self.plan.layout, reason)

    @property
    def progress(self) -> float:
        return self._journal.fraction

    def todo(self) -> list[int]:
        return list(range(self.plan.count))

    def wanted(self) -> None:
        return None

    def write(self, level: int, row: int, means: NDArray[np.float32]) -> None:
        self._overviews.write(level, row, means)

    def mark(self, strip: int) -> None:
        self._journal.mark_written(strip)

    def raster(self, level: int) -> Raster:
        return self._overviews.raster(level)

    def complete(self) -> None:
        self._cache.hold(self._key, self._overviews)

    def publish(self) -> None:
        """Nothing to do: memory belongs to this process alone."""

    def close(self, *, keep: bool) -> None:
        """Nothing to let go of."""


def _affordable_plan(cache: OverviewCache, key: OverviewKey, plane: Plane) -> StripPlan:
    """Room is made for as fine levels as the cache can take: those of an unfinished build first.

    Levels that can be computed on the fly may be missing. Raises CacheError when even the others do not fit.
    """
    whole = Layout(plane.width, plane.height)
    coarsest = min(whole.levels[-1], 1 + (COMPUTED_LEVEL if plane.is_mapped else COMPUTED_LEVEL_DECODED))
    choices = [*_left_level(cache.partial(key)), *range(FIRST_LEVEL, coarsest + 1)]
    for first in choices:
        plan = StripPlan.of(plane, first)
        try:
            cache.make_room(key, plan.layout.total_bytes)
            return plan
        except CacheError:
            if first == choices[-1]:
                raise
    raise AssertionError("there is always a choice")


def _left_level(paths: PartialPaths) -> list[int]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return [int(read_header(paths.journal)["first_level"])]
    return []


def _resume(paths: PartialPaths, journal: Journal, plan: StripPlan) -> StoreWriter | None:
    """The files of an earlier build, or None when there are none that fit."""
    if journal.is_new:
        return None
    with suppress(CacheError, OSError):
        return StoreWriter(paths.directory, plan.layout, fresh=False)
    return None


def _begin(cache: OverviewCache, key: OverviewKey, journal: Journal, plan: StripPlan) -> StoreWriter:
    journal.reset()  # before its pixels go
    cache.remove_partial(key, pixels_only=True)
    return StoreWriter(cache.partial(key).directory, plan.layout, fresh=True)
