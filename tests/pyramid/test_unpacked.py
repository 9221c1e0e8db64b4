"""Packed files are unpacked once, for every worker and every opening, within the bounds of the cache."""

from __future__ import annotations

import errno
import gzip
import os
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.fits import open_dataset, unpack
from visiomatic.fits.resources import Resources
from visiomatic.kernel import decode
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.unpacked import UnpackedFiles
from visiomatic.types import Window

pytestmark = pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are Linux's")

ARRAY = np.random.default_rng(5).integers(0, 30_000, (200, 300)).astype(np.int16)
VERSION = "0123456789abcdef"
BYTES = b"SIMPLE  =                    T" + bytes(5000)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    plain, path = tmp_path / "plain.fits", tmp_path / "a b+ç.fits.gz"
    fits.PrimaryHDU(ARRAY).writeto(plain)
    path.write_bytes(gzip.compress(plain.read_bytes()))
    return path


def keeper(directory: Path, **options: int) -> UnpackedFiles:
    """As each worker has one of its own."""
    return UnpackedFiles(OverviewCache(directory, threads=1, **options))


def write_bytes(target: int) -> int:
    os.write(target, BYTES)
    return zlib.crc32(BYTES)


def content(file: int | None) -> bytes:
    assert file is not None
    try:
        return os.pread(file, 1 << 20, 0)
    finally:
        os.close(file)


def kept(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "unpacked").glob("*"))


def test_a_second_opening_unpacks_nothing_and_has_the_same_pixels(packed, tmp_path, monkeypatch) -> None:
    cache = tmp_path / "cache"
    for _ in range(2):
        dataset = open_dataset(packed, resources=Resources(keeper=keeper(cache)))
        np.testing.assert_array_equal(decode(dataset.plane(0).raster(Window(0, 0, 300, 200))), ARRAY[::-1])
        assert dataset.plane(0).is_mapped
        assert dataset.still_current()
        monkeypatch.setattr(unpack, "_unpacked", lambda *_: pytest.fail("it is unpacked already"))
    (name,) = kept(cache)
    assert name.startswith("a_b_")
    assert (cache / "unpacked" / name).read_bytes() == (tmp_path / "plain.fits").read_bytes()
    assert list((cache / "partial").iterdir()) == []


def test_many_at_a_time_unpack_once(tmp_path) -> None:
    together, calls = threading.Barrier(6), []

    def once(target: int) -> int:
        calls.append(target)
        assert kept(tmp_path) == []  # it appears when all of it is there
        return write_bytes(target)

    def ask(_: int) -> bytes:
        together.wait(30)
        return content(keeper(tmp_path).obtain("/data/x.fits.gz", VERSION, once))

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(ask, range(6))) == {BYTES}
    assert len(calls) == 1


def test_an_end_in_the_middle_leaves_nothing(tmp_path) -> None:
    def fails(target: int) -> int:
        os.write(target, BYTES)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keeper(tmp_path).obtain("/data/x.fits.gz", VERSION, fails)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert content(keeper(tmp_path).obtain("/data/x.fits.gz", VERSION, write_bytes)) == BYTES


def test_a_new_version_takes_the_place_of_the_old_one(tmp_path) -> None:
    for version in (VERSION, "f" * 16):
        content(keeper(tmp_path).obtain("/data/x.fits.gz", version, write_bytes))
    (name,) = kept(tmp_path)
    assert "f" * 16 in name


def test_what_was_used_longest_ago_makes_room_and_serves_those_who_have_it_open(tmp_path) -> None:
    mine = keeper(tmp_path, limit_bytes=2 * len(BYTES))
    first = mine.obtain("/data/a.fits.gz", VERSION, write_bytes)
    for name in ("b", "a", "c"):
        content(mine.obtain(f"/data/{name}.fits.gz", VERSION, write_bytes))
        for path in (tmp_path / "unpacked").glob(f"{name}*"):
            os.utime(path, (1000 + len(name) + "bac".index(name), path.stat().st_mtime))
    assert [name[0] for name in kept(tmp_path)] == ["a", "c"]
    content(mine.obtain("/data/d.fits.gz", VERSION, write_bytes))
    assert [name[0] for name in kept(tmp_path)] == ["c", "d"]
    assert content(first) == BYTES


def test_workers_that_make_room_at_the_same_time_keep_no_more_than_allowed(tmp_path, monkeypatch) -> None:
    cache = OverviewCache(tmp_path, threads=1, limit_bytes=len(BYTES) + 10)
    make_room = cache.make_room_for_file

    def interrupted(size: int) -> None:
        make_room(size)
        other = keeper(tmp_path, limit_bytes=len(BYTES) + 10)
        assert content(other.obtain("/data/b.fits.gz", VERSION, write_bytes)) == BYTES

    monkeypatch.setattr(cache, "make_room_for_file", interrupted)
    assert content(UnpackedFiles(cache).obtain("/data/a.fits.gz", VERSION, write_bytes)) == BYTES
    assert len(kept(tmp_path)) == 1


def test_a_file_larger_than_the_cache_is_served_and_not_kept(tmp_path) -> None:
    assert content(keeper(tmp_path, limit_bytes=100).obtain("/data/x.fits.gz", VERSION, write_bytes)) == BYTES
    assert kept(tmp_path) == []


def test_the_cache_lists_verifies_and_clears_unpacked_files(tmp_path) -> None:
    content(keeper(tmp_path).obtain("/data/x.fits.gz", VERSION, write_bytes))
    cache = OverviewCache(tmp_path, threads=1)
    (entry,) = cache.entries()
    assert (entry.bytes, entry.complete, entry.describe()["source"]) == (len(BYTES), True, "x.fits.gz")
    assert cache.verify() == []
    with entry.path.open("r+b") as file:
        file.seek(100)
        file.write(b"x")
    ((_, problem),) = cache.verify()
    assert "changed" in problem
    assert kept(tmp_path) == []
    content(keeper(tmp_path).obtain("/data/x.fits.gz", VERSION, write_bytes))
    assert cache.clear() == len(BYTES)
    assert cache.entries() == []


def test_a_damaged_stream_is_shown_with_its_warning_each_time_and_not_kept(packed, tmp_path) -> None:
    packed.write_bytes(packed.read_bytes()[:-20_000])
    for _ in range(2):
        dataset = open_dataset(packed, resources=Resources(keeper=keeper(tmp_path / "cache")))
        assert any("damaged" in text for text in dataset.warnings)
    assert kept(tmp_path / "cache") == []


@pytest.mark.parametrize("trouble", ["no directory", "under a file", "full"])
def test_where_the_cache_cannot_take_it_the_scratch_disk_does(packed, tmp_path, monkeypatch, trouble) -> None:
    (tmp_path / "file").touch()
    cache = {"no directory": None, "under a file": tmp_path / "file" / "cache"}.get(trouble, tmp_path / "cache")
    if trouble == "full":
        write = os.write

        def full(file: int, data: bytes) -> int:
            if str(tmp_path / "cache") in os.readlink(f"/proc/self/fd/{file}"):
                raise OSError(errno.ENOSPC, "no space left")
            return write(file, data)

        monkeypatch.setattr(os, "write", full)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    dataset = open_dataset(packed, resources=Resources(keeper=keeper(cache), scratch_directory=scratch))
    np.testing.assert_array_equal(decode(dataset.plane(0).raster(Window(0, 0, 300, 200))), ARRAY[::-1])
    assert list(scratch.iterdir()) == []
