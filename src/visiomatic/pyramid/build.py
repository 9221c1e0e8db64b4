"""Making the overviews of one plane, in pieces, by any number of threads, resumable after any end of the process.

A build holds the lock of its partial directory; a build of the same overviews in another process finds it taken, and
looks again later. Where the cache directory cannot be used, the coarse levels that fit are made in memory instead.
"""

from __future__ import annotations

import enum
import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from visiomatic.errors import SourceChanged, VisiomaticError
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.layout import Layout, OverviewKey
from visiomatic.pyramid.strips import Stopped, coarser, strip_levels
from visiomatic.pyramid.target import DiskTarget, MemoryTarget, Target
from visiomatic.types import Plane

Stop = Callable[[], bool]
_IN_MEMORY = "only coarse levels are exact, kept in memory"
_logger = logging.getLogger(__name__)


class State(enum.Enum):
    WAITING = enum.auto()  # not begun, or another process is at it
    RUNNING = enum.auto()
    READY = enum.auto()  # all levels are written and can be used, but not yet published
    DONE = enum.auto()
    FAILED = enum.auto()


class OverviewBuild:
    """The work of making one plane's overviews. Any thread may call any method at any time."""

    def __init__(
        self, plane: Plane, key: OverviewKey, cache: OverviewCache, is_current: Callable[[], bool] = lambda: True
    ) -> None:
        self.key = key
        self.state = State.WAITING
        self.reason = ""  # why overviews are not kept on disk, or not made at all
        self._plane, self._cache, self._is_current = plane, cache, is_current
        self._layout = Layout(plane.width, plane.height)
        self._target: Target | None = None
        self._queue: deque[int] = deque()
        self._failure: Exception | None = None
        self._withdrawn = False
        self._busy = 0  # threads doing a piece
        self._alone = False  # one of them must not be joined by others
        self._changed = threading.Condition()

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.FAILED)

    @property
    def is_ready(self) -> bool:
        """The cache finds the overviews."""
        return self.state in (State.READY, State.DONE)

    @property
    def progress(self) -> float:
        if self.is_ready:
            return 1.0
        target = self._target
        return target.progress if target is not None else 0.0

    def advance(self, stopped: Stop, *, publish: bool = True) -> bool:
        """Do one piece; False when there is none to do right now. Without *publish*, only what readers wait for."""
        piece = self._claim(publish)
        if piece is None:
            return False
        try:
            return piece(lambda: self._withdrawn or self._failure is not None or stopped())
        except Stopped:
            return True
        except OSError as error:
            self._failure = error
            return True
        except Exception as error:
            _logger.exception("making overviews of %s failed", self.key.path)
            self._failure = error
            return True
        finally:
            self._leave()

    def join(self, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> bool:
        """Help until the overviews can be used or *is_enough*; False when it takes longer than *seconds*, or fails."""
        until = time.monotonic() + seconds

        def is_late() -> bool:
            return time.monotonic() > until

        while not (self.is_ready or self.is_over or is_enough()):
            if is_late():
                return False
            if not self.advance(is_late, publish=False):
                with self._changed:
                    self._changed.wait(0.01)
        return self.state is not State.FAILED

    def prefer(self, first: int, last: int) -> None:
        """Do strips *first* .. *last* - 1 next: somebody looks at them."""
        with self._changed:
            wanted = [strip for strip in self._queue if first <= strip < last]
            self._queue = deque(wanted + [strip for strip in self._queue if not first <= strip < last])

    def suspend(self) -> None:
        """Stop for good, keeping what is done for a later start. Pieces being done are given up soon."""
        with self._changed:
            self._withdrawn = True
            self._close_if_idle()

    def _claim(self, publish: bool) -> Callable[[Stop], bool] | None:
        """A piece that may be done now."""
        with self._changed:
            if self._alone or self._withdrawn or self.is_over:
                return None
            if self.state is State.RUNNING and self._queue and self._failure is None:
                self._busy += 1
                return self._strip(self._queue.popleft())
            if self._busy or (self.state is State.READY and not publish):
                return None
            self._busy, self._alone = 1, True
            if self._failure is not None:
                return self._recover
            return {State.WAITING: self._begin, State.RUNNING: self._finish, State.READY: self._publish}[self.state]

    def _leave(self) -> None:
        with self._changed:
            self._busy -= 1
            if not self._busy:
                self._alone = False
            self._close_if_idle()
            self._changed.notify_all()

    def _close_if_idle(self) -> None:
        if self._withdrawn and not self._busy and self._target is not None:
            self._target.close(keep=True)
            self._target = None

    # Pieces. All but strips are done while no other thread does one.

    def _begin(self, stop: Stop) -> bool:
        if self._cache.find(self.key, self._layout) or self._cache.in_memory(self.key):
            self.state = State.DONE
            return True
        target = DiskTarget.claim(self._cache, self.key, self._plane)
        if target is not None:
            self._start(target)
        return target is not None

    def _start(self, target: Target) -> None:
        self._target = target
        self._queue = deque(target.todo())
        self.state = State.RUNNING

    def _strip(self, strip: int) -> Callable[[Stop], bool]:
        target = self._target
        assert target is not None

        def piece(stop: Stop) -> bool:
            try:
                for level, row, means in strip_levels(self._plane, target.plan, strip, stop):
                    target.write(level, row, means)
                self._check_source()
                target.mark(strip)
            except BaseException:
                with self._changed:
                    self._queue.appendleft(strip)
                raise
            if (wanted := target.wanted()) is not None:
                self.prefer(*wanted)
            return True

        return piece

    def _finish(self, stop: Stop) -> bool:
        target = self._target
        assert target is not None
        for level in range(target.plan.depth + 1, target.plan.layout.levels[-1] + 1):
            for row, means in coarser(target.raster(level - 1), stop):
                target.write(level, row, means)
        self._check_source()
        target.complete()
        self.state = State.READY
        return True

    def _publish(self, stop: Stop) -> bool:
        assert self._target is not None
        self._target.publish()
        self.state = State.DONE
        return True

    def _recover(self, stop: Stop) -> bool:
        """After a failure: make the coarse levels in memory if it was the cache's, else give up."""
        failure, self._failure = self._failure, None
        if self._target is not None:
            self._target.close(keep=False)
            self._target = None
        if isinstance(failure, OSError) and not isinstance(failure, SourceChanged) and not self.reason:
            self.reason = f"The cache of overviews cannot be used ({_words(failure)}): {_IN_MEMORY}."
            if self.state is State.READY:  # it cannot be published, but its maps serve this process
                self.state = State.DONE
            else:
                self._start(MemoryTarget(self._cache, self.key, self._plane, self.reason))
        else:
            self.reason = f"Exact overviews cannot be made ({_words(failure)}): coarse levels are approximate."
            self.state = State.FAILED
        return True

    def _check_source(self) -> None:
        if not self._is_current():
            raise SourceChanged("the file changed while its overviews were made")


def _words(failure: Exception | None) -> str:
    """What went wrong, for users: never a path."""
    if isinstance(failure, VisiomaticError):
        return str(failure)
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror.lower()
    return "an error that the log of the server tells"
