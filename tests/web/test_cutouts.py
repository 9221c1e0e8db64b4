"""FITS cut-outs over HTTP, read back by astropy."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from .conftest import HEADERS, Client, sky, write

Own = Callable[..., tuple[Path, Client]]


@pytest.mark.parametrize("name", HEADERS)
def test_a_cut_out_is_a_fits_file_with_the_same_numbers_and_sky(own: Own, name: str) -> None:
    folder, client = own()
    path = write(folder / "a.fits", sky(160, 200), **HEADERS[name])
    answer = client.get("/api/v1/images/a.fits/region.fits?box=11,21,60,100")
    assert answer.headers["content-type"] == "application/fits"
    assert "a_11_21_60_100.fits" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    with fits.open(io.BytesIO(answer.content)) as hdus:
        hdus.verify("exception")
        assert np.array_equal(hdus[0].data, fits.getdata(path)[20:100, 10:60])
        cut, whole = WCS(hdus[0].header), WCS(fits.getheader(path))
    pixels = np.array([[1.0, 1.0], [50.0, 80.0], [25.5, 3.25]])
    found, truth = cut.all_pix2world(pixels, 1), whole.all_pix2world(pixels + np.array([10, 20]), 1)
    assert np.abs(found - truth).max() < 1e-11
    assert (cut.sip is None) == (whole.sip is None)
    assert list(cut.wcs.ctype) == list(whole.wcs.ctype)


def test_a_cut_out_that_is_too_large_names_the_limit(own: Own) -> None:
    folder, client = own(max_cutout_bytes=10_000)
    write(folder / "a.fits", sky(160, 200))
    answer = client.get("/api/v1/images/a.fits/region.fits")
    assert answer.status_code == 413
    assert "10000" in answer.json()["error"]["message"]


def test_a_cut_out_of_some_channels_keeps_their_spectral_axis(own: Own) -> None:
    folder, client = own()
    axis = {"CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CRPIX3": 1.0, "CDELT3": 1e6, "CUNIT3": "Hz"}
    cube = np.stack([sky(30, 40, seed) for seed in range(5)])
    path = write(folder / "a.fits", cube, **HEADERS["PC and CDELT"], **axis)
    answer = client.get("/api/v1/images/a.fits/region.fits?box=3,4,12,20&channel=2&channel=3&channel=4")
    with fits.open(io.BytesIO(answer.content)) as hdus:
        hdus.verify("exception")
        assert np.array_equal(hdus[0].data, fits.getdata(path)[1:4, 3:20, 2:12])
        cut, whole = WCS(hdus[0].header), WCS(fits.getheader(path))
    assert np.allclose(cut.all_pix2world([[1, 1, 1]], 1), whole.all_pix2world([[3, 4, 2]], 1), rtol=1e-12)
    assert client.get("/api/v1/images/a.fits/region.fits?channel=6").status_code == 404
    assert client.get("/api/v1/images/a.fits/region.fits?channel=0").status_code == 422


def test_the_box_of_a_cut_out_is_clipped_and_may_not_be_empty(own: Own) -> None:
    folder, client = own()
    path = write(folder / "a.fits", np.arange(12, dtype=np.int16).reshape(3, 4))
    cut = fits.getdata(io.BytesIO(client.get("/api/v1/images/a.fits/region.fits?box=-5,2,900,900").content))
    assert np.array_equal(cut, fits.getdata(path)[1:])
    for box, status in (("5,1,9,3", 404), ("1,1,2", 422), ("1.5,1,2,2", 422), ("3,1,2,2", 404)):
        assert client.get(f"/api/v1/images/a.fits/region.fits?box={box}").status_code == status
