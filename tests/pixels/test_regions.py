"""Statistics of regions, held against NumPy."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from visiomatic import regions
from visiomatic.errors import BadParameter, LimitExceeded
from visiomatic.image import Image
from visiomatic.regions import (
    Region,
    box_region,
    corners_of,
    ellipse_region,
    polygon_region,
    region_spectrum,
    region_statistics,
)

from .conftest import noise

MOST = 10**7
STAR = [
    (20.0, 29.3),
    (12.1, 2.2),
    (33.4, 19.0),
    (5.5, 19.0),
    (28.2, 2.2),
]  # hollow, for it crosses itself


def crossings(corners: list[tuple[float, float]], x: float, y: float) -> int:
    """How many edges lie to the right of a point."""
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum(min(b, d) <= y < max(b, d) and x < a + (y - b) / (d - b) * (c - a) for (a, b), (c, d) in edges)


def region_mask(shape: tuple[int, int], contains: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    y, x = np.mgrid[1 : shape[0] + 1, 1 : shape[1] + 1].astype(float)
    return contains(x, y)


REGIONS = {
    "box": (
        lambda image: box_region(image, 3.5, 2.5, 20.5, 18.5),
        lambda x, y: (x > 3) & (x < 21) & (y > 2) & (y < 19),
    ),
    "circle": (
        lambda image: ellipse_region(image, 15.3, 12.7, 8, 8, 0),
        lambda x, y: (x - 15.3) ** 2 + (y - 12.7) ** 2 <= 64,
    ),
    "ellipse": (
        lambda image: ellipse_region(image, 20, 15, 12, 5, 30),
        lambda x, y: (
            ((x - 20) * math.cos(math.pi / 6) + (y - 15) * math.sin(math.pi / 6)) ** 2 / 144
            + ((y - 15) * math.cos(math.pi / 6) - (x - 20) * math.sin(math.pi / 6)) ** 2 / 25
            <= 1
        ),
    ),
    "triangle": (
        lambda image: polygon_region(image, corners_of([2.5, 2.5, 30.5, 2.5, 2.5, 30.5]), MOST),
        lambda x, y: (x > 2.5) & (y > 2.5) & (x + y < 33),
    ),
    "star": (
        lambda image: polygon_region(image, STAR, MOST),
        lambda x, y: np.vectorize(lambda px, py: crossings(STAR, px, py) % 2 == 1)(x, y),
    ),
    "over the edge": (lambda image: ellipse_region(image, 0, 0, 9, 9, 0), lambda x, y: x**2 + y**2 <= 81),
}  # fmt: skip


@pytest.mark.parametrize("name", REGIONS)
def test_statistics_of_a_region_are_those_of_its_pixels(make_image: Callable[..., Image], name: str) -> None:
    data = noise(30, 40)
    data[10, 12], data[3, 4] = np.nan, np.inf
    image = make_image(data)
    make, contains = REGIONS[name]
    values = data[region_mask(data.shape, contains)].astype(np.float64)
    good = values[np.isfinite(values)]
    found = region_statistics(image, 0, make(image), MOST)
    assert (found.n, found.nan) == (good.size, values.size - good.size)
    assert found.sum == pytest.approx(good.sum(), rel=1e-9)
    assert found.mean == pytest.approx(good.mean(), rel=1e-9)
    assert found.sigma == pytest.approx(good.std(), rel=1e-5)
    assert found.median == pytest.approx(np.median(good), rel=1e-6)
    assert found.mad == pytest.approx(np.median(np.abs(good - np.median(good))), rel=1e-5)
    assert (found.minimum, found.maximum) == (good.min(), good.max())


def test_a_region_without_pixels_has_no_statistics(make_image: Callable[..., Image]) -> None:
    found = region_statistics(make_image(noise(5, 5)), 0, far_away(make_image(noise(5, 5))), MOST)
    assert found.n == found.nan == 0
    assert math.isnan(found.mean)


def far_away(image: Image) -> Region:
    return ellipse_region(image, 100, 100, 3, 3, 0)


def test_regions_larger_than_the_limit_are_refused(make_image: Callable[..., Image]) -> None:
    image = make_image(noise(30, 40))
    with pytest.raises(LimitExceeded, match="more than 100 pixels"):
        region_statistics(image, 0, box_region(image, 1, 1, 30, 30), 100)


@pytest.mark.parametrize("statistic", ["mean", "sum", "median"])
def test_the_spectrum_of_a_region_is_that_of_each_channel(make_image: Callable[..., Image], statistic: str) -> None:
    cube = noise(4, 30, 40)
    cube[1, 5, 5] = np.nan
    cube[2] = np.nan
    image = make_image(cube)
    region = ellipse_region(image, 8, 8, 6, 6, 0)
    mask = region_mask((30, 40), lambda x, y: (x - 8) ** 2 + (y - 8) ** 2 <= 36)
    found, pixels = region_spectrum(image, range(4), region, statistic, MOST)  # type: ignore[arg-type]
    assert pixels == mask.sum()
    reduce = {"mean": np.nanmean, "sum": np.nansum, "median": np.nanmedian}[statistic]
    for channel in (0, 1, 3):
        assert found[channel] == pytest.approx(reduce(cube[channel][mask].astype(np.float64)), rel=1e-6)
    assert math.isnan(found[2])


@pytest.mark.parametrize("numbers", [[], [1, 2, 3, 4], [1, 2, 3, 4, 5]])
def test_a_polygon_has_three_corners(numbers: list[float]) -> None:
    with pytest.raises(BadParameter):
        corners_of(numbers)


@pytest.mark.parametrize("kind", ["constant", "noise", "few values"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_statistics_of_what_is_read_again_and_again_are_the_same(
    make_image: Callable[..., Image], monkeypatch: pytest.MonkeyPatch, kind: str, dtype: type
) -> None:
    data = {"constant": np.full((300, 400), 7), "noise": 50 * noise(300, 400), "few values": noise(300, 400) // 20}[
        kind
    ]
    image = make_image(data.astype(dtype))
    region = ellipse_region(image, 200, 150, 180, 140, 20)
    kept = region_statistics(image, 0, region, MOST)
    for name, value in (("_KEPT_PIXELS", 0), ("_BAND_PIXELS", 4096)):
        monkeypatch.setattr(regions, name, value)
    monkeypatch.setattr("visiomatic.kernel.median._KEPT", 100)
    again = region_statistics(image, 0, region, MOST)
    assert (again.n, again.median, again.mad, again.minimum) == (kept.n, kept.median, kept.mad, kept.minimum)
    assert again.sum == pytest.approx(kept.sum, rel=1e-12)
    assert again.sigma == pytest.approx(kept.sigma, rel=1e-9)


def test_a_large_region_takes_little_memory(make_image: Callable[..., Image]) -> None:
    data = noise(3000, 4000)
    image = make_image(data)
    tracemalloc.start()
    found = region_statistics(image, 0, box_region(image, 1, 1, 4000, 3000), 1 << 26)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.median == np.median(data.astype(np.float64))
    assert most < 40e6  # the values themselves are 48 million bytes


def test_a_polygon_of_too_many_corners_names_the_limit(make_image: Callable[..., Image]) -> None:
    image = make_image(noise(200, 200))
    corners = [(float(x), float(199 * (x % 2) + 1)) for x in range(1, 200)]
    assert region_statistics(image, 0, polygon_region(image, corners, MOST), MOST).n > 0
    with pytest.raises(LimitExceeded, match="more than 10000"):
        polygon_region(image, corners, 10_000)
