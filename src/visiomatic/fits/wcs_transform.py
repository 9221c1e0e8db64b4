"""Pixel ↔ native world coordinates of one image plane, by astropy and wcslib, without raising."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.fits.wcs_cards import BrokenWcs, Keywords, celestial_axes, fits_header, longitude_type

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_LOOKUPS = ("CPDIS", "CPERR", "DP", "D2IM")  # look-up tables of paper IV
_POINTERS = (*_LOOKUPS, "PS")  # what leads to tables in other HDUs
_REPAIRS: tuple[tuple[str, ...], ...] = ((), ("CUNIT",), _LOOKUPS, ("CUNIT", *_LOOKUPS))
_NEWTON_STEPS = 30
_NUDGE = 0.01  # pixels, for numerical derivatives
_NUDGE_X, _NUDGE_Y = np.array([[_NUDGE], [0.0]]), np.array([[0.0], [_NUDGE]])


class Transform:
    """FITS pixels to (longitude, latitude) in degrees, or to the values of two other axes; NaN where there is none.

    Arrays of shape (2, n) both ways. astropy's WCS is not safe to use from several threads at once: calls take turns.
    """

    def __init__(self, keywords: Keywords, path: Path | None = None) -> None:
        self.keywords = keywords
        self.wcs = _astropy_wcs(keywords, path)
        self.is_celestial = longitude_type(keywords) != ""
        self.longitude_axis = (celestial_axes(keywords) or (1, 2))[0] - 1
        self._is_distorted = bool(self.wcs.has_distortion)
        self._turn = threading.Lock()

    def forward(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._in_order(self._call(self.wcs.all_pix2world, pixels))

    def inverse(self, world: NDArray[np.float64]) -> NDArray[np.float64]:
        focal = self._call(self.wcs.wcs_world2pix, self._in_order(world))
        return self._without_distortion(focal) if self._is_distorted else focal

    def _in_order(self, pair: NDArray[np.float64]) -> NDArray[np.float64]:
        """Axis order ↔ longitude first."""
        return pair[::-1] if self.longitude_axis == 1 else pair

    def _call(self, function: Any, points: NDArray[np.float64]) -> NDArray[np.float64]:
        result = np.full(points.shape, np.nan)
        valid = np.isfinite(points).all(axis=0)
        if valid.any():
            with self._turn:
                result[:, valid] = function(points[0, valid], points[1, valid], 1)
        result[:, ~np.isfinite(result).all(axis=0)] = np.nan
        return result

    def _without_distortion(self, focal: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels whose SIP and look-up tables lead to the focal positions, by Newton's iteration.

        astropy's own inverse raises when one point of many diverges; here that point becomes NaN.
        """
        pixel = focal.copy()
        with np.errstate(all="ignore"):
            for _ in range(_NEWTON_STEPS):
                here = self._call(self.wcs.pix2foc, pixel)
                along_x = (self._call(self.wcs.pix2foc, pixel + _NUDGE_X) - here) / _NUDGE
                along_y = (self._call(self.wcs.pix2foc, pixel + _NUDGE_Y) - here) / _NUDGE
                step = _solve(along_x, along_y, here - focal)
                pixel -= step
                if not np.any(np.abs(step) > 1e-9):
                    break
            missed = np.abs(self._call(self.wcs.pix2foc, pixel) - focal)
        pixel[:, ~(missed < 1e-6).all(axis=0)] = np.nan
        return pixel


def _solve(a: NDArray[np.float64], b: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """(s, t) of s·a + t·b = rest, for columns of 2-vectors."""
    determinant = a[0] * b[1] - a[1] * b[0]
    numerators = np.stack([rest[0] * b[1] - rest[1] * b[0], a[0] * rest[1] - a[1] * rest[0]])
    solution: NDArray[np.float64] = numerators / determinant
    return solution


def columns(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """Two broadcast arrays as (2, n), and the shape they had."""
    pair = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    return np.stack([pair[0].ravel(), pair[1].ravel()]), pair[0].shape


def _astropy_wcs(keywords: Keywords, path: Path | None) -> Any:
    """An astropy WCS, if need be without units it does not understand or tables that are not there.

    Raises :class:`BrokenWcs` with the first complaint when nothing helps.
    """
    complaint: BrokenWcs | None = None
    tried: list[Keywords] = []
    for dropped in _REPAIRS:
        rest = {name: value for name, value in keywords.items() if not name.startswith(dropped)}
        if rest not in tried:
            tried.append(rest)
            try:
                return _constructed(rest, path)
            except BrokenWcs as error:
                complaint = complaint or error
    raise complaint or BrokenWcs("no world coordinates")


def _constructed(keywords: Keywords, path: Path | None) -> Any:
    from astropy.wcs import WCS

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "cdelt will be ignored" and such: repairs, not news
            if path is not None and any(name.startswith(_POINTERS) for name in keywords):
                return _with_tables(keywords, path)
            return WCS(fits_header(keywords))
    except Exception as error:  # wcslib raises a dozen classes, MemoryError among them
        raise BrokenWcs(_last_line(error)) from error


def _with_tables(keywords: Keywords, path: Path) -> Any:
    from astropy.io import fits
    from astropy.wcs import WCS

    with fits.open(path) as hdus:
        return WCS(fits_header(keywords), hdus)


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
