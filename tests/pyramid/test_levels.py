"""Levels: what every level of a plane answers, exact or not."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray
from pyramid_planes import ArrayPlane, means

from visiomatic.kernel import decode
from visiomatic.pyramid import levels as levels_module
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.grid import level_size
from visiomatic.pyramid.layout import OverviewKey
from visiomatic.pyramid.levels import Levels
from visiomatic.types import Window
from waiting import until

KEY = OverviewKey("/data/sky.fits", "", "0123456789abcdef", 0)


def whole(levels: Levels, array: NDArray, level: int) -> NDArray[np.float32]:
    width, height = level_size(array.shape[1], array.shape[0], level)
    return decode(levels.raster(level, Window(0, 0, width, height)))


@pytest.mark.parametrize("shape", [(257, 513), (600, 1201), (8192, 10), (1, 1), (3, 70001), (2050, 1030)])
@pytest.mark.parametrize("dtype", [np.float32, np.uint8, np.int16])
def test_every_level_is_the_mean_of_finite_pixels_from_the_top_left(cache, shape, dtype) -> None:
    array = np.random.default_rng(1).integers(0, 200, shape).astype(dtype)
    levels = Levels(ArrayPlane(array), KEY, cache)
    for level in range(12):
        np.testing.assert_allclose(whole(levels, array, level), means(array, level), rtol=1e-5)
        assert levels.exact(level)


def test_one_nan_costs_one_pixel_and_the_last_column_stays_bright(cache) -> None:
    array = np.full((600, 1201), 100.0, np.float32)
    array[300, 17] = np.nan
    levels = Levels(ArrayPlane(array), KEY, cache)
    for level in range(1, 6):
        np.testing.assert_array_equal(whole(levels, array, level), 100.0)


def test_stored_levels_equal_the_definition(cache, sky) -> None:
    levels = Levels(ArrayPlane(sky), KEY, cache)
    levels.ensure()
    until(lambda: cache.entries() and cache.entries()[0].complete)
    assert levels.progress() == 1.0
    for level in range(2, 9):
        np.testing.assert_allclose(whole(levels, sky, level), means(sky, level), rtol=2e-6)


def test_windows_of_a_level_are_parts_of_it(cache, sky) -> None:
    levels = Levels(ArrayPlane(sky), KEY, cache)
    for level in range(4):
        window = Window(20, 11, 60, 40)
        part = decode(levels.raster(level, window))
        np.testing.assert_allclose(part, means(sky, level)[11:40, 20:60], rtol=2e-6)


def test_a_small_plane_is_exact_at_once_for_many_threads_at_a_time(cache, sky, monkeypatch) -> None:
    monkeypatch.setattr(levels_module, "COMPUTED_LEVEL", 1)
    levels = Levels(ArrayPlane(sky), KEY, cache)
    expected, results = means(sky, 3), []
    window = Window(0, 0, expected.shape[1], expected.shape[0])
    threads = [threading.Thread(target=lambda: results.append(levels.read(3, window))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    for raster, exact in results:
        assert exact
        np.testing.assert_allclose(decode(raster), expected, rtol=2e-6)


@pytest.fixture
def large(monkeypatch) -> None:
    """The test image is treated like one of many gigabytes."""
    monkeypatch.setattr(levels_module, "_QUICK_BYTES", 1000)
    monkeypatch.setattr(levels_module, "COMPUTED_LEVEL", 2)


@pytest.mark.usefixtures("large")
def test_a_large_plane_starts_with_a_preview_and_becomes_exact(cache, sky, monkeypatch) -> None:
    levels = Levels(ArrayPlane(sky), KEY, cache)
    window = Window(0, 0, 193, 163)
    with monkeypatch.context() as patch:
        patch.setattr(cache.builder, "submit", lambda work: None)  # the background has not come round to it yet
        raster, exact = levels.read(3, window)
        assert not exact
        assert levels.is_preview
        assert levels.progress() == 0.0
        assert abs(np.nanmean(decode(raster)) - 100.0) < 1.0
        assert [levels.exact(level) for level in range(6)] == [True, True, True, False, False, False]
        np.testing.assert_allclose(whole(levels, sky, 2), means(sky, 2), rtol=2e-6)
    levels.ensure()
    until(lambda: not levels.is_preview)
    raster, exact = levels.read(3, window)
    assert exact
    np.testing.assert_allclose(decode(raster), means(sky, 3), rtol=2e-6)


@pytest.mark.usefixtures("large")
def test_a_large_plane_whose_pixels_are_in_memory_is_exact_at_once(cache, sky, monkeypatch) -> None:
    monkeypatch.setattr(cache.builder, "submit", lambda work: None)
    plane = ArrayPlane(sky)
    plane.at_hand = True
    levels = Levels(plane, KEY, cache)
    for level in (3, 4, 5):
        np.testing.assert_allclose(whole(levels, sky, level), means(sky, level), rtol=2e-6)
    assert plane.sampled_rows == 0
    monkeypatch.setattr(levels_module, "_COMPUTED_PIXELS", 1000)  # a larger window would keep everybody waiting
    assert not levels.read(3, Window(0, 0, 193, 163)).exact


def test_a_decoded_plane_is_built_the_same_way(cache, sky) -> None:
    levels = Levels(ArrayPlane(sky, is_mapped=False), KEY, cache)
    for level in range(2, 6):
        np.testing.assert_allclose(whole(levels, sky, level), means(sky, level), rtol=2e-6)


def test_without_a_directory_levels_are_exact_in_memory_and_say_why(sky) -> None:
    cache = OverviewCache(None, threads=1)
    levels = Levels(ArrayPlane(sky), KEY, cache)
    for level in range(2, 6):
        np.testing.assert_allclose(whole(levels, sky, level), means(sky, level), rtol=2e-6)
    until(lambda: "memory" in levels.reason)
    assert not levels.is_preview
    cache.close()


def test_memory_keeps_only_the_coarse_levels_that_fit(sky, monkeypatch) -> None:
    monkeypatch.setattr(levels_module, "COMPUTED_LEVEL", 1)
    cache = OverviewCache(None, threads=1, memory_bytes=300_000)
    levels = Levels(ArrayPlane(sky), KEY, cache)
    for level in (3, 4, 8):
        np.testing.assert_allclose(whole(levels, sky, level), means(sky, level), rtol=2e-6)
        assert levels.exact(level)
    window = Window(0, 0, 300, 300)
    assert not levels.read(2, window).exact
    assert not levels.exact(2)
    cache.close()


@pytest.mark.usefixtures("large")
def test_closing_levels_ends_their_build(cache, sky) -> None:
    levels = Levels(ArrayPlane(sky), KEY, cache)
    levels.ensure()
    levels.close()
    until(lambda: not list((cache.directory / "partial").glob("*.lock")) or _is_free(cache, KEY))


def _is_free(cache: OverviewCache, key: OverviewKey) -> bool:
    import os

    from visiomatic.pyramid.journal import acquire_lock

    lock = acquire_lock(cache.partial(key).lock)
    if lock is not None:
        os.close(lock)
    return lock is not None
