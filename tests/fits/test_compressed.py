"""Tile compression: exact, tile by tile, within a bounded cache."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.errors import NotAnImage
from visiomatic.fits import FitsDataset, Resources, TileCache, open_dataset
from visiomatic.kernel import decode
from visiomatic.types import Window

from .conftest import wrong_windows

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(8)
_LOSSLESS = ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "NOCOMPRESS"]


class CountingCache(TileCache):
    """A tile cache that tells which tiles were decoded."""

    def __init__(self, max_bytes: int = 64 * 2**20) -> None:
        super().__init__(max_bytes)
        self.decoded: list[Hashable] = []

    def put(self, key: Hashable, tile: np.ndarray) -> None:
        self.decoded.append(key)
        super().put(key, tile)


def _compressed(array: np.ndarray, algorithm: str, **options: Any) -> fits.CompImageHDU:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fits.CompImageHDU(array, compression_type=algorithm, **options)


def _astropy(path: Path, hdu: int = 1) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(fits.getdata(path, hdu))


@pytest.mark.parametrize("algorithm", _LOSSLESS)
@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "u4"])
@pytest.mark.parametrize("tile", [None, (16, 20), (9, 61), (50, 61)])
def test_integers_are_exact_by_every_algorithm(
    algorithm: str, kind: str, tile: tuple[int, int] | None, write: Write, pixels: Pixels
) -> None:
    high = {"u1": 255, "i2": 30000}.get(kind, 60000)
    array = RANDOM.integers(0, high, (52, 61)).astype(kind)
    if algorithm == "HCOMPRESS_1":
        tile = {(16, 20): (16, 19), (9, 61): (8, 61)}.get(tile or (0, 0), (52, 61))
    path = write(fits.PrimaryHDU(), _compressed(array, algorithm, tile_shape=tile))
    dataset = open_dataset(path)
    assert dataset.dtype == np.dtype(kind)
    assert dataset.hdus[1].kind == "compressed image"
    np.testing.assert_array_equal(pixels(dataset), array)
    np.testing.assert_array_equal(dataset.plane(0).sample_rows(np.array([0, 49, 17]), 4), array[::-1][[0, 49, 17], ::4])


@pytest.mark.parametrize("kind", ["u1", "i2", "i4"])
def test_plio_masks_are_exact(kind: str, write: Write, pixels: Pixels) -> None:
    array = (RANDOM.random((50, 61)) > 0.9).astype(kind) * 7
    np.testing.assert_array_equal(pixels(open_dataset(write(fits.PrimaryHDU(), _compressed(array, "PLIO_1")))), array)


@pytest.mark.parametrize("algorithm", ["GZIP_1", "GZIP_2", "NOCOMPRESS"])
@pytest.mark.parametrize("kind", ["i8", "f4", "f8"])
def test_long_integers_and_floats_are_lossless_by_gzip(algorithm: str, kind: str, write: Write, pixels: Pixels) -> None:
    array = RANDOM.integers(-(2**62), 2**62, (20, 33)).astype(kind)
    if array.dtype.kind == "f":
        array.flat[[1, 2, 3]] = np.nan, np.inf, -np.inf
    path = write(fits.PrimaryHDU(), _compressed(array, algorithm, quantize_level=0))
    np.testing.assert_array_equal(pixels(open_dataset(path)), array)


@pytest.mark.parametrize("algorithm", ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1"])
@pytest.mark.parametrize("method", [-1, 1, 2])
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_quantised_floats_are_those_of_astropy(
    algorithm: str, method: int, kind: str, write: Write, pixels: Pixels
) -> None:
    array = RANDOM.normal(100, 5, (64, 61)).astype(kind)
    array[5:9, 3:30] = 0.0
    options: dict[str, Any] = {"quantize_method": method, "dither_seed": 77, "quantize_level": 8}
    if algorithm == "HCOMPRESS_1":
        options["tile_shape"] = (16, 61)
    else:
        array[20, 7:12] = np.nan
    path = write(fits.PrimaryHDU(), _compressed(array, algorithm, **options))
    dataset = open_dataset(path)
    np.testing.assert_array_equal(pixels(dataset), _astropy(path))
    assert dataset.dtype == np.dtype(kind)


def test_tiles_that_could_not_be_quantised_are_found_in_their_own_column(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(12, 40)).astype(np.float32)
    array[3] = np.array([1e30, -1e-30] * 20)
    path = write(fits.PrimaryHDU(), _compressed(array, "RICE_1", quantize_level=1e-30))
    np.testing.assert_array_equal(pixels(open_dataset(path)), _astropy(path))


@pytest.mark.parametrize("shape", [(5, 30, 40), (2, 3, 20, 16)])
@pytest.mark.parametrize("algorithm", ["RICE_1", "GZIP_2"])
def test_planes_of_compressed_cubes_are_channels(
    shape: tuple[int, ...], algorithm: str, write: Write, pixels: Pixels
) -> None:
    array = RANDOM.integers(0, 1000, shape).astype(np.int32)
    tile = (*(2 for _ in shape[:-2]), 8, 16)
    dataset = open_dataset(write(fits.PrimaryHDU(), _compressed(array, algorithm, tile_shape=tile)))
    for channel, plane in enumerate(array.reshape(-1, *shape[-2:])):
        np.testing.assert_array_equal(pixels(dataset, channel), plane)


def test_blank_integers_of_a_compressed_image_have_no_value(write: Write, pixels: Pixels) -> None:
    array = RANDOM.integers(0, 5, (20, 20)).astype(np.int16)
    hdu = _compressed(array, "RICE_1")
    hdu.header["BLANK"] = 3
    values = pixels(open_dataset(write(fits.PrimaryHDU(), hdu)))
    np.testing.assert_array_equal(np.ma.getmaskarray(values), array == 3)


def _window_equals(dataset: FitsDataset, array: np.ndarray, window: Window) -> None:
    found = decode(dataset.plane(0).raster(window))
    np.testing.assert_array_equal(found, array[::-1][window.y0 : window.y1, window.x0 : window.x1])


def test_one_cold_window_of_a_rice_image_decodes_only_the_tiles_it_covers(write: Write) -> None:
    array = RANDOM.integers(0, 500, (4096, 4096)).astype(np.int16)
    cache = CountingCache()
    path = write(fits.PrimaryHDU(), _compressed(array, "RICE_1", tile_shape=(256, 512)))
    dataset = open_dataset(path, resources=Resources(tiles=cache))
    assert cache.decoded == []
    _window_equals(dataset, array, Window(512, 1024, 768, 1280))
    assert len(cache.decoded) == 1
    _window_equals(dataset, array, Window(1000, 1000, 1256, 1256))
    assert len(cache.decoded) == 4
    _window_equals(dataset, array, Window(1000, 1000, 1256, 1256))
    assert len(cache.decoded) == 4
    rows = open_dataset(
        write(fits.PrimaryHDU(), _compressed(array, "RICE_1"), name="rows.fits"), resources=Resources(tiles=cache)
    )
    cache.decoded.clear()
    _window_equals(rows, array, Window(300, 3000, 556, 3256))
    assert len(cache.decoded) == 256


def test_the_cache_of_tiles_is_bounded_in_bytes_and_forgets_the_oldest() -> None:
    cache = TileCache(max_bytes=1000)
    for key in range(12):
        cache.put(key, np.zeros(100, np.uint8))
    assert cache.bytes_held == 1000
    assert cache.get(0) is None
    assert cache.get(2) is not None
    cache.put("new", np.zeros(100, np.uint8))
    assert cache.get(2) is not None
    assert cache.get(3) is None
    cache.put("huge", np.zeros(900, np.uint8))
    assert cache.get("huge") is None
    assert cache.bytes_held == 1000


def test_a_giant_tile_is_kept_on_disk_not_in_memory(write: Write, tmp_path: Path) -> None:
    array = RANDOM.integers(0, 9, (3000, 3000)).astype(np.int32)
    cache = CountingCache()
    path = write(fits.PrimaryHDU(), _compressed(array, "RICE_1", tile_shape=(3000, 3000)))
    dataset = open_dataset(path, resources=Resources(tiles=cache, scratch_directory=tmp_path))
    _window_equals(dataset, array, Window(10, 20, 300, 400))
    _window_equals(dataset, array, Window(2000, 2000, 3000, 3000))
    assert cache.bytes_held == 0


def test_eight_threads_decode_the_same_image(write: Write) -> None:
    array = RANDOM.normal(size=(400, 400)).astype(np.float32)
    path = write(fits.PrimaryHDU(), _compressed(array, "RICE_1", tile_shape=(50, 50)))
    expected = _astropy(path)[::-1]
    dataset = open_dataset(path, resources=Resources(tiles=TileCache(50_000)))
    assert wrong_windows(dataset, expected, 100, 20) == []


def test_a_compressed_file_cut_in_its_data_has_no_data_in_the_tiles_that_are_missing(
    write: Write, pixels: Pixels
) -> None:
    array = RANDOM.integers(0, 30000, (100, 200)).astype(np.int16)
    path = write(fits.PrimaryHDU(), _compressed(array, "RICE_1"))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 12_000])
    dataset = open_dataset(path)
    assert "cut in its data" in dataset.warnings[0]
    values = pixels(dataset)
    missing = np.ma.getmaskarray(values)
    assert missing[-10:].all()
    assert not missing[:20].any()
    np.testing.assert_array_equal(np.ma.getdata(values)[~missing], array[~missing])
    assert dataset.dtype == np.int16


def test_a_damaged_tile_has_no_data_and_spoils_no_other(write: Write, pixels: Pixels) -> None:
    array = RANDOM.integers(0, 30000, (10, 2000)).astype(np.int16)
    path = write(fits.PrimaryHDU(), _compressed(array, "GZIP_1"))
    content = bytearray(path.read_bytes())
    start = content.rindex(b"\x1f\x8b")
    content[start + 20 : start + 400] = bytes(380)
    path.write_bytes(content)
    values = pixels(open_dataset(path))
    np.testing.assert_array_equal(np.ma.getmaskarray(values)[:, 0], np.arange(10) == 9)
    np.testing.assert_array_equal(values[:9], array[:9])


def test_the_header_shown_is_that_of_the_image(write: Write) -> None:
    hdu = _compressed(RANDOM.integers(0, 9, (20, 30)).astype(np.int16), "RICE_1")
    hdu.header["OBJECT"] = "M 13"
    hdu.header.add_history("was compressed")
    dataset = open_dataset(write(fits.PrimaryHDU(), hdu))
    keywords = [card.keyword for card in dataset.cards]
    assert keywords[:6] == ["XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT"]
    assert not [word for word in keywords if word[0] == "Z" or word.startswith(("TTYPE", "TFORM"))]
    values = {card.keyword: card.value for card in dataset.cards}
    assert (values["XTENSION"], values["BITPIX"], values["NAXIS1"], values["NAXIS2"]) == ("IMAGE", 16, 30, 20)
    assert values["HISTORY"] == "was compressed"
    assert dataset.object_name == "M 13"


def _retyped(path: Path, old: str, new: str) -> None:
    """Change the text of a header card in place."""
    content = path.read_bytes()
    assert content.count(old.encode()) == 1
    path.write_bytes(content.replace(old.encode(), f"{new:<{len(old)}}".encode()))


def test_scale_and_zero_may_be_keywords(write: Write, pixels: Pixels) -> None:
    numbers = RANDOM.integers(-500, 500, (8, 40)).astype(np.int32)
    numbers[2, 3] = -(2**31) + 1
    path = write(fits.PrimaryHDU(), _compressed(numbers, "RICE_1", tile_shape=(1, 40)))
    with fits.open(path, disable_image_compression=True, mode="update") as hdus:
        header = hdus[1].header
        header["ZBITPIX"], header["ZSCALE"], header["ZZERO"] = -32, 0.25, 10.0
        header["ZBLANK"], header["ZQUANTIZ"] = -(2**31) + 1, "NO_DITHER"
    expected = (numbers * 0.25 + 10.0).astype(np.float32)
    expected[2, 3] = np.nan
    np.testing.assert_array_equal(pixels(open_dataset(path)), expected)


def test_a_null_pixel_mask_column_marks_pixels_without_data(write: Write, pixels: Pixels) -> None:
    import gzip

    numbers = RANDOM.integers(0, 500, (6, 40)).astype(np.int32)
    mask = (RANDOM.random((6, 40)) > 0.7).astype(np.uint8)
    data = np.array([gzip.compress(row.astype(">i4").tobytes()) for row in numbers], dtype=object)
    nulls = np.array([gzip.compress(row.tobytes()) for row in mask], dtype=object)
    as_bytes = [np.frombuffer(item, np.uint8) for item in data], [np.frombuffer(item, np.uint8) for item in nulls]
    columns = [
        fits.Column("COMPRESSED_DATA", "PB()", array=np.array(as_bytes[0], dtype=object)),
        fits.Column("NULL_PIXEL_MASK", "PB()", array=np.array(as_bytes[1], dtype=object)),
        fits.Column("ZSCALE", "D", array=np.full(6, 0.5)),
        fits.Column("ZZERO", "D", array=np.arange(6.0)),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    cards = {"ZIMAGE": True, "ZBITPIX": -32, "ZNAXIS": 2, "ZNAXIS1": 40, "ZNAXIS2": 6, "ZCMPTYPE": "GZIP_1"}
    table.header.update(cards | {"ZMASKCMP": "GZIP_1", "ZTILE1": 40, "ZTILE2": 1})
    path = write(fits.PrimaryHDU(), table)
    expected = (numbers * 0.5 + np.arange(6.0)[:, None]).astype(np.float32)
    expected[mask == 1] = np.nan
    np.testing.assert_array_equal(pixels(open_dataset(path)), expected)


def test_an_unknown_compression_is_refused_by_name(write: Write) -> None:
    path = write(fits.PrimaryHDU(), _compressed(np.zeros((5, 5), np.int16), "RICE_1"))
    _retyped(path, "'RICE_1  '", "'FANCY_9 '")
    with pytest.raises(NotAnImage, match="FANCY_9"):
        open_dataset(path)
