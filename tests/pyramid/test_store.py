"""Overviews on disk: any reader of Zarr opens them, damage is noticed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from pyramid_planes import ArrayPlane, means

from visiomatic.errors import CacheError
from visiomatic.kernel import decode
from visiomatic.pyramid import layout as layout_module
from visiomatic.pyramid.build import OverviewBuild, State
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.layout import Layout, OverviewKey
from visiomatic.pyramid.store import check_contents

KEY = OverviewKey("/data/sky field.fits", "SCI,2", "0123456789abcdef", 2)


def build(cache: OverviewCache, array, key: OverviewKey = KEY) -> Path:
    """Make all overviews of *array* here and now; returns their directory."""
    work = OverviewBuild(ArrayPlane(array), key, cache)
    until = time.monotonic() + 60
    while not work.is_over:
        assert work.advance(lambda: False)
        assert time.monotonic() < until
    assert work.state is State.DONE
    assert work.reason == ""
    (entry,) = [entry for entry in cache.entries() if entry.describe().get("version") == key.version]
    return entry.path


@pytest.mark.parametrize("band_bytes", [4 << 20, 10_000])
def test_zarr_reads_the_overviews_whole_and_in_part(cache, sky, monkeypatch, band_bytes) -> None:
    zarr = pytest.importorskip("zarr")
    monkeypatch.setattr(layout_module, "_BAND_BYTES", band_bytes)
    group = zarr.open_group(build(cache, sky), mode="r")
    assert group.metadata.zarr_format == 3
    about = group.attrs["visiomatic"]
    assert (about["source"], about["section"], about["channel"]) == (KEY.path, KEY.section, 3)
    assert (about["width"], about["height"]) == (1537, 1301)
    assert sorted(name for name, _ in group.arrays()) == ["2", "3"]
    for level in (2, 3):
        array, expected = group[str(level)], means(sky, level)
        assert array.dtype == np.float32
        np.testing.assert_allclose(array[:], expected, rtol=2e-6)
        np.testing.assert_allclose(array[101:140, 7:150], expected[101:140, 7:150], rtol=2e-6)


def test_an_empty_plane_is_written_all_the_same(cache) -> None:
    zarr = pytest.importorskip("zarr")
    array = np.full((1024, 1100), np.nan, np.float32)
    path = build(cache, array)
    assert np.isnan(zarr.open_group(path, mode="r")["2"][:]).all()
    assert np.isnan(decode(cache.find(KEY, Layout(1100, 1024)).raster(2))).all()


@pytest.mark.parametrize("shape", [(1024, 1024), (1025, 1027), (1500, 4099), (2049, 2050), (1024, 30000)])
def test_overviews_take_at_most_035_bytes_per_pixel(cache, shape) -> None:
    path = build(cache, np.zeros(shape, np.float32))
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    assert size <= 0.35 * shape[0] * shape[1]


@pytest.mark.parametrize("side", [20_000, 40_001, 100_000, 131_073, 500_000])
def test_overviews_of_huge_planes_take_at_most_035_bytes_per_pixel(side) -> None:
    layout = Layout(side, side)
    assert layout.total_bytes <= 0.35 * side * side
    for level in layout.all():
        assert level.bands * level.band_rows >= level.height
        assert level.bands == 1 or level.band_rows * level.row_bytes <= 4 << 20


def _shorten(path: Path) -> None:
    file = path / "2/c/0/0"
    with file.open("rb+") as opened:
        opened.truncate(file.stat().st_size - 1)


def _lose(path: Path) -> None:
    (path / "3/c/0/0").unlink()


def _overwrite_stamp(path: Path) -> None:
    (path / "zarr.json").write_text('{"zarr_format": 3')


def _older_format(path: Path) -> None:
    stamp = json.loads((path / "zarr.json").read_text())
    stamp["attributes"]["visiomatic"]["format"] = 0
    (path / "zarr.json").write_text(json.dumps(stamp))


@pytest.mark.parametrize("damage", [_shorten, _lose, _overwrite_stamp, _older_format])
def test_damaged_overviews_are_removed_and_made_again(tmp_path, sky, damage) -> None:
    damage(build(OverviewCache(tmp_path), sky))
    cache = OverviewCache(tmp_path)
    assert cache.find(KEY, Layout(1537, 1301)) is None
    assert cache.entries() == []
    build(cache, sky)
    np.testing.assert_allclose(decode(cache.find(KEY, Layout(1537, 1301)).raster(3)), means(sky, 3), rtol=2e-6)


def test_overviews_cut_while_mapped_raise_instead_of_killing(cache, sky) -> None:
    path = build(cache, sky)
    raster = cache.find(KEY, Layout(1537, 1301)).raster(2)
    with (path / "2/c/0/0").open("rb+") as file:
        file.truncate(100)
    with pytest.raises(CacheError):
        raster.verify()
    with pytest.raises(CacheError):
        cache.find(KEY, Layout(1537, 1301)).raster(2)


def test_verify_finds_one_changed_pixel(cache, sky) -> None:
    path = build(cache, sky)
    check_contents(path)
    assert cache.verify() == []
    with (path / "2/c/0/0").open("rb+") as file:
        file.seek(5000)
        file.write(b"\x01\x02")
    ((entry, problem),) = cache.verify()
    assert entry.path == path
    assert "level 2" in problem
    assert not path.exists()
