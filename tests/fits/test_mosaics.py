"""Mosaics in many extensions, laid where DETSEC says."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.fits import FitsDataset, open_dataset
from visiomatic.fits.detector import parse_section
from visiomatic.kernel import decode
from visiomatic.types import Window

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(10)


def _chip(array: np.ndarray, detsec: str, name: str = "", **cards: Any) -> fits.ImageHDU:
    hdu = fits.ImageHDU(array, name=name)
    hdu.header["DETSEC"] = detsec
    hdu.header.update(cards)
    return hdu


@pytest.mark.parametrize(
    "text", ["[1:20,31:40]", " [ 1 : 20 , 31:40 ] ", "1:20,31:40", "(1:20, 31:40)", "[+1:20.,31:40.0]"]
)
def test_a_section_is_read_in_every_spelling(text: str) -> None:
    section = parse_section(text)
    assert section is not None
    assert [(span.first, span.last) for span in section] == [(1, 20), (31, 40)]


@pytest.mark.parametrize("text", ["", "[]", "[1:20]", "none", "[*,*]", "[1:20,31:40,1:2]"])
def test_what_is_no_section_is_none(text: str) -> None:
    assert parse_section(text) is None


@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"])
def test_two_chips_with_a_gap_out_of_order_are_assembled(kind: str, write: Write, pixels: Pixels) -> None:
    left, right = (RANDOM.integers(0, 200, (20, 10)).astype(kind) for _ in range(2))
    path = write(fits.PrimaryHDU(), _chip(right, "[16:25,1:20]", "b"), _chip(left, "[1:10,1:20]", "a"))
    dataset = open_dataset(path)
    assert (dataset.width, dataset.height, dataset.dtype) == (25, 20, np.dtype(kind))
    values = pixels(dataset)
    missing = np.ma.getmaskarray(values) if np.dtype(kind).kind != "f" else np.isnan(values)
    np.testing.assert_array_equal(missing, np.broadcast_to((np.arange(25) >= 10) & (np.arange(25) < 15), (20, 25)))
    np.testing.assert_array_equal(values[:, :10], left)
    np.testing.assert_array_equal(values[:, 15:], right)
    assert [(chip.hdu, chip.name, chip.window) for chip in dataset.chips] == [
        (1, "B", Window(15, 0, 25, 20)),
        (2, "A", Window(0, 0, 10, 20)),
    ]
    floats = decode(dataset.plane(0).raster(Window(5, 3, 20, 9)))
    assert np.isnan(floats[:, 5:10]).all()
    np.testing.assert_array_equal(floats[:, :5], left[::-1][3:9, 5:].astype(np.float32))
    found = dataset.values((0,), np.array([1, 12, 25]), np.array([1, 5, 20]))[0]
    assert (found[0], found[2]) == (left[0, 0], right[19, 9])
    assert np.ma.getmaskarray(found)[1] or np.isnan(found[1])


@pytest.mark.parametrize(
    ("detsec", "datasec", "flip_x", "flip_y"),
    [
        ("[1:8,1:6]", "[3:10,2:7]", False, False),
        ("[8:1,1:6]", "[3:10,2:7]", True, False),
        ("[1:8,6:1]", "[3:10,2:7]", False, True),
        ("[8:1,6:1]", "[3:10,2:7]", True, True),
        ("[1:8,1:6]", "[10:3,7:2]", True, True),
        ("[8:1,1:6]", "[10:3,2:7]", False, False),
    ],
)
def test_reversed_ranges_flip_a_chip(
    detsec: str, datasec: str, flip_x: bool, flip_y: bool, write: Write, pixels: Pixels
) -> None:
    array = RANDOM.integers(0, 30000, (9, 12)).astype(np.int16)
    other = RANDOM.integers(0, 30000, (6, 4)).astype(np.int16)
    path = write(fits.PrimaryHDU(), _chip(array, detsec, DATASEC=datasec), _chip(other, "[9:12,1:6]"))
    dataset = open_dataset(path)
    part = array[1:7, 2:10][:: -1 if flip_y else 1, :: -1 if flip_x else 1]
    expected = np.hstack((part, other))
    np.testing.assert_array_equal(pixels(dataset), expected)
    np.testing.assert_array_equal(pixels(dataset, 0, Window(1, 1, 5, 4)), expected[::-1][1:4, 1:5][::-1])
    sampled = dataset.plane(0).sample_rows(np.array([0, 3, 5]), 3)
    np.testing.assert_array_equal(sampled, expected[::-1][[0, 3, 5], ::3].astype(np.float32))
    chip = dataset.chips[0]
    assert (chip.flip_x, chip.flip_y, chip.data_origin) == (flip_x, flip_y, (3, 2))


@pytest.mark.parametrize("cards", [{"CCDSUM": "4 2"}, {"CCDBIN1": 4, "CCDBIN2": 2}, {}])
def test_binned_readouts_are_laid_in_binned_pixels(cards: dict[str, Any], write: Write, pixels: Pixels) -> None:
    chips = [RANDOM.integers(0, 99, (10, 5)).astype(np.int32) for _ in range(3)]
    hdus = [_chip(chips[n], f"[{20 * n + 101}:{20 * n + 120},41:60]", **cards) for n in range(3)]
    dataset = open_dataset(write(fits.PrimaryHDU(), *hdus))
    assert (dataset.width, dataset.height) == (15, 10)
    np.testing.assert_array_equal(pixels(dataset), np.hstack(chips))
    assert dataset.chips[0].binning == (4, 2)


def test_a_partial_last_bin_is_tolerated(write: Write, pixels: Pixels) -> None:
    chips = [np.full((10, 5), n, np.int16) for n in (1, 2)]
    path = write(
        fits.PrimaryHDU(), _chip(chips[0], "[1:9,1:20]", CCDSUM="2 2"), _chip(chips[1], "[11:19,1:20]", CCDSUM="2 2")
    )
    np.testing.assert_array_equal(pixels(open_dataset(path)), np.hstack(chips))


def test_chips_of_different_types_keep_their_values(write: Write, pixels: Pixels) -> None:
    low, high = np.full((4, 4), -5, np.int16), np.full((4, 4), 65000, np.uint16)
    blank = _chip(np.array([[7] * 4] * 4, np.int16), "[9:12,1:4]", BLANK=7)
    dataset = open_dataset(write(fits.PrimaryHDU(), _chip(low, "[1:4,1:4]"), _chip(high, "[5:8,1:4]"), blank))
    assert dataset.dtype == np.int32
    values = pixels(dataset)
    np.testing.assert_array_equal(np.ma.getmaskarray(values)[0], [False] * 8 + [True] * 4)
    np.testing.assert_array_equal(np.ma.getdata(values)[0, :8], [-5] * 4 + [65000] * 4)
    mixed = open_dataset(
        write(fits.PrimaryHDU(), _chip(high, "[1:4,1:4]"), _chip(np.full((4, 4), 0.5, np.float32), "[6:9,1:4]"))
    )
    assert mixed.dtype == np.float32
    np.testing.assert_array_equal(pixels(mixed)[0], [65000] * 4 + [np.nan] + [0.5] * 4)


def test_extensions_of_several_planes_are_assembled_channel_by_channel(write: Write, pixels: Pixels) -> None:
    cubes = [RANDOM.normal(size=(3, 6, 5)).astype(np.float32) for _ in range(2)]
    path = write(fits.PrimaryHDU(), _chip(cubes[0], "[1:5,1:6]"), _chip(cubes[1], "[6:10,1:6]"))
    dataset = open_dataset(path)
    assert len(dataset.channels) == 3
    for channel in range(3):
        np.testing.assert_array_equal(pixels(dataset, channel), np.hstack([cube[channel] for cube in cubes]))
    np.testing.assert_array_equal(dataset.spectrum(7, 2), cubes[1][:, 1, 1])


def test_compressed_chips_are_assembled_too(write: Write, pixels: Pixels) -> None:
    chips = [RANDOM.integers(0, 999, (40, 30)).astype(np.int16) for _ in range(2)]
    hdus = [fits.CompImageHDU(chip, tile_shape=(7, 9)) for chip in chips]
    hdus[0].header["DETSEC"], hdus[1].header["DETSEC"] = "[1:30,1:40]", "[31:60,40:1]"
    dataset = open_dataset(write(fits.PrimaryHDU(), *hdus))
    np.testing.assert_array_equal(pixels(dataset), np.hstack((chips[0], chips[1][::-1])))


def test_a_window_inside_one_chip_is_the_memory_map_itself(write: Write) -> None:
    array = RANDOM.normal(size=(30, 30)).astype(np.float32)
    path = write(fits.PrimaryHDU(), _chip(array, "[1:30,30:1]"), _chip(array, "[31:60,1:30]"))
    raster = open_dataset(path).plane(0).raster(Window(2, 3, 12, 9))
    assert isinstance(raster.data, mmap.mmap)
    np.testing.assert_array_equal(decode(raster), array[3:9, 2:12])


def test_a_truncated_chip_is_a_gap_where_it_ends(write: Write, pixels: Pixels) -> None:
    chips = [RANDOM.integers(1, 99, (40, 30)).astype(np.uint16) for _ in range(2)]
    path = write(fits.PrimaryHDU(), _chip(chips[0], "[1:30,1:40]"), _chip(chips[1], "[31:60,1:40]"))
    start = path.read_bytes().rindex(b"XTENSION")
    path.write_bytes(path.read_bytes()[: start + 2880 + 20 * 60])
    dataset = open_dataset(path)
    assert "HDU 2 is cut in its data" in dataset.warnings[0]
    values = pixels(dataset)
    missing = np.ma.getmaskarray(values)
    np.testing.assert_array_equal(missing[:, 30:], np.arange(40)[:, None] >= np.full((40, 30), 20))
    np.testing.assert_array_equal(np.ma.getdata(values)[~missing], np.hstack(chips)[~missing])


@pytest.mark.parametrize(
    "detsecs",
    [
        ["[1:10,1:20]", "[1:10,1:20]"],
        ["[1:2048,1:4096]", "[2049:4096,1:4096]"],
        ["[1:10,1:20]", "[900001:900010,800001:800020]"],
        ["[1:10,1:20]", "nonsense"],
    ],
)
def test_detsec_that_cannot_be_true_makes_no_mosaic(detsecs: list[str], write: Write, pixels: Pixels) -> None:
    arrays = [np.full((20, 10), n, np.int16) for n in (1, 2)]
    path = write(fits.PrimaryHDU(), *(_chip(a, text) for a, text in zip(arrays, detsecs, strict=True)))
    dataset = open_dataset(path)
    assert dataset.chips == ()
    np.testing.assert_array_equal(pixels(dataset), arrays[0])


def test_a_single_image_with_detsec_and_datasec_is_not_trimmed(write: Write, pixels: Pixels) -> None:
    array = RANDOM.integers(0, 99, (20, 12)).astype(np.int16)
    cards = {"DETSEC": "[11:20,1:20]", "DATASEC": "[2:11,1:20]"}
    np.testing.assert_array_equal(pixels(open_dataset(write(array, **cards))), array)
    path = write(fits.PrimaryHDU(), _chip(array, cards["DETSEC"], "N1", DATASEC=cards["DATASEC"]))
    np.testing.assert_array_equal(pixels(open_dataset(path)), array)
    two = write(fits.PrimaryHDU(), *(_chip(array, f"[{n}1:{n + 1}0,1:20]", DATASEC="[2:11,1:20]") for n in (1, 2)))
    assert open_dataset(two).width == 20
    np.testing.assert_array_equal(pixels(open_dataset(two, "2")), array)


def test_masks_and_errors_of_chips_do_not_enter_the_mosaic(write: Write, pixels: Pixels) -> None:
    hdus = []
    for number in (1, 2):
        detsec = f"[{number * 10 - 9}:{number * 10},1:5]"
        hdus += [_chip(np.full((5, 10), number, np.float32), detsec, "SCI"), _chip(np.zeros((5, 10)), detsec, "DQ")]
    dataset = open_dataset(write(fits.PrimaryHDU(), *hdus))
    assert [hdu.index for hdu in dataset.hdus if hdu.shown] == [1, 3]
    np.testing.assert_array_equal(pixels(dataset)[0], [1] * 10 + [2] * 10)


def test_a_chip_read_out_otherwise_is_left_out_with_a_warning(write: Write) -> None:
    hdus = [_chip(np.zeros((20, 10)), f"[{n * 10 - 9}:{n * 10},1:20]") for n in (1, 2)]
    guide = _chip(np.zeros((5, 5)), "[21:30,1:10]", CCDSUM="2 2")
    dataset = open_dataset(write(fits.PrimaryHDU(), *hdus, guide))
    assert dataset.width == 20
    assert "HDU 3" in dataset.warnings[0]


_SKY = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0}
_MATRIX = {"CD1_1": -1e-4, "CD1_2": 1e-5, "CD2_1": 1e-5, "CD2_2": 1e-4}


@pytest.mark.parametrize("detsec", ["[1:8,1:6]", "[8:1,1:6]", "[1:8,6:1]", "[8:1,6:1]"])
def test_the_header_of_the_mosaic_is_that_of_the_first_chip_moved(detsec: str, write: Write) -> None:
    cards = _SKY | _MATRIX | {"CRPIX1": 4.0, "CRPIX2": 2.0, "DATASEC": "[3:10,2:7]"}
    first = _chip(np.zeros((9, 12)), detsec, **cards)
    dataset = open_dataset(write(fits.PrimaryHDU(), first, _chip(np.zeros((6, 8)), "[9:16,1:6]")))
    moved = fits.Header({card.keyword: card.value for card in dataset.cards})
    assert (moved["NAXIS1"], moved["NAXIS2"]) == (16, 6)
    own = WCS(first.header)
    x = 10 if detsec.startswith("[8") else 3
    y = 7 if "6:1" in detsec else 2
    np.testing.assert_allclose(WCS(moved).wcs_pix2world([[1, 1]], 1), own.wcs_pix2world([[x, y]], 1), atol=1e-12)
    assert {card.keyword: card.value for card in dataset.chips[0].cards}["CRPIX1"] == 4.0


def _boxes(dataset: FitsDataset) -> list[tuple[int, int, int, int, tuple[int, int]]]:
    boxes = ((chip.window, chip.data_origin) for chip in dataset.chips)
    return [(box.x0, box.y0, box.x1, box.y1, origin) for box, origin in boxes]


def test_a_section_of_a_mosaic_carries_its_chips(write: Write, pixels: Pixels) -> None:
    arrays = [RANDOM.integers(0, 99, (6, 8)).astype(np.int16) for _ in range(2)]
    path = write(fits.PrimaryHDU(), _chip(arrays[0], "[1:8,1:6]"), _chip(arrays[1], "[16:9,6:1]"))
    whole = np.hstack((arrays[0], arrays[1][::-1, ::-1]))
    part = open_dataset(path, "3:12,2:5")
    np.testing.assert_array_equal(pixels(part), whole[1:5, 2:12])
    assert _boxes(part) == [(0, 0, 6, 4, (3, 2)), (6, 0, 10, 4, (5, 2))]
    np.testing.assert_array_equal(pixels(open_dataset(path, "mosaic][3:12,2:5")), whole[1:5, 2:12])
    assert open_dataset(path, "-*,*").chips == ()


def test_real_mosaics_hold_the_values_of_their_extensions(real_data: Path, pixels: Pixels) -> None:
    path = real_data / "mosaic" / "gmos-s_illum_HAM_44_12amp_v1.fits"
    dataset = open_dataset(path)
    assert (dataset.width, dataset.height, dataset.dtype) == (1536, 1056, np.uint16)
    whole = pixels(dataset)
    for number in range(1, 13):
        np.testing.assert_array_equal(whole[:, 128 * number - 128 : 128 * number], fits.getdata(path, number))
    assert dataset.object_name == "Illumination mask"
