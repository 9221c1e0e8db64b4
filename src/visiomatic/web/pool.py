"""A few threads for the work below `web/`, shared fairly among images.

However slow the disk under one image is, every other image has a thread of its own at once, and so have pages.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from visiomatic.errors import TimeLimitExceeded

T = TypeVar("T")
Receive = Callable[[], Awaitable[Any]]
MOST_THREADS = 48
PATIENCE = 0.05  # seconds, and up to twice that: what work may take before anybody asks whether it is still wanted


class Job(NamedTuple):
    key: Hashable
    work: Callable[[], Any]
    future: asyncio.Future[Any]


class GivenUp(Exception):
    """The client went away before the work had begun."""


class Pool:
    """Runs functions in threads: up to *threads* at a time, plus one for each key that has none running.

    A key is what may be slow on its own: an image. A thread that is done takes the next job itself, so that under
    load nobody has to be woken. (The executors of the standard library take several times as long to hand over.)
    """

    def __init__(self, threads: int, most: int = MOST_THREADS) -> None:
        self._threads = threads
        self._most = max(most, threads)
        self._lock = Lock()  # of what follows
        self._running: dict[Hashable, int] = {}
        self._total = 0
        self._waiting: OrderedDict[Hashable, deque[Job]] = OrderedDict()
        self._started: SimpleQueue[Job | None] = SimpleQueue()
        self._thread_count = 0
        # Work that may have to be watched: what came lately, and what came before the last look. Of the loop alone.
        # There is a timer for the next look while there is any.
        self._lately: list[tuple[asyncio.Future[Any], Receive | None, float]] = []
        self._before: list[tuple[asyncio.Future[Any], Receive | None, float]] = []

    def run(self, key: Hashable, work: Callable[[], T]) -> asyncio.Future[T]:
        """The result of *work*, which starts when it is its turn. Cancel it while it waits, and it never starts."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = Job(key, work, future)
        with self._lock:
            starts = self._may_start(key)
            if starts:
                self._mark_started(key)
            else:
                self._waiting.setdefault(key, deque()).append(job)
            needed = self._total > self._thread_count
        if starts:
            if needed:  # there are as many threads as jobs that have started: none of them waits for another
                self._thread_count += 1
                Thread(target=self._work, name=f"visiomatic-{self._thread_count}", daemon=True).start()
            self._started.put(job)
        return future

    def attend(
        self, key: Hashable, work: Callable[[], T], receive: Receive | None, seconds: float
    ) -> asyncio.Future[T]:
        """As `run` for a client who may leave (GivenUp) and does not wait for ever (TimeLimitExceeded).

        *receive* is the ASGI function that tells of its leaving; work that has begun is finished all the same.
        """
        future = self.run(key, work)
        if not (self._lately or self._before):
            future.get_loop().call_later(PATIENCE, self._look_around)
        self._lately.append((future, receive, seconds))
        return future

    def _look_around(self) -> None:
        """Most work is done before this looks at it, once: one timer for all spares one for each."""
        for future, receive, seconds in self._before:
            if not future.done():
                self._watch(future, receive, seconds)
        self._before, self._lately = self._lately, []
        if self._before:
            asyncio.get_running_loop().call_later(PATIENCE, self._look_around)

    def _watch(self, future: asyncio.Future[Any], receive: Receive | None, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        error = TimeLimitExceeded(f"this takes longer than {seconds:g} seconds")
        limit = loop.call_later(max(0.0, seconds - PATIENCE), _fail, future, error)
        future.add_done_callback(lambda _: limit.cancel())
        if receive is not None:
            listener = loop.create_task(self._listen(future, receive))
            future.add_done_callback(lambda _: listener.cancel())

    async def _listen(self, future: asyncio.Future[Any], receive: Receive) -> None:
        await has_left(receive)
        if self._is_waiting(future):
            _fail(future, GivenUp())

    def _is_waiting(self, future: asyncio.Future[Any]) -> bool:
        with self._lock:
            return any(job.future is future for queue in self._waiting.values() for job in queue)

    def close(self) -> None:
        """End the threads when they are done with what they have."""
        for _ in range(self._thread_count):
            self._started.put(None)

    def _work(self) -> None:
        """What a thread does."""
        while (job := self._started.get()) is not None:
            while job is not None:
                self._do(job)
                with self._lock:
                    self._mark_ended(job.key)
                    job = self._next() if self._waiting else None

    def _do(self, job: Job) -> None:
        result: Any = None
        error: BaseException | None = None
        try:
            result = job.work()
        except BaseException as caught:  # noqa: BLE001 - handed to whoever waits for the result
            error = caught
        try:
            job.future.get_loop().call_soon_threadsafe(_deliver, job.future, result, error)
        except RuntimeError:  # the loop was closed meanwhile
            return

    def _may_start(self, key: Hashable) -> bool:
        return self._total < self._threads or (key not in self._running and self._total < self._most)

    def _mark_started(self, key: Hashable) -> None:
        self._total += 1
        self._running[key] = self._running.get(key, 0) + 1

    def _mark_ended(self, key: Hashable) -> None:
        self._total -= 1
        left = self._running[key] - 1
        if left:
            self._running[key] = left
        else:
            del self._running[key]

    def _next(self) -> Job | None:
        """The next job that may start, the keys taking turns; those whose client has gone are dropped."""
        for key in list(self._waiting):
            if not self._may_start(key):
                continue
            queue = self._waiting[key]
            while queue and queue[0].future.done():
                queue.popleft()
            job = queue.popleft() if queue else None
            if queue:
                self._waiting.move_to_end(key)
            else:
                del self._waiting[key]
            if job is not None:
                self._mark_started(key)
                return job
        return None


async def has_left(receive: Receive) -> None:
    """Return when the client has gone; what is left of its request is read first."""
    while (await receive())["type"] != "http.disconnect":
        await asyncio.sleep(0)  # a server that repeats itself must not stop everything else


def _deliver(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
