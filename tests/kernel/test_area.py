"""Means over the cells of a grid, against the NumPy twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kernel_rasters import agree, physical, rasters

from visiomatic.kernel import Raster, area_mean, cells, decode, rebin, reference

Grid = tuple[tuple[float, float], tuple[float, float], int, int, bool]


@st.composite
def grids(draw: st.DrawFn, raster: Raster) -> Grid:
    """A grid on some of the pixels of *raster*, perhaps beyond its edges: cells of a third of a pixel to nine."""
    halves = draw(st.booleans())

    def axis(size: int) -> tuple[tuple[float, float], int]:
        size = -(-size // 2) if halves else size
        start = draw(st.sampled_from([0.0, 0.25, -1.5, 0.6 * size]))
        count = draw(st.integers(1, 40))
        return (start, start + count * draw(st.sampled_from([1.0, 1.3, 2.0, 0.4, 8.7]))), count

    (x, width), (y, height) = axis(raster.width), axis(raster.height)
    return x, y, width, height, halves


def averaged(raster: Raster, grid: Grid) -> np.ndarray:
    x, y, width, height, halves = grid
    size = [-(-side // 2) if halves else side for side in (raster.width, raster.height)]
    return area_mean(raster, cells(size[0], x, width), cells(size[1], y, height), halves=halves)


def truth(raster: Raster, grid: Grid) -> np.ndarray:
    return reference.area_mean(raster, *grid[:4], halves=grid[4])


@given(st.data())
def test_means_are_those_of_the_parts_of_finite_pixels_in_a_cell(data: st.DataObject) -> None:
    raster = data.draw(rasters())
    grid = data.draw(grids(raster))
    with np.errstate(all="ignore"):
        sizes = np.abs(np.where(np.isfinite(physical(raster)), physical(raster), 0.0))
        raster_of_sizes = Raster.from_array(np.minimum(sizes, 1e38))
        tolerance = 3e-6 * truth(raster_of_sizes, grid) + 1e-44 + 1e-15 * abs(raster.zero)
        expected = truth(raster, grid)
    found = averaged(raster, grid)
    tame = np.abs(np.nan_to_num(expected)) < 1e37  # beyond, sums in float32 overflow
    assert np.array_equal(np.isnan(found[tame]), np.isnan(expected[tame]))
    assert agree(found[tame], expected[tame], np.nan_to_num(tolerance[tame], nan=0.0))


# 1 - 100 * 0.01 is 0 or 2e-17: the twin rounds twice, the kernel once, and the means must do as the kernel does.
@example(Raster(b"\x9c", 0, 1, 1, 1, "<i1", 0.01, 1.0))
@given(rasters())
def test_cells_of_one_pixel_are_the_pixels(raster: Raster) -> None:
    with np.errstate(all="ignore"):
        values = decode(raster, np.float32)
    values[~np.isfinite(values)] = np.nan
    grid = (0.0, float(raster.width)), (0.0, float(raster.height)), raster.width, raster.height, False
    assert np.array_equal(averaged(raster, grid), values, equal_nan=True)


@given(rasters(kinds=("f4", "i2", "i4", "f8")), st.sampled_from([1.0, 1.7, 3.2]))
def test_halved_pixels_need_not_be_stored(raster: Raster, step: float) -> None:
    halved = Raster.from_array(rebin(raster, 2))
    columns, rows = cells(halved.width, (0.0, 7 * step), 7), cells(halved.height, (0.3, 0.3 + 4 * step), 4)
    stored, passing = area_mean(halved, columns, rows), area_mean(raster, columns, rows, halves=True)
    assert np.array_equal(stored, passing, equal_nan=True)


def test_a_band_of_cells_equals_its_part_of_the_whole() -> None:
    raster = Raster.from_array(np.random.default_rng(1).normal(size=(90, 70)).astype(np.float32))
    columns, rows = cells(70, (1.2, 66.0), 45), cells(90, (-3.0, 80.0), 50)
    whole, room = area_mean(raster, columns, rows), np.empty((8, 45), np.float32)
    for top in range(0, 50, 8):
        band = rows.some(top, top + 8)
        part = area_mean(raster, columns, band, out=room[: len(band.first)])
        assert np.array_equal(part, whole[top : top + 8], equal_nan=True)


def test_cells_without_their_pixels_are_refused() -> None:
    raster = Raster.from_array(np.zeros((8, 8), np.float32))
    fitting, beyond = cells(8, (0.0, 8.0), 4), cells(20, (0.0, 20.0), 4)
    with pytest.raises(ValueError, match="pixels that are there"):
        area_mean(raster, beyond, fitting)
    with pytest.raises(ValueError, match="pixels that are there"):
        area_mean(raster, fitting, fitting, halves=True)
    with pytest.raises(ValueError, match="shape"):
        area_mean(raster, fitting, fitting, out=np.empty((4, 5), np.float32))
