"""Numbers of real files, held against NumPy on what astropy reads."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pytest

from visiomatic.image import Image
from visiomatic.pixels import (
    line_pixels,
    profile,
    science_tile,
    values_at,
)
from visiomatic.types import TileId

from .conftest import noise


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
