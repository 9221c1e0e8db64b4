"""One file in, one GeoJSON collection out."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from typing import Any

from visiomatic.errors import BadOverlay
from visiomatic.overlays.ds9 import read_ds9
from visiomatic.overlays.geojson import collection
from visiomatic.overlays.regions import regions
from visiomatic.overlays.sky import Pixels
from visiomatic.overlays.sources import Choice, sources
from visiomatic.overlays.tables import read_tables

_REGIONS = re.compile(
    r"^\s*(#\s*region file format|global\b|(image|physical|detector|amplifier|linear|wcs[a-z]?|fk[45]|j2000|b1950|icrs"
    r"|galactic|ecliptic)\s*(;|$)"
    r"|[+!-]?(circle|annulus|ellipse|box|rotbox|polygon|point|line|[eb]?panda)\s*\()",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Converted:
    """The collection, how many features it has, and how many rows had no position."""

    collection: dict[str, Any]
    count: int
    missing: int


def convert(data: bytes, name: str, choice: Choice, pixels: Pixels | None = None) -> Converted:
    """A catalogue as points with its columns as properties, or regions as lines and areas.

    What *data* is, is told by its content; *name* serves messages. Raises :class:`BadOverlay`.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, name)
    if _is_regions(data):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadOverlay(f"{name}, line {data[: error.start].count(bytes([10])) + 1}: no UTF-8 text") from None
        features, missing = regions(read_ds9(text, name), pixels), 0
    else:
        features, missing = sources(read_tables(data, name), choice, pixels)
    return Converted(collection(features, name), len(features), missing)


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise BadOverlay(f"{name}: its compression is damaged: {error}") from None


def _is_regions(data: bytes) -> bool:
    return not data.startswith(b"SIMPLE  =") and bool(_REGIONS.search(data[:4000].decode("latin-1")))
