"""A spline grid of world coordinates, for whatever the browser has no formula for.

A uniform cubic B-spline interpolates unit vectors (so that poles and 0h/24h are harmless) or plain axis values at
nodes over the image. The number of nodes grows until the error, measured between the nodes, is small enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# (nodes per axis, error in pixels that is good enough to stop there): fine grids must earn their size.
_STEPS = ((9, 1e-5), (17, 1e-5), (33, 1e-4), (65, 1e-2), (129, 1e-2))
WORST_ERROR = 1e-2  # pixels
_DECIMALS = 14  # of unit vectors: 2e-9 arcsec

Box = tuple[float, float, float, float]
World = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]  # pixels (2, n) to vectors (k, n), NaN where none


class SplineGrid:
    """The interpolating spline of *world* over *box* (x1, y1, x2, y2) with *n* × *n* nodes."""

    def __init__(self, world: World, box: Box, n: int) -> None:
        self.n = n
        self.origin = np.array(box[:2])
        self.step = (np.array(box[2:]) - self.origin) / (n - 1)
        x, y = (self.origin[i] + self.step[i] * np.arange(n) for i in (0, 1))
        nodes = world(np.stack([np.tile(x, n), np.repeat(y, n)]))
        solve = np.linalg.inv(_interpolation_matrix(n))[:, 1:-1]
        values = nodes.reshape(-1, n, n)  # component, row, column
        self.coefficients = np.einsum("ir,krc,jc->ijk", solve, values, solve, optimize=True)
        self.is_complete = bool(np.isfinite(nodes).all())

    def __call__(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Vectors (k, m) at pixels (2, m) inside the box."""
        place = (pixels - self.origin[:, None]) / self.step[:, None]
        cell = np.clip(np.floor(place), 0, self.n - 2).astype(np.intp)
        wx, wy = (_weights(place[i] - cell[i]) for i in (0, 1))
        rows, cols = (cell[i][None] + np.arange(4)[:, None] for i in (1, 0))
        around = self.coefficients[rows[:, None], cols[None, :]]
        vectors: NDArray[np.float64] = np.einsum("am,bm,abmk->km", wy, wx, around, optimize=True)
        return vectors

    def describe(self, error: float) -> dict[str, Any]:
        components = self.coefficients.shape[2]
        values = np.round(self.coefficients, _DECIMALS) if components == 3 else self.coefficients
        return {
            "nodes": [self.n, self.n],
            "origin": self.origin.tolist(),
            "step": self.step.tolist(),
            "components": components,
            "coefficients": values.ravel().tolist(),
            "error": error,
        }


def _weights(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """The four weights of a uniform cubic B-spline at t in [0, 1]."""
    s = 1.0 - t
    return np.stack([s**3, 3 * t**3 - 6 * t**2 + 4, 3 * s**3 - 6 * s**2 + 4, t**3]) / 6.0


def _interpolation_matrix(n: int) -> NDArray[np.float64]:
    """Coefficients to node values, with not-a-knot conditions in the first and last row."""
    matrix = np.zeros((n + 2, n + 2))
    for i in range(n):
        matrix[i + 1, i : i + 3] = (1 / 6, 4 / 6, 1 / 6)
    not_a_knot = (1.0, -4.0, 6.0, -4.0, 1.0)
    matrix[0, :5] = not_a_knot
    matrix[-1, -5:] = not_a_knot
    return matrix


def measured_grid(world: World, box: Box, pixel: float, n: int) -> dict[str, Any] | None:
    """The grid with *n* nodes and its measured error; *pixel* is the size of a pixel in units of *world*.

    None when a node has no coordinates.
    """
    grid = SplineGrid(world, box, n)
    if not grid.is_complete:
        return None
    points = _test_points(grid)
    error = np.abs(grid(points) - world(points)).max() / pixel
    return grid.describe(float(error)) if np.isfinite(error) else None


def _test_points(grid: SplineGrid) -> NDArray[np.float64]:
    """Cell centres and edges, where a spline errs most, on at most 65 × 65 places."""
    half = np.linspace(0.0, 1.0, min(2 * grid.n - 1, 65)) * (grid.n - 1)
    shifted = np.clip(half + 0.37, 0.0, grid.n - 1)
    x, y = (grid.origin[i] + grid.step[i] * shifted for i in (0, 1))
    return np.stack([np.tile(x, y.size), np.repeat(y, x.size)])


def best_grid(world: World, box: Box, pixel: float) -> dict[str, Any] | None:
    """The smallest grid that is good enough; None when none errs less than :data:`WORST_ERROR`."""
    best: dict[str, Any] | None = None
    for n, good_enough in _STEPS:
        grid = measured_grid(world, box, pixel, n)
        if grid is None:
            return best
        if best is None or grid["error"] < best["error"]:
            best = grid
        if grid["error"] <= good_enough:
            break
    return best if best is not None and best["error"] <= WORST_ERROR else None
