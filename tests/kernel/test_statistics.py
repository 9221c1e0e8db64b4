"""Robust statistics, against NumPy and astropy."""

from __future__ import annotations

import warnings
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from visiomatic.kernel import background_mad, histogram, percentiles, reference, summarize, zscale

Sample = NDArray[np.float32]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Sky with stars, integers, constants, a few values or none; with NaN and infinities."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.sampled_from([0, 1, 2, 3, 5, 99, 100, 101, 1000, 4096, 5500]))
    sample = rng.normal(draw(st.sampled_from([0.0, 100.0, 1e6])), draw(st.sampled_from([0.0, 1.0, 40.0])), size)
    kind = draw(st.sampled_from(["sky", "stars", "integers"]))
    if kind == "stars":
        sample += np.where(rng.random(size) < 0.1, rng.pareto(1, size) * 100, 0)
    elif kind == "integers":
        sample = np.round(sample)
    gaps = rng.random(size) < draw(st.sampled_from([0.0, 0.2, 1.0]))
    return np.where(gaps, rng.choice([np.nan, np.inf, -np.inf], size), sample).astype(np.float32)


@given(samples())
def test_moments_median_and_mad_are_those_of_the_finite_values(sample: Sample) -> None:
    expected = reference.summarize(sample)
    np.testing.assert_allclose(astuple(summarize(sample)), expected, rtol=1e-10, atol=1e-9)
    np.testing.assert_allclose(astuple(summarize(sample.astype(np.float64))), expected, rtol=1e-10, atol=1e-9)


@given(samples())
def test_background_and_mad_are_those_of_visiomatic_3(sample: Sample) -> None:
    expected = reference.background_mad(sample)
    np.testing.assert_allclose(background_mad(sample), expected, rtol=1e-9, atol=1e-9)


def test_a_mad_that_is_tiny_beside_sigma_is_replaced() -> None:
    sample = np.zeros(1000, np.float32)
    sample[:10] = 50
    background, mad = background_mad(sample)
    assert background == 0
    assert mad == pytest.approx(0.1 * sample.std())


@given(samples(), st.sampled_from([0.25, 0.1, 1.0]))
def test_zscale_is_that_of_astropy(sample: Sample, contrast: float) -> None:
    from astropy.visualization import ZScaleInterval

    finite = sample[np.isfinite(sample)]
    if finite.size == 0:
        assert zscale(sample, contrast) == (0, 0)
        return
    assume(finite.size < 5 or np.ptp(np.percentile(finite, [10, 50])) > 0)  # else rounding decides in astropy
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # polyfit complains about constant samples
        low, high = ZScaleInterval(contrast=contrast).get_limits(finite.astype(np.float64))
    tolerance = 1e-6 * (np.ptp(finite.astype(np.float64)) + 1e-6 * np.abs(finite).max())
    np.testing.assert_allclose(zscale(sample, contrast), (low, high), rtol=0, atol=max(tolerance, 1e-12))
    np.testing.assert_allclose(reference.zscale(sample, contrast), (low, high), rtol=0, atol=max(tolerance, 1e-12))


def test_zscale_of_mostly_equal_values_is_their_extent() -> None:
    sample = np.full(1000, 7, np.float32)
    assert zscale(sample) == (7, 7)
    sample[:5] = [1, 9, 9, 40, 50]
    assert zscale(sample) == reference.zscale(sample) == (1, 50)


@given(samples())
def test_percentiles_are_those_of_the_finite_values(sample: Sample) -> None:
    wanted = [0, 0.1, 1, 5, 25, 50, 75, 99.7, 100]
    np.testing.assert_allclose(
        percentiles(sample, wanted), reference.percentiles(sample, wanted), rtol=1e-12, atol=1e-9
    )


@given(samples(), st.integers(1, 300), st.sampled_from([(0.0, 1.0), (90.0, 110.0), (-1e9, 1e9), (99.9, 100.1)]))
def test_histograms_count_every_value_once(sample: Sample, bins: int, limits: tuple[float, float]) -> None:
    found = histogram(sample, *limits, bins)
    expected = reference.histogram(sample, *limits, bins)
    assert found[0].tolist() == expected[0].tolist()
    assert found[1:] == expected[1:]
    assert found[0].sum() + sum(found[1:]) == sample.size
    assert histogram(sample.astype(np.float64), *limits, bins)[0].tolist() == expected[0].tolist()


def test_both_ends_of_a_histogram_belong_to_it() -> None:
    counts, below, above, nan = histogram(np.array([0, 1, 2, -0.1, 2.1, np.nan, np.inf], np.float32), 0, 2, 2)
    assert (counts.tolist(), below, above, nan) == ([1, 2], 1, 2, 1)


@pytest.mark.parametrize("limits", [(1, 1), (2, 1), (0, np.inf), (np.nan, 1), (-1.7e308, 1.7e308)])
def test_histograms_need_a_range(limits: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="range"):
        histogram(np.zeros(3, np.float32), *limits, 4)


def test_samples_of_any_shape_are_taken_as_one() -> None:
    sample = np.random.default_rng(1).normal(0, 1, (40, 50)).astype(np.float32)
    assert summarize(sample[:, ::2]) == summarize(np.ascontiguousarray(sample[:, ::2]).ravel())
    assert zscale(sample) == zscale(sample.ravel())
