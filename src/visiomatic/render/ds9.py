"""The colour maps of SAOImage DS9, from their definitions.

Two kinds: piecewise-linear curves, one per component, as (position, level) nodes (a repeated position is a
step); and lists of colours that are drawn as equal steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Nodes = tuple[tuple[float, float], ...]
RAMP: Nodes = ((0, 0), (1, 1))
OFF: Nodes = ((0, 0), (1, 0))

CURVES: dict[str, tuple[Nodes, Nodes, Nodes]] = {
    "grey": (RAMP, RAMP, RAMP),
    "red": (RAMP, OFF, OFF),
    "green": (OFF, RAMP, OFF),
    "blue": (OFF, OFF, RAMP),
    "a": (
        ((0, 0), (0.25, 0), (0.5, 1), (1, 1)),
        ((0, 0), (0.25, 1), (0.5, 0), (0.77, 0), (1, 1)),
        ((0, 0), (0.125, 0), (0.5, 1), (0.64, 0.5), (0.77, 0), (1, 0)),
    ),
    "b": (
        ((0, 0), (0.25, 0), (0.5, 1), (1, 1)),
        ((0, 0), (0.5, 0), (0.75, 1), (1, 1)),
        ((0, 0), (0.25, 1), (0.5, 0), (0.75, 0), (1, 1)),
    ),
    "bb": (
        ((0, 0), (0.5, 1), (1, 1)),
        ((0, 0), (0.25, 0), (0.75, 1), (1, 1)),
        ((0, 0), (0.5, 0), (1, 1)),
    ),
    "he": (
        ((0, 0), (0.015, 0.5), (0.25, 0.5), (0.5, 0.75), (1, 1)),
        ((0, 0), (0.065, 0), (0.125, 0.5), (0.25, 0.75), (0.5, 0.81), (1, 1)),
        ((0, 0), (0.015, 0.125), (0.03, 0.375), (0.065, 0.625), (0.25, 0.25), (1, 1)),
    ),
    "heat": (
        ((0, 0), (0.34, 1), (1, 1)),
        RAMP,
        ((0, 0), (0.65, 0), (0.98, 1), (1, 1)),
    ),
    "cool": (
        ((0, 0), (0.29, 0), (0.76, 0.1), (1, 1)),
        ((0, 0), (0.22, 0), (0.96, 1), (1, 1)),
        ((0, 0), (0.53, 1), (1, 1)),
    ),
    "rainbow": (
        ((0, 1), (0.2, 0), (0.6, 0), (0.8, 1), (1, 1)),
        ((0, 0), (0.2, 0), (0.4, 1), (0.8, 1), (1, 0)),
        ((0, 1), (0.4, 1), (0.6, 0), (1, 0)),
    ),
    "standard": (
        ((0, 0), (0.333, 0.3), (0.333, 0), (0.666, 0.3), (1, 1)),
        ((0, 0), (0.333, 0.3), (0.666, 1), (0.666, 0), (1, 0.3)),
        ((0, 0), (0.333, 1), (0.333, 0), (0.666, 0.3), (0.666, 0), (1, 0.3)),
    ),
}

# Nodes of sls: every twelfth of its 200 colours; between them it is linear.
_SLS = (
    (0, 0, 0), (0.5213, 0, 0.6346), (0.3466, 0, 0.702), (0, 0, 0.8243), (0, 0.2378, 1), (0, 0.6066, 1),
    (0, 0.9082, 0.7036), (0, 0.8327, 0.3805), (0, 0.828, 0.0728), (0.398, 0.902, 0), (0.7934, 0.902, 0),
    (1, 0.8436, 0.0478), (0.9487, 0.6191, 0.0934), (1, 0.3948, 0), (0.9801, 0, 0), (0.69, 0, 0), (1, 1, 1),
    (1, 1, 1),
)  # fmt: skip

STEPS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "i8": ((0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1), (1, 0, 0), (1, 1, 0), (1, 0, 1), (1, 1, 1)),
    "aips0": (
        (0.196, 0.196, 0.196), (0.475, 0, 0.608), (0, 0, 0.785), (0.373, 0.655, 0.925), (0, 0.596, 0),
        (0, 0.965, 0), (1, 1, 0), (1, 0.694, 0), (1, 0, 0),
    ),
    "staircase": tuple(
        (k / 5 * weights[0], k / 5 * weights[1], k / 5 * weights[2])
        for weights in ((0.3, 0.3, 1), (0.3, 1, 0.3), (1, 0.3, 0.3))
        for k in range(1, 6)
    ),
    "color": (
        (0, 0, 0), (0.18431, 0.18431, 0.18431), (0.37255, 0.37255, 0.37255), (0.56078, 0.56078, 0.56078),
        (0.74902, 0.74902, 0.74902), (0.93725, 0.93725, 0.93725), (0, 0.18431, 0.93725), (0, 0.37255, 0.74902),
        (0, 0.49804, 0.49804), (0, 0.74902, 0.3098), (0, 0.93725, 0), (0.3098, 0.62353, 0), (0.49804, 0.49804, 0),
        (0.62353, 0.3098, 0), (0.93725, 0, 0), (0.74902, 0, 0.3098),
    ),
}  # fmt: skip

NAMES = (*CURVES, *STEPS, "sls", "hsv")


def table(name: str) -> NDArray[np.float64]:
    """The 256 colours of DS9's map *name* as (256, 3) levels in 0..1; KeyError when there is none."""
    if name == "sls":
        return _steps(_sls())
    if name == "hsv":
        return _steps(_hsv())
    if name in STEPS:
        return _steps(np.array(STEPS[name], np.float64))
    x = np.linspace(0, 1, 256)
    return np.stack([np.interp(x, *np.array(nodes, np.float64).T) for nodes in CURVES[name]], -1)


def _steps(colors: NDArray[np.float64]) -> NDArray[np.float64]:
    steps: NDArray[np.float64] = colors[np.arange(256) * len(colors) // 256]
    return steps


def _sls() -> NDArray[np.float64]:
    nodes = np.array(_SLS, np.float64)
    at = np.append(np.arange(len(nodes) - 1) * 12, 199)
    return np.stack([np.interp(np.arange(200), at, component) for component in nodes.T], -1)


def _hsv() -> NDArray[np.float64]:
    """Hue once around from 270 degrees downwards, white and black at the ends, value rising as a cube root."""
    along = np.arange(200) / 199
    hue = (((1 - along) * 360 + 270) % 360) / 60
    saturation = np.abs(np.sin((1 - along) * np.pi))
    value = np.cbrt(along)
    # Component n of HSV -> RGB as value - value*saturation*clip(min(k, 4 - k), 0, 1), k = (n + hue) mod 6.
    shift = (np.array([5, 3, 1])[None, :] + hue[:, None]) % 6
    rgb: NDArray[np.float64] = value[:, None] * (1 - saturation[:, None] * np.clip(np.minimum(shift, 4 - shift), 0, 1))
    return rgb
