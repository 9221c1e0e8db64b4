"""The threads that make overviews while nobody waits, one image at a time, what was asked for last first."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from visiomatic.machine import usable_cores

_IDLE_SECONDS = 0.25  # between two attempts at work that another process is doing
_HEAD_START = 0.4  # seconds for the first view of an image, before anything is made in the background
_STEPS_BACK = 10  # of niceness, behind tiles; not 19, or a thread could wait for long while it holds Python's lock


class Work(Protocol):
    """Something done in pieces by any number of threads."""

    @property
    def is_over(self) -> bool: ...

    def advance(self, stopped: Callable[[], bool]) -> bool:
        """Do one piece (well under a second); False when there is none to do right now. Never raises."""

    def suspend(self) -> None:
        """Called when no thread will call `advance` again: let go of files and locks."""


class Builder:
    """Threads of low priority, started with the first work."""

    def __init__(self, threads: int | None = None) -> None:
        self._count = threads or usable_cores()
        self._works: list[Work] = []
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._not_before = 0.0
        self._paused = 0

    def submit(self, work: Work) -> None:
        """Do *work* before what was submitted earlier. Submitting again brings it forward."""
        with self._changed:
            if self._stopping or (self._works and self._works[-1] is work):
                return
            if work in self._works:
                self._works.remove(work)
            elif not self._works:
                self._not_before = time.monotonic() + _HEAD_START
            self._works.append(work)
            self._start()
            self._changed.notify_all()

    def withdraw(self, work: Work) -> None:
        """Forget *work*; a piece that is being done is finished or given up soon."""
        with self._changed:
            if work in self._works:
                self._works.remove(work)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Begin no further piece for the length of a ``with`` block: somebody waits for the disk."""
        with self._changed:
            self._paused += 1
        try:
            yield
        finally:
            with self._changed:
                self._paused -= 1
                self._changed.notify_all()

    def stop(self, seconds: float = 5.0) -> None:
        """End all threads; what was done so far stays. A thread that waits for a disk is left behind."""
        with self._changed:
            self._stopping = True
            works, self._works = self._works, []
            self._changed.notify_all()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if not any(thread.is_alive() for thread in self._threads):
            for work in works:
                work.suspend()

    def is_stopping(self) -> bool:
        return self._stopping

    def _has_news(self) -> bool:
        self._works = [work for work in self._works if not work.is_over]
        return self._stopping or (bool(self._works) and not self._paused)

    def _start(self) -> None:
        while len(self._threads) < self._count:
            number = len(self._threads) + 1
            thread = threading.Thread(target=self._run, name=f"overviews-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        _lower_priority()
        while True:
            with self._changed:
                self._changed.wait_for(self._has_news)
                if self._stopping:
                    return
                early = self._not_before - time.monotonic()
                if early > 0:
                    self._changed.wait(early)
                    continue
                works = self._works[::-1]
            if not any(work.advance(self.is_stopping) for work in works):
                with self._changed:
                    if not self._stopping:
                        self._changed.wait(_IDLE_SECONDS)


def _lower_priority() -> None:
    """Let everything else go first: on Linux niceness belongs to a thread, and the disk's priority follows it."""
    if sys.platform == "linux":
        with suppress(OSError):  # forbidden in some sandboxes
            usual = os.getpriority(os.PRIO_PROCESS, os.getpid())  # of the first thread: others inherit of their makers
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(19, usual + _STEPS_BACK))
