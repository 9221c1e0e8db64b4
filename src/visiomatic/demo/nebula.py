"""The large structures of the simulated field: a nebula with dust, and two nearby galaxies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visiomatic.demo.catalogue import NEBULA
from visiomatic.demo.paint import Strip

Floats = NDArray[np.float32]

GRID = 1024  # points of the coarse grid along each axis
EXTINCTION = (1.5, 1.0, 0.7)  # of the dust in each band, relative to the middle one


@dataclass(frozen=True, slots=True)
class Clouds:
    """Light of the nebula and depth of the dust in front of everything behind it, on the coarse grid (rows y up)."""

    light: Floats  # (3, GRID, GRID) counts per pixel
    dust: Floats  # (GRID, GRID) optical depth in the middle band
    texture: Floats  # (GRID, GRID) periodic field of mean 0 and variance 1, for what is not smooth


def make_clouds(random: np.random.Generator) -> Clouds:
    """Hydrogen filaments (red), ionised oxygen inside (teal), light reflected near the cluster (blue), dust lanes."""
    x, y = np.meshgrid(*[np.linspace(0, 1, GRID, dtype=np.float32)] * 2)
    warp, shreds, lanes, haze = (_turbulence(slope, random) for slope in (-1.9, -1.55, -1.75, -2.1))
    distance = np.hypot(x - NEBULA[0] + 0.05 * warp, y - NEBULA[1] + 0.05 * haze)
    filaments = np.exp(-(np.abs(shreds) * 2.2))
    shell = np.exp(-(((distance - 0.20) / 0.10) ** 2))
    body = np.exp(-((distance / 0.24) ** 2))
    hydrogen = (1.3 * shell + body) * filaments * np.exp(0.7 * haze)
    oxygen = np.exp(-((distance / 0.13) ** 2)) * np.exp(0.5 * warp) * (0.4 + filaments)
    reflected = np.exp(-distance / 0.07) * np.exp(0.35 * shreds)
    dust = 1.9 * np.clip(lanes - 0.35, 0, None) * np.exp(-((distance / 0.36) ** 2)) * (1 + 0.5 * filaments)
    colors = ((19, 13, 85), (17, 36, 9), (74, 44, 24))  # counts per pixel of the three lights in B, V, R
    light = sum(
        np.multiply.outer(np.array(color, np.float32), layer)
        for color, layer in zip(colors, (hydrogen, oxygen, reflected), strict=True)
    )
    light = light + np.multiply.outer(np.array((3, 4, 5), np.float32), np.exp(0.6 * haze) * body)
    shade = np.exp(-np.multiply.outer(np.array(EXTINCTION, np.float32), dust))
    return Clouds((light * shade).astype(np.float32), dust.astype(np.float32), shreds)


def _turbulence(slope: float, random: np.random.Generator) -> Floats:
    """A field of unit variance whose amplitude falls as k^slope."""
    k = np.hypot(*np.meshgrid(np.fft.rfftfreq(GRID), np.fft.fftfreq(GRID)))
    k[0, 0] = np.inf
    spectrum = np.fft.rfft2(random.standard_normal((GRID, GRID), dtype=np.float32)) * k**slope
    field = np.fft.irfft2(spectrum, s=(GRID, GRID))
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def shade_fluxes(clouds: Clouds, x: Floats, y: Floats, flux: Floats, size: int, behind: NDArray[np.bool_]) -> Floats:
    """The counts of objects after the dust has taken its part from those behind it."""
    to_grid = (GRID - 1) / max(1, size - 1)
    rows, columns = (np.clip(np.rint(position * to_grid), 0, GRID - 1).astype(int) for position in (y, x))
    depth = np.where(behind, clouds.dust[rows, columns], 0)
    return np.asarray(flux * np.exp(-np.multiply.outer(depth, np.array(EXTINCTION))), np.float32)


def paint_clouds(strip: Strip, clouds: Clouds) -> None:
    """Add the nebula to the rows, enlarged from the coarse grid by cubic convolution."""
    to_grid = (GRID - 1) / max(1, strip.size - 1)
    row_index, row_weight = _cubic(np.arange(strip.first, strip.first + strip.height) * to_grid)
    column_index, column_weight = _cubic(np.arange(strip.size) * to_grid)
    for band in range(3):
        rows = np.einsum("rk,rkc->rc", row_weight, clouds.light[band][row_index])
        for tap in range(4):
            strip.data[band] += rows[:, column_index[:, tap]] * column_weight[:, tap]


def _cubic(position: NDArray[np.floating]) -> tuple[NDArray[np.int64], Floats]:
    """Indices and weights of the four neighbours (Keys 1981, a = −1/2)."""
    first = np.floor(position).astype(np.int64)
    t = (position - first)[:, None]
    distance = np.abs(t - np.arange(-1, 3))
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    index = np.clip(first[:, None] + np.arange(-1, 3), 0, GRID - 1)
    return index, np.where(distance <= 1, near, far).astype(np.float32)


def paint_spiral(strip: Strip, centre: tuple[float, float], scale: float, texture: Floats) -> None:
    """Add a two-armed spiral galaxy with a red bulge, blue arms, pink knots; *scale* is its disc's length in pixels."""
    box = _box(strip, centre, 6.5 * scale)
    if box is None:
        return
    dx, dy, rows, columns = box
    along, across = 0.8 * dx + 0.6 * dy, (0.8 * dy - 0.6 * dx) / 0.72
    r = np.hypot(along, across) / scale + 0.02
    rough = _sample(texture, 170 / scale * along, 170 / scale * across)
    phase = 2 * (np.arctan2(across, along) - np.log(r) / 0.31) + 0.45 * rough
    arms = ((1 + np.cos(phase)) / 2) ** 3 * np.clip(r - 0.3, 0, 1) * np.exp(0.55 * rough)
    knots = np.clip(_sample(texture, 430 / scale * along, 430 / scale * across) - 0.9, 0, None) ** 2 * arms
    lanes = ((1 + np.cos(phase - 0.9)) / 2) ** 5 * np.clip(r - 0.2, 0, 1) * np.exp(0.5 * rough)
    disc, bulge = np.exp(-r), np.exp(-5.5 * np.sqrt(r + 0.004))
    fade = np.clip((6.3 - r) / 2, 0, 1)
    for band, (old, young, pink, core) in enumerate(((75, 330, 90, 1500), (110, 220, 60, 2800), (130, 160, 420, 3700))):
        light = disc * (old + young * arms + pink * knots) + core * bulge
        strip.data[band][rows, columns] += fade * light * np.exp(-0.8 * EXTINCTION[band] * lanes * np.exp(-0.3 * r))


def _sample(texture: Floats, x: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    """The periodic *texture* at grid positions (x, y), linearly interpolated."""
    column, row = np.floor(x), np.floor(y)
    s, t = x - column, y - row
    columns, rows = column.astype(np.int64), row.astype(np.int64)
    corner = [texture[(rows + j) % GRID, (columns + i) % GRID] for j in (0, 1) for i in (0, 1)]
    low, high = corner[0] + s * (corner[1] - corner[0]), corner[2] + s * (corner[3] - corner[2])
    return np.asarray(low + t * (high - low), np.float32)


def paint_edge_on(strip: Strip, centre: tuple[float, float], scale: float) -> None:
    """Add a galaxy seen from its edge, with a dust lane; *scale* is its disc's length in pixels."""
    box = _box(strip, centre, 6 * scale)
    if box is None:
        return
    dx, dy, rows, columns = box
    along, across = (0.5 * dx + 0.866 * dy) / scale, (0.5 * dy - 0.866 * dx) / scale
    r = np.hypot(along, 2.5 * across)
    disc = np.exp(-np.abs(along)) / np.cosh(np.clip(across / 0.09, -30, 30)) ** 2
    bulge = np.exp(-6 * np.sqrt(np.hypot(along, 1.4 * across) + 0.002))
    lane = np.exp(-((across / 0.035) ** 2)) * np.exp(-0.45 * np.abs(along))
    fade = np.clip((5.8 - r) / 2, 0, 1)
    for band, (light, core) in enumerate(((420, 1800), (560, 3300), (620, 4300))):
        shade = np.exp(-2.0 * EXTINCTION[band] * lane)
        strip.data[band][rows, columns] += fade * (light * disc + core * bulge) * shade


def _box(strip: Strip, centre: tuple[float, float], reach: float) -> tuple[Floats, Floats, slice, slice] | None:
    """Offsets from *centre* (fractions of the frame) of the pixels within *reach*; None when there are none."""
    x, y = centre[0] * strip.size, centre[1] * strip.size
    x0, x1 = max(0, int(x - reach)), min(strip.size, int(x + reach) + 1)
    y0, y1 = max(strip.first, int(y - reach)), min(strip.first + strip.height, int(y + reach) + 1)
    if x0 >= x1 or y0 >= y1:
        return None
    dx = np.arange(x0, x1, dtype=np.float32)[None, :] - np.float32(x)
    dy = np.arange(y0, y1, dtype=np.float32)[:, None] - np.float32(y)
    return dx, dy, slice(y0 - strip.first, y1 - strip.first), slice(x0, x1)
