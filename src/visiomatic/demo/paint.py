"""Painting objects onto a band of rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from visiomatic.demo.catalogue import Galaxies, Stars

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

SEEING = (3.5, 3.2, 3.0)  # full width at half maximum in each band, pixels
HALO = 0.012  # part of a star's light in its wide halo
SPIKES_FROM = 2.0e6  # counts from which a star shows the cross of the telescope's spider
STAMP_PIXELS = 1 << 21  # most pixels painted at once
HALF_WIDTHS = (5, 9, 16, 32, 64, 128, 256, 512)


class Strip:
    """Rows first..first+height-1 of the frame, three bands, float32."""

    def __init__(self, first: int, rows: int, size: int) -> None:
        self.first = first
        self.height = rows
        self.size = size
        self.data = np.zeros((3, rows, size), np.float32)

    def touches(self, y: Floats, half: Floats | int) -> NDArray[np.bool_]:
        """Which objects of half-width *half* reach into these rows."""
        return (y + half >= self.first) & (y - half < self.first + self.height)


def paint_stars(strip: Strip, stars: Stars) -> None:
    """Add the stars: a Moffat core that differs with the band, a halo, and spikes on the brightest."""
    peak = stars.flux.max(axis=1)
    half = _half_widths(2.2 * peak**0.30)
    for width in HALF_WIDTHS:
        chosen = np.flatnonzero((half == width) & strip.touches(stars.y, width))
        for part in _parts(chosen, width):
            x, y, flux = stars.x[part], stars.y[part], stars.flux[part]
            dx, dy, place = _stamps(strip, x, y, width)
            squared = dx * dx + dy * dy
            for band, seeing in enumerate(SEEING):
                shape = _star_shape(squared, seeing)
                _add(strip, band, place, flux[:, band, None, None] * shape)
            if peak[part].max() > SPIKES_FROM:
                _add_spikes(strip, place, dx, dy, np.where(peak[part, None] > SPIKES_FROM, flux, 0))


def _star_shape(squared: Floats, seeing: float) -> Floats:
    """Moffat profile with β = 3 plus a halo, both of unit volume together."""
    alpha = seeing * seeing / (4 * (2 ** (1 / 3) - 1))
    core = 1 + squared / np.float32(alpha)
    wide = 1 + squared / np.float32(40 * alpha)
    return ((1 - HALO) * 2 / (np.pi * alpha) / core**3 + HALO / (40 * np.pi * alpha) / wide**2).astype(np.float32)


def _add_spikes(strip: Strip, place: Places, dx: Floats, dy: Floats, flux: Floats) -> None:
    along, across = np.maximum(np.abs(dx), np.abs(dy)), np.minimum(np.abs(dx), np.abs(dy))
    shape = np.exp(-0.9 * across) / (12 + along) ** 2.4
    for band in range(3):
        _add(strip, band, place, 0.05 * flux[:, band, None, None] * shape)


def paint_galaxies(strip: Strip, galaxies: Galaxies) -> None:
    """Add the Sérsic profiles, softened by the seeing."""
    reach = np.where(galaxies.index > 2, 9.0, 4.5) * galaxies.radius + 4
    half = _half_widths(reach)
    for width in HALF_WIDTHS:
        chosen = np.flatnonzero((half == width) & strip.touches(galaxies.y, width))
        for part in _parts(chosen, width):
            dx, dy, place = _stamps(strip, galaxies.x[part], galaxies.y[part], width)
            shape = _sersic(dx, dy, galaxies, part)
            shape *= np.clip((width - np.hypot(dx, dy)) / np.float32(0.3 * width), 0, 1)  # no square edges
            shape /= shape.sum(axis=(1, 2), keepdims=True) + np.float32(1e-20)
            for band in range(3):
                _add(strip, band, place, galaxies.flux[part, band, None, None] * shape)


def _sersic(dx: Floats, dy: Floats, galaxies: Galaxies, part: NDArray[np.intp]) -> Floats:
    angle, index = galaxies.angle[part, None, None], galaxies.index[part, None, None]
    along = dx * np.cos(angle) + dy * np.sin(angle)
    across = (dy * np.cos(angle) - dx * np.sin(angle)) / galaxies.ratio[part, None, None]
    distance = np.sqrt(along * along + across * across + 1.2) / galaxies.radius[part, None, None]
    # b(n) as Ciotti & Bertin 1999, first terms
    steepness = 2 * index - 1 / 3 + 4 / (405 * index)
    return np.exp(-steepness * (distance ** (1 / index) - 1)).astype(np.float32)


def _half_widths(wanted: Floats) -> NDArray[np.int64]:
    steps = np.array(HALF_WIDTHS)
    return steps[np.minimum(np.searchsorted(steps, wanted), len(steps) - 1)]


def _parts(chosen: NDArray[np.intp], width: int) -> Iterator[NDArray[np.intp]]:
    step = max(1, STAMP_PIXELS // (2 * width + 1) ** 2)
    for start in range(0, len(chosen), step):
        yield chosen[start : start + step]


def _stamps(strip: Strip, x: Floats, y: Floats, width: int) -> tuple[Floats, Floats, Places]:
    """Offsets of each stamp's pixels from its object, and their places in the strip (−1: outside)."""
    offsets = np.arange(-width, width + 1)
    columns = np.rint(x).astype(np.int64)[:, None] + offsets
    rows = np.rint(y).astype(np.int64)[:, None] + offsets
    dx = (columns - x[:, None]).astype(np.float32)[:, None, :]
    dy = (rows - y[:, None]).astype(np.float32)[:, :, None]
    rows -= strip.first
    inside = ((rows >= 0) & (rows < strip.height))[:, :, None] & ((columns >= 0) & (columns < strip.size))[:, None, :]
    place = np.where(inside, rows[:, :, None] * strip.size + columns[:, None, :], -1)
    return dx, dy, place


def _add(strip: Strip, band: int, place: Places, values: NDArray[np.floating]) -> None:
    inside = place >= 0
    total = np.bincount(place[inside], values[inside], minlength=0)
    strip.data[band].reshape(-1)[: len(total)] += total
