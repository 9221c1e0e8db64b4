"""DS9 regions as GeoJSON features on the sky."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.overlays.ds9 import Region
from visiomatic.overlays.geojson import feature, positions, ring
from visiomatic.overlays.shapes import Outline, outline
from visiomatic.overlays.sky import FRAMES, Pixels, pixels_to_icrs, to_icrs, unwrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def regions(shapes: Sequence[Region], pixels: Pixels | None) -> list[dict[str, Any]]:
    """One feature for each region. Raises :class:`BadOverlay` where one cannot be placed."""
    outlines = [outline(shape, pixels) for shape in shapes]
    placed = iter(_placed([(one.frame, ring) for one in outlines for part in one.parts for ring in part], pixels))
    features = []
    for shape, one in zip(shapes, outlines, strict=True):
        parts = [[next(placed) for _ in part] for part in one.parts]
        if not all(np.isfinite(ring).all() for part in parts for ring in part):
            raise shape.wrong("it lies outside the projection of the image")
        features.append(feature(_geometry(one, parts), _properties(shape)))
    return features


def _placed(rings: Sequence[tuple[str, Floats]], pixels: Pixels | None) -> list[Floats]:
    """All in ICRS. Frame by frame at once: one conversion of astropy costs as much as ten thousand positions."""
    result: list[Floats] = [points for _, points in rings]
    for frame in {frame for frame, _ in rings}:
        chosen = [k for k, (own, _) in enumerate(rings) if own == frame]
        x, y = np.concatenate([rings[k][1] for k in chosen], axis=1)
        if frame in FRAMES:
            sky = np.stack(to_icrs(x, y, frame))
        else:
            assert pixels is not None  # shapes.py has refused it
            sky = np.stack(pixels_to_icrs(x, y, frame, pixels))
        ends = np.cumsum([rings[k][1].shape[1] for k in chosen])[:-1]
        for k, part in zip(chosen, np.split(sky, ends, axis=1), strict=True):
            result[k] = part
    return result


def _geometry(one: Outline, parts: list[list[Floats]]) -> dict[str, Any]:
    made = [[positions(unwrapped(lon), lat) for lon, lat in part] for part in parts]
    if one.kind == "Point":
        return {"type": "Point", "coordinates": made[0][0][0]}
    if one.kind == "LineString":
        return {"type": "LineString", "coordinates": made[0][0]}
    polygons = [[ring(points, hole=k > 0) for k, points in enumerate(part)] for part in made]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _properties(region: Region) -> dict[str, Any]:
    """What the page uses (name, color, width, dashed, included), and what kind of region it was."""
    given = region.properties
    made: dict[str, Any] = {"shape": region.shape}
    if given.get("text"):
        made["name"] = given["text"]
    if _color(given.get("color", "")):
        made["color"] = _color(given["color"])
    if re.fullmatch(r"\d+(\.\d+)?", given.get("width", "")) and float(given["width"]) != 1:
        made["width"] = float(given["width"])
    if given.get("dash") == "1":
        made["dashed"] = True
    if not region.included:
        made["included"] = False
    if region.tags:
        made["tags"] = ", ".join(region.tags)
    return made


def _color(text: str) -> str:
    """A colour as CSS has it: DS9 writes up to 16 bits a channel, and its green is not CSS's."""
    wide = re.fullmatch(r"#(..)..(..)..(..)..", text)
    if wide:
        return "#" + "".join(wide.groups())
    return "#00ff00" if text.lower() == "green" else text if re.fullmatch(r"#(\w{3}){1,2}|[a-zA-Z]+", text) else ""
