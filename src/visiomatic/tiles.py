"""Pictures of an image: a tile, a region, any window at any size. From here the way leads down, never up.

A tile is: which window of which level (grid), its stored numbers (image), its colours (render), its bytes (encode).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from visiomatic.encode import MEDIA_TYPES, encode
from visiomatic.errors import BadParameter, LimitExceeded
from visiomatic.image import Image
from visiomatic.kernel import Cells, Raster, area_mean, cells
from visiomatic.machine import usable_cores
from visiomatic.pyramid.grid import level_size, tile_window
from visiomatic.render.pipeline import blank_picture, finished, paint, paint_into
from visiomatic.types import Encoding, Style, TileId, Window

Pixels = NDArray[np.uint8]
MOST_PIXELS = 1 << 26  # that a picture may be made from, unless told otherwise
BAND_ROWS = 64  # of a view that is made from means
MOST_THREADS = 4  # of one view
_QUICK_PIXELS = 1 << 21  # to be averaged: a thread is not worth its start


class Picture(NamedTuple):
    """An encoded picture. Unless *exact*, it was made from a preview and will look better soon."""

    body: bytes
    media_type: str
    exact: bool


@dataclass(frozen=True, slots=True)
class View:
    """A box of full-resolution pixels (edges in the display frame, which may be fractional or outside) and its size."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: int
    height: int

    @property
    def scale(self) -> tuple[float, float]:
        """Image pixels per picture pixel along x and y."""
        return (self.x1 - self.x0) / self.width, (self.y1 - self.y0) / self.height


def render_tile(
    image: Image,
    tile: TileId,
    style: Style,
    encoding: Encoding,
    *,
    floored: bool = False,
    most_pixels: int = MOST_PIXELS,
) -> Picture:
    """One tile; an edge tile is as large as what is there.

    Raises NotFound outside the grid, LimitExceeded when more than *most_pixels* of all channels would be read.
    """
    window = _tile_window(image.width, image.height, image.tile_size, tile, floored)
    return render_window(image, tile.level, window, style, encoding, most_pixels=most_pixels)


@lru_cache(maxsize=16_384)
def _tile_window(width: int, height: int, tile_size: int, tile: TileId, floored: bool) -> Window:
    return tile_window(width, height, tile_size, tile, floored=floored)


def render_window(
    image: Image, level: int, window: Window, style: Style, encoding: Encoding, *, most_pixels: int = MOST_PIXELS
) -> Picture:
    """The pixels of *window* of one level, one to one."""
    _check_size(window, style, most_pixels)
    pixels, exact = _paint(image, level, window, style, alpha=encoding.format != "jpg")
    return Picture(encode(pixels, encoding), MEDIA_TYPES[encoding.format], exact)


def render_region(
    image: Image, box: Window, level: int, style: Style, encoding: Encoding, *, most_pixels: int = MOST_PIXELS
) -> Picture:
    """The full-resolution *box* as it is at *level*, clipped to the image. Raises BadParameter when nothing is left."""
    clipped = box.clip(image.width, image.height)
    if clipped.is_empty:
        raise BadParameter("box", "the region is empty or outside of the image")
    window = Window(clipped.x0 >> level, clipped.y0 >> level, -(-clipped.x1 >> level), -(-clipped.y1 >> level))
    return render_window(image, level, window, style, encoding, most_pixels=most_pixels)


def render_view(
    image: Image, view: View, style: Style, encoding: Encoding, *, most_pixels: int = MOST_PIXELS
) -> Picture:
    """Any window at any size: area means of the next finer level when shrinking, nearest pixels when enlarging.

    What is outside of the image is drawn as NaN. Raises LimitExceeded when more than *most_pixels* would be read.
    """
    alpha = encoding.format != "jpg"
    level = view_level(view)
    window = _needed(view, level, image)
    if window.is_empty:
        pixels, exact = _outside(view, style, alpha), True
    else:
        _check_size(window, style, most_pixels)
        draw = _nearest if max(view.scale) <= 1 or _is_aligned(view, level) else _averaged
        pixels, exact = draw(image, view, level, window, style, alpha)
    return Picture(encode(pixels, encoding), MEDIA_TYPES[encoding.format], exact)


def _check_size(window: Window, style: Style, most_pixels: int) -> None:
    if window.width * window.height * len(style.channels) > most_pixels:
        raise LimitExceeded(
            f"this picture is made from more than {most_pixels} pixels of {len(style.channels)} channels: "
            "choose a smaller box or fewer channels",
            "box",
        )


def view_level(view: View) -> int:
    """The coarsest level that is still as fine as the picture."""
    finest = min(view.scale)
    return max(0, math.frexp(finest)[1] - 1) if finest >= 1 else 0


def _paint(image: Image, level: int, window: Window, style: Style, *, alpha: bool) -> tuple[Pixels, bool]:
    """Pixels of a level one to one. For one channel alone, the means of level 1 need not be stored."""
    if style.matrix is None:
        one, halves = image.levels(style.channels[0]).read_to_halve(level, window)
        return paint(style, [one.raster], alpha=alpha, halves=halves), one.exact
    read = [image.levels(channel).read(level, window) for channel in style.channels]
    return paint(style, [one.raster for one in read], alpha=alpha), all(one.exact for one in read)


def _is_aligned(view: View, level: int) -> bool:
    """True when each pixel of the picture is one pixel of the level."""
    size = 2**level
    return view.scale == (size, size) and view.x0 % size == 0 and view.y0 % size == 0


def _nearest(image: Image, view: View, level: int, window: Window, style: Style, alpha: bool) -> tuple[Pixels, bool]:
    pixels, exact = _paint(image, level, window, style, alpha=alpha)
    columns = _nearest_index(view.x0, view.scale[0], view.width, level) - window.x0
    rows = _nearest_index(view.y0, view.scale[1], view.height, level) - window.y0
    x0, x1 = np.searchsorted(columns, (0, window.width)).tolist()
    y0, y1 = np.searchsorted(rows, (0, window.height)).tolist()
    drawn = pixels.take(rows[y0:y1], 0).take(columns[x0:x1], 1)
    if drawn.shape[:2] == (view.height, view.width):
        return drawn, exact
    canvas = _outside(view, style, alpha)
    canvas[y0:y1, x0:x1] = _components(drawn, canvas.shape[2])
    return canvas, exact


def _averaged(image: Image, view: View, level: int, window: Window, style: Style, alpha: bool) -> tuple[Pixels, bool]:
    """Numbers are averaged, not colours; large views by as many threads as there are cores, so that nobody waits."""
    size = 2**level
    columns = cells(window.width, (view.x0 / size - window.x0, view.x1 / size - window.x0), view.width)
    rows = cells(window.height, (view.y0 / size - window.y0, view.y1 / size - window.y0), view.height)
    read = [image.levels(channel).read_to_halve(level, window) for channel in style.channels]
    picture = blank_picture(style, view.width, view.height, alpha=alpha)
    bands = _Bands(style, [(one.raster, halves) for one, halves in read], columns, rows, picture)
    threads = _threads(window.width * window.height * len(read))
    if threads == 1:
        bands.paint(0, view.height)
    else:
        edges = [view.height * part // threads for part in range(threads + 1)]
        with ThreadPoolExecutor(threads) as pool:
            deque(pool.map(bands.paint, edges[:-1], edges[1:]), maxlen=0)  # raises what a thread has raised
    return finished(style, picture), all(one.exact for one, _ in read)


def _threads(pixels: int) -> int:
    return min(MOST_THREADS, usable_cores()) if pixels > _QUICK_PIXELS else 1


class _Bands(NamedTuple):
    """A view that is made from means, painted band by band, so that these stay in the processor's cache."""

    style: Style
    sources: Sequence[tuple[Raster, bool]]  # of each channel; True: its 2 × 2 means count
    columns: Cells
    rows: Cells
    picture: Pixels

    def paint(self, top: int, bottom: int) -> None:
        """Rows *top* to *bottom* of the picture."""
        means = np.empty((len(self.sources), BAND_ROWS, self.picture.shape[1]), np.float32)
        for start in range(top, bottom, BAND_ROWS):
            stop = min(start + BAND_ROWS, bottom)
            band = self.rows.some(start, stop)
            rasters = [
                Raster.from_array(area_mean(raster, self.columns, band, halves=halves, out=room[: stop - start]))
                for (raster, halves), room in zip(self.sources, means, strict=True)
            ]
            paint_into(self.style, rasters, self.picture[start:stop])


def _needed(view: View, level: int, image: Image) -> Window:
    """The pixels of *level* that the view shows, clipped to the image."""
    scale = 2**level
    x0, y0 = math.floor(view.x0 / scale), math.floor(view.y0 / scale)
    x1, y1 = math.ceil(view.x1 / scale), math.ceil(view.y1 / scale)
    return Window(x0, y0, x1, y1).clip(*level_size(image.width, image.height, level))


def _nearest_index(start: float, scale: float, count: int, level: int) -> NDArray[np.int64]:
    centres = (start + (np.arange(count) + 0.5) * scale) / 2**level
    return np.asarray(np.floor(centres), np.int64)


def _outside(view: View, style: Style, alpha: bool) -> Pixels:
    color = style.nan or (0, 0, 0, 255)
    canvas = np.empty((view.height, view.width, 4 if alpha and color[3] < 255 else 3), np.uint8)
    canvas[...] = color[: canvas.shape[2]]
    return canvas


def _components(pixels: Pixels, count: int) -> Pixels:
    """Grey, RGB or RGBA as *count* components (never fewer than there are)."""
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, 2)
    if pixels.shape[2] < count:
        pixels = np.concatenate((pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)), 2)
    return pixels
