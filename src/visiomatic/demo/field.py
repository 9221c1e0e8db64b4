"""The simulated survey field, made strip by strip so that any size fits into little memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from visiomatic.demo.catalogue import Galaxies, Stars, draw_galaxies, draw_stars
from visiomatic.demo.fitsfile import new_field
from visiomatic.demo.nebula import (
    Clouds,
    make_clouds,
    paint_clouds,
    paint_edge_on,
    paint_spiral,
    shade_fluxes,
)
from visiomatic.demo.paint import Strip, paint_galaxies, paint_stars

STRIP_ROWS = 256
SKY = (90.0, 120.0, 160.0)  # counts of the night sky in each band
GAIN = 5.0  # electrons per count
BAD_PIXELS = 1 / 50_000  # part of the pixels that are NaN
BAD_COLUMNS = 5

SPIRAL, SPIRAL_SCALE = (0.71, 0.69), 0.024  # place, and disc length as a fraction of the frame
EDGE_ON, EDGE_ON_SCALE = (0.87, 0.47), 0.016


def write_field(path: Path, size: int, seed: int, progress: Callable[[float], None]) -> None:
    """Simulate *size* × *size* pixels in three bands into the file *path*."""
    random = np.random.default_rng([seed, size])
    clouds = make_clouds(random)
    stars = _behind_dust(draw_stars(size, random), clouds, size, random)
    galaxies = draw_galaxies(size, random)
    with new_field(path, size, seed) as writer:
        for first in range(0, size, STRIP_ROWS):
            strip = Strip(first, min(STRIP_ROWS, size - first), size)
            paint_clouds(strip, clouds)
            _paint_objects(strip, stars, galaxies, clouds)
            _add_noise(strip, np.random.default_rng([seed, size, first + 1]))
            writer.write(first, strip.data)
            progress(min(1.0, (first + STRIP_ROWS) / size))


def _behind_dust(stars: Stars, clouds: Clouds, size: int, random: np.random.Generator) -> Stars:
    behind = (random.random(len(stars.x)) < 0.7) & (stars.flux.max(axis=1) < 2e5)
    return Stars(stars.x, stars.y, shade_fluxes(clouds, stars.x, stars.y, stars.flux, size, behind))


def _paint_objects(strip: Strip, stars: Stars, galaxies: Galaxies, clouds: Clouds) -> None:
    paint_spiral(strip, SPIRAL, SPIRAL_SCALE * strip.size, clouds.texture)
    paint_edge_on(strip, EDGE_ON, EDGE_ON_SCALE * strip.size)
    paint_galaxies(strip, galaxies)
    paint_stars(strip, stars)


def _add_noise(strip: Strip, random: np.random.Generator) -> None:
    """Add the sky, photon noise, and the detector's bad pixels and columns as NaN."""
    for band, sky in enumerate(SKY):
        plane = strip.data[band]
        plane += np.float32(sky)
        noise = random.standard_normal(plane.shape, dtype=np.float32)
        plane += noise * np.sqrt(np.maximum(plane, 1) / np.float32(GAIN))
    count = max(1, int(BAD_PIXELS * strip.data[0].size))
    strip.data[:, random.integers(0, strip.height, count), random.integers(0, strip.size, count)] = np.nan
    for column in range(BAD_COLUMNS):
        # The same columns in each strip; some end on the way up, as columns do at a trap.
        x, end = (column * 7919 + 1361) % strip.size, strip.size * (0.35 + 0.2 * column)
        rows = np.arange(strip.first, strip.first + strip.height) < end
        strip.data[:, rows, x] = np.nan
