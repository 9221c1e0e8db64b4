"""Tile arithmetic without data: how many levels, how large, which tile covers which pixels.

Level 0 is full resolution; level r has ``ceil(size / 2**r)`` pixels a side, anchored at the top left of the display
frame. ``floored=True`` is the grid of VisiOmatic 3 (``/api``), whose clients count tiles from ``floor(size / 2**r)``:
it may leave out the last column or row of tiles, never a pixel inside the tiles it has.
"""

from __future__ import annotations

from visiomatic.errors import NotFound
from visiomatic.types import TileId, Window


def level_count(width: int, height: int, tile_size: int) -> int:
    """Levels from full resolution down to the one whose larger side fits in a tile (formula of VisiOmatic 3)."""
    return max((side - 1) // tile_size for side in (width, height)).bit_length() + 1


def level_size(width: int, height: int, level: int) -> tuple[int, int]:
    """Columns and rows of *level*: at least 1 × 1."""
    return _halved(width, level), _halved(height, level)


def tile_grid(width: int, height: int, tile_size: int, level: int, *, floored: bool = False) -> tuple[int, int]:
    """Columns and rows of tiles of *level*: at least 1 × 1."""
    sides = (width >> level, height >> level) if floored else level_size(width, height, level)
    columns, rows = (max(1, -(-side // tile_size)) for side in sides)
    return columns, rows


def tile_window(width: int, height: int, tile_size: int, tile: TileId, *, floored: bool = False) -> Window:
    """The pixels of *tile* in the display frame of its level; an edge tile is as large as what is there.

    Raises NotFound for a tile outside the grid.
    """
    levels = level_count(width, height, tile_size)
    if not 0 <= tile.level < levels:
        raise NotFound(f"there is no level {tile.level}: this image has {levels}")
    columns, rows = tile_grid(width, height, tile_size, tile.level, floored=floored)
    if not (0 <= tile.x < columns and 0 <= tile.y < rows):
        raise NotFound(f"there is no tile ({tile.x}, {tile.y}) in level {tile.level}: it has {columns} × {rows}")
    x0, y0 = tile.x * tile_size, tile.y * tile_size
    return Window(x0, y0, x0 + tile_size, y0 + tile_size).clip(*level_size(width, height, tile.level))


def source_window(window: Window, level: int, width: int, height: int) -> Window:
    """The full-resolution pixels that *window* of *level* stands for, in an image of *width* × *height*."""
    return Window(window.x0 << level, window.y0 << level, window.x1 << level, window.y1 << level).clip(width, height)


def _halved(side: int, level: int) -> int:
    return -(-side >> level) if side > 0 else 0
