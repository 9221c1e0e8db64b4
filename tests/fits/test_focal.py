"""Mosaics on the sky: chips without DETSEC, resampled to one tangent plane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.errors import NotAnImage
from visiomatic.fits import FitsDataset, open_dataset
from visiomatic.kernel import decode
from visiomatic.types import Window

Write = Callable[..., Path]

RANDOM = np.random.default_rng(11)
_SCALE = 1e-4


def _chip(x: float, y: float, angle: float = 0.0, kind: str = "i4", **cards: Any) -> fits.ImageHDU:
    """A chip of 80 × 60 numbered pixels whose reference point lies at (-x, -y) pixels from its corner."""
    array = RANDOM.integers(0, 100_000, (60, 80)).astype(kind)
    hdu = fits.ImageHDU(array)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    hdu.header.update(
        {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 40.0, "CRVAL2": 60.0, "CRPIX1": -x, "CRPIX2": -y,
         "CD1_1": -_SCALE * cos, "CD1_2": _SCALE * sin, "CD2_1": _SCALE * sin, "CD2_2": _SCALE * cos} | cards
    )  # fmt: skip
    return hdu


def _check_chips(dataset: FitsDataset, hdus: list[fits.ImageHDU]) -> None:
    """Every chip pixel is found at its sky position in the mosaic, within the rounding to the nearest pixel."""
    frame = WCS(fits.Header({card.keyword: card.value for card in dataset.cards if card.keyword}))
    values = decode(dataset.plane(0).raster(Window(0, 0, dataset.width, dataset.height)), np.float64)[::-1]
    for hdu in hdus:
        own = WCS(hdu.header)
        y, x = np.mgrid[1 : dataset.height + 1, 1 : dataset.width + 1].reshape(2, -1)
        chip = own.all_world2pix(frame.all_pix2world(np.stack((x, y), axis=1), 1), 1)
        height, width = hdu.data.shape
        inside = ((chip > 0.55) & (chip < np.array([width, height]) + 0.45)).all(axis=1)
        sure = inside & (np.abs(chip - np.floor(chip) - 0.5) > 0.01).all(axis=1)
        assert sure.sum() > 0.8 * hdu.data.size
        column, row = np.rint(chip[sure]).astype(int).T - 1
        np.testing.assert_array_equal(values[y[sure] - 1, x[sure] - 1], hdu.data[row, column])


def test_chips_beside_each_other_on_the_sky_are_one_image(write: Write) -> None:
    hdus = [_chip(-90, -70), _chip(10, -70, 0.3), _chip(-90, 10, -0.2), _chip(10, 10, 0.1)]
    dataset = open_dataset(write(fits.PrimaryHDU(), *hdus))
    assert [hdu.shown for hdu in dataset.hdus] == [False, True, True, True, True]
    assert (dataset.width, dataset.height) == (pytest.approx(180, abs=3), pytest.approx(140, abs=3))
    assert dataset.dtype == np.int32
    assert dataset.chips == ()
    _check_chips(dataset, hdus)
    middle = decode(dataset.plane(0).raster(Window(85, 0, 95, dataset.height)))
    assert np.isnan(middle).any()
    rows = np.arange(0, dataset.height, 7)
    sampled = dataset.plane(0).sample_rows(rows, 5)
    whole = decode(dataset.plane(0).raster(Window(0, 0, dataset.width, dataset.height)))
    np.testing.assert_array_equal(sampled, whole[rows, ::5])


def test_every_window_is_a_part_of_the_whole(write: Write) -> None:
    hdus = [_chip(-90, -30, 5.0, "f4"), _chip(10, -30, -4.0, "f4")]
    plane = open_dataset(write(fits.PrimaryHDU(), *hdus), "wcs").plane(0)
    whole = decode(plane.raster(Window(0, 0, plane.width, plane.height)))
    for x, y in ((0, 0), (60, 10), (95, 20), (130, 3)):
        window = Window(x, y, x + 33, y + 29)
        np.testing.assert_array_equal(decode(plane.raster(window)), whole[y : y + 29, x : x + 33])


@pytest.mark.parametrize("case", ["same sky", "far apart", "one without coordinates", "errors"])
def test_what_is_not_clearly_a_focal_plane_is_not_assembled_unasked(case: str, write: Write) -> None:
    second = {
        "same sky": lambda: _chip(-88, -28),
        "far apart": lambda: _chip(10, -30, CRVAL1=80.0),
        "one without coordinates": lambda: _chip(10, -30, CTYPE1="LINEAR"),
        "errors": lambda: _chip(10, -30, EXTNAME="ERR"),
    }[case]()
    first = _chip(-90, -30, EXTNAME="SCI")
    dataset = open_dataset(write(fits.PrimaryHDU(), first, second))
    assert (dataset.width, dataset.height) == (80, 60)
    assert [hdu.index for hdu in dataset.hdus if hdu.shown] == [1]


def test_a_mosaic_on_the_sky_can_be_asked_for(write: Write) -> None:
    hdus = [_chip(-90, -30), _chip(-60, -30)]
    path = write(fits.PrimaryHDU(), *hdus)
    assert open_dataset(path).width == 80
    asked = open_dataset(path, "wcs")
    assert asked.width == pytest.approx(110, abs=2)
    _check_chips(asked, hdus[:1])  # where chips overlap the first is shown
    with pytest.raises(NotAnImage, match="assembled"):
        open_dataset(write(np.zeros((5, 5)), fits.ImageHDU(np.zeros((5, 5)))), "mosaic")


def test_a_real_camera_without_detsec_is_assembled_by_its_coordinates(real_data: Path) -> None:
    from visiomatic.fits.wcs import sky_of

    path = real_data / "mosaic" / "ksb_staticmask_ood_v1.fits.fz"
    dataset = open_dataset(path)
    assert dataset.width > 8000
    assert dataset.height > 8000
    frame = sky_of(dataset.cards, dataset.width, dataset.height)
    assert frame is not None
    for number in range(1, 5):
        own = open_dataset(path, str(number))
        x, y = RANDOM.integers(2, 4000, 300), RANDOM.integers(2, 4000, 300)
        lon, lat = WCS(fits.getheader(path, number)).all_pix2world(x, y, 1)
        in_x, in_y = frame.sky_to_pixel(lon, lat, "icrs")
        found = dataset.values((0,), np.rint(in_x).astype(int), np.rint(in_y).astype(int))[0]
        expected = np.stack([own.values((0,), x + dx, y + dy)[0] for dx in (-1, 0, 1) for dy in (-1, 0, 1)])
        assert (expected == found).any(axis=0).all()
        assert np.mean(expected[4] == found) > 0.97
