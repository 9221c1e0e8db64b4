"""Looking over a builder's shoulder, through the file system: whichever process it runs in."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

from visiomatic.errors import CacheError
from visiomatic.kernel import Raster
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.journal import JournalView, describe, read_header
from visiomatic.pyramid.layout import OverviewKey
from visiomatic.pyramid.store import OverviewStore
from visiomatic.pyramid.strips import StripPlan
from visiomatic.types import Plane, Window

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Sight:
    plan: StripPlan
    journal: JournalView
    store: OverviewStore


class PartialView:
    """What an unfinished build of *key* has written so far."""

    def __init__(self, cache: OverviewCache, key: OverviewKey, plane: Plane) -> None:
        self._cache, self._key, self._plane = cache, key, plane
        self._sight: _Sight | None = None
        self._looked = 0.0
        self._lock = threading.Lock()

    def fraction(self) -> float:
        """How much of the work is done, 0 to 1; 0 when nobody has begun."""
        sight = self._look()
        return sight.journal.fraction if sight is not None else 0.0

    def raster(self, level: int, window: Window) -> Raster | None:
        """*window* of *level* if all of it is written."""
        sight = self._look()
        if sight is None or level not in sight.store.levels:
            return None
        in_strips = level <= sight.plan.depth and sight.journal.done(*sight.plan.covering(window, level))
        return sight.store.raster(level).window(window) if in_strips or sight.journal.complete else None

    def want(self, level: int, window: Window) -> None:
        """Ask the builder, if there is one, to pass over *window* next."""
        sight = self._look()
        if sight is None:
            return
        first, last = sight.plan.covering(window, level)
        if 2 * (last - first) > sight.plan.count:
            return
        try:
            self._cache.partial(self._key).wanted.write_text(f"{first} {last}\n")
        except OSError:
            return  # a wish, no more

    def _look(self) -> _Sight | None:
        """The build, looked for only now and then while there is none."""
        with self._lock:
            if self._sight is not None and self._sight.journal.is_alive:
                return self._sight
            self._sight = None
            if self._cache.directory is None or time.monotonic() < self._looked + _LOOK_SECONDS:
                return None
            self._looked = time.monotonic()
            self._sight = self._open()
            return self._sight

    def _open(self) -> _Sight | None:
        paths = self._cache.partial(self._key)
        if not os.path.exists(paths.journal):
            return None
        try:
            plan = StripPlan.of(self._plane, int(read_header(paths.journal)["first_level"]))
            journal = JournalView(paths.journal, describe(self._key, plan), plan.count)
            return _Sight(plan, journal, OverviewStore.map(paths.directory, plan.layout))
        except (CacheError, OSError, ValueError, KeyError, TypeError):
            return None
