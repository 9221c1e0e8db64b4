"""Numbers of real files, held against NumPy on what astropy reads."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.errors import BadParameter, LimitExceeded
from visiomatic.fits.resources import Resources
from visiomatic.image import Image, ImageFactory
from visiomatic.library import Library
from visiomatic.pixels import (
    Region,
    box_region,
    corners_of,
    ellipse_region,
    line_pixels,
    polygon_region,
    profile,
    region_spectrum,
    region_statistics,
    science_tile,
    values_at,
)
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.memory import MemoryPool
from visiomatic.types import TileId

MOST = 10**7


@pytest.fixture(scope="module")
def make_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Image]]:
    root = tmp_path_factory.mktemp("pixels")
    factory = ImageFactory(OverviewCache(None, threads=1), Resources(), 64, MemoryPool(1 << 24))
    library = Library(root, factory, max_open=100)
    counter = iter(range(1000))

    def make(data: np.ndarray, **cards: object) -> Image:
        name = f"{next(counter)}.fits"
        hdu = fits.PrimaryHDU(data)
        hdu.header.update(cards)
        hdu.writeto(root / name)
        return library.open(name)

    yield make
    library.close()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(11).normal(100, 20, shape).astype(np.float32)


@pytest.mark.parametrize(
    "data",
    [
        noise(30, 40),
        noise(30, 40).astype(np.float64),
        np.arange(1200, dtype=np.int16).reshape(30, 40),
        (np.arange(1200, dtype=np.uint16) + 60000).reshape(30, 40),
        (np.arange(1200, dtype=np.int64) * 7_000_000_000_000_001).reshape(30, 40),
        np.arange(1200, dtype=np.uint8).reshape(30, 40),
    ],
    ids=["f4", "f8", "i2", "u2", "i8", "u1"],
)
def test_values_are_those_of_astropy_in_every_type(make_image: Callable[..., Image], data: np.ndarray) -> None:
    x, y = np.array([1, 40, 7, 33]), np.array([1, 30, 9, 2])
    (found,) = values_at(make_image(data), [0], x, y)
    assert found.dtype == data.dtype
    assert found.tolist() == data[y - 1, x - 1].tolist()


def test_positions_outside_and_blank_pixels_are_masked(make_image: Callable[..., Image]) -> None:
    data = np.arange(12, dtype=np.int16).reshape(3, 4)
    image = make_image(data, BLANK=5)
    (found,) = values_at(image, [0], np.array([0, 1, 2, 5, 1]), np.array([1, 1, 2, 1, 4]))
    assert found.tolist() == [None, 0, None, None, None]


@pytest.mark.parametrize("end", [(9, 3), (3, 9), (-4, 3), (1, 1), (5, 5), (1, 8), (8, 1), (-3, -9)])
def test_a_line_of_pixels_is_connected_with_both_ends_included(end: tuple[int, int]) -> None:
    x, y = line_pixels((1, 1), end)
    assert (x[0], y[0]) == (1, 1)
    assert (x[-1], y[-1]) == end
    assert len(x) == max(abs(end[0] - 1), abs(end[1] - 1)) + 1
    assert np.abs(np.diff(x)).max(initial=0) <= 1
    assert np.abs(np.diff(y)).max(initial=0) <= 1
    length = math.hypot(end[0] - 1, end[1] - 1)
    off = np.abs((x - 1) * (end[1] - 1) - (y - 1) * (end[0] - 1)) / max(length, 1)
    assert off.max() <= 0.5 + 1e-9


def test_interpolation_is_exact_on_a_plane(make_image: Callable[..., Image]) -> None:
    y, x = np.mgrid[1:31, 1:41]
    image = make_image((2.0 * x + 3.0 * y).astype(np.float64))
    found = profile(image, [0], (1.5, 2.25), (30.75, 20.5), interpolate=True)
    assert np.allclose(found.values[0], 2 * found.x + 3 * found.y)
    assert found.distance[-1] == pytest.approx(math.dist((1.5, 2.25), (30.75, 20.5)))
    assert np.diff(found.distance).max() <= 1.0
    edge = profile(image, [0], (40, 30), (40, 1), interpolate=True)
    assert np.isfinite(edge.values[0]).all()
    outside = profile(image, [0], (39, 30), (42, 30), interpolate=True)
    assert np.isfinite(outside.values[0]).tolist() == [True, True, False, False]


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
        lambda image: polygon_region(image, corners_of([2.5, 2.5, 30.5, 2.5, 2.5, 30.5])),
        lambda x, y: (x > 2.5) & (y > 2.5) & (x + y < 33),
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


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint16, np.int32, np.int64, np.uint8])
def test_science_tiles_are_the_numbers_of_the_file(make_image: Callable[..., Image], dtype: type) -> None:
    data = np.random.default_rng(2).integers(0, 120, (70, 90)).astype(dtype)
    image = make_image(data)
    npy = science_tile(image, 0, TileId(0, 1, 1), "npy")
    values = np.load(io.BytesIO(npy.body))
    assert values.dtype == dtype
    assert np.array_equal(values, data[::-1][64:70, 64:90])
    raw = science_tile(image, 0, TileId(0, 0, 0), "raw")
    assert raw.body == data[::-1][:64, :64].astype(np.dtype(dtype).newbyteorder("<")).tobytes()
    single = science_tile(image, 0, TileId(1, 0, 0), "f32")
    assert single.shape == (35, 45)
    means = np.frombuffer(single.body, "<f4").reshape(35, 45)
    assert np.allclose(means, data[::-1].astype(np.float64).reshape(35, 2, 45, 2).mean((1, 3)), rtol=1e-6)


def test_science_tiles_keep_every_bit_of_floats(make_image: Callable[..., Image]) -> None:
    data = np.array([[np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38]], np.float32)
    tile = science_tile(make_image(data), 0, TileId(0, 0, 0), "raw")
    assert np.array_equal(np.frombuffer(tile.body, "<u4"), data.view(np.uint32)[0])
