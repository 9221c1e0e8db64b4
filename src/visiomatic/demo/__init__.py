"""Images to look at without having any: a simulated survey field, and a plate that comes with astropy."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from visiomatic.demo.fitsfile import is_same_field

PLATE = "io/fits/hdu/compressed/tests/data/m13.fits"


def field_name(size: int) -> str:
    """The name of the field's file."""
    return f"simulated-field-{size}.fits"


def make_library(folder: Path, size: int, seed: int, progress: Callable[[float], None]) -> Path:
    """Fill *folder* with the demonstration images that are not there yet; returns it.

    The field is *size* × *size* pixels in three bands and the same for the same *seed*. *progress* is told the part
    done, from 0 to 1, while the field is made; it is not called when the field is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    field = folder / field_name(size)
    if not is_same_field(field, size, seed):
        from visiomatic.demo.field import write_field

        write_field(field, size, seed, progress)
    _copy_plate(folder / "m13-dss.fits")
    return folder


def _copy_plate(path: Path) -> None:
    """The 300 × 300 Digitized Sky Survey image of M13, where the installed astropy still has its test data."""
    astropy = importlib.util.find_spec("astropy")
    if path.exists() or astropy is None or not astropy.submodule_search_locations:
        return
    source = Path(astropy.submodule_search_locations[0]) / PLATE
    if source.is_file():
        part = path.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(source, part)
        part.replace(path)
