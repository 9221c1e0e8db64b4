"""A few threads for the work below `web/`, shared fairly among images.

However slow the disk under one image is, every other image has a thread of its own at once, and so have pages.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Hashable, Callable[[], Any], "asyncio.Future[Any]"]
MOST_THREADS = 48


class Pool:
    """Runs functions in threads: up to *threads* at a time, plus one for each key that has none running.

    A key is what may be slow on its own: an image. Belongs to one event loop.
    """

    def __init__(self, threads: int, most: int = MOST_THREADS) -> None:
        self._threads = threads
        self._most = max(most, threads)
        self._executor = ThreadPoolExecutor(self._most, "visiomatic")
        self._running: Counter[Hashable] = Counter()
        self._total = 0
        self._waiting: OrderedDict[Hashable, deque[Job]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    def run(self, key: Hashable, work: Callable[[], T]) -> asyncio.Future[T]:
        """The result of *work*, which starts when it is its turn. Cancel it while it waits, and it never starts."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job: Job = (key, work, future)
        if self._may_start(key):
            self._start(job)
        else:
            self._waiting.setdefault(key, deque()).append(job)
        return future

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _may_start(self, key: Hashable) -> bool:
        return self._total < self._threads or (key not in self._running and self._total < self._most)

    def _start(self, job: Job) -> None:
        self._running[job[0]] += 1
        self._total += 1
        loop = asyncio.get_running_loop()
        self._executor.submit(job[1]).add_done_callback(partial(_hand_over, loop, partial(self._finish, job)))

    def _finish(self, job: Job, done: Future[Any]) -> None:
        key, _, future = job
        self._total -= 1
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
        if not future.done():
            error = done.exception()
            if error is None:
                future.set_result(done.result())
            else:
                future.set_exception(error)
        if self._waiting:
            self._start_next()

    def _start_next(self) -> None:
        """Start what may start, the keys taking turns."""
        for key in list(self._waiting):
            if not self._may_start(key):
                continue
            queue = self._waiting[key]
            while queue and queue[0][2].done():  # cancelled: the client has gone
                queue.popleft()
            if queue:
                self._start(queue.popleft())
            if queue:
                self._waiting.move_to_end(key)
            else:
                del self._waiting[key]


def _hand_over(loop: asyncio.AbstractEventLoop, finish: Callable[[Future[Any]], None], done: Future[Any]) -> None:
    """From the thread to the loop, unless that was closed meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(finish, done)
