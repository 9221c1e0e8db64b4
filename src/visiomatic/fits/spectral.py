"""Frequencies, wavelengths and velocities along one axis of a cube, with units as astronomers write them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, isfinite, log10

from visiomatic.fits.cards import Header

_C = 299792458.0

# Unit as written in headers (case and blanks apart): (kind of quantity, factor to SI)
_UNITS = {
    "hz": ("f", 1.0), "khz": ("f", 1e3), "mhz": ("f", 1e6), "ghz": ("f", 1e9), "thz": ("f", 1e12),
    "m": ("w", 1.0), "meter": ("w", 1.0), "metre": ("w", 1.0), "cm": ("w", 1e-2), "mm": ("w", 1e-3),
    "um": ("w", 1e-6), "µm": ("w", 1e-6), "micron": ("w", 1e-6), "microns": ("w", 1e-6), "micrometer": ("w", 1e-6),
    "nm": ("w", 1e-9), "nanometer": ("w", 1e-9), "nanometers": ("w", 1e-9),
    "angstrom": ("w", 1e-10), "angstroms": ("w", 1e-10), "ang": ("w", 1e-10), "å": ("w", 1e-10), "a": ("w", 1e-10),
    "m/s": ("v", 1.0), "ms-1": ("v", 1.0), "m.s-1": ("v", 1.0), "m*s-1": ("v", 1.0), "m*s**-1": ("v", 1.0),
    "ms**-1": ("v", 1.0), "ms^-1": ("v", 1.0), "m/sec": ("v", 1.0),
    "km/s": ("v", 1e3), "kms-1": ("v", 1e3), "km.s-1": ("v", 1e3), "km*s-1": ("v", 1e3), "km*s**-1": ("v", 1e3),
    "kms**-1": ("v", 1e3), "kms^-1": ("v", 1e3), "km/sec": ("v", 1e3),
    "j": ("e", 1.0), "ev": ("e", 1.602176634e-19), "kev": ("e", 1.602176634e-16), "mev": ("e", 1.602176634e-13),
    "1/m": ("k", 1.0), "m-1": ("k", 1.0), "cm-1": ("k", 1e2), "1/cm": ("k", 1e2),
}  # fmt: skip

# CTYPE, the first four letters or a common name: kind of quantity
_TYPES = {
    "FREQ": "f", "FREQUENC": "f", "NU": "f",
    "WAVE": "w", "AWAV": "w", "LAMBDA": "w", "WAVELENG": "w", "WAVN": "k",
    "VRAD": "v", "VOPT": "v", "VELO": "v", "FELO": "v", "ENER": "e", "ZOPT": "z", "BETA": "b",
}  # fmt: skip

_STEPS = {
    "f": ((1e3, "Hz"), (1e6, "kHz"), (1e10, "MHz"), (1e13, "GHz"), (float("inf"), "THz")),
    "w": ((9.995e-7, "Å"), (9.995e-4, "µm"), (9.995e-3, "mm"), (1.0, "cm"), (float("inf"), "m")),
    "v": ((float("inf"), "km/s"),),
    "e": ((1.6e-17, "eV"), (1.6e-14, "keV"), (float("inf"), "MeV")),
    "k": ((float("inf"), "1/cm"),),
}
_SHOWN = {
    "Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9, "THz": 1e12, "Å": 1e-10, "nm": 1e-9, "µm": 1e-6, "mm": 1e-3,
    "cm": 1e-2, "m": 1.0, "km/s": 1e3, "eV": 1.602176634e-19, "keV": 1.602176634e-16, "MeV": 1.602176634e-13,
    "1/cm": 1e2, "": 1.0,
}  # fmt: skip
_WRITTEN = {"nm": "nm", "um": "µm", "µm": "µm", "micron": "µm", "microns": "µm", "angstrom": "Å", "mm": "mm"}


@dataclass(frozen=True, slots=True)
class SpectralAxis:
    """Values along one axis in ``unit``, and the CTYPE code as written (FREQ, VOPT, FELO …)."""

    type: str
    unit: str
    values: tuple[float, ...]
    decimals: int

    def label(self, index: int) -> str:
        value = self.values[index]
        if self.unit:
            return f"{value:.{self.decimals}f} {self.unit}"
        return f"{'z' if self.type == 'ZOPT' else self.type} {value:.{self.decimals}f}"


def spectral_axis(header: Header, axis: int, length: int) -> SpectralAxis | None:
    """The spectral coordinate of axis number *axis* (1-based), or None when it is not spectral or not usable."""
    written = header.text(f"CTYPE{axis}").upper()
    written_unit = header.text(f"CUNIT{axis}").replace(" ", "").lower()
    unit_kind, factor = _UNITS.get(written_unit, ("", 1.0))
    kind = _TYPES.get(written[:4].rstrip("-"), "") or _TYPES.get(written[:8].strip(), "")
    if not kind and unit_kind and written not in ("STOKES",) and (not written or written in ("LINEAR", "PIXEL")):
        kind, written = unit_kind, {"f": "FREQ", "w": "WAVE", "v": "VELO", "e": "ENER", "k": "WAVN"}[unit_kind]
    if not kind or (unit_kind and unit_kind != kind) or f"CRVAL{axis}" not in header:
        return None
    factor = factor if unit_kind else 1.0
    values = _values(header, axis, length, written, factor)
    if values is None or not all(map(isfinite, values)):
        return None
    return _shown(_type_code(written), kind, values, written_unit)


def _type_code(written: str) -> str:
    code = written[:4].rstrip("-")
    return {"LAMB": "WAVE", "FREQ": "FREQ", "NU": "FREQ"}.get(code, code)


def _shown(code: str, kind: str, values: tuple[float, ...], written_unit: str) -> SpectralAxis:
    unit = _WRITTEN.get(written_unit, "")
    if not unit and kind in _STEPS:
        typical = max(abs(values[0]), abs(values[-1]))
        unit = next(name for limit, name in _STEPS[kind] if typical < limit)
    scaled = tuple(value / _SHOWN[unit] for value in values)
    return SpectralAxis(code, unit, scaled, _decimals(scaled))


def _decimals(values: tuple[float, ...]) -> int:
    """Digits after the point: what the values need, or what keeps neighbours apart; for one value, seven in all."""
    largest = max(map(abs, values), default=0.0) or 1.0
    if len(values) > 1:
        step = min(abs(b - a) for a, b in pairwise(values))
        if step > 0:
            enough = min(max(ceil(-log10(step)) + 1, 1), 9)
            exact = (d for d in range(1, enough + 2) if all(abs(v - round(v, d)) < step * 1e-6 for v in values[:16]))
            return next(exact, enough)
    digits = f"{largest:.{max(0, 6 - int(log10(largest)) if largest >= 1 else 7)}f}".rstrip("0").partition(".")[2]
    return max(len(digits), 1)


def _values(header: Header, axis: int, length: int, written: str, factor: float) -> tuple[float, ...] | None:
    """Values in SI units at pixels 1 … length."""
    reference = header.number(f"CRPIX{axis}", 0.0)
    start, step = header.number(f"CRVAL{axis}"), axis_step(header, axis)
    algorithm = "F2W" if written.startswith("FELO") else written[5:8]
    if algorithm == "LOG" and start:
        return tuple(factor * start * exp(step * (pixel - reference) / start) for pixel in range(1, length + 1))
    if len(algorithm) == 3 and algorithm[1] == "2":
        return _converted(header, written, algorithm, (start * factor, step * factor, reference), length)
    if algorithm in ("TAB", "GRI", "GRA"):
        return None
    return tuple(factor * (start + step * (pixel - reference)) for pixel in range(1, length + 1))


def axis_step(header: Header, axis: int) -> float:
    """Increment of world coordinate per pixel along *axis*, from CD or CDELT and PC."""
    if f"CD{axis}_{axis}" in header:
        return header.number(f"CD{axis}_{axis}")
    return header.number(f"CDELT{axis}", 1.0) * header.number(f"PC{axis}_{axis}", 1.0)


def _converted(
    header: Header, written: str, algorithm: str, linear: tuple[float, float, float], length: int
) -> tuple[float, ...] | None:
    """A coordinate that is not linear in its pixels (VOPT-F2W …): wcslib does it; linear where wcslib refuses."""
    import numpy as np
    from astropy.wcs import Wcsprm

    start, step, reference = linear
    code = "VOPT" if written.startswith("FELO") else written[:4]
    wcs = Wcsprm(naxis=1)
    wcs.ctype, wcs.cunit = [f"{code}-{algorithm}"], [{"VRAD": "m/s", "VOPT": "m/s", "VELO": "m/s"}.get(code, "")]
    wcs.crval, wcs.cdelt, wcs.crpix = [start], [step], [reference]
    wcs.restfrq = header.number("RESTFRQ", header.number("RESTFREQ", 0.0))
    wcs.restwav = header.number("RESTWAV", 0.0) or (_C / wcs.restfrq if wcs.restfrq else 0.0)
    pixels = np.arange(1.0, length + 1)
    try:
        return tuple(float(value) for value in wcs.p2s(pixels[:, None], 1)["world"][:, 0])
    except Exception as error:  # noqa: BLE001  wcslib raises a dozen classes; the linear form is what the header says
        _ = error
        return tuple(float(value) for value in start + step * (pixels - reference))
