"""FITS files: pixels through a memory map, headers, mosaics, compressed images, coordinates. The home of astropy."""

from visiomatic.fits.dataset import FitsDataset
from visiomatic.fits.open import looks_like_fits, open_dataset
from visiomatic.fits.resources import Resources, TileCache
from visiomatic.fits.sections import split_section
from visiomatic.fits.source import file_version

__all__ = [
    "FitsDataset",
    "Resources",
    "TileCache",
    "file_version",
    "looks_like_fits",
    "open_dataset",
    "split_section",
]
