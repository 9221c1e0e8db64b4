"""Statistics of a plane: its sample, its cuts, its histogram."""

from __future__ import annotations

import numpy as np
import pytest
from pyramid_planes import ArrayPlane, FilePlane

from visiomatic.pyramid.statistics import PlaneStatistics, sample_backgrounds, sample_plan
from visiomatic.types import Cuts

RNG = np.random.default_rng(11)


def field(shape=(700, 900)) -> np.ndarray:
    """Noise around 100 with some bright stars."""
    array = RNG.normal(100.0, 5.0, shape).astype(np.float32)
    array[RNG.integers(0, shape[0], 2000), RNG.integers(0, shape[1], 2000)] += 3000.0
    return array


def statistics(array: np.ndarray, channels: int = 1) -> PlaneStatistics:
    return PlaneStatistics.of(ArrayPlane(array), channels)


def test_a_small_plane_is_read_whole() -> None:
    array = field()
    array[5, 5], array[6, 6], array[7, 7] = np.nan, np.inf, -np.inf
    found = statistics(array)
    finite = array[np.isfinite(array)].astype(np.float64)
    assert not found.is_sample
    assert found.summary.count == finite.size
    assert found.nan_share == 1 / array.size
    assert found.minmax_cuts == Cuts(finite.min(), finite.max())
    assert found.summary.mean == pytest.approx(finite.mean(), rel=1e-9)
    assert found.summary.sigma == pytest.approx(finite.std(), rel=1e-9)
    assert found.summary.median == pytest.approx(np.median(finite))
    assert found.summary.mad == pytest.approx(np.median(np.abs(finite - np.median(finite))), rel=1e-6)
    percents = (0.0, 0.1, 1, 25, 50, 99.7, 100.0)
    np.testing.assert_allclose(found.percentiles(percents), np.percentile(finite, percents), rtol=1e-6)


def test_zscale_is_that_of_astropy_on_the_same_pixels() -> None:
    visualization = pytest.importorskip("astropy.visualization")
    array = field((60, 100))
    expected = visualization.ZScaleInterval(n_samples=1000, contrast=0.25).get_limits(array)
    found = statistics(array).zscale_cuts
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_compatible_cuts_are_those_of_visiomatic_3() -> None:
    array = field()
    values = array.astype(np.float64).ravel()
    far = np.abs(values - np.median(values))
    values = values[far <= 3 * np.median(far)]
    median, mean = np.median(values), values.mean()
    background, mad = 3.5 * median - 2.5 * mean, np.median(np.abs(values - median))
    found = statistics(array)
    assert found.background.level == pytest.approx(background, rel=1e-6)
    assert found.background.mad == pytest.approx(mad, rel=1e-5)
    assert found.compatible_cuts.low == pytest.approx(background - 2 * mad, rel=1e-6)
    assert found.compatible_cuts.high == pytest.approx(background + 400 * mad, rel=1e-5)


def test_default_cuts_are_low_of_zscale_and_percentile_997() -> None:
    found = statistics(field())
    assert found.kind == "continuous"
    assert found.default_cuts == Cuts(found.zscale_cuts.low, float(found.percentiles(99.7)))


def test_percentile_and_sigma_cuts() -> None:
    array = np.arange(10_000, dtype=np.float32).reshape(100, 100)
    cuts = statistics(array).percentile_cuts(99.0)
    assert (cuts.low, cuts.high) == pytest.approx((49.995, 9949.005), rel=1e-5)
    cuts = statistics(array).sigma_cuts(1.0)
    assert (cuts.low, cuts.high) == pytest.approx((4999.5 - 1.4826 * 2500, 4999.5 + 1.4826 * 2500), rel=1e-5)


def test_a_large_plane_is_sampled_the_same_way_each_time() -> None:
    array = field((3000, 4000))
    found = statistics(array)
    assert found.is_sample
    np.testing.assert_array_equal(found.sample, statistics(array).sample)
    assert 2e5 < found.sample.size < 2e6
    assert found.summary.median == pytest.approx(np.median(array), abs=0.05)
    assert found.background.level == pytest.approx(100.0, abs=0.2)


@pytest.mark.parametrize(
    ("width", "height"), [(100_000, 100_000), (500_000, 500_000), (10, 5_000_000), (5_000_000, 10), (3000, 3001)]
)
def test_a_sample_reads_little_and_covers_the_plane(width, height) -> None:
    plane = ArrayPlane(np.empty((1, 1), np.float32))
    plane.width, plane.height = width, height
    rows = sample_plan(plane, 1)
    assert rows.count * width * 4 <= max(64 << 20, 32 * width * 4)
    assert 1 << 17 <= rows.count * -(-width // rows.step) <= 1 << 20
    assert rows.first >= 0
    assert rows.numbers[-1] < height
    assert height - 2 * rows.spacing < rows.spacing * rows.count <= height


def test_thousands_of_channels_get_a_few_thousand_pixels_each() -> None:
    plane = ArrayPlane(np.empty((1024, 1024), np.float32))
    rows = sample_plan(plane, 4000)
    assert rows.count <= 16
    assert 1024 <= rows.count * 1024 // rows.step <= 2048


def test_backgrounds_of_all_channels_are_those_of_each() -> None:
    planes = [ArrayPlane(field((400, 500)) * scale) for scale in (1, 2, 3)]
    found = sample_backgrounds(planes, 3)
    assert found == [PlaneStatistics.of(plane, 3).background for plane in planes]
    assert found[2].level == pytest.approx(300, rel=0.01)
    many = sample_backgrounds(planes * 100, 3)
    assert many == found * 100


def test_an_empty_plane_has_equal_cuts_and_no_numbers() -> None:
    found = statistics(np.full((30, 30), np.nan, np.float32))
    assert found.kind == "empty"
    assert found.nan_share == 1.0
    assert np.isnan(found.summary.median)
    assert np.isnan(found.percentiles([1, 50])).all()
    cuts = (found.default_cuts, found.zscale_cuts, found.compatible_cuts, found.minmax_cuts)
    assert cuts == (Cuts(0.0, 0.0),) * 4
    assert found.percentile_cuts(99.0) == found.sigma_cuts(3.0) == Cuts(0.0, 0.0)
    assert found.histogram(10).counts.sum() == 0


def test_a_constant_plane_has_equal_cuts() -> None:
    found = statistics(np.full((30, 30), 7.0, np.float32))
    assert found.kind == "constant"
    assert found.default_cuts == found.zscale_cuts == found.compatible_cuts == found.minmax_cuts == Cuts(7.0, 7.0)
    histogram = found.histogram(4)
    assert (histogram.low, histogram.high) == (6.5, 7.5)
    assert histogram.counts.tolist() == [0, 0, 900, 0]


def test_masks_and_segmentation_maps_go_from_minimum_to_maximum() -> None:
    mask = (RNG.random((300, 300)) > 0.99).astype(np.uint8)
    assert statistics(mask).kind == "labels"
    assert statistics(mask).default_cuts == Cuts(0.0, 1.0)
    segments = np.zeros((512, 512), np.int32)
    for label in range(1, 200):
        y, x = RNG.integers(0, 500, 2)
        segments[y : y + 12, x : x + 12] = label
    assert statistics(segments).kind == "labels"
    assert statistics(segments).default_cuts == Cuts(0.0, 199.0)
    assert statistics(segments.astype(np.float32)).kind == "labels"


def test_integers_from_a_camera_and_photon_counts_are_not_labels() -> None:
    assert statistics(field().astype(np.int16)).kind == "continuous"
    counts = RNG.poisson(0.05, (600, 600))
    counts[300:310, 300:310] = RNG.poisson(400, (10, 10))
    assert statistics(counts.astype(np.int32)).kind == "continuous"
    photograph = np.clip(RNG.normal(128, 20, (600, 600)), 0, 255).astype(np.uint8)
    assert statistics(photograph).kind == "continuous"


def test_padding_with_one_value_does_not_blind_the_default_cuts() -> None:
    array = np.zeros((1000, 1000), np.float32)
    array[480:520, 480:520] = RNG.normal(1000.0, 10.0, (40, 40))
    cuts = statistics(array).default_cuts
    assert 900 < cuts.low < 1000 < cuts.high < 1100


def test_histogram_counts_what_is_inside_outside_and_nowhere() -> None:
    array = field()
    array[:2] = np.nan
    array[2, 0], array[2, 1] = np.inf, -np.inf
    found = statistics(array).histogram(50, 90.0, 110.0)
    counts, _ = np.histogram(array[np.isfinite(array)].astype(np.float64), 50, (90.0, 110.0))
    np.testing.assert_array_equal(found.counts, counts)
    assert found.nan == 1800
    assert found.counts.sum() + found.below + found.above + found.nan == array.size
    assert found.above == np.count_nonzero(array > 110)


def test_a_sparse_file_of_a_terabyte_is_sampled_at_once(tmp_path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(4 * 500_000**2)
    found = PlaneStatistics.of(FilePlane(path, 500_000, 500_000))
    assert found.kind == "constant"
    assert found.is_sample
