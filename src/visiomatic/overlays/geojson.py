"""GeoJSON (RFC 7946) with longitude and latitude on the sky in degrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIGITS = 9  # of a degree: 3.6 microarcsec

Positions = Sequence[Sequence[float]]


def positions(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[list[float]]:
    return [[round(a, DIGITS), round(b, DIGITS)] for a, b in zip(lon.tolist(), lat.tolist(), strict=True)]


def ring(points: list[list[float]], *, hole: bool = False) -> list[list[float]]:
    """Closed, counter-clockwise in (longitude, latitude); the other way round for a hole."""
    x, y = np.array(points).T
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    turned = points if (area > 0) != hole else points[::-1]
    return [*turned, turned[0]]


def feature(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": dict(geometry)}


def collection(features: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    return {"type": "FeatureCollection", "name": name, "features": list(features)}
