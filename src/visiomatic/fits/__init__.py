"""FITS files: pixels through a memory map, headers, mosaics, compressed images, coordinates. The home of astropy."""

from visiomatic.fits.cutout import Cutout, cutout
from visiomatic.fits.dataset import FitsDataset
from visiomatic.fits.lists import open_channels
from visiomatic.fits.open import looks_like_fits, open_dataset
from visiomatic.fits.resources import Resources, TileCache
from visiomatic.fits.sections import split_section
from visiomatic.fits.source import file_version

__all__ = [
    "Cutout",
    "FitsDataset",
    "Resources",
    "TileCache",
    "cutout",
    "file_version",
    "looks_like_fits",
    "open_channels",
    "open_dataset",
    "split_section",
]
