"""Pictures of one channel: within one level of the formula in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_rasters import cuts, physical, rasters
from numpy.typing import NDArray

from visiomatic import kernel
from visiomatic.kernel import CurveTable, Raster, Tone, decode, reference, render_colors, render_grey, tone_table

RNG = np.random.default_rng(3)
COLORS = RNG.integers(0, 256, (256, 3), np.uint8)
LINEAR = tone_table(lambda x: x)
STEPS = np.arange(1, 256) / 255.49
GAMMAS = st.sampled_from([0.2, 0.4, 1.0, 1.8, 2.2, 3.3, 5.0])


def levels(raster: Raster, tone: Tone, gamma: float, shift: float) -> NDArray[np.float64]:
    """floor(255.49 * s ** (1 / gamma)) in float64, s moved by *shift* times what float64 itself may be off."""
    values = physical(raster)
    with np.errstate(all="ignore"):
        x = reference.unit(values, tone.low, tone.gain, tone.bias)
        numbers = np.abs(reference.stored(raster).astype(np.float64))
        size = np.abs(tone.low) + np.abs(values) + abs(raster.zero) + abs(raster.scale) * numbers
        noise = 1e-15 * np.nan_to_num(size * abs(tone.gain) + abs(tone.bias), posinf=1e300)
    s = np.clip(np.nan_to_num(x) + shift * noise, 0.0, 1.0)
    return np.floor(255.49 * s ** (1 / gamma))


@given(rasters(), st.data(), GAMMAS)
def test_grey_is_within_one_level_of_the_formula(raster: Raster, data: st.DataObject, gamma: float) -> None:
    table = tone_table(lambda x: x ** (1 / gamma))
    tone = Tone(*data.draw(cuts(raster)), table, 77)
    found = render_grey(raster, tone).astype(np.float64)
    nan = np.isnan(physical(raster))
    assert (found[nan] == 77).all()
    assert (found >= levels(raster, tone, gamma, -1.0) - 1)[~nan].all()
    assert (found <= levels(raster, tone, gamma, 1.0) + 1)[~nan].all()


@given(rasters(kinds=("f4", "u1", "i2")), st.data())
def test_grey_equals_its_twin_up_to_one_entry_of_the_table(raster: Raster, data: st.DataObject) -> None:
    raster = raster._replace(scale=1.0, zero=0.0)
    tone = Tone(*data.draw(cuts(raster)), LINEAR)
    with np.errstate(all="ignore"):
        difference = render_grey(raster, tone).astype(int) - reference.render_grey(raster, tone)
    assert np.abs(difference).max() <= 1


@given(rasters(), st.data(), st.booleans())
def test_halves_are_drawn_as_their_stored_means_are(raster: Raster, data: st.DataObject, alpha: bool) -> None:
    means = Raster.from_array(kernel.rebin(raster, 2))
    tone = Tone(*data.draw(cuts(raster)), LINEAR, 77)
    assert np.array_equal(render_grey(raster, tone, halves=True), render_grey(means, tone))
    colored = render_colors(raster, tone, COLORS, (1, 2, 3, 4), alpha, halves=True)
    assert np.array_equal(colored, render_colors(means, tone, COLORS, (1, 2, 3, 4), alpha))


def test_halves_of_a_wide_raster_are_drawn_span_by_span() -> None:
    pixels = RNG.normal(100, 30, (9, 5001)).astype(">f4")
    pixels[3, 1000:1030], pixels[8, 5000] = np.nan, np.inf
    raster, tone = Raster.from_array(pixels), Tone(50, 0.01, 0, LINEAR, 9)
    means = Raster.from_array(kernel.rebin(raster, 2))
    assert np.array_equal(render_grey(raster, tone, halves=True), render_grey(means, tone))


@given(st.floats(-1e4, 1e4, width=32), st.floats(-1e4, 1e4, width=32), st.integers(1, 700))
def test_contrast_equals_its_twin_up_to_rounding(gain: float, offset: float, size: int) -> None:
    curve = np.sort(RNG.random(size).astype(np.float32))
    found = kernel.contrast(curve, gain, offset).astype(int)
    noise = 1e-6 * (abs(gain) + abs(offset))
    assert (found >= reference.contrast(curve, gain, offset - noise)).all()
    assert (found <= reference.contrast(curve, gain, offset + noise)).all()


@given(st.integers(1, 3000), st.floats(0.1, 10), st.floats(-1, 1), st.floats(0.2, 5))
def test_a_curve_climbs_its_steps_as_its_twin_does(size: int, gain: float, offset: float, power: float) -> None:
    curve = np.linspace(0, 1, size, dtype=np.float32) ** np.float32(power)
    found, expected = (climb(curve, STEPS, gain, offset) for climb in (kernel.climb, reference.climb))
    assert (found is None) == (expected is None)
    if found is not None:
        assert np.array_equal(found, expected)


def test_a_curve_that_leaps_over_a_step_has_no_table() -> None:
    curve = np.linspace(0, 1, 600, dtype=np.float32)
    assert kernel.climb(curve, STEPS, 1, 0) is not None
    assert kernel.climb(curve[::40].copy(), STEPS, 1, 0) is None  # within
    assert kernel.climb(curve[20:].copy(), STEPS, 1, 0) is None  # between 0 and the first entry
    for steps, gain in ((STEPS[1:], 1.0), (STEPS, 0.0), (STEPS, np.nan)):
        with pytest.raises(ValueError, match="255 steps"):
            kernel.climb(curve, steps, gain, 0)


@given(st.floats(-1e4, 1e4, width=32), st.floats(-1e4, 1e4, width=32), st.integers(1, 700))
def test_a_scaled_curve_is_cut_to_0_and_1(gain: float, offset: float, size: int) -> None:
    values = np.sort(RNG.random(size).astype(np.float32))
    scaled = CurveTable(14, 0, values).scaled(gain, offset)
    assert (scaled.shift, scaled.first, scaled.values.dtype) == (14, 0, np.float32)
    expected = np.clip(gain * values.astype(np.float64) + offset, 0, 1)
    np.testing.assert_allclose(scaled.values, expected, rtol=0, atol=1e-6 * (1 + abs(gain) + abs(offset)))


def test_numbers_are_never_written_to_a_copy_of_the_output_that_nobody_sees() -> None:
    raster, tone = Raster.from_array(np.ones((2, 2), np.float32)), Tone(0, 1, 0, LINEAR)
    with pytest.raises(TypeError):
        render_grey(raster, tone, np.empty((2, 2), np.uint16))  # type: ignore[arg-type]


@given(rasters(), st.data(), st.booleans(), st.sampled_from([None, (1, 2, 3, 4), (0, 0, 0, 0)]))
def test_colours_are_those_of_the_map_at_the_grey_level(
    raster: Raster, data: st.DataObject, alpha: bool, nan: tuple[int, int, int, int] | None
) -> None:
    tone = Tone(*data.draw(cuts(raster)), LINEAR, data.draw(st.integers(0, 255)))
    expected = np.dstack((COLORS[render_grey(raster, tone)], np.full((raster.height, raster.width), 255, np.uint8)))
    if nan is not None:
        expected[np.isnan(physical(raster))] = nan
    picture = render_colors(raster, tone, COLORS, nan, alpha)
    assert np.array_equal(picture, expected if alpha else expected[..., :3])


@pytest.mark.parametrize("code", [">f4", "<f4", ">f8", "<f8"])
def test_infinities_are_drawn_as_the_ends(code: str) -> None:
    raster = Raster.from_array(np.array([[-np.inf, np.inf, np.nan, 5]], code))
    assert render_grey(raster, Tone(0, 0.1, 0, LINEAR, 9)).tolist() == [[0, 255, 9, 127]]
    assert render_grey(raster, Tone(0, -0.1, 1, LINEAR, 9)).tolist() == [[255, 0, 9, 127]]
    assert render_grey(raster, Tone(0, 0.0, 0.5, LINEAR, 9)).tolist() == [[127, 127, 9, 127]]


@pytest.mark.parametrize("code", [">u1", ">i2", ">i4", ">i8", ">f4", ">f8"])
def test_equal_cuts_are_a_threshold(code: str) -> None:
    raster = Raster.from_array(np.array([[1, 2, 3]], code))
    assert render_grey(raster, Tone(2, 1e30, 0, LINEAR)).tolist() == [[0, 0, 255]]


@pytest.mark.parametrize("code", [">i4", ">i8", ">f8"])
def test_a_small_range_on_a_large_offset_keeps_its_levels(code: str) -> None:
    pixels = np.arange(256).reshape(16, 16) + 2**31 - 300
    raster = Raster.from_array(pixels.astype(code))
    picture = render_grey(raster, Tone(float(pixels[0, 0]), 1 / 255, 0, LINEAR))
    assert np.abs(picture.astype(int) - np.arange(256).reshape(16, 16)).max() <= 1


def test_unsigned_64_bit_integers_keep_their_small_values() -> None:
    stored = (np.arange(256).reshape(16, 16) + np.iinfo(np.int64).min).astype(">i8")
    raster = Raster.from_array(stored)._replace(zero=2.0**63)
    picture = render_grey(raster, Tone(0, 1 / 255, 0, LINEAR))
    assert np.abs(picture.astype(int) - np.arange(256).reshape(16, 16)).max() <= 1


def test_a_range_beyond_that_of_float32_is_still_a_range() -> None:
    pixels = np.array([[-3e38, 0, 3e38]], ">f4")
    low, high = -3e38, 3e38
    assert render_grey(Raster.from_array(pixels), Tone(low, 1 / (high - low), 0, LINEAR)).tolist() == [[0, 127, 255]]
    tiny = Raster.from_array(np.array([[0, 1e-42, 2e-42]], ">f4"))
    assert render_grey(tiny, Tone(0, 1 / 2e-42, 0, LINEAR)).tolist() == [[0, 127, 255]]


def test_the_same_request_gives_the_same_picture_before_and_after_another() -> None:
    raster = Raster.from_array(RNG.normal(0, 1, (50, 60)).astype(">f4"))
    first = render_grey(raster, Tone(-1, 0.5, 0, LINEAR))
    render_grey(raster, Tone(0, 2, 0.1, LINEAR.inverted()))
    assert np.array_equal(render_grey(raster, Tone(-1, 0.5, 0, LINEAR)), first)


def test_numbers_of_the_wrong_shape_or_kind_are_refused() -> None:
    raster = Raster.from_array(np.zeros((4, 4), ">f4"))
    with pytest.raises(ValueError, match="256"):
        render_colors(raster, Tone(0, 1, 0, LINEAR), COLORS[:255])
    with pytest.raises(ValueError, match="table"):
        render_grey(raster, Tone(0, 1, 0, LINEAR._replace(values=np.zeros(70_000, np.uint8))))
    with pytest.raises(ValueError, match="table"):
        render_grey(raster, Tone(0, 1, 0, LINEAR._replace(shift=31)))
    assert decode(raster).shape == (4, 4)
