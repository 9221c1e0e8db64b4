"""What all routes of one worker share: the images, the threads, the finished answers, the limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from visiomatic.image import Image
from visiomatic.library import Library
from visiomatic.tray import Tray
from visiomatic.web.caching import ByteCache, Flights
from visiomatic.web.iip_query import Defaults
from visiomatic.web.outside import Outside
from visiomatic.web.pool import Pool, Receive

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may ask for."""

    picture_pixels: int = 16_777_216
    region_tiles: int = 1024
    cutout_bytes: int = 1 << 30
    positions: int = 100_000
    region_pixels: int = 67_108_864
    listing: int = 1000
    seconds: float = 60.0


class Site:
    """Belongs to one event loop. `image` and `compute` are how routes reach the rooms below."""

    def __init__(
        self,
        library: Library,
        *,
        threads: int,
        cache_bytes: int,
        limits: Limits,
        defaults: Defaults,
        saturation: float,
        outside: Outside,
        tray: Tray | None = None,
        manual: str = "",
        takes_from_anywhere: bool = False,
        overlay_dir: Path | None = None,
    ) -> None:
        self.library = library
        self.manual = manual  # its address; empty: there is none
        self.tray = tray  # None: no files are taken
        self.takes_from_anywhere = takes_from_anywhere  # else from browsers on this computer only
        self.limits = limits
        self.defaults = defaults
        self.saturation = saturation
        self.outside = outside
        self.overlay_dir = overlay_dir
        self.pool = Pool(threads)
        self.answers: ByteCache[bytes] = ByteCache(cache_bytes)
        self.flights: Flights[bytes, Any] = Flights()
        self._openings: Flights[str, Image] = Flights()

    async def image(self, image_id: str, receive: Receive | None = None) -> Image:
        """The opened image; opening happens in a thread, once for all who ask."""
        return self.library.current(image_id) or await self._openings.join(
            image_id,
            lambda: self.pool.attend(image_id, partial(self.library.open, image_id), receive, self.limits.seconds),
        )

    def compute(self, key: str, work: Callable[[], T], receive: Receive | None = None) -> asyncio.Future[T]:
        """The result of *work*, done in a thread; *key* is the image (or else what may be slow on its own)."""
        return self.pool.attend(key, work, receive, self.limits.seconds)

    def close(self) -> None:
        self.pool.close()
        self.library.close()
