"""The objects of the simulated field: positions, fluxes and shapes drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FAINTEST = 25.5  # magnitude whose flux is FAINTEST_FLUX counts
FAINTEST_FLUX = 25.0
STARS_PER_PIXEL = 1 / 700
GALAXIES_PER_PIXEL = 1 / 6000
NEBULA = (0.36, 0.40)  # centre, as a fraction of the frame
GLOBULAR = (0.79, 0.22)
GALAXY_CLUSTER = (0.17, 0.82)


@dataclass(frozen=True, slots=True)
class Stars:
    """Point sources: columns and rows (0-based, y up) and counts in each band, shape (n, 3)."""

    x: Floats
    y: Floats
    flux: Floats


@dataclass(frozen=True, slots=True)
class Galaxies:
    """Sérsic profiles: effective radius in pixels, axis ratio, angle from the x axis, index, counts in each band."""

    x: Floats
    y: Floats
    flux: Floats
    radius: Floats
    ratio: Floats
    angle: Floats
    index: Floats


def draw_stars(size: int, random: np.random.Generator) -> Stars:
    """Field stars, a young open cluster inside the nebula and an old globular cluster."""
    parts = [_field_stars(size, random), _open_cluster(size, random), _globular_cluster(size, random)]
    x, y, flux = (np.concatenate(column).astype(np.float32) for column in zip(*parts, strict=True))
    return Stars(x, y, flux)


def _field_stars(size: int, random: np.random.Generator) -> tuple[Doubles, Doubles, Doubles]:
    count = int(size * size * STARS_PER_PIXEL)
    x, y = random.uniform(-0.5, size - 0.5, (2, count))
    magnitude = _magnitudes(count, 12.5, FAINTEST, 0.27, random)
    kind = random.random(count)
    color = np.select(
        [kind < 0.2, kind < 0.62],
        [random.normal(0.0, 0.18, count), random.normal(0.62, 0.15, count)],
        random.normal(1.3, 0.22, count),
    )
    return x, y, _fluxes(magnitude, color)


def _open_cluster(size: int, random: np.random.Generator) -> tuple[Doubles, Doubles, Doubles]:
    count = 220
    distance = random.exponential(0.05 * size, count)
    x, y = _around(NEBULA, distance, size, random)
    magnitude = _magnitudes(count, 12.0, 20.0, 0.16, random)
    return x, y, _fluxes(magnitude, -0.35 + 0.1 * np.maximum(magnitude - 15, 0) + random.normal(0, 0.06, count))


def _globular_cluster(size: int, random: np.random.Generator) -> tuple[Doubles, Doubles, Doubles]:
    count = min(14_000, size * size // 400)
    core = 0.013 * size
    distance = core * np.sqrt(1 / (1 - 0.985 * random.random(count)) - 1)
    x, y = _around(GLOBULAR, distance, size, random)
    magnitude = _magnitudes(count, 17.0, 25.5, 0.33, random)
    giants = np.interp(magnitude, [16.5, 19.5, 21.5, 25.5], [1.35, 0.85, 0.45, 0.75])
    blue_branch = (np.abs(magnitude - 19.3) < 0.4) & (random.random(count) < 0.5)
    color = np.where(blue_branch, -0.15, giants) + random.normal(0, 0.06, count)
    return x, y, _fluxes(magnitude, color)


def draw_galaxies(size: int, random: np.random.Generator) -> Galaxies:
    """Distant galaxies everywhere, and a rich cluster of red ones around a giant elliptical."""
    count, members = int(size * size * GALAXIES_PER_PIXEL), 170
    x, y = random.uniform(0, size, (2, count))
    magnitude = _magnitudes(count, 17.5, 25.0, 0.33, random)
    old = random.random(count) < 0.3
    color = np.where(old, random.normal(1.15, 0.2, count), random.normal(0.45, 0.25, count))
    cluster_x, cluster_y = _around(GALAXY_CLUSTER, random.exponential(0.045 * size, members), size, random)
    cluster_magnitude = _magnitudes(members, 16.3, 22.5, 0.22, random)
    cluster_magnitude[0], cluster_x[0], cluster_y[0] = 15.0, GALAXY_CLUSTER[0] * size, GALAXY_CLUSTER[1] * size
    magnitudes = np.concatenate([magnitude, cluster_magnitude])
    total = count + members
    radius = np.exp(random.normal(0, 0.35, total)) * 2.2 * 10 ** (0.13 * (23 - magnitudes))
    columns = (
        np.concatenate([x, cluster_x]),
        np.concatenate([y, cluster_y]),
        _fluxes(magnitudes, np.concatenate([color, random.normal(1.25, 0.06, members)])),
        radius,
        random.uniform(0.25, 1.0, total),
        random.uniform(0, np.pi, total),
        np.where(np.concatenate([old, np.ones(members, bool)]), 3.5, 1.0),
    )
    return Galaxies(*(column.astype(np.float32) for column in columns))


def _magnitudes(count: int, bright: float, faint: float, slope: float, random: np.random.Generator) -> Doubles:
    """Magnitudes whose counts grow as 10^(slope·m), between two limits."""
    low, high = 10 ** (slope * bright), 10 ** (slope * faint)
    return np.log10(random.uniform(low, high, count)) / slope


def _fluxes(magnitude: Doubles, color: Doubles) -> Doubles:
    """Counts in the three bands, blue first, of objects of a magnitude (middle band) and colour B − V."""
    bands = np.stack([magnitude + color, magnitude, magnitude - 0.45 * color], axis=-1)
    return FAINTEST_FLUX * 10 ** (0.4 * (FAINTEST - bands))


def _around(
    centre: tuple[float, float], distance: Doubles, size: int, random: np.random.Generator
) -> tuple[Doubles, Doubles]:
    angle = random.uniform(0, 2 * np.pi, len(distance))
    return centre[0] * size + distance * np.cos(angle), centre[1] * size + distance * np.sin(angle)
