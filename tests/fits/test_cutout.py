"""Cut-outs as FITS files, read back by astropy."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from visiomatic.errors import NotFound
from visiomatic.fits import FitsDataset, cutout, open_channels, open_dataset

Write = Callable[..., Path]

RANDOM = np.random.default_rng(13)


def _read(dataset: FitsDataset, box: tuple[int, int, int, int], channels: list[int] | None = None) -> fits.PrimaryHDU:
    made = cutout(dataset, box, channels)
    content = b"".join(made.blocks)
    assert len(content) == made.size
    assert made.size % 2880 == 0
    hdus = fits.open(BytesIO(content), do_not_scale_image_data=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hdus.verify("exception")
    assert len(hdus) == 1
    return hdus[0]


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
def test_a_cutout_keeps_type_and_values(kind: str, write: Write) -> None:
    array = RANDOM.integers(0, 100, (30, 40)).astype(kind)
    path = write(array)
    found = _read(open_dataset(path), (3, 5, 12, 30))
    assert found.header["BITPIX"] == fits.getheader(path)["BITPIX"]
    np.testing.assert_array_equal(found.data, array[4:30, 2:12])
    assert found.data.dtype.newbyteorder("=") == array.dtype


def test_scale_zero_and_blank_are_kept(write: Write) -> None:
    path = write(RANDOM.integers(0, 9, (20, 20)).astype(np.int16), BLANK=3)
    with fits.open(path, mode="update", do_not_scale_image_data=True) as hdus:
        hdus[0].header["BSCALE"], hdus[0].header["BZERO"] = 0.25, -7.5
    found = _read(open_dataset(path), (1, 1, 20, 7))
    np.testing.assert_array_equal(found.data, fits.getdata(path)[:7])
    made = b"".join(cutout(open_dataset(path), (1, 1, 20, 7)).blocks)
    raw = fits.Header.fromstring(made[:2880])
    assert [raw[k] for k in ("BITPIX", "BSCALE", "BZERO", "BLANK")] == [16, 0.25, -7.5, 3]


def test_coordinates_and_all_other_cards_go_along(write: Write) -> None:
    cards: dict[str, Any] = {
        "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "CRVAL1": 150.0, "CRVAL2": 30.0, "CRPIX1": 18.5,
        "CRPIX2": 22.25, "CD1_1": -1e-4, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-4, "A_ORDER": 2, "B_ORDER": 2,
        "A_2_0": 2e-5, "B_0_2": 3e-5, "OBJECT": "it's M 31", "HIERARCH ESO DET NAME": "x" * 90,
    }  # fmt: skip
    path = write(np.zeros((50, 40), np.float32), **cards)
    with fits.open(path, mode="update") as hdus:
        hdus[0].header.add_history("first")
        hdus[0].header.add_history("second")
    found = _read(open_dataset(path), (11, 21, 30, 40))
    np.testing.assert_allclose(
        WCS(found.header).all_pix2world([[3, 4]], 1), WCS(fits.getheader(path)).all_pix2world([[13, 24]], 1), atol=1e-12
    )
    assert found.header["OBJECT"] == "it's M 31"
    assert found.header["ESO DET NAME"] == "x" * 90
    assert list(found.header["HISTORY"]) == ["first", "second"]


def test_channels_of_a_cube_keep_their_spectral_axis(write: Write) -> None:
    array = RANDOM.normal(size=(6, 10, 12)).astype(np.float32)
    path = write(array, CTYPE3="FREQ", CRVAL3=1.4e9, CRPIX3=1.0, CDELT3=1e6, CUNIT3="Hz")
    dataset = open_dataset(path)
    whole = _read(dataset, (1, 1, 12, 10))
    np.testing.assert_array_equal(whole.data, array)
    part = _read(dataset, (2, 3, 5, 6), [2, 3])
    np.testing.assert_array_equal(part.data, array[2:4, 2:6, 1:5])
    assert part.header["CRPIX3"] == -1.0
    picked = _read(dataset, (2, 3, 5, 6), [5, 0])
    np.testing.assert_array_equal(picked.data, array[[5, 0], 2:6, 1:5])
    assert "CTYPE3" not in picked.header
    single = _read(dataset, (2, 3, 5, 6), [4])
    np.testing.assert_array_equal(single.data.reshape(4, 4), array[4, 2:6, 1:5])


def test_degenerate_axes_stay(write: Write) -> None:
    array = RANDOM.normal(size=(1, 1, 10, 12)).astype(np.float32)
    found = _read(open_dataset(write(array, CTYPE3="FREQ", CTYPE4="STOKES")), (2, 3, 5, 6))
    np.testing.assert_array_equal(found.data, array[:, :, 2:6, 1:5])


def test_gaps_and_missing_rows_become_blank_in_a_wider_type(write: Write) -> None:
    arrays = [RANDOM.integers(0, 60000, (8, 5)).astype(np.uint16) for _ in range(2)]
    hdus = [fits.ImageHDU(array) for array in arrays]
    hdus[0].header["DETSEC"], hdus[1].header["DETSEC"] = "[1:5,1:8]", "[8:12,1:8]"
    found = _read(open_dataset(write(fits.PrimaryHDU(), *hdus)), (4, 2, 9, 8))
    assert found.header["BITPIX"] == 32
    np.testing.assert_array_equal(np.isnan(found.data), np.broadcast_to([0, 0, 1, 1, 0, 0], (7, 6)).astype(bool))
    np.testing.assert_array_equal(found.data[:, :2], arrays[0][1:, 3:])
    path = write(arrays[0], name="cut.fits")
    path.write_bytes(path.read_bytes()[: 2880 + 50])
    found = _read(open_dataset(path), (1, 1, 5, 8))
    np.testing.assert_array_equal(np.isnan(found.data[:, 0]), np.arange(8) >= 5)
    np.testing.assert_array_equal(found.data[:5], arrays[0][:5])


def test_a_compressed_image_and_files_of_different_types_are_cut_out(write: Write) -> None:
    array = RANDOM.integers(0, 99, (30, 40)).astype(np.int16)
    packed = write(fits.PrimaryHDU(), fits.CompImageHDU(array, tile_shape=(7, 9)), name="packed.fits")
    found = _read(open_dataset(packed), (3, 5, 12, 30))
    np.testing.assert_array_equal(found.data, array[4:30, 2:12])
    assert found.header["BITPIX"] == 16
    paths = [write(array, name="a.fits"), write(array / 2, name="b.fits")]
    both = _read(open_channels(paths), (3, 5, 12, 30))
    np.testing.assert_array_equal(both.data, np.stack((array, array / 2))[:, 4:30, 2:12])


@pytest.mark.parametrize("box", [(0, 1, 5, 5), (5, 5, 4, 6), (1, 1, 41, 5)])
def test_a_box_outside_the_image_is_refused(box: tuple[int, int, int, int], write: Write) -> None:
    dataset = open_dataset(write(np.zeros((30, 40))))
    with pytest.raises(NotFound):
        cutout(dataset, box)


def test_a_large_cutout_comes_in_small_blocks(write: Write) -> None:
    made = cutout(open_dataset(write(np.zeros((3000, 1000), np.float32))), (1, 1, 1000, 3000))
    assert made.size > 12_000_000
    assert max(len(block) for block in made.blocks) <= 2**20
