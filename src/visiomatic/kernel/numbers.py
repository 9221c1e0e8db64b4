"""From stored numbers to physical values, and their means."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from visiomatic.kernel import _kernel
from visiomatic.kernel.raster import Raster, confirm


def decode(raster: Raster, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Physical values as float32 or float64, NaN for blank; shape (height, width)."""
    out = np.empty((raster.height, raster.width), dtype)
    confirm(_kernel.decode(raster, out), (raster,))
    return out


def decode_exact(raster: Raster) -> NDArray[Any]:
    """Physical values of type ``raster.dtype`` without loss; blank integers keep the blank's value (`blank_mask`)."""
    dtype = raster.dtype
    if dtype.itemsize != raster.itemsize or (raster.is_scaled and dtype.kind == "f"):
        return decode(raster._replace(blank=None), dtype)
    out = np.empty((raster.height, raster.width), dtype)
    confirm(_kernel.copy_numbers(raster, out), (raster,))
    return out


def blank_mask(raster: Raster) -> NDArray[np.bool_]:
    """True where an integer pixel is blank (all False for floats, whose NaN says so)."""
    out = np.empty((raster.height, raster.width), np.bool_)
    confirm(_kernel.find_blanks(raster, out), (raster,))
    return out


def rebin(raster: Raster, factor: Literal[2, 4], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Means of the finite pixels of 2 × 2 blocks from the top left, once or (factor 4) twice.

    Shape (ceil(height / factor), ceil(width / factor)); a block without a finite pixel is NaN; a lone last column or
    row is averaged over what is there. *out* may be rows of a larger array, to work band by band (a band's height
    must be a multiple of *factor* unless it is the last).
    """
    if out is None:
        out = np.empty((-(-raster.height // factor), -(-raster.width // factor)), np.float32)
    confirm(_kernel.rebin(raster, factor, out), (raster,))
    return out


def prefetch(raster: Raster) -> None:
    """Ask the system to read the mapped bytes of this raster soon; returns at once."""
    _kernel.prefetch(raster)
