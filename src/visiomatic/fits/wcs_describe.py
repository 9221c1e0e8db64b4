"""The normalised description of a WCS that the browser computes with, free of all quirks of headers.

Everything is resolved by wcslib first: axis order, CD matrix, projection code, parameters with their defaults, the
Euler angles of the native pole (paper II, section 2.4). What remains are numbers of FITS papers I and II, SIP and TPV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.fits.frames import SkyFrame, e_terms, matrix_to_icrs
from visiomatic.fits.wcs_cards import Keywords, is_tpv
from visiomatic.fits.wcs_transform import Transform

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What lies beyond formulas: look-up tables and polynomials of other conventions.
_DISTORTIONS = ("WAT", "CPDIS", "CQDIS", "DP", "DQ", "D2IM", "AXISCORR", "PLT", "AMD", "PPO", "CNPIX", "XPIX", "YPIX")
_NEGLIGIBLE = 1e-6  # pixels
_TPV_TERMS = 40


def describe_frame(frame: SkyFrame, names: tuple[str, str], units: tuple[str, str]) -> dict[str, Any]:
    matrix, terms = matrix_to_icrs(frame), e_terms(frame)
    return {
        "frame": frame.name,
        "title": frame.title if frame.name != "other" else ", ".join(names),
        "equinox": frame.equinox,
        "to_icrs": None if matrix is None else matrix.ravel().tolist(),
        "e_terms": None if terms is None else terms.tolist(),
        "names": list(names),
        "units": list(units),
    }


def describe_formula(transform: Transform) -> dict[str, Any]:
    """Linear part, projection and distortion polynomials."""
    core = transform.wcs.wcs
    cel = core.cel
    lon = transform.longitude_axis
    order = [lon, 1 - lon]
    celestial = transform.is_celestial and bool(cel.prj.code.strip())
    return {
        "projection": cel.prj.code if celestial else "LIN",
        "pv": _parameters(cel.prj) if celestial else [],
        "longitude_axis": lon,
        "crpix": core.crpix.tolist(),
        "cd": transform.wcs.pixel_scale_matrix.tolist(),
        "crval": core.crval[order].tolist(),
        "euler": cel.euler.tolist() if celestial else [0.0, 0.0, 0.0, 1.0, 0.0],
        "offset": [float(cel.prj.x0), float(cel.prj.y0)] if celestial else [0.0, 0.0],
        "sip": _sip(transform.wcs.sip),
        "tpv": _tpv(transform.keywords, order) if is_tpv(transform.keywords) else None,
    }


def _parameters(projection: Any) -> list[float]:
    """PVi_m by m, with wcslib's defaults, up to the last that is not zero."""
    values: list[float] = np.nan_to_num(projection.pv).tolist()
    while values and values[-1] == 0.0:
        values.pop()
    return values


def _sip(sip: Any) -> dict[str, Any] | None:
    if sip is None:
        return None

    def terms(matrix: NDArray[np.float64] | None) -> list[list[float]]:
        if matrix is None:
            return []
        return [[int(p), int(q), float(matrix[p, q])] for p, q in np.argwhere(matrix)]

    return {"crpix": sip.crpix.tolist(), "a": terms(sip.a), "b": terms(sip.b)}


def _tpv(keywords: Keywords, order: list[int]) -> dict[str, list[float]]:
    """The 40 coefficients for longitude and for latitude, each in powers of itself first, then of the other.

    wcslib reads those of axis 1 in powers of longitude first and those of axis 2 in powers of latitude first, whichever
    axis is which: with declination first, own and other change places.
    """

    def coefficients(axis: int) -> list[float]:
        values = [float(keywords.get(f"PV{axis + 1}_{m}", 0.0)) for m in range(_TPV_TERMS)]
        return values if order == [0, 1] else _exchanged(values)

    return {"lon": coefficients(order[0]), "lat": coefficients(order[1])}


def _exchanged(values: list[float]) -> list[float]:
    """TPV coefficients with the two variables exchanged: every degree backwards, powers of the radius as they are."""
    result: list[float] = []
    for degree in range(8):
        start = len(result)
        result += values[start : start + degree + 1][::-1]
        if degree % 2 == 1:
            result.append(values[len(result)])
    return result


def formula_is_complete(transform: Transform, description: dict[str, Any], pixels: NDArray[np.float64]) -> bool:
    """Whether the description gives what astropy gives: false for tables, TNX, plate solutions, non-linear axes."""
    keywords = transform.keywords
    if description["projection"] == "LIN":
        return _is_linear(transform, description, pixels)
    if str(keywords.get("CTYPE1", "")).rpartition("-")[2] in ("TNX", "ZPX", "TAB"):
        return False
    if not any(name.startswith(_DISTORTIONS) for name in keywords):
        return True
    plain = Transform({n: v for n, v in keywords.items() if not n.startswith(_DISTORTIONS)})
    difference = plain.inverse(transform.forward(pixels)) - pixels
    return bool(np.abs(difference).max() < _NEGLIGIBLE)


def _is_linear(transform: Transform, description: dict[str, Any], pixels: NDArray[np.float64]) -> bool:
    cd = np.array(description["cd"])
    offset = np.linalg.solve(cd, transform.forward(pixels) - np.array(description["crval"])[:, None])
    miss = offset + np.array(description["crpix"])[:, None] - pixels
    return bool(np.abs(miss).max() < _NEGLIGIBLE)
