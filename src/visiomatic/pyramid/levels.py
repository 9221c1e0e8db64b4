"""Every level of one plane: from the file, computed on the fly, from overviews, or from a preview until they exist.

==========  ==========================================================================================
level 0     straight from the plane
level 1     computed from level 0
level ≥ 2   from the overviews, once there are any; before that
  2, 3      computed from level 0: a tile of level 3 costs 16 MB of float32, which is there at once
  ≥ 4       computed from level 0 too where the pixels are in memory already (a view of all of an image reads
            them once), else
            small planes (about a gigabyte): the request helps to build the overviews, and is exact
            large ones: exact where the build has passed already (it goes first where somebody looks),
            else from a preview, which is not exact
==========  ==========================================================================================

Planes below a megapixel have no overviews: everything is computed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from visiomatic.errors import CacheError
from visiomatic.kernel import Raster, rebin
from visiomatic.pyramid.build import OverviewBuild, State
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.grid import level_size, source_window
from visiomatic.pyramid.layout import COMPUTED_LEVEL, COMPUTED_LEVEL_DECODED, Layout, OverviewKey
from visiomatic.pyramid.memory import MemoryOverviews
from visiomatic.pyramid.partial import PartialView
from visiomatic.pyramid.store import OverviewStore
from visiomatic.types import Plane, Window

_TINY_PIXELS = 1 << 20
# Of pixels: overviews of such planes are waited for. Decoding and assembling are slower than touching mapped bytes.
_QUICK_BYTES, _QUICK_BYTES_DECODED = 1200 << 20, 256 << 20
_PATIENCE_SECONDS, _PATIENCE_SECONDS_DECODED = 2.0, 1.0  # then a preview is better than nothing
_COMPUTED_PIXELS, _COMPUTED_PIXELS_DECODED = 1 << 26, 1 << 22
_AT_HAND_PIXELS = 1 << 24  # where all tiles of a view cost more than a gigabyte: a preview is quicker
_TOUCH_SECONDS = 60.0


class LevelRaster(NamedTuple):
    """Pixels of one level, and whether they are the true means of the image."""

    raster: Raster
    exact: bool


class Levels:
    """All levels of one plane. Any thread may call any method; none waits for the background."""

    def __init__(
        self, plane: Plane, key: OverviewKey, cache: OverviewCache, is_current: Callable[[], bool] = lambda: True
    ) -> None:
        """*is_current* tells whether the source is still the version of *key*."""
        self._plane, self._key, self._cache, self._is_current = plane, key, cache, is_current
        self._layout = Layout(plane.width, plane.height)
        self._is_tiny = plane.width * plane.height < _TINY_PIXELS or not self._layout.levels
        quick = _QUICK_BYTES if plane.is_mapped else _QUICK_BYTES_DECODED
        self._is_small = self._is_quick = plane.width * plane.height * plane.dtype.itemsize <= quick
        self._patience = _PATIENCE_SECONDS if plane.is_mapped else _PATIENCE_SECONDS_DECODED
        self._build: OverviewBuild | None = None
        self._partial: PartialView | None = None if self._is_tiny else PartialView(cache, key, plane)
        self._lock = threading.Lock()
        self._previewing = threading.Lock()
        self._touched = time.monotonic()

    @property
    def is_preview(self) -> bool:
        """True while the coarsest level would be answered from a preview."""
        return not self.exact(max(self._layout.levels, default=0))

    @property
    def reason(self) -> str:
        """Why overviews are not kept on disk, or not made at all; "" when all is well."""
        if self._build is not None and self._build.reason:
            return self._build.reason
        held = self._cache.in_memory(self._key)
        return held.reason if held is not None else ""

    def progress(self) -> float:
        """How much of the exact overviews exists, 0 to 1."""
        if self._partial is None or self._overviews() is not None:
            return 1.0
        return max(self._build.progress if self._build is not None else 0.0, self._partial.fraction())

    def exact(self, level: int, window: Window | None = None) -> bool:
        """Whether *window* of *level* (by default any tile) would be answered exactly now."""
        if self._partial is None or self._is_computed(level, window):
            return True
        level = min(level, self._layout.levels[-1])
        overviews = self._overviews()
        if (overviews is not None and level in overviews.levels) or self._is_worth_waiting():
            return True
        return window is not None and self._partial.raster(level, window) is not None

    def ensure(self) -> None:
        """Have exact overviews made in the background, unless they exist."""
        if self._partial is not None and self._overviews() is None:
            self._submit()

    def close(self) -> None:
        """Make no more overviews; what was done is kept for the next opening."""
        with self._lock:
            build, self._build = self._build, None
        if build is not None:
            self._cache.builder.withdraw(build)
            build.suspend()

    def raster(self, level: int, window: Window) -> Raster:
        """The pixels of *window* (in the frame of *level*, inside it, not empty), exact or from the preview."""
        return self.read(level, window).raster

    def read(self, level: int, window: Window) -> LevelRaster:
        """As `raster`, with what it is worth. Raises SourceChanged."""
        if level == 0:
            return LevelRaster(self._plane.raster(window), True)
        if level == 1 or self._partial is None:
            return LevelRaster(self._computed(level, window), True)
        if level > self._layout.levels[-1]:
            return self._beyond(level, window)
        stored = self._stored(level, window)
        if stored is not None:
            return LevelRaster(stored, True)
        answer = self._without_overviews(level, window, self._partial)
        self._submit()  # only now: the disk serves first who waits
        return answer

    def read_to_halve(self, level: int, window: Window) -> tuple[LevelRaster, bool]:
        """As `read`; True with the pixels of level 0 whose 2 × 2 means are *window* of level 1.

        For those who need each pixel once: level 1 need not be stored then.
        """
        if level != 1:
            return self.read(level, window), False
        source = source_window(window, level, self._plane.width, self._plane.height)
        return LevelRaster(self._plane.raster(source), True), True

    def _without_overviews(self, level: int, window: Window, partial: PartialView) -> LevelRaster:
        if self._is_computed(level, window):
            return LevelRaster(self._computed(level, window), True)
        partial.want(level, window)
        if self._is_worth_waiting():  # a slow disk makes one request wait, not each
            self._is_quick = self._submit().join(self._patience, lambda: partial.raster(level, window) is not None)
        found = self._stored(level, window) or partial.raster(level, window)
        if found is not None:
            return LevelRaster(found, True)
        with self._previewing, self._cache.builder.paused():  # one thread reads, the others need the same
            preview = self._cache.preview(self._key, self._plane)
        return LevelRaster(preview.raster(level, window), False)

    def _stored(self, level: int, window: Window) -> Raster | None:
        overviews = self._overviews()
        if overviews is None or level not in overviews.levels:
            return None
        try:
            return overviews.raster(level).window(window)
        except CacheError:
            self._cache.discard(self._key)
            return None

    def _overviews(self) -> OverviewStore | MemoryOverviews | None:
        store = self._cache.find(self._key, self._layout)
        if store is None:
            return self._cache.in_memory(self._key)
        if time.monotonic() > self._touched + _TOUCH_SECONDS:
            self._touched = time.monotonic()
            store.touch()
        return store

    def _submit(self) -> OverviewBuild:
        """The build of the overviews, begun if need be."""
        evicted = self._build is not None and self._build.state is State.DONE and self._overviews() is None
        with self._lock:
            if self._build is None or (evicted and self._build.is_over):
                self._build = OverviewBuild(self._plane, self._key, self._cache, self._is_current)
            build = self._build
        if not build.is_over:
            self._cache.builder.submit(build)
        return build

    def _is_worth_waiting(self) -> bool:
        build = self._build
        return self._is_quick and (build is None or not (build.is_ready or build.is_over))

    def _is_computed(self, level: int, window: Window | None) -> bool:
        """Whether *window* of *level* (by default any tile) is computed from full resolution without a thought."""
        if level <= 1:
            return True
        pixels = 0 if window is None else (window.width * window.height) << 2 * level
        if pixels > (_COMPUTED_PIXELS if self._plane.is_mapped else _COMPUTED_PIXELS_DECODED):
            return False
        if level <= (COMPUTED_LEVEL if self._plane.is_mapped else COMPUTED_LEVEL_DECODED):
            return True
        if window is None or not (self._is_small or pixels <= _AT_HAND_PIXELS):
            return False
        return self._plane.is_at_hand(self._source(level, window))

    def _computed(self, level: int, window: Window) -> Raster:
        return shrunk(self._plane.raster(self._source(level, window)), level)

    def _source(self, level: int, window: Window) -> Window:
        return source_window(window, level, self._plane.width, self._plane.height)

    def _beyond(self, level: int, window: Window) -> LevelRaster:
        """Levels coarser than any overview (small tiles): from the coarsest one."""
        last = self._layout.levels[-1]
        size = level_size(self._plane.width, self._plane.height, last)
        whole, exact = self.read(last, Window(0, 0, *size))
        return LevelRaster(shrunk(whole, level - last).window(window), exact)


def shrunk(raster: Raster, level: int) -> Raster:
    """*raster* after *level* steps of 2 × 2 means from its top left."""
    while level > 0:
        step = min(level, 2)
        raster = Raster.from_array(rebin(raster, 4 if step == 2 else 2))
        level -= step
    return raster
