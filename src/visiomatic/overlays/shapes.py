"""Outlines of DS9 regions, in the coordinates of their own frame.

Angles count from the first axis of the frame (pixels: x; the sky: west) counter-clockwise, as DS9 does. On the sky
lengths are arcsec along great circles.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from visiomatic.overlays.angles import angle_from
from visiomatic.overlays.ds9 import Region
from visiomatic.overlays.sky import FRAMES, Pixels, offset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CORNERS = 96
_ARCSEC = {'"': 1.0, "'": 60.0, "d": 3600.0, "°": 3600.0, "r": math.degrees(1) * 3600}
_POSITION_FRAMES = {"i": "image", "p": "physical"}


@dataclass(frozen=True, slots=True)
class Outline:
    """``kind`` as GeoJSON calls it; ``parts``: each polygon is a list of rings (outer first), each ring (2, n)."""

    kind: Literal["Point", "LineString", "MultiPolygon"]
    parts: list[list[Floats]]
    frame: str


def outline(region: Region, pixels: Pixels | None) -> Outline:
    """Raises :class:`BadOverlay` for what a shape lacks, and for pixels without an image."""
    return _Builder(region, pixels).build()


class _Builder:
    def __init__(self, region: Region, pixels: Pixels | None) -> None:
        self.region, self.pixels = region, pixels
        self.frame = self._frame()

    def _frame(self) -> str:
        """The frame of the file, or that of the position's own unit (i, p)."""
        first = self.region.arguments[0] if self.region.arguments else ""
        frame = _POSITION_FRAMES.get(first[-1:].lower(), self.region.frame)
        if frame not in FRAMES and self.pixels is None:
            raise self.region.wrong(f"its position is in {frame} pixels: name the image, --image FILE")
        return frame

    def build(self) -> Outline:
        shape, count = self.region.shape, len(self.region.arguments)
        if shape in ("point", "text", "compass"):
            return Outline("Point", [[self._positions(0, 2)]], self.frame)
        if shape in ("line", "ruler", "projection"):
            return Outline("LineString", [[self._positions(0, 4)]], self.frame)
        if shape in ("polygon", "segment"):
            points = self._positions(0, count)
            if shape == "segment":
                return Outline("LineString", [[points]], self.frame)
            if points.shape[1] < 3:
                raise self.region.wrong("a polygon has at least three corners")
            return Outline("MultiPolygon", [[points]], self.frame)
        if shape == "vector":
            length, angle = self._length(2), math.radians(self._angle(3))
            shaft = np.array([[0.0, length * math.cos(angle)], [0.0, length * math.sin(angle)]])
            return Outline("LineString", [[self._around(shaft)]], self.frame)
        parts = [[self._around(ring) for ring in rings] for rings in self._areas(shape, count)]
        return Outline("MultiPolygon", parts, self.frame)

    def _areas(self, shape: str, count: int) -> list[list[Floats]]:
        """Polygons around the centre: rings of (along, across)."""
        if shape in ("circle", "annulus"):
            last = 3 if shape == "circle" else count
            return _nested([_ellipse(r, r) for r in self._lengths(2, last)])
        if shape in ("ellipse", "box", "rotbox"):
            return self._axes(_ellipse if shape == "ellipse" else _box, count)
        return self._sectors(shape)

    def _axes(self, make: _Make, count: int) -> list[list[Floats]]:
        """One pair of axes, or several for rings; the angle at the end."""
        turned = count % 2 == 1
        angle = self._angle(count - 1) if turned else 0.0
        sizes = self._lengths(2, max(4, count - turned))
        pairs = zip(sizes[::2], sizes[1::2], strict=True)
        return _nested([_turn(make(a, b), angle) for a, b in pairs])

    def _sectors(self, shape: str) -> list[list[Floats]]:
        """Sectors between rays (angles as the whole shape's, not from its own axis) and rings."""
        start, stop, sectors = self._angle(2), self._angle(3), self._whole(4)
        if shape == "panda":
            (inner, outer), rings, angle = self._lengths(5, 7), self._whole(7), 0.0
            sizes = [(r, r) for r in np.linspace(inner, outer, rings + 1)]
        else:
            a1, b1, a2, b2 = self._lengths(5, 9)
            rings, angle = self._whole(9), self._angle(10) if len(self.region.arguments) > 10 else 0.0
            sizes = list(zip(np.linspace(a1, a2, rings + 1), np.linspace(b1, b2, rings + 1), strict=True))
        stop += 360 if stop <= start else 0
        reach = _box_reach if shape == "bpanda" else _ellipse_reach
        rays = np.linspace(start, stop, sectors + 1)
        return [
            [_sector(reach, low, high, (one, two), angle)]
            for low, high in pairwise(sizes)
            for one, two in pairwise(rays)
        ]

    def _around(self, points: Floats) -> Floats:
        lon, lat = self._positions(0, 2)[:, 0]
        if self.frame in FRAMES:
            return np.stack(offset(float(lon), float(lat), points[0], points[1]))
        return np.stack([lon + points[0], lat + points[1]])

    def _positions(self, start: int, stop: int) -> Floats:
        words = self.region.arguments[start:stop]
        if len(words) < max(2, min(stop, 4) - start) or len(words) % 2:
            raise self.region.wrong(f"{len(self.region.arguments)} numbers are too few, or one is missing")
        return np.array([[self._coordinate(word, k) for word in words[k::2]] for k in (0, 1)])

    def _coordinate(self, word: str, axis: int) -> float:
        bare = word[:-1] if word[-1:].lower() in _POSITION_FRAMES else word
        value = angle_from(bare, hours=axis == 0 and self.frame in ("icrs", "fk5", "fk4"))
        if value is None or (axis == 1 and self.frame in FRAMES and abs(value) > 90):
            raise self.region.wrong(f"{word!r} is no position")
        return value

    def _lengths(self, start: int, stop: int) -> list[float]:
        return [self._length(k) for k in range(start, stop)]

    def _length(self, k: int) -> float:
        """Arcsec on the sky, else pixels of the frame."""
        word = self._word(k)
        found = re.fullmatch(r"([-+.\deE]+?)([\"'dr°ip]?)", word)
        value = angle_from(found[1]) if found else None
        if found is None or value is None or value < 0:
            raise self.region.wrong(f"{word!r} is no length")
        in_pixels = found[2] in ("i", "p") or (not found[2] and self.frame not in FRAMES)
        if not in_pixels:
            value *= _ARCSEC[found[2] or "d"]
        return value if in_pixels == (self.frame not in FRAMES) else self._rescaled(value, in_pixels)

    def _rescaled(self, value: float, in_pixels: bool) -> float:
        if self.pixels is None:
            raise self.region.wrong("its size is in pixels, its position on the sky: name the image, --image FILE")
        return value * self.pixels.scale if in_pixels else value / self.pixels.scale

    def _angle(self, k: int) -> float:
        value = angle_from(self._word(k))
        if value is None:
            raise self.region.wrong(f"{self._word(k)!r} is no angle")
        return value

    def _whole(self, k: int) -> int:
        word = self._word(k)
        if not re.fullmatch(r"\d{1,4}", word) or int(word) < 1:
            raise self.region.wrong(f"{word!r} is no number of parts")
        return int(word)

    def _word(self, k: int) -> str:
        if k >= len(self.region.arguments):
            raise self.region.wrong(f"{len(self.region.arguments)} numbers are too few")
        return self.region.arguments[k]


def _nested(rings: list[Floats]) -> list[list[Floats]]:
    """One ring is an area; of several each encloses the one before as its hole."""
    return [rings] if len(rings) == 1 else [[outer, inner] for inner, outer in pairwise(rings)]


def _ellipse(a: float, b: float) -> Floats:
    t = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    return np.stack([a * np.cos(t), b * np.sin(t)])


def _box(width: float, height: float) -> Floats:
    return np.array([[-width, width, width, -width], [-height, -height, height, height]]) / 2


def _turn(points: Floats, angle: float) -> Floats:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[c, -s], [s, c]]) @ points


def _ellipse_reach(size: tuple[float, float], direction: Floats) -> Floats:
    """Distance from the centre to an ellipse with half axes *size*, along directions from its own axis (radians)."""
    a, b = size
    return a * b / np.maximum(np.hypot(b * np.cos(direction), a * np.sin(direction)), 1e-300)


def _box_reach(size: tuple[float, float], direction: Floats) -> Floats:
    across = np.maximum(np.abs(np.cos(direction)), 1e-12), np.maximum(np.abs(np.sin(direction)), 1e-12)
    return np.minimum(size[0] / 2 / across[0], size[1] / 2 / across[1])


def _sector(
    reach: _Reach, low: tuple[float, float], high: tuple[float, float], rays: tuple[float, float], angle: float
) -> Floats:
    """Arcs between two rays; a corner at the centre where the inner ring has no size."""
    count = max(8, math.ceil(CORNERS * (rays[1] - rays[0]) / 360))
    directions = np.linspace(*rays, count + 1)
    if reach is _box_reach:
        directions = _with_corners(directions, high, angle)
    out = _polar(reach(high, np.radians(directions - angle)), directions)
    back = _polar(reach(low, np.radians(directions - angle)), directions)[:, ::-1] if max(low) > 0 else np.zeros((2, 1))
    return np.concatenate([out, back], axis=1)


def _with_corners(directions: Floats, size: tuple[float, float], angle: float) -> Floats:
    """The directions of a box's corners among the others."""
    corner = math.degrees(math.atan2(size[1], size[0]))
    corners = [angle + sign * corner + turn for sign in (1, -1) for turn in (0, 180)]
    first, last = directions[0], directions[-1]
    inside = [c + 360 * k for c in corners for k in range(-3, 4) if first < c + 360 * k < last]
    return np.unique(np.concatenate([directions, inside]))


def _polar(distance: Floats, direction: Floats) -> Floats:
    return np.stack([distance * np.cos(np.radians(direction)), distance * np.sin(np.radians(direction))])


if TYPE_CHECKING:
    from collections.abc import Callable

    _Make = Callable[[float, float], Floats]
    _Reach = Callable[[tuple[float, float], Floats], Floats]
