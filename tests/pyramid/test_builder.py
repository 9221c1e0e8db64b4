"""The threads that make overviews let everything else go first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import pytest

from visiomatic.pyramid import builder as builder_module
from visiomatic.pyramid.builder import Builder


class Piece:
    """Work of one piece that notes how urgent its thread is."""

    def __init__(self) -> None:
        self.is_over = False
        self.niceness: int | None = None
        self.done, self.suspended = threading.Event(), threading.Event()

    def advance(self, stopped: Callable[[], bool]) -> bool:
        self.niceness = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        self.is_over = True
        self.done.set()
        return True

    def suspend(self) -> None:
        self.suspended.set()


@pytest.mark.skipif(sys.platform != "linux", reason="niceness belongs to threads on Linux alone")
def test_overviews_are_made_with_less_priority_than_tiles() -> None:
    builder, work = Builder(1), Piece()
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    builder.submit(work)
    assert work.done.wait(30)
    builder.stop()
    assert work.niceness is not None
    assert work.niceness >= min(19, before + 5)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_the_first_view_has_a_head_start_that_shutdown_does_not_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder_module, "_HEAD_START", 3600.0)
    builder, work = Builder(2), Piece()
    builder.submit(work)
    builder.stop(30.0)
    assert work.suspended.is_set()
    assert not work.done.is_set()


def test_nothing_is_begun_while_somebody_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder_module, "_HEAD_START", 0.0)
    builder, work = Builder(1), Piece()
    with builder.paused():
        builder.submit(work)
        assert not work.done.wait(0.1)
    assert work.done.wait(30)
    builder.stop()
