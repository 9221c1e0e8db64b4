"""Tile arithmetic: formulas of VisiOmatic 3 with its edge faults mended."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visiomatic.errors import NotFound
from visiomatic.pyramid.grid import level_count, level_size, source_window, tile_grid, tile_window
from visiomatic.types import TileId, Window

sides = st.integers(1, 600_000)
tile_sizes = st.integers(1, 4096)


@pytest.mark.parametrize(
    ("width", "height", "tile", "count"),
    [
        (1, 1, 256, 1),
        (256, 256, 256, 1),
        (257, 1, 256, 2),
        (400, 300, 256, 2),
        (513, 257, 256, 3),
        (16384, 16384, 256, 7),
        (100_000, 100_000, 256, 10),
        (10, 8192, 256, 6),
    ],
)
def test_level_count_is_that_of_visiomatic_3(width: int, height: int, tile: int, count: int) -> None:
    assert level_count(width, height, tile) == count


@given(sides, sides, tile_sizes)
def test_the_coarsest_level_is_one_tile_and_the_next_finer_is_not(width: int, height: int, tile: int) -> None:
    last = level_count(width, height, tile) - 1
    assert tile_grid(width, height, tile, last) == (1, 1)
    if last:
        assert tile_grid(width, height, tile, last - 1) != (1, 1)


@given(sides, sides, st.integers(0, 20))
def test_level_size_halves_upwards_and_never_vanishes(width: int, height: int, level: int) -> None:
    assert level_size(width, height, level) == (math.ceil(width / 2**level), math.ceil(height / 2**level))


@given(sides, sides, st.integers(16, 4096), st.booleans(), st.data())
def test_tiles_cover_a_level_without_overlap(width: int, height: int, tile: int, floored: bool, data) -> None:
    level = data.draw(st.integers(0, level_count(width, height, tile) - 1))
    columns, rows = tile_grid(width, height, tile, level, floored=floored)
    assert columns >= 1
    assert rows >= 1
    x, y = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    window = tile_window(width, height, tile, TileId(level, x, y), floored=floored)
    assert (window.x0, window.y0) == (x * tile, y * tile)
    full = level_size(width, height, level)
    assert (window.x1, window.y1) == (min((x + 1) * tile, full[0]), min((y + 1) * tile, full[1]))
    assert not window.is_empty


def test_an_odd_width_keeps_whole_tiles_in_middle_levels() -> None:
    assert tile_window(513, 257, 256, TileId(1, 0, 0), floored=True) == Window(0, 0, 256, 129)
    assert tile_window(513, 257, 256, TileId(1, 1, 0)) == Window(256, 0, 257, 129)


def test_the_floored_grid_counts_tiles_as_the_clients_of_visiomatic_3() -> None:
    for width in (513, 515, 1025, 4095):
        for level in range(level_count(width, 300, 256)):
            expected = max(1, math.ceil((width >> level) / 256))
            assert tile_grid(width, 300, 256, level, floored=True)[0] == expected


def test_a_narrow_image_has_a_tile_at_every_level() -> None:
    for level in range(6):
        assert tile_grid(10, 8192, 256, level, floored=True)[0] == 1
        assert tile_window(10, 8192, 256, TileId(level, 0, 0), floored=True).width == math.ceil(10 / 2**level)


@pytest.mark.parametrize(
    "tile", [TileId(3, 0, 0), TileId(-1, 0, 0), TileId(0, 3, 0), TileId(0, 0, 2), TileId(0, -1, 0)]
)
def test_a_tile_outside_the_grid_is_not_found(tile: TileId) -> None:
    with pytest.raises(NotFound):
        tile_window(513, 257, 256, tile)


def test_the_source_of_an_edge_window_ends_with_the_image() -> None:
    assert source_window(Window(1, 0, 2, 1), 9, 600, 400) == Window(512, 0, 600, 400)
