"""The directory of overviews: bounded, shared, current."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np
import pytest
from pyramid_planes import ArrayPlane

from visiomatic.errors import CacheError
from visiomatic.kernel import decode
from visiomatic.pyramid import cache as cache_module
from visiomatic.pyramid.build import OverviewBuild
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.grid import level_size
from visiomatic.pyramid.journal import acquire_lock
from visiomatic.pyramid.layout import Layout, OverviewKey
from visiomatic.pyramid.levels import Levels
from visiomatic.types import Window

KEY = OverviewKey("/data/sky.fits", "", "0123456789abcdef", 0)
ARRAY = np.ones((1024, 1100), np.float32)
LAYOUT = Layout(1100, 1024)


def build(cache: OverviewCache, key: OverviewKey, used: float | None = None) -> OverviewBuild:
    work = finish(OverviewBuild(ArrayPlane(ARRAY), key, cache))
    if used is not None:
        (entry,) = [entry for entry in cache.entries() if _is_of(entry, key)]
        os.utime(entry.path / "zarr.json", (used, used))
    return work


def finish(work: OverviewBuild) -> OverviewBuild:
    while not work.is_over:
        work.advance(lambda: False)
    return work


def _is_of(entry, key: OverviewKey) -> bool:
    about = entry.describe()
    return (about["source"], about["channel"] - 1) == (key.path, key.channel)


def names(cache: OverviewCache) -> list[str]:
    return [entry.describe()["source"] for entry in cache.entries()]


def other(name: str) -> OverviewKey:
    return replace(KEY, path=f"/data/{name}")


def test_an_entry_says_what_it_is(tmp_path) -> None:
    cache = OverviewCache(tmp_path)
    build(cache, replace(KEY, section="SCI,2", channel=4))
    (entry,) = cache.entries()
    about = entry.describe()
    assert (about["source"], about["section"], about["version"], about["channel"]) == (
        "/data/sky.fits",
        "SCI,2",
        "0123456789abcdef",
        5,
    )
    assert entry.complete
    assert entry.bytes == sum(file.stat().st_size for file in entry.path.rglob("*") if file.is_file())
    assert abs(entry.used_ns / 1e9 - time.time()) < 60


@pytest.mark.parametrize("path", ["/data/a b+ç.fits", "/data/" + "x" * 300, "/data/\udce9.fits", "relative", "/"])
def test_any_name_is_found_again(tmp_path, path) -> None:
    key = replace(KEY, path=path)
    build(OverviewCache(tmp_path), key)
    assert OverviewCache(tmp_path).find(key, LAYOUT) is not None
    assert OverviewCache(tmp_path).find(KEY, LAYOUT) is None


@pytest.mark.parametrize(
    "change", [{"path": "/data/sky2.fits"}, {"section": "1"}, {"version": "f" * 16}, {"channel": 1}]
)
def test_overviews_of_anything_else_are_not_found(tmp_path, change) -> None:
    cache = OverviewCache(tmp_path)
    build(cache, KEY)
    assert cache.find(KEY, LAYOUT) is not None
    assert cache.find(replace(KEY, **change), LAYOUT) is None


def test_what_was_used_longest_ago_goes_first(tmp_path) -> None:
    size = LAYOUT.total_bytes
    cache = OverviewCache(tmp_path, limit_bytes=3 * size + 20_000)
    for age, name in enumerate("abc"):
        build(cache, other(name), used=1e9 - age)
    elsewhere = OverviewCache(tmp_path)  # another server looks at what is oldest here
    assert elsewhere.find(other("c"), LAYOUT) is not None
    build(cache, other("d"))
    assert sorted(names(cache)) == ["/data/a", "/data/c", "/data/d"]
    assert sum(entry.bytes for entry in cache.entries()) <= cache.limit_bytes


def test_evicted_overviews_serve_those_who_have_them_mapped(tmp_path) -> None:
    cache, elsewhere = OverviewCache(tmp_path), OverviewCache(tmp_path, limit_bytes=LAYOUT.total_bytes + 5_000)
    build(cache, KEY)
    raster = cache.find(KEY, LAYOUT).raster(2)
    build(elsewhere, other("b"))
    assert names(cache) == ["/data/b"]
    np.testing.assert_array_equal(decode(raster), 1.0)
    np.testing.assert_array_equal(decode(cache.find(KEY, LAYOUT).raster(2)), 1.0)


def test_no_more_images_than_allowed(tmp_path) -> None:
    cache = OverviewCache(tmp_path, max_images=2)
    for channel in range(3):
        build(cache, replace(KEY, channel=channel), used=1e9)
    build(cache, other("b"), used=2e9)
    assert len(cache.entries()) == 4
    build(cache, other("c"))
    assert sorted(names(cache)) == ["/data/b", "/data/c"]


@pytest.mark.parametrize("bound", [{"limit_bytes": LAYOUT.total_bytes + 5_000}, {"max_images": 1}])
def test_workers_that_make_room_at_the_same_time_leave_no_more_than_allowed(tmp_path, bound) -> None:
    workers = {name: OverviewCache(tmp_path, **bound) for name in "abc"}
    builds = [OverviewBuild(ArrayPlane(ARRAY), other(name), cache) for name, cache in workers.items()]
    for work in builds:
        work.advance(lambda: False)  # room is made for each while the others have written nothing yet
    for work in builds:
        finish(work)
    assert len(names(workers["a"])) == 1


@pytest.mark.parametrize("bound", [{"limit_bytes": LAYOUT.total_bytes + 5_000}, {"max_images": 1}])
def test_workers_that_publish_at_the_same_time_do_not_remove_each_others_overviews(
    tmp_path, monkeypatch, bound
) -> None:
    cache, elsewhere = OverviewCache(tmp_path, **bound), OverviewCache(tmp_path, **bound)
    first, second = (OverviewBuild(ArrayPlane(ARRAY), other(name), at) for name, at in (("a", cache), ("b", elsewhere)))
    first.advance(lambda: False)
    second.advance(lambda: False)
    sync = cache_module.sync_directory

    def interrupted(folder) -> None:  # between its own renaming and its look at the bounds
        monkeypatch.setattr(cache_module, "sync_directory", sync)
        finish(second)

    monkeypatch.setattr(cache_module, "sync_directory", interrupted)
    finish(first)
    assert len(names(cache)) == 1


def test_overviews_larger_than_the_cache_are_kept_in_memory_and_nothing_is_evicted(tmp_path) -> None:
    cache = OverviewCache(tmp_path, limit_bytes=LAYOUT.total_bytes + 5_000)
    build(cache, other("a"))
    cache.limit_bytes = Layout(1100, 1024, 3).total_bytes - 1
    assert "may hold" in build(cache, KEY).reason
    assert cache.in_memory(KEY) is not None
    assert names(cache) == ["/data/a"]


def test_a_small_cache_keeps_the_levels_that_cannot_be_computed_at_once(tmp_path) -> None:
    cache = OverviewCache(tmp_path, limit_bytes=LAYOUT.total_bytes - 1)
    unfinished = OverviewBuild(ArrayPlane(ARRAY), KEY, cache)
    unfinished.advance(lambda: False)
    unfinished.suspend()
    cache.limit_bytes = LAYOUT.total_bytes * 2  # what is begun is ended
    assert build(cache, KEY).reason == ""
    assert list(cache.find(KEY, LAYOUT).levels) == [3]
    assert list(OverviewCache(tmp_path).find(KEY, LAYOUT).levels) == [3]
    assert cache.verify() == []
    levels = Levels(ArrayPlane(ARRAY), KEY, cache)
    for level in range(5):
        width, height = level_size(1100, 1024, level)
        raster, exact = levels.read(level, Window(0, 0, width, height))
        assert exact
        np.testing.assert_array_equal(decode(raster), 1.0)
    assert levels.progress() == 1.0
    cache.close()


def test_a_full_disk_is_noticed_before_writing(tmp_path, monkeypatch) -> None:
    cache = OverviewCache(tmp_path)
    monkeypatch.setattr(OverviewCache, "_free", lambda self: 1000)
    cache.limit_bytes = 1 << 40
    with pytest.raises(CacheError, match="disk of the cache is full"):
        cache.make_room(KEY, LAYOUT.total_bytes)


def test_the_default_bound_is_half_of_the_free_disk(tmp_path, monkeypatch) -> None:
    cache = OverviewCache(tmp_path)
    build(cache, KEY)
    used = cache.entries()[0].bytes
    monkeypatch.setattr(OverviewCache, "_free", lambda self: used)
    cache.make_room(other("b"), used)
    assert names(cache) == []
    with pytest.raises(CacheError):
        cache.make_room(other("b"), used)


def test_a_new_version_drops_the_overviews_of_the_old_one(tmp_path) -> None:
    cache = OverviewCache(tmp_path)
    build(cache, KEY)
    build(cache, replace(KEY, channel=1))
    unfinished = OverviewBuild(ArrayPlane(ARRAY), replace(KEY, channel=2), cache)
    unfinished.advance(lambda: False)
    unfinished.suspend()
    build(cache, other("b"))
    build(cache, replace(KEY, version="f" * 16))
    assert sorted((entry.describe()["source"], entry.describe()["version"]) for entry in cache.entries()) == [
        ("/data/b", KEY.version),
        ("/data/sky.fits", "f" * 16),
    ]


def test_clear_leaves_only_what_is_being_built(tmp_path) -> None:
    cache = OverviewCache(tmp_path)
    build(cache, KEY)
    build(cache, replace(KEY, channel=1))
    size = sum(entry.bytes for entry in cache.entries())
    running = OverviewBuild(ArrayPlane(ARRAY), other("b"), cache)
    running.advance(lambda: False)
    assert OverviewCache(tmp_path).clear() == size
    (entry,) = cache.entries()
    assert not entry.complete
    assert entry.describe()["source"] == "/data/b"
    while not running.is_over:
        assert running.advance(lambda: False)
    assert names(cache) == ["/data/b"]
    assert cache.clear() > 0
    assert list(tmp_path.glob("*/*")) == []


def test_clear_removes_what_a_killed_process_left(tmp_path) -> None:
    cache = OverviewCache(tmp_path)
    abandoned = OverviewBuild(ArrayPlane(ARRAY), KEY, cache)
    abandoned.advance(lambda: False)
    abandoned.suspend()
    (tmp_path / "partial" / "trash-0123").mkdir()
    (tmp_path / "partial" / "0-1-1.lock").write_text("")
    cache.clear()
    assert list((tmp_path / "partial").iterdir()) == []


def test_clear_leaves_what_is_not_ours(tmp_path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "field.fits").write_text("image")
    cache = OverviewCache(tmp_path)
    build(cache, KEY)
    cache.clear()
    assert (tmp_path / "demo" / "field.fits").exists()


def test_a_lock_is_held_by_one_and_free_after_it(tmp_path) -> None:
    path = tmp_path / "one.lock"
    first = acquire_lock(path)
    assert first is not None
    assert acquire_lock(path) is None
    path.unlink()  # as its owner does at the end
    second = acquire_lock(path)
    assert second is not None
    os.close(first)
    assert acquire_lock(path) is None
    os.close(second)
