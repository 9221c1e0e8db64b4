"""Builds: stopped, killed, raced, starved and cheated, overviews come out whole or not at all."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pyramid_planes import ArrayPlane, FilePlane, means, write_plane

from visiomatic.errors import CacheError, SourceChanged
from visiomatic.kernel import Raster, decode
from visiomatic.pyramid import strips as strips_module
from visiomatic.pyramid import target as target_module
from visiomatic.pyramid.build import OverviewBuild, State
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.journal import Journal, describe
from visiomatic.pyramid.layout import Layout, OverviewKey
from visiomatic.pyramid.levels import Levels
from visiomatic.pyramid.partial import PartialView
from visiomatic.pyramid.strips import StripPlan
from visiomatic.types import Window
from waiting import until

KEY = OverviewKey("/data/sky.fits", "", "0123456789abcdef", 0)

# Builds the overviews of a file in a process of its own, in many small strips.
PROGRAM = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from pyramid_planes import FilePlane
from visiomatic.pyramid import strips
from visiomatic.pyramid.build import OverviewBuild
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.layout import OverviewKey
strips._CHUNK_BYTES, strips._BITE_BYTES = 1 << 17, 1 << 15
plane = FilePlane(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
build = OverviewBuild(plane, OverviewKey("/data/sky.fits", "", "0123456789abcdef", 0), OverviewCache(Path(sys.argv[5])))
print("ready", flush=True)
while not build.is_over:
    if not build.advance(lambda: False):
        time.sleep(0.005)
    time.sleep(float(sys.argv[6]))
print(build.state.name, build.reason, flush=True)
"""


@pytest.fixture
def small_strips(monkeypatch) -> None:
    monkeypatch.setattr(strips_module, "_CHUNK_BYTES", 1 << 17)
    monkeypatch.setattr(strips_module, "_BITE_BYTES", 1 << 15)


def start_process(file: Path, plane: FilePlane, cache: Path, pause: float = 0.0) -> subprocess.Popen[str]:
    folder = str(Path(__file__).parent)
    words = [folder, str(file), str(plane.width), str(plane.height), str(cache), str(pause)]
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def finish(build: OverviewBuild) -> OverviewBuild:
    while not build.is_over:
        assert build.advance(lambda: False) or build.state is State.WAITING
    return build


def assert_stored(cache: OverviewCache, array: NDArray) -> None:
    layout = Layout(array.shape[1], array.shape[0])
    store = cache.find(KEY, layout)
    for level in layout.levels:
        np.testing.assert_allclose(decode(store.raster(level)), means(array, level), rtol=2e-6)


def share_done(cache: OverviewCache, plane: FilePlane) -> float:
    found = cache.find(KEY, Layout(plane.width, plane.height)) is not None
    return 1.0 if found else PartialView(cache, KEY, plane).fraction()


@pytest.mark.usefixtures("small_strips")
def test_kill_9_at_any_moment_loses_nothing(tmp_path, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    chance, done = random.Random(), 0
    cache = OverviewCache(tmp_path / "cache")
    for _ in range(7):
        process = start_process(tmp_path / "sky", plane, tmp_path / "cache", pause=0.002)
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert cache.verify() == []
        done, before = share_done(cache, plane), done
        assert done >= before
    process = start_process(tmp_path / "sky", plane, tmp_path / "cache", pause=0.002)
    until(lambda: share_done(cache, plane) > min(done, 0.99))  # if the others were all killed too early
    process.kill()
    process.communicate()
    assert share_done(cache, plane) > min(done, 0.99)
    assert finish(OverviewBuild(plane, KEY, cache)).reason == ""
    assert_stored(cache, sky)
    assert list((tmp_path / "cache" / "partial").iterdir()) == []


@pytest.mark.usefixtures("small_strips")
def test_two_processes_at_once_make_one_set_of_overviews(tmp_path, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    processes = [start_process(tmp_path / "sky", plane, tmp_path / "cache", pause=0.001) for _ in range(2)]
    for process in processes:
        said, _ = process.communicate()  # with a timeout it would pass over what readline() has buffered
        assert (said.split(), process.returncode) == (["DONE"], 0)
    cache = OverviewCache(tmp_path / "cache")
    assert [entry.complete for entry in cache.entries()] == [True]
    assert_stored(cache, sky)


@pytest.mark.usefixtures("small_strips")
def test_another_process_sees_progress_and_finished_parts(tmp_path, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    process = start_process(tmp_path / "sky", plane, tmp_path / "cache", pause=0.05)
    cache = OverviewCache(tmp_path / "cache")
    levels, view = Levels(plane, KEY, cache), PartialView(cache, KEY, plane)
    top = Window(0, 0, 193, 2)
    until(lambda: view.raster(3, top) is not None)
    np.testing.assert_allclose(decode(view.raster(3, top)), means(sky, 3)[:2], rtol=2e-6)
    assert 0 < levels.progress() <= 1
    assert view.raster(3, Window(0, 0, 193, 163)) is None
    process.kill()
    process.communicate()
    cache.close()


@pytest.mark.usefixtures("small_strips")
def test_another_process_may_ask_for_a_part_first(tmp_path, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    process = start_process(tmp_path / "sky", plane, tmp_path / "cache", pause=0.05)
    view = PartialView(OverviewCache(tmp_path / "cache"), KEY, plane)
    wanted, before = Window(0, 140, 193, 142), Window(0, 100, 193, 102)
    until(lambda: view.want(3, wanted) or view.raster(3, wanted) is not None)
    assert view.raster(3, before) is None
    process.kill()
    process.communicate()


@pytest.mark.usefixtures("small_strips")
def test_a_stopped_build_resumes_where_it_was(cache, sky) -> None:
    first, plan = OverviewBuild(ArrayPlane(sky), KEY, cache), StripPlan.of(ArrayPlane(sky))
    for _ in range(1 + plan.count // 2):
        assert first.advance(lambda: False)
    progress = first.progress
    assert 0.3 < progress < 0.7
    first.suspend()
    plane = ArrayPlane(sky)
    second = OverviewBuild(plane, KEY, cache)
    second.advance(lambda: False)
    assert second.progress == progress
    finish(second)
    assert_stored(cache, sky)


@pytest.mark.usefixtures("small_strips")
def test_after_a_power_cut_only_what_was_forced_to_disk_is_believed(cache, sky, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(target_module, "_CHECKPOINT_SECONDS", 0.0)
    first, plan = OverviewBuild(ArrayPlane(sky), KEY, cache), StripPlan.of(ArrayPlane(sky))
    for _ in range(4):
        first.advance(lambda: False)
    monkeypatch.setattr(target_module, "_CHECKPOINT_SECONDS", 1e9)
    for _ in range(4):
        first.advance(lambda: False)
    first.suspend()
    other_boot = tmp_path / "boot_id"
    other_boot.write_text("another\n")
    monkeypatch.setattr("visiomatic.pyramid.journal._BOOT_ID", other_boot)
    journal = Journal.open(cache.partial(KEY).journal, describe(KEY, plan), plan.count)
    assert np.count_nonzero(journal.states) == 3
    journal.close()


@pytest.mark.usefixtures("small_strips")
@pytest.mark.parametrize("file", ["2/c/0/0", "3/c/0/0"])
def test_a_cut_partial_is_begun_again(cache, sky, file) -> None:
    first = OverviewBuild(ArrayPlane(sky), KEY, cache)
    for _ in range(10):
        first.advance(lambda: False)
    first.suspend()
    os.truncate(cache.partial(KEY).directory / file, 1000)
    second = OverviewBuild(ArrayPlane(sky), KEY, cache)
    second.advance(lambda: False)
    assert second.progress == 0.0
    finish(second)
    assert_stored(cache, sky)


@pytest.mark.usefixtures("small_strips")
def test_a_foreign_journal_is_not_believed(cache, sky) -> None:
    paths = cache.partial(KEY)
    paths.journal.parent.mkdir(parents=True)
    paths.journal.write_bytes(b"\x80\x04\x95" * 40_000)
    finish(OverviewBuild(ArrayPlane(sky), KEY, cache))
    assert_stored(cache, sky)


class FailingDisk:
    """Stands in for ``os.pwrite``: refuses after so many bytes, as a full disk does."""

    def __init__(self, room: int, code: int) -> None:
        self.room, self.code, self.real = room, code, os.pwrite

    def __call__(self, file: int, data: bytes, offset: int) -> int:
        if len(data) > self.room:
            raise OSError(self.code, os.strerror(self.code))
        self.room -= len(data)
        return self.real(file, data, offset)


@pytest.mark.parametrize("room", [0, 20_000, 400_000])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_full_disk_leaves_exact_coarse_levels_in_memory(cache, sky, monkeypatch, room, code) -> None:
    monkeypatch.setattr(os, "pwrite", FailingDisk(room, code))
    levels = Levels(ArrayPlane(sky), KEY, cache)
    levels.ensure()
    for level in (2, 3, 4):
        expected = means(sky, level)
        raster, exact = levels.read(level, Window(0, 0, expected.shape[1], expected.shape[0]))
        assert exact
        np.testing.assert_allclose(decode(raster), expected, rtol=2e-6)
    until(lambda: levels.reason)
    assert os.strerror(code).lower() in levels.reason
    until(lambda: levels.progress() == 1.0)
    assert not list((cache.directory / "partial").glob("*.zarr"))


def test_a_disk_that_fills_up_when_publishing_keeps_what_was_made(cache, sky, monkeypatch) -> None:
    def fails(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("visiomatic.pyramid.store.write_file", fails)
    build = finish(OverviewBuild(ArrayPlane(sky), KEY, cache))
    assert build.state is State.DONE
    assert "no space left" in build.reason
    assert_stored(cache, sky)
    assert cache.entries() == []


@pytest.mark.parametrize("place", ["/proc/nowhere", "under a file"])
def test_a_directory_that_cannot_be_written_leaves_a_working_viewer(tmp_path, sky, place) -> None:
    (tmp_path / "file").write_text("")
    cache = OverviewCache(Path(place) if place.startswith("/") else tmp_path / "file" / "cache", threads=1)
    levels = Levels(ArrayPlane(sky), KEY, cache)
    raster, exact = levels.read(4, Window(0, 0, 97, 82))
    assert exact
    np.testing.assert_allclose(decode(raster), means(sky, 4), rtol=2e-6)
    assert cache.entries() == []
    assert cache.clear() == 0
    cache.close()


@pytest.mark.usefixtures("small_strips")
def test_a_truncated_source_ends_the_build_and_drops_what_it_made(tmp_path, cache, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    build = OverviewBuild(plane, KEY, cache)
    for _ in range(5):
        build.advance(lambda: False)
    os.truncate(tmp_path / "sky", 1000)
    finish(build)
    assert build.state is State.FAILED
    assert "truncated" in build.reason
    assert list((cache.directory / "partial").iterdir()) == []
    assert cache.entries() == []


@pytest.mark.usefixtures("small_strips")
def test_a_replaced_source_ends_the_build_and_drops_what_it_made(cache, sky) -> None:
    current = threading.Event()
    current.set()
    build = OverviewBuild(ArrayPlane(sky), KEY, cache, current.is_set)
    for _ in range(5):
        build.advance(lambda: False)
    current.clear()
    finish(build)
    assert build.state is State.FAILED
    assert "changed" in build.reason
    assert list((cache.directory / "partial").iterdir()) == []


def test_a_source_that_cannot_be_decoded_ends_the_build(cache, sky, caplog) -> None:
    plane = ArrayPlane(sky)

    def breaks(window: Window) -> None:
        raise ValueError("a compressed tile is damaged")

    plane.raster = breaks
    build = finish(OverviewBuild(plane, KEY, cache))
    assert build.state is State.FAILED
    assert "the log of the server" in build.reason
    assert "damaged" in caplog.text


@pytest.mark.usefixtures("small_strips")
def test_shutdown_stops_a_build_quickly_and_keeps_what_is_done(tmp_path, sky, monkeypatch) -> None:
    cache = OverviewCache(tmp_path / "cache", threads=2)
    before, plane = set(threading.enumerate()), ArrayPlane(sky)
    build, quick = OverviewBuild(plane, KEY, cache), plane.raster

    def slow(window: Window) -> Raster:  # from a tenth on: nothing more before the end
        until(lambda: build.progress < 0.1 or cache.builder.is_stopping())
        return quick(window)

    monkeypatch.setattr(plane, "raster", slow)
    cache.builder.submit(build)
    until(lambda: build.progress >= 0.1)
    cache.close()
    assert build.progress < 0.5
    assert not any(thread.name.startswith("overviews") for thread in set(threading.enumerate()) - before)
    again = OverviewCache(tmp_path / "cache")
    second = OverviewBuild(ArrayPlane(sky), KEY, again)
    second.advance(lambda: False)
    assert second.progress >= 0.1
    finish(second)
    assert_stored(again, sky)


def test_overviews_that_were_cut_are_made_again(cache, sky) -> None:
    levels = Levels(ArrayPlane(sky), KEY, cache)
    finish(OverviewBuild(ArrayPlane(sky), KEY, cache))
    window = Window(0, 0, 193, 163)
    np.testing.assert_allclose(decode(levels.raster(3, window)), means(sky, 3), rtol=2e-6)
    raster = levels.raster(3, window)
    os.truncate(cache.entries()[0].path / "3/c/0/0", 1000)
    with pytest.raises(CacheError):
        decode(raster)
    raster, exact = levels.read(3, window)
    assert exact
    np.testing.assert_allclose(decode(raster), means(sky, 3), rtol=2e-6)


def test_a_changed_file_raises_in_a_request(tmp_path, cache, sky) -> None:
    plane = write_plane(tmp_path / "sky", sky)
    levels = Levels(plane, KEY, cache)
    os.truncate(tmp_path / "sky", 1000)
    for level in range(4):
        with pytest.raises(SourceChanged):
            decode(levels.raster(level, Window(0, 0, 100, 100)))
