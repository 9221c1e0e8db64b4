"""Stored numbers to physical values, against the NumPy twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_rasters import KINDS, agree, rasters

from visiomatic.errors import SourceChanged
from visiomatic.kernel import (
    Raster,
    Tone,
    _kernel,
    blank_mask,
    decode,
    decode_exact,
    prefetch,
    rebin,
    reference,
    render_grey,
    tone_table,
)
from visiomatic.types import Window


@given(rasters())
def test_values_are_decoded_exactly_when_they_are_not_scaled(raster: Raster) -> None:
    raster = raster._replace(scale=1.0, zero=raster.zero if raster.dtype.kind in "iu" else 0.0)
    assert np.array_equal(decode(raster, np.float64), reference.decode(raster, np.float64), equal_nan=True)
    with np.errstate(over="ignore"):
        assert np.array_equal(decode(raster), reference.decode(raster), equal_nan=True)


@given(rasters())
def test_scaled_values_are_right_to_the_last_digits_of_the_arithmetic(raster: Raster) -> None:
    numbers = np.abs(reference.stored(raster).astype(np.float64))
    with np.errstate(all="ignore"):
        tolerance = 4e-16 * (abs(raster.zero) + abs(raster.scale) * numbers)
        expected = reference.decode(raster, np.float64)
    assert agree(decode(raster, np.float64), expected, tolerance)


@given(rasters())
def test_exact_values_lose_nothing(raster: Raster) -> None:
    with np.errstate(all="ignore"):
        expected = reference.decode_exact(raster)
    found = decode_exact(raster)
    assert found.dtype == expected.dtype == raster.dtype
    assert found.dtype.isnative
    if raster.is_scaled and raster.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * abs(raster.zero))
    else:
        assert np.array_equal(found, expected, equal_nan=found.dtype.kind == "f")


@pytest.mark.parametrize(
    ("code", "zero", "stored", "value"),
    [
        (">i2", 2.0**15, [-32768, 0, 32767], np.array([0, 32768, 65535], np.uint16)),
        (">i4", 2.0**31, [-(2**31), 5], np.array([0, 2**31 + 5], np.uint32)),
        (">i8", 2.0**63, [-(2**63), -(2**63) + 1, 2**63 - 1], np.array([0, 1, 2**64 - 1], np.uint64)),
        (">u1", -128.0, [0, 128, 255], np.array([-128, 0, 127], np.int8)),
    ],
)
def test_offsets_that_stand_for_another_sign_give_integers_of_that_sign(
    code: str, zero: float, stored: list[int], value: np.ndarray
) -> None:
    raster = Raster.from_array(np.array([stored], code))._replace(zero=zero)
    assert decode_exact(raster).dtype == value.dtype
    assert decode_exact(raster)[0].tolist() == value.tolist()
    assert decode(raster, np.float64)[0].tolist() == value.astype(np.float64).tolist()


@given(rasters())
def test_blank_pixels_are_found_and_decode_to_nan(raster: Raster) -> None:
    mask = blank_mask(raster)
    assert np.array_equal(mask, reference.blank_mask(raster))
    assert np.isnan(decode(raster, np.float64)[mask]).all()


def test_a_scale_of_0_makes_every_value_that_is_not_blank_the_zero() -> None:
    raster = Raster.from_array(np.array([[1, 2, 3, 4]], ">i2"))._replace(scale=0.0, zero=7.0, blank=3)
    assert np.array_equal(decode(raster), [[7, 7, np.nan, 7]], equal_nan=True)
    assert np.array_equal(rebin(raster, 2), [[7, 7]])
    tone = Tone(5, 0.1, 0, tone_table(lambda x: x), 9)
    assert render_grey(raster, tone).tolist() == [[51, 51, 9, 51]]


def test_a_blank_value_beyond_the_type_matches_no_pixel() -> None:
    stored = np.array([[-32768, 0, 1]], ">i2")
    for blank in (-99999, 2**70, 65536, 32768):
        assert not blank_mask(Raster.from_array(stored)._replace(blank=blank)).any()


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_of_any_kind_become_rasters_and_come_back(kind: str) -> None:
    array = np.arange(35).reshape(5, 7).astype(kind)
    for view in (array, array[::-1], array[:, ::2], array.astype(">" + kind), array.T):
        raster = Raster.from_array(view)
        assert decode_exact(raster).tolist() == view.tolist()
        assert raster.dtype == np.dtype(kind)


def test_arrays_that_hold_no_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        Raster.from_array(np.zeros(3))
    with pytest.raises(TypeError, match="complex"):
        Raster.from_array(np.zeros((2, 2), complex))


@given(rasters(), st.data())
def test_a_window_of_a_raster_holds_its_pixels(raster: Raster, data: st.DataObject) -> None:
    x0, y0 = data.draw(st.integers(0, raster.width - 1)), data.draw(st.integers(0, raster.height - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, raster.width)), data.draw(st.integers(y0 + 1, raster.height))
    part = decode(raster.window(Window(x0, y0, x1, y1)))
    assert np.array_equal(part, decode(raster)[y0:y1, x0:x1], equal_nan=True)


@pytest.mark.parametrize("window", [Window(0, 0, 0, 1), Window(-1, 0, 2, 2), Window(0, 0, 8, 2), Window(3, 1, 2, 2)])
def test_windows_outside_a_raster_are_refused(window: Window) -> None:
    with pytest.raises(ValueError, match="not inside"):
        Raster.from_array(np.zeros((5, 7))).window(window)


@given(rasters(), st.integers(0, 8))
def test_a_raster_that_reaches_beyond_its_bytes_is_never_read(raster: Raster, fault: int) -> None:
    size, row = len(raster.data), max(abs(raster.row_stride), raster.width * raster.itemsize)
    wrong: dict[str, object] = [
        {"offset": -1},
        {"offset": size - raster.width * raster.itemsize + 1},
        {"data": raster.data[: raster.offset]},
        {"row_stride": 2**62, "height": 2},
        {"row_stride": -(2**63), "height": 3},
        {"width": 2**62},
        {"width": 0},
        {"height": 0},
        {"height": size // row + 2, "row_stride": raster.row_stride},
    ][fault]
    out = np.empty((min(raster.height, 3), min(raster.width, 3)), np.float32)
    with pytest.raises(ValueError, match="beyond its data"):
        _kernel.decode(raster._replace(**wrong), out)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["f4", "=f4", ">f2", ">c8", "", ">i3", ">f4 "])
def test_codes_of_other_types_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="type"):
        prefetch(Raster(bytes(64), 0, 8, 2, 2, code))


def test_numbers_of_numpy_describe_a_raster_too() -> None:
    raster = Raster(
        bytes(range(16)),
        np.int64(8),  # type: ignore[arg-type]
        np.int32(-8),  # type: ignore[arg-type]
        np.int64(4),  # type: ignore[arg-type]
        np.int16(2),  # type: ignore[arg-type]
        ">i2",
        np.float32(0.5),  # type: ignore[arg-type]
        np.float64(1),
        np.int16(0x0809),  # type: ignore[arg-type]
    )
    assert np.array_equal(decode(raster), reference.decode(raster), equal_nan=True)


def test_the_source_is_asked_whether_it_is_still_the_same_after_every_reading() -> None:
    asked: list[int] = []
    raster = Raster.from_array(np.ones((4, 4), ">f4"))._replace(verify=lambda: asked.append(1))
    decode(raster), decode_exact(raster), blank_mask(raster), rebin(raster, 2)
    assert len(asked) == 4

    def changed() -> None:
        raise SourceChanged("image.fits was replaced")

    with pytest.raises(SourceChanged, match=r"image\.fits"):
        decode(raster._replace(verify=changed))


@given(rasters())
def test_prefetching_changes_nothing(raster: Raster) -> None:
    prefetch(raster)
