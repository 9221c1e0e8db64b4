"""World coordinates of an image: pixel ↔ sky in every frame, and the description that the browser computes with.

The mathematics are astropy's and wcslib's (FITS papers I and II: Greisen & Calabretta 2002, A&A 395, 1061; Calabretta
& Greisen 2002, A&A 395, 1077; distortions: SIP, TPV, TNX, ZPX, paper IV tables, DSS plates). This module adds what
archives need: repairs, only the two axes of the picture, the right frame, and an answer instead of an exception.

Pixels are FITS's (1-based, integer at the centre, y up), angles are degrees, NaN means that there is no such position.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.fits.frames import SkyFrame, convert, frame_of_header, named_frame
from visiomatic.fits.wcs_cards import (
    BrokenWcs,
    has_coordinates,
    longitude_type,
    planar,
    rewrapped,
    settle_distortions,
    wcs_keywords,
)
from visiomatic.fits.wcs_describe import describe_formula, describe_frame, formula_is_complete
from visiomatic.fits.wcs_grid import Box, best_grid, measured_grid
from visiomatic.fits.wcs_pixels import pixel_maps
from visiomatic.fits.wcs_transform import Transform, columns
from visiomatic.types import Card

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_CHECKS = 64
_ARCSEC = 3600.0 * 180.0 / np.pi  # of a radian


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the pixels of a header lie in a larger frame: own x = x[0]·X + x[1], and the same for y."""

    box: Box  # x1, y1, x2, y2 in the larger frame: edges, so half-integers
    x: tuple[float, float] = (1.0, 0.0)
    y: tuple[float, float] = (1.0, 0.0)

    def own(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        return pixels * [[self.x[0]], [self.y[0]]] + [[self.x[1]], [self.y[1]]]

    def outer(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        return (pixels - [[self.x[1]], [self.y[1]]]) / [[self.x[0]], [self.y[0]]]

    @property
    def is_trivial(self) -> bool:
        return self.x == (1.0, 0.0) and self.y == (1.0, 0.0)


class Sky:
    """Positions on the sky of one image, both ways. Immutable and safe to share between threads.

    ``native_frame`` is the header's own; its name is "other" for axes without a place on the sky (solar, linear),
    where only ``frame="native"`` gives coordinates.
    """

    def __init__(self, transform: Transform, frame: SkyFrame, placement: Placement, maps: dict[str, Any]) -> None:
        self.native_frame = frame
        self.placement = placement
        self.pixel_maps = maps
        self._transform = transform
        self._checks = self._check_points()

    def pixel_to_sky(
        self, x: ArrayLike, y: ArrayLike, frame: str = "icrs"
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude and latitude of pixels in *frame*: a celestial frame, or "native"."""
        pixels, shape = columns(x, y)
        lon, lat = self._native(pixels).reshape(2, *shape)
        return (lon, lat) if frame == "native" else convert(lon, lat, self.native_frame, named_frame(frame))

    def sky_to_pixel(
        self, longitude: ArrayLike, latitude: ArrayLike, frame: str = "icrs"
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels of positions in *frame*, also outside the image."""
        world, shape = columns(longitude, latitude)
        if frame != "native":
            world = np.stack(convert(world[0], world[1], named_frame(frame), self.native_frame))
        x, y = self.placement.outer(self._transform.inverse(world)).reshape(2, *shape)
        return x, y

    def _native(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitudes as is usual: 0…360°, but −180…180° around a Sun or a planet."""
        lon, lat = self._transform.forward(self.placement.own(pixels))
        if self._transform.is_celestial:
            lon = np.mod(lon, 360.0)
            if self.native_frame.name == "other":
                lon = np.where(lon > 180.0, lon - 360.0, lon)
        return np.stack([lon, lat])

    @cached_property
    def pixel_scales(self) -> tuple[float, float] | None:
        """Arcsec along x and along y, at the check point closest to the centre; None for axes that are not angles."""
        if not self._transform.is_celestial:
            return None
        dx, dy = self._derivatives()
        return float(np.linalg.norm(dx)), float(np.linalg.norm(dy))

    @cached_property
    def pixel_area(self) -> float | None:
        """Square arcsec at the centre."""
        return float(np.linalg.norm(np.cross(*self._derivatives()))) if self._transform.is_celestial else None

    @property
    def pixel_scale(self) -> float | None:
        """Arcsec per pixel at the centre."""
        return None if self.pixel_area is None else float(np.sqrt(self.pixel_area))

    def _derivatives(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Change of the unit vector, in arcsec, per pixel along x and y; one-sided at the edge of the sky."""
        x1, y1, x2, y2 = self.placement.box
        pixels = self._checks[:2]
        nearest = np.argmin(np.hypot(pixels[0] - (x1 + x2) / 2, pixels[1] - (y1 + y2) / 2))
        centre = pixels[:, nearest : nearest + 1]
        changes = []
        for step in ([[0.5], [0.0]], [[0.0], [0.5]]):
            halves = np.diff(self._vectors(np.hstack([centre - step, centre, centre + step])), axis=1)
            known = halves[:, np.isfinite(halves).all(axis=0)]
            changes.append(2.0 * _ARCSEC * (known if known.size else halves).sum(axis=1) / max(1, known.shape[1]))
        return changes[0], changes[1]

    def _vectors(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Unit vectors in the native frame; of other axes their plain values."""
        world = self._native(pixels)
        if not self._transform.is_celestial:
            return world
        lon, lat = np.radians(world)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    def _check_points(self) -> NDArray[np.float64]:
        """Up to 64 columns x, y, longitude, latitude (native), over the image with its edges, where there is a sky."""
        for n in (8, 64):
            x1, y1, x2, y2 = self.placement.box
            pixels = np.stack([np.tile(np.linspace(x1, x2, n), n), np.repeat(np.linspace(y1, y2, n), n)])
            points = np.vstack([pixels, self._native(pixels)])
            points = points[:, np.isfinite(points).all(axis=0)]
            if points.shape[1] == _CHECKS:
                return points
        if points.shape[1] == 0:
            raise BrokenWcs("no pixel of the image has a position on the sky")
        return points[:, np.unique(np.linspace(0, points.shape[1] - 1, _CHECKS).astype(int))]

    def describe(self) -> dict[str, Any]:
        """What the browser needs, as JSON; see ``SkyDescription`` in ``client/src/wcs/types.ts``."""
        return self._description

    @cached_property
    def _description(self) -> dict[str, Any]:
        formula = describe_formula(self._transform)
        is_complete = formula_is_complete(self._transform, formula, self.placement.own(self._checks[:2]))
        if not is_complete:
            formula["projection"] = ""
        return {
            **describe_frame(self.native_frame, self.axis_names, self.axis_units),
            **formula,
            "chip_pixels": None if self.placement.is_trivial else {"x": self.placement.x, "y": self.placement.y},
            "checks": self._checks.T.tolist(),
            "grid": None if is_complete else best_grid(self._vectors, self.placement.box, self._pixel_size),
            "pixel_scale": self.pixel_scales,
            "pixel_maps": self.pixel_maps,
        }

    def grid(self, n: int) -> dict[str, Any] | None:
        """The spline grid with *n* × *n* nodes (5…257) and its measured error; None at the edge of the sky."""
        return measured_grid(self._vectors, self.placement.box, self._pixel_size, min(max(n, 5), 257))

    @property
    def _pixel_size(self) -> float:
        """Of one pixel, in units of :meth:`_vectors`."""
        scales = self.pixel_scales
        if scales is not None:
            return min(scales) / _ARCSEC
        return float(np.abs(self._transform.wcs.pixel_scale_matrix).sum(axis=1).min())

    @property
    def axis_names(self) -> tuple[str, str]:
        if self.native_frame.name != "other":
            return self.native_frame.axis_names
        lon = self._transform.longitude_axis
        names = [str(self._transform.keywords.get(f"CTYPE{axis + 1}", "")).split("-")[0] for axis in (lon, 1 - lon)]
        return names[0], names[1]

    @property
    def axis_units(self) -> tuple[str, str]:
        lon = self._transform.longitude_axis
        units = [str(unit) for unit in self._transform.wcs.wcs.cunit]
        return units[lon], units[1 - lon]


def sky_of(cards: Iterable[Card], width: int, height: int, *, path: Path | None = None) -> Sky | None:
    """The sky of an image; None when its header has no usable world coordinates (:func:`read_sky` says why)."""
    return read_sky(cards, width, height, path=path)[0]


def read_sky(
    cards: Iterable[Card],
    width: int,
    height: int,
    *,
    path: Path | None = None,
    alternate: str = "",
    placement: Placement | None = None,
) -> tuple[Sky | None, str]:
    """The sky and "", or None and the reason. Never raises for a broken header.

    *path* is the FITS file, opened only when the header points to look-up tables in it; *alternate* is the letter of an
    alternate description; *placement* puts the pixels of *cards* into a larger frame (a chip into its mosaic).
    """
    cards = tuple(cards)
    try:
        keywords = wcs_keywords(cards, alternate)
        if not has_coordinates(keywords):
            return None, "the header has no world coordinates"
        transform = Transform(rewrapped(settle_distortions(planar(keywords))), path)
        frame = frame_of_header(longitude_type(transform.keywords), keywords)
        where = placement or Placement((0.5, 0.5, width + 0.5, height + 0.5))
        return Sky(transform, frame, where, dict(pixel_maps(cards))), ""
    except BrokenWcs as error:
        return None, str(error)
