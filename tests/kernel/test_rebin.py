"""Means of blocks, against the NumPy twin."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_rasters import agree, physical, rasters
from numpy.typing import NDArray

from visiomatic.kernel import Raster, rebin, reference
from visiomatic.types import Window

FACTORS = st.sampled_from([2, 4])


@given(rasters())
def test_halved_pixels_are_the_means_of_the_finite_ones(raster: Raster) -> None:
    with np.errstate(all="ignore"):
        expected = reference.rebin(raster, 2)
        sizes = np.abs(np.where(np.isfinite(physical(raster)), physical(raster), 0.0))
        tolerance = 3e-7 * reference.rebin(Raster.from_array(sizes), 2).astype(np.float64) + 1e-44
    assert agree(rebin(raster, 2), expected, tolerance + 1e-15 * abs(raster.zero))


@given(rasters())
def test_quartered_pixels_equal_two_steps_of_halving(raster: Raster) -> None:
    assert np.array_equal(rebin(raster, 4), rebin(Raster.from_array(rebin(raster, 2)), 2), equal_nan=True)


@given(rasters(), FACTORS)
def test_the_size_is_rounded_up(raster: Raster, factor: Literal[2, 4]) -> None:
    assert rebin(raster, factor).shape == (-(-raster.height // factor), -(-raster.width // factor))


def test_a_block_without_a_finite_pixel_is_nan_and_infinities_are_left_out() -> None:
    pixels = np.array([[np.nan, np.inf, 1, np.inf], [-np.inf, np.nan, 3, np.nan]], ">f4")
    assert np.array_equal(rebin(Raster.from_array(pixels), 2), [[np.nan, 2]], equal_nan=True)


def test_a_lone_last_column_and_row_are_averaged_over_what_is_there() -> None:
    pixels = np.array([[1, 3, 10], [5, 7, 20], [100, 300, 1000]], ">i2")
    assert rebin(Raster.from_array(pixels), 2).tolist() == [[4, 15], [200, 1000]]
    assert rebin(Raster.from_array(pixels), 4).tolist() == [[np.mean([4, 15, 200, 1000])]]


def test_blank_pixels_are_left_out() -> None:
    pixels = np.array([[1, -99], [-99, 5]], ">i4")
    assert rebin(Raster.from_array(pixels)._replace(blank=-99), 2).tolist() == [[3]]


@pytest.mark.parametrize("kind", [">f4", "<f4"])
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_means_are_the_same_beside_a_pixel_that_is_not_finite(kind: str, hole: float) -> None:
    pixels = np.random.default_rng(3).normal(100, 5, (6, 611)).astype(kind)
    whole = rebin(Raster.from_array(pixels), 2)
    pixels[1::4, ::100] = hole
    holed = rebin(Raster.from_array(pixels), 2)
    beside = np.ones(whole.shape, bool)
    beside[::2, ::50] = False
    assert np.array_equal(holed[beside], whole[beside])
    expected = reference.rebin(Raster.from_array(pixels), 2)
    assert np.allclose(holed, expected, rtol=3e-7, atol=0, equal_nan=True)
    assert np.isnan(holed[~beside]).sum() == np.isnan(expected).sum()


@pytest.mark.parametrize("kind", [">i4", ">i8", ">f8"])
def test_means_of_large_numbers_are_as_good_as_float32_allows(kind: str) -> None:
    pixels = (2**30 + np.arange(64).reshape(8, 8)).astype(kind)
    expected = pixels.astype(np.float64).reshape(4, 2, 4, 2).mean((1, 3)).astype(np.float32)
    assert np.array_equal(rebin(Raster.from_array(pixels), 2), expected)


def test_large_floats_do_not_overflow_on_the_way() -> None:
    pixels = np.full((2, 2), np.finfo(np.float32).max, ">f4")
    assert rebin(Raster.from_array(pixels), 2)[0, 0] == np.finfo(np.float32).max


@given(rasters(), FACTORS, st.integers(1, 3))
def test_working_band_by_band_into_an_array_gives_the_same_means(
    raster: Raster, factor: Literal[2, 4], blocks: int
) -> None:
    whole = rebin(raster, factor)
    room: NDArray[np.float32] = np.zeros((whole.shape[0], whole.shape[1] + 3), np.float32)
    band = blocks * factor
    for y in range(0, raster.height, band):
        part = raster.window(Window(0, y, raster.width, min(y + band, raster.height)))
        rows = room[y // factor : -(-(y + part.height) // factor), : whole.shape[1]]
        assert rebin(part, factor, rows) is rows
    assert np.array_equal(room[:, : whole.shape[1]], whole, equal_nan=True)
    assert not room[:, whole.shape[1] :].any()


def test_output_of_another_shape_or_block_size_is_refused() -> None:
    raster = Raster.from_array(np.zeros((8, 8), ">f4"))
    for out in (np.empty((4, 3), np.float32), np.empty((5, 4), np.float32), np.empty((4, 8), np.float32)[:, ::2]):
        with pytest.raises(ValueError, match="shape"):
            rebin(raster, 2, out)
    with pytest.raises(ValueError, match="2 or 4"):
        rebin(raster, 3, np.empty((3, 3), np.float32))  # type: ignore[arg-type]
