"""From stored numbers to physical values, and their means."""

from __future__ import annotations

import mmap
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from visiomatic.kernel import reference
from visiomatic.kernel.raster import Raster


def decode(raster: Raster, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Physical values as float32 or float64, NaN for blank; shape (height, width)."""
    return reference.decode(raster, dtype)


def decode_exact(raster: Raster) -> NDArray[Any]:
    """Physical values of type ``raster.dtype`` without loss; blank integers keep the blank's value (`blank_mask`)."""
    return reference.decode_exact(raster)


def blank_mask(raster: Raster) -> NDArray[np.bool_]:
    """True where an integer pixel is blank (all False for floats, whose NaN says so)."""
    return reference.blank_mask(raster)


def rebin(raster: Raster, factor: Literal[2, 4], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Means of the finite pixels of 2 × 2 blocks from the top left, once or (factor 4) twice.

    Shape (ceil(height / factor), ceil(width / factor)); a block without a finite pixel is NaN; a lone last column or
    row is averaged over what is there. *out* may be rows of a larger array, to work band by band (a band's height
    must be a multiple of *factor* unless it is the last).
    """
    means = reference.rebin(raster, factor)
    if out is None:
        return means
    out[...] = means
    return out


def prefetch(raster: Raster) -> None:
    """Ask the system to read the bytes of this raster soon. Does nothing for data that is not a memory map."""
    if not isinstance(raster.data, mmap.mmap) or not hasattr(mmap, "MADV_WILLNEED"):
        return
    first = raster.offset + min(0, (raster.height - 1) * raster.row_stride)
    last = raster.offset + max(0, (raster.height - 1) * raster.row_stride) + raster.width * raster.itemsize
    start = first // mmap.PAGESIZE * mmap.PAGESIZE
    raster.data.madvise(mmap.MADV_WILLNEED, start, last - start)
