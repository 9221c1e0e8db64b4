"""HDUs and sections by CFITSIO-style names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.errors import NotFound
from visiomatic.fits import FitsDataset, open_dataset, split_section
from visiomatic.fits.sections import parse_section
from visiomatic.kernel import decode
from visiomatic.types import Window

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(9)


@pytest.mark.parametrize(
    ("text", "path", "section"),
    [
        ("a/b.fits", "a/b.fits", ""),
        ("b.fits[1]", "b.fits", "1"),
        ("b.fits[SCI,2]", "b.fits", "SCI,2"),
        ("b.fits[1][100:600,*]", "b.fits", "1][100:600,*"),
        ("b[1].fits[2]", "b[1].fits", "2"),
        ("odd[name].fits", "odd[name].fits", ""),
        ("[1]", "[1]", ""),
    ],
)
def test_a_name_splits_into_path_and_section(text: str, path: str, section: str) -> None:
    assert split_section(text) == (path, section)


def test_a_section_is_an_hdu_and_ranges() -> None:
    assert parse_section("3").number == 3
    assert (parse_section("SCI, 2").name, parse_section("SCI, 2").version) == ("SCI", 2)
    assert parse_section("100:600,*").ranges == "100:600,*"
    assert (parse_section("1][-*,*").number, parse_section("1][-*,*").ranges) == (1, "-*,*")
    assert parse_section("").has_hdu is False
    with pytest.raises(NotFound):
        parse_section("1][2][3")


@pytest.fixture
def mef(write: Write) -> Path:
    hdus = [fits.ImageHDU(np.full((6, 7), number), name="SCI", ver=number) for number in (1, 2)]
    return write(fits.PrimaryHDU(np.full((6, 7), 0)), *hdus, fits.ImageHDU(np.full((6, 7), 9), name="My Mask"))


@pytest.mark.parametrize(
    ("section", "value"), [("0", 0), ("1", 1), ("2", 2), ("SCI", 1), ("sci,2", 2), ("SCI,1,i", 1), ("my mask", 9)]
)
def test_an_hdu_is_found_by_number_name_and_version(section: str, value: int, mef: Path, pixels: Pixels) -> None:
    dataset = open_dataset(mef, section)
    assert (pixels(dataset) == value).all()
    assert dataset.name == f"image.fits[{section}]"
    assert [hdu.index for hdu in dataset.hdus if hdu.shown] == [value if value != 9 else 3]


_RANGES = [
    ("3:10,2:7", np.s_[1:7, 2:10]),
    ("*,*", np.s_[:, :]),
    ("-*,*", np.s_[:, ::-1]),
    ("*,-*", np.s_[::-1, :]),
    ("10:3,7:2", np.s_[6:0:-1, 9:1:-1]),
    ("1:20:3,*:4", np.s_[::4, ::3]),
    ("20:2:5,-*:2", np.s_[::-2, 19:0:-5]),
    ("5,1:3", np.s_[0:3, 4:5]),
    (" 3 : 10 , 2 : 7 ", np.s_[1:7, 2:10]),
]


@pytest.mark.parametrize(("section", "part"), _RANGES)
@pytest.mark.parametrize("kind", ["plain", "compressed", "cut"])
def test_a_section_is_the_slice_of_the_array(
    section: str, part: tuple[slice, slice], kind: str, write: Write, pixels: Pixels
) -> None:
    array = RANDOM.integers(0, 1000, (15, 20)).astype(np.int16)
    packed = [fits.PrimaryHDU(), fits.CompImageHDU(array, tile_shape=(4, 6))]
    path = write(*packed) if kind == "compressed" else write(array)
    expected = np.ma.MaskedArray(array)
    if kind == "cut":
        path.write_bytes(path.read_bytes()[: 2880 + 12 * 40])
        expected[12:] = np.ma.masked
    dataset = open_dataset(path, section)
    found, wanted = pixels(dataset), expected[part]
    assert found.shape == wanted.shape == (dataset.height, dataset.width)
    np.testing.assert_array_equal(np.ma.getmaskarray(found), np.ma.getmaskarray(wanted))
    np.testing.assert_array_equal(np.ma.filled(found, -1), np.ma.filled(wanted, -1))
    plane, rows = dataset.plane(0), np.arange(dataset.height)
    floats = np.ma.filled(wanted.astype(np.float32), np.nan)[::-1, ::2]
    np.testing.assert_array_equal(plane.sample_rows(rows, 2), floats)
    if dataset.height > 2:
        middle = decode(plane.raster(Window(0, 1, dataset.width, 2)))
        np.testing.assert_array_equal(middle, np.ma.filled(wanted.astype(np.float32), np.nan)[::-1][1:2])


def test_a_plain_section_stays_in_the_map(write: Write) -> None:
    plane = open_dataset(write(np.zeros((50, 50), np.float32)), "11:30,-*").plane(0)
    assert plane.is_mapped
    assert plane.raster(Window(0, 0, 5, 5)).row_stride == 200


def test_a_range_on_the_third_axis_picks_channels(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(6, 5, 4))
    path = write(array, CTYPE3="FREQ", CRVAL3=1.4e9, CRPIX3=1.0, CDELT3=1e6, CUNIT3="Hz")
    dataset = open_dataset(path, "*,2:4,3:5")
    assert [channel.label for channel in dataset.channels] == ["1402.0 MHz", "1403.0 MHz", "1404.0 MHz"]
    assert [channel.index for channel in dataset.channels] == [0, 1, 2]
    np.testing.assert_array_equal(pixels(dataset, 1), array[3, 1:4])
    assert next(card.value for card in dataset.cards if card.keyword == "CRPIX3") == -1.0
    one = open_dataset(path, "*,*,6")
    assert len(one.channels) == 1
    assert one.channels[0].spectral_value == pytest.approx(1405.0)


@pytest.mark.parametrize("section", ["0:5,*", "1:21,*", "*", "*,*,*", "1:5:0,*", "a:b,*", "1:2,3:99"])
def test_a_section_that_does_not_fit_is_refused(section: str, write: Write) -> None:
    with pytest.raises(NotFound):
        open_dataset(write(np.zeros((15, 20))), section)


def _cards(dataset: FitsDataset) -> fits.Header:
    header = fits.Header()
    for card in dataset.cards:
        if card.keyword not in ("COMMENT", "HISTORY", ""):
            header[card.keyword] = card.value
    return header


_WCS = {
    "cd": {"CD1_1": -1e-4, "CD1_2": 2e-5, "CD2_1": 1.5e-5, "CD2_2": 1.1e-4},
    "pc": {"CDELT1": -1e-4, "CDELT2": 1e-4, "PC1_1": 0.9, "PC1_2": -0.4, "PC2_1": 0.4, "PC2_2": 0.9},
    "cdelt": {"CDELT1": -1e-4, "CDELT2": 1.2e-4},
    "crota": {"CDELT1": -1e-4, "CDELT2": 1.2e-4, "CROTA2": 25.0},
    "sip": {"CD1_1": -1e-4, "CD1_2": 2e-5, "CD2_1": 1.5e-5, "CD2_2": 1.1e-4, "A_ORDER": 2, "B_ORDER": 2,
            "A_2_0": 2e-4, "A_1_1": -1e-4, "B_0_2": 3e-4, "B_1_1": 1e-4, "A_0_2": 5e-5, "B_2_0": 7e-5},
}  # fmt: skip


@pytest.mark.parametrize("form", _WCS)
@pytest.mark.parametrize(
    ("section", "x", "y"),
    [("5:30,11:40", 5, 11), ("-*,*", 40, 1), ("*,40:2", 1, 40), ("3:39:2,-*:3", 3, 50), ("37:1:4,1:49:6", 37, 1)],
)
def test_coordinates_of_a_section_are_those_of_the_whole(form: str, section: str, x: int, y: int, write: Write) -> None:
    suffix = "-SIP" if form == "sip" else ""
    base = {"CTYPE1": "RA---TAN" + suffix, "CTYPE2": "DEC--TAN" + suffix, "CRVAL1": 150.0, "CRVAL2": 30.0}
    path = write(np.zeros((50, 40), np.float32), **base, CRPIX1=18.5, CRPIX2=22.25, **_WCS[form])
    whole = WCS(fits.getheader(path))
    part = WCS(_cards(open_dataset(path, section)))
    np.testing.assert_allclose(part.all_pix2world([[1, 1]], 1), whole.all_pix2world([[x, y]], 1), rtol=0, atol=1e-11)
    last = open_dataset(path, section)
    fields = [field.split(":") for field in section.split(",")]
    step_x, step_y = (int(field[2]) if len(field) > 2 else int(field[1]) if field[0] == "-*" and len(field) > 1 else 1
                      for field in fields)  # fmt: skip
    sign_x = -1 if section.startswith(("-", "37")) else 1
    sign_y = -1 if section.endswith(("40:2", "-*:3")) else 1
    far = [x + sign_x * step_x * (last.width - 1), y + sign_y * step_y * (last.height - 1)]
    np.testing.assert_allclose(
        part.all_pix2world([[last.width, last.height]], 1), whole.all_pix2world([far], 1), rtol=0, atol=1e-11
    )


def test_physical_coordinates_follow_a_section(write: Write) -> None:
    header = _cards(open_dataset(write(np.zeros((50, 40))), "11:30:2,21:40"))
    assert (header["LTV1"], header["LTM1_1"], header["LTV2"]) == (-4.5, 0.5, -20.0)
    header = _cards(open_dataset(write(np.zeros((50, 40)), LTV1=-100.0, LTM1_1=0.5), "11:30,*"))
    assert (header["LTV1"], header["LTM1_1"]) == (-110.0, 0.5)
    assert header["NAXIS1"] == 20
