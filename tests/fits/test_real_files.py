"""Every file of the shared set does what its entry in truth.json expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visiomatic.errors import NotAnImage
from visiomatic.fits import FitsDataset, looks_like_fits, open_dataset
from visiomatic.kernel import decode
from visiomatic.types import Window

_TRUTH = Path(__file__).resolve().parents[3] / "shared" / "data" / "fits" / "truth.json"
_FILES: dict[str, dict[str, Any]] = json.loads(_TRUTH.read_text())["files"] if _TRUTH.exists() else {}
_REASONS = {
    "table/Random_Groups.fits": "random groups",
    "table/ref_sky_600B-check.fits": "one-dimensional",
    "corrupt/empty.fits": "empty",
    "corrupt/lfs_pointer.fits": "Git LFS",
    "corrupt/iraf_text.fits": "text file",
    "corrupt/nonstd_simple_5x5.fits": "first card",
    "corrupt/derived_truncated_header.fits": "byte 2000 of at least 2880",
    "table/gaia_galactic_centre.vot": "VOTable",
}
_FULL_DECODE = 20_000_000  # pixels


@pytest.mark.skipif(not _FILES, reason="the set of real files (../shared/data/fits) is not here")
@pytest.mark.parametrize("name", _FILES or ["none"])
def test_a_real_file_opens_with_its_values_or_is_refused_with_the_reason(name: str, real_data: Path) -> None:
    entry = _FILES[name]
    path = real_data / name
    if entry["expect"] == "open":
        assert looks_like_fits(path)
        _check_default(path, entry)
        for hdu in entry["hdus"]:
            if hdu.get("pixels") and len(hdu["naxis"]) >= 2:
                _check_hdu(open_dataset(path, str(hdu["hdu"])), hdu)
    elif name in ("corrupt/derived_truncated_m13.fits", "corrupt/most_blankcards.fits"):
        dataset = open_dataset(path)
        assert dataset.width in (300, 383)
        assert bool(dataset.warnings) == ("truncated" in name)
    else:
        with pytest.raises(NotAnImage) as refused:
            open_dataset(path)
        assert path.name in str(refused.value)
        assert _REASONS.get(name, "") in str(refused.value)
        assert str(path.parent) not in str(refused.value)


def _check_default(path: Path, entry: dict[str, Any]) -> None:
    dataset = open_dataset(path)
    assert dataset.width > 0
    assert dataset.channels
    assert dataset.still_current()
    labels = [channel.label for channel in dataset.channels]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert [hdu.index for hdu in dataset.hdus] == list(range(entry["n_hdu"]))
    assert any(hdu.shown for hdu in dataset.hdus)
    assert dataset.warnings == ()


def _check_hdu(dataset: FitsDataset, truth: dict[str, Any]) -> None:
    width, height, *higher = truth["naxis"]
    assert (dataset.width, dataset.height) == (width, height)
    assert len(dataset.channels) == int(np.prod(higher, initial=1))
    assert dataset.bitpix == truth["bitpix"]
    if truth["physical_dtype"][0] in "iu":
        assert dataset.dtype == np.dtype(truth["physical_dtype"])
    exact = truth["physical_dtype"][0] in "iu"
    for pixel in truth["pixels"]:
        x, y, *place = pixel["fits_pixel"]
        channel = int(np.ravel_multi_index([p - 1 for p in place], higher, order="F")) if higher else 0
        (value,) = dataset.values((channel,), np.array([x]), np.array([y]))
        _check_value(value, pixel["value"], exact=exact)
    if truth["n_pixels"] <= _FULL_DECODE:
        _check_statistics(dataset, truth)


def _check_value(value: np.ndarray, expected: float | str, *, exact: bool) -> None:
    if expected == "NaN":
        assert np.ma.getmaskarray(value)[0] or np.isnan(value[0])
    elif exact:
        assert value[0] == expected
    else:
        assert float(value[0]) == pytest.approx(float(expected), rel=1e-6, abs=1e-12)


def _check_statistics(dataset: FitsDataset, truth: dict[str, Any]) -> None:
    window = Window(0, 0, dataset.width, dataset.height)
    lowest, highest, missing, infinite = np.inf, -np.inf, 0, 0
    for channel in range(len(dataset.channels)):
        pixels = decode(dataset.plane(channel).raster(window), np.float64)
        finite = pixels[np.isfinite(pixels)]
        missing += int(np.isnan(pixels).sum())
        infinite += int(np.isinf(pixels).sum())
        if finite.size:
            lowest, highest = min(lowest, float(finite.min())), max(highest, float(finite.max()))
    assert (missing, infinite) == (truth["n_nan"], truth["n_inf"])
    rounding = 1e-6 * (float(truth["max"]) - float(truth["min"]))  # the truth was scaled in float32
    assert (lowest, highest) == pytest.approx((truth["min"], truth["max"]), rel=1e-6, abs=rounding)
