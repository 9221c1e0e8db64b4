"""``visiomatic convert in out.geojson``: catalogues and region files as GeoJSON on the sky."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson

from visiomatic.cli.arguments import warn
from visiomatic.errors import BadOverlay, ConfigurationError
from visiomatic.overlays.convert import convert
from visiomatic.overlays.sky import FRAMES
from visiomatic.overlays.sources import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visiomatic.fits.wcs import Sky

    Floats = NDArray[np.float64]

DESCRIPTION = """\
Write a catalogue (CSV, TSV, FITS table, VOTable) or a region file of DS9 as GeoJSON, which the page draws over images.
Longitudes and latitudes are ICRS degrees; the columns of a catalogue become properties.
"""


def run_convert(words: Sequence[str]) -> int:
    """Convert one file; the exit code is 0. Raises BadOverlay, ConfigurationError or OSError."""
    given = _parser().parse_args(words)
    source, target = Path(given.source), Path(given.target)
    if target.exists() and source.samefile(target):
        raise ConfigurationError(f"{target} is the file to convert: name another one to write")
    if bool(given.ra) != bool(given.dec):
        raise ConfigurationError("--ra and --dec belong together: name both columns")
    choice = Choice(given.ra or "", given.dec or "", given.frame)
    pixels = ImagePixels(given.image) if given.image else None
    done = convert(source.read_bytes(), source.name, choice, pixels)
    _write(target, orjson.dumps(done.collection, option=orjson.OPT_APPEND_NEWLINE))
    if done.missing:
        warn(f"{done.missing} rows of {source.name} have no position and were left out")
    print(f"Wrote {target}: {done.count} {'feature' if done.count == 1 else 'features'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("visiomatic convert", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("source", metavar="IN", help="CSV, TSV, FITS table, VOTable or DS9 region file")
    parser.add_argument("target", metavar="OUT", help="GeoJSON file to write")
    parser.add_argument("--image", metavar="FILE", help="image that positions in pixels belong to")
    parser.add_argument("--ra", metavar="COLUMN", help="column of longitudes (default: found by UCD and name)")
    parser.add_argument("--dec", metavar="COLUMN", help="column of latitudes")
    parser.add_argument("--frame", choices=tuple(FRAMES), default="icrs", help="their frame (default: icrs)")
    return parser


def _write(path: Path, data: bytes) -> None:
    """All or nothing."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class ImagePixels:
    """The sky of an image, for regions and catalogues in its pixels."""

    scale: float
    linear: Mapping[str, Floats]

    def __init__(self, name: str) -> None:
        self._sky = _sky_of(name)
        self.scale = self._sky.pixel_scale or 1.0
        self.linear = {key: np.array(rows) for key, rows in self._sky.pixel_maps.items()}

    def to_icrs(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return self._sky.pixel_to_sky(x, y, "icrs")


def _sky_of(name: str) -> Sky:
    from visiomatic.fits.resources import Resources
    from visiomatic.image import ImageFactory
    from visiomatic.library import Library
    from visiomatic.pyramid.cache import OverviewCache
    from visiomatic.pyramid.memory import MemoryPool

    factory = ImageFactory(OverviewCache(None), Resources(), 256, MemoryPool(1))
    library = Library(Path.cwd(), factory, files=(name,))
    try:
        image = library.open(library.auto_image or "")
        if image.sky is None:
            raise BadOverlay(f"{name}: this image has no sky coordinates: {image.why_no_sky}")
        return image.sky
    finally:
        library.close()
