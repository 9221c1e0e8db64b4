"""Positions of overlays: frames of the sky by astropy, pixels by the image that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# As regions and catalogues name them, with astropy's name and equinox.
FRAMES: Mapping[str, tuple[str, str | None]] = {
    "icrs": ("icrs", None),
    "fk5": ("fk5", "J2000"),
    "fk4": ("fk4", "B1950"),
    "galactic": ("galactic", None),
    "ecliptic": ("barycentricmeanecliptic", "J2000"),
    "supergalactic": ("supergalactic", None),
}


class Pixels(Protocol):
    """The image that positions in pixels belong to. Pixels are FITS's (1-based), arrays any shape, NaN where none."""

    scale: float  # arcsec per image pixel
    linear: Mapping[str, Floats]  # "physical", "detector", "amplifier": 2 × 3 matrices from image pixels

    def to_icrs(self, x: Floats, y: Floats) -> tuple[Floats, Floats]: ...


def to_icrs(lon: Floats, lat: Floats, frame: str) -> tuple[Floats, Floats]:
    """ICRS degrees of positions in a frame of ``FRAMES``; arrays of one shape."""
    if frame == "icrs":
        return np.mod(lon, 360.0), lat
    from astropy.coordinates import SkyCoord

    name, equinox = FRAMES[frame]
    more = {} if equinox is None else {"equinox": equinox}
    found = SkyCoord(lon, lat, unit="deg", frame=name, **more).icrs
    return np.asarray(found.ra.deg), np.asarray(found.dec.deg)


def pixels_to_icrs(x: Floats, y: Floats, frame: str, pixels: Pixels) -> tuple[Floats, Floats]:
    """ICRS degrees of positions in "image", "physical", "detector" or "amplifier" pixels."""
    if frame in pixels.linear:
        a, b = pixels.linear[frame][:, :2], pixels.linear[frame][:, 2]
        x, y = np.linalg.solve(a, np.stack([x - b[0], y - b[1]]))
    return pixels.to_icrs(x, y)


def offset(lon: float, lat: float, west: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Positions (degrees) at *west* and *north* (arcsec) of a centre, along great circles: circles stay circles."""
    distance = np.radians(np.hypot(west, north) / 3600)
    angle = np.arctan2(-west, north)
    lat0 = np.radians(lat)
    sine = np.sin(lat0) * np.cos(distance) + np.cos(lat0) * np.sin(distance) * np.cos(angle)
    east = np.arctan2(
        np.sin(angle) * np.sin(distance) * np.cos(lat0), np.cos(distance) - np.sin(lat0) * np.clip(sine, -1, 1)
    )
    return lon + np.degrees(east), np.degrees(np.arcsin(np.clip(sine, -1, 1)))


def unwrapped(lon: Floats) -> Floats:
    """Longitudes without a jump at 0°, so that a ring over it stays one ring: the first in 0…360°."""
    return np.asarray(np.mod(lon[0], 360.0) + np.concatenate([[0.0], np.cumsum((np.diff(lon) + 180) % 360 - 180)]))
