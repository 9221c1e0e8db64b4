"""A few threads for the work below `web/`, shared fairly among images.

However slow the disk under one image is, every other image has a thread of its own at once, and so have pages.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from visiomatic.errors import TimeLimitExceeded

T = TypeVar("T")
Receive = Callable[[], Awaitable[Any]]
Job = tuple[Hashable, Callable[[], Any], "asyncio.Future[Any]"]
MOST_THREADS = 48
PATIENCE = 0.05  # seconds that work may take before anybody asks whether it is still wanted


class GivenUp(Exception):
    """The client went away before the work had begun."""


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

    async def attend(self, key: Hashable, work: Callable[[], T], receive: Receive | None, seconds: float) -> T:
        """As `run` for a client who may leave (GivenUp) and does not wait for ever (TimeLimitExceeded).

        *receive* is the ASGI function that tells of its leaving; work that has begun is finished all the same.
        """
        future = self.run(key, work)
        watch = asyncio.get_running_loop().call_later(PATIENCE, self._watch, future, receive, seconds)
        try:
            return await future
        finally:
            watch.cancel()

    def _watch(self, future: asyncio.Future[Any], receive: Receive | None, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        limit = loop.call_later(
            seconds, _fail, future, TimeLimitExceeded(f"this takes longer than {seconds:g} seconds")
        )
        future.add_done_callback(lambda _: limit.cancel())
        if receive is not None:
            listener = loop.create_task(self._listen(future, receive))
            future.add_done_callback(lambda _: listener.cancel())

    async def _listen(self, future: asyncio.Future[Any], receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        if self._is_waiting(future):
            _fail(future, GivenUp())

    def _is_waiting(self, future: asyncio.Future[Any]) -> bool:
        return any(job[2] is future for queue in self._waiting.values() for job in queue)

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


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _hand_over(loop: asyncio.AbstractEventLoop, finish: Callable[[Future[Any]], None], done: Future[Any]) -> None:
    """From the thread to the loop, unless that was closed meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(finish, done)
