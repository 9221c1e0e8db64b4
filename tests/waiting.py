"""Waiting for a condition, where another thread, process or page brings it about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds: only what never happens takes that long, however busy the computer is


def nap() -> None:
    """How the time between two looks is spent where nothing else has to be done meanwhile."""
    time.sleep(0.01)


def until(
    condition: Callable[[], object],
    what: Callable[[], object] = lambda: "what was waited for did not happen",
    pause: Callable[[], object] = nap,
) -> None:
    """Return as soon as *condition* holds; *what* tells what is wrong when it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what()
        pause()


async def soon(condition: Callable[[], object]) -> None:
    """The same within an event loop, which goes on meanwhile."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)
