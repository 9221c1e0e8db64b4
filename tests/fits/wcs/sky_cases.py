"""Headers of every kind that FITS papers I and II, SIP, TPV and TNX allow, and what astropy makes of them.

A case is a name, the WCS keywords and the size of the image. Projections appear three times: a rotated field of 80°,
one with LONPOLE, one with LONPOLE and LATPOLE; those of the whole sky also as all-sky maps.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.types import Card

Keywords = dict[str, Any]


@dataclass(frozen=True)
class Case:
    name: str
    keywords: Keywords
    width: int
    height: int

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(Card(name, value) for name, value in self.keywords.items())

    def __str__(self) -> str:
        return self.name


# PVi_m of the latitude axis, by a label whose first three letters are the projection code.
PROJECTIONS: dict[str, dict[int, float]] = {
    "TAN": {},
    "SIN": {},
    "SIN slant": {1: 0.12, 2: -0.17},
    "ARC": {},
    "ZEA": {},
    "STG": {},
    "ZPN": {1: 1.0, 3: 0.25},
    "ZPN of ATNF": {0: 0.05, 1: 0.975, 2: -0.807, 3: 0.337, 4: -0.065, 5: 0.010, 6: 0.003, 7: -0.001},
    "AZP": {1: 2.0, 2: 30.0},
    "AZP near": {1: 0.5, 2: 15.0},
    "SZP": {1: 2.0, 2: 180.0, 3: 60.0},
    "SZP near": {1: 0.6, 2: 40.0, 3: 70.0},
    "AIR": {1: 45.0},
    "AIR default": {},
    "CYP": {1: 1.0, 2: math.sqrt(0.5)},
    "CEA": {1: 0.8},
    "CAR": {},
    "MER": {},
    "SFL": {},
    "PAR": {},
    "MOL": {},
    "AIT": {},
    "COP": {1: 45.0, 2: 25.0},
    "COE": {1: 45.0, 2: 25.0},
    "COE south": {1: -45.0, 2: 25.0},
    "COD": {1: 45.0, 2: 25.0},
    "COD one parallel": {1: 45.0},
    "COO": {1: 45.0, 2: 25.0},
    "COO one parallel": {1: -30.0},
    "BON": {1: 45.0},
    "BON south": {1: -35.0},
    "PCO": {},
    "TSC": {},
    "CSC": {},
    "QSC": {},
    "HPX": {},
    "HPX 6 facets": {1: 6.0, 2: 3.0},
    "XPH": {},
}
_SMALL_DOMAIN = {"TAN", "SIN", "ARC", "ZEA", "STG", "ZPN", "AZP", "SZP", "AIR"}
_ALL_SKY = (
    "AIT",
    "MOL",
    "CAR",
    "SFL",
    "CEA",
    "PAR",
    "CYP",
    "HPX",
    "TSC",
    "CSC",
    "QSC",
    "COE",
    "BON",
    "PCO",
    "XPH",
    "ZEA",
)
_POLES: dict[str, tuple[float, float, Keywords]] = {
    "rotated": (201.3, -43.1, {}),
    "LONPOLE": (10.0, 20.0, {"LONPOLE": 65.0}),
    "LATPOLE": (266.4, -29.0, {"LONPOLE": 175.0, "LATPOLE": 20.0}),
}


def header(
    types: tuple[str, str],
    crval: tuple[float, float],
    crpix: tuple[float, float],
    cdelt: tuple[float, float] | None = None,
    cd: tuple[float, float, float, float] | None = None,
    **more: Any,
) -> Keywords:
    keywords: Keywords = {
        "CTYPE1": types[0], "CTYPE2": types[1],
        "CRVAL1": crval[0], "CRVAL2": crval[1],
        "CRPIX1": crpix[0], "CRPIX2": crpix[1],
    }  # fmt: skip
    if cdelt:
        keywords |= {"CDELT1": cdelt[0], "CDELT2": cdelt[1]}
    if cd:
        keywords |= dict(zip(("CD1_1", "CD1_2", "CD2_1", "CD2_2"), cd, strict=True))
    return keywords | more


def equatorial(code: str) -> tuple[str, str]:
    return f"RA---{code}", f"DEC--{code}"


def _rotation(degrees: float) -> Keywords:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return {"PC1_1": c, "PC1_2": -s, "PC2_1": s, "PC2_2": c}


def _projection_cases() -> Iterator[Case]:
    for label, parameters in PROJECTIONS.items():
        code = label[:3]
        pv = {f"PV2_{m}": value for m, value in parameters.items()}
        for tag, (lon, lat, pole) in _POLES.items():
            scale = 0.25 if tag == "rotated" and code not in _SMALL_DOMAIN else 0.0667
            keywords = header(equatorial(code), (lon, lat), (560.5, 633.5), (-scale, scale))
            yield Case(f"{label}, {tag}", keywords | _rotation(23.0) | pv | pole, 1200, 1200)
    for code in _ALL_SKY:
        pv = {f"PV2_{m}": value for m, value in PROJECTIONS[code].items()}
        axes = (f"GLON-{code}", f"GLAT-{code}")
        yield Case(f"{code}, all sky", header(axes, (0.0, 0.0), (2000.5, 1000.5), (-0.085, 0.085)) | pv, 4000, 2000)


_SIP: Keywords = {
    "A_ORDER": 4, "B_ORDER": 4,
    "A_2_0": 1.1e-6, "A_0_2": -7.7e-7, "A_1_1": 2.3e-6, "A_3_0": -2.9e-10, "A_1_2": 2.0e-10, "A_2_1": 1.4e-10,
    "A_0_3": -1.2e-10, "A_4_0": 2.5e-14, "A_2_2": -1.5e-14,
    "B_2_0": -1.3e-6, "B_0_2": 1.5e-6, "B_1_1": -8.8e-7, "B_0_3": -3.1e-10, "B_2_1": 2.1e-10, "B_1_2": -1.3e-10,
    "B_3_0": 0.9e-10, "B_0_4": 2.2e-14, "B_3_1": 1.2e-14,
}  # fmt: skip
_TPV: Keywords = {
    "PV1_0": 1.8e-4, "PV1_1": 1.0012, "PV1_2": -2.7e-4, "PV1_4": 6.6e-4, "PV1_5": -4.3e-4, "PV1_6": 3.2e-4,
    "PV1_7": 9.2e-3, "PV1_8": -5.5e-4, "PV1_9": 9.1e-3, "PV1_10": 1.7e-4, "PV1_11": 0.0, "PV1_12": 9e-4,
    "PV2_0": -1.2e-4, "PV2_1": 1.0008, "PV2_2": 3.7e-4, "PV2_4": 6.2e-4, "PV2_5": 3.3e-4, "PV2_6": -1.8e-4,
    "PV2_7": 9.3e-3, "PV2_8": 2.8e-4, "PV2_9": 9.0e-3, "PV2_10": -2.6e-4,
}  # fmt: skip
_TPV_RADIAL: Keywords = {
    "PV1_1": 1.0, "PV1_3": 1e-3, "PV1_11": 2e-3, "PV1_23": -1e-3, "PV1_39": 2e-4, "PV1_17": 3e-4, "PV1_31": 1e-4,
    "PV2_1": 1.0, "PV2_3": -8e-4, "PV2_11": 1e-3, "PV2_23": 1e-3, "PV2_39": -3e-4, "PV2_22": 2e-4, "PV2_38": 1e-4,
}  # fmt: skip


def _distortion_cases() -> Iterator[Case]:
    cd = (-7.2e-5, 1e-6, 1.3e-6, 7.19e-5)
    centre = (2048.5, 2048.5)
    for code in ("TAN", "SIN", "ZEA"):
        types = (f"RA---{code}-SIP", f"DEC--{code}-SIP")
        yield Case(f"{code}-SIP", header(types, (150.1, 2.2), centre, cd=cd) | _SIP, 4096, 4096)
    types = ("RA---TAN-SIP", "DEC--TAN-SIP")
    yield Case("SIP on the pole", header(types, (150.1, 89.99), centre, cd=cd) | _SIP, 4096, 4096)
    yield Case("SIP without its suffix", header(equatorial("TAN"), (83.0, -5.0), centre, cd=cd) | _SIP, 4096, 4096)
    swapped = header(("DEC--TAN-SIP", "RA---TAN-SIP"), (-27.8, 53.1), centre, cd=(1e-6, 7.2e-5, -7.2e-5, 1e-6))
    yield Case("SIP on swapped axes", swapped | _SIP, 4096, 4096)

    c = 0.27 / 3600
    cd, centre = (-c, 1e-8, 2e-8, c), (10000.5, 10000.5)
    for name, code, more in (
        ("TPV", "TPV", _TPV),
        ("SCAMP's TAN with PV", "TAN", _TPV),
        ("TPV, radial", "TPV", _TPV_RADIAL),
    ):
        yield Case(name, header(equatorial(code), (53.1, -27.8), centre, cd=cd) | more, 20000, 20000)
    yield Case("TPV on the pole", header(equatorial("TPV"), (53.1, -89.95), centre, cd=cd) | _TPV, 20000, 20000)
    chip = header(equatorial("TPV"), (53.1, -27.8), (-9000.5, 7000.5), cd=(1e-9, c, -c, 2e-9))
    yield Case("TPV of a chip off the centre", chip | _TPV, 4096, 2048)
    swapped = header(("DEC--TPV", "RA---TPV"), (-27.8, 53.1), centre, cd=(1e-9, c, -c, 2e-9))
    yield Case("TPV on swapped axes", swapped | _TPV, 20000, 20000)
    both = header(equatorial("TAN"), (53.1, -27.8), (1000.0, 1000.0), cd=cd) | _TPV | _SIP
    yield Case("SIP beside SCAMP's PV", both, 2000, 2000)


def _frame_cases() -> Iterator[Case]:
    def field(axes: tuple[str, str], lon: float, lat: float, **more: Any) -> Keywords:
        return header(axes, (lon, lat), (1024.5, 1024.5), (-0.002, 0.002), **more)

    tan = equatorial("TAN")
    yield Case("FK5 by RADESYS", field(tan, 83.6, 22.0, RADESYS="FK5"), 2048, 2048)
    yield Case("FK5 by RADECSYS", field(tan, 83.6, 22.0, RADECSYS="FK5", EQUINOX=2000.0), 2048, 2048)
    yield Case("FK5 of another equinox", field(tan, 83.6, 22.0, RADESYS="FK5", EQUINOX=1975.0), 2048, 2048)
    yield Case("FK5 by EQUINOX", field(tan, 83.6, 22.0, EQUINOX=2000.0), 2048, 2048)
    yield Case("FK4 by EQUINOX", field(tan, 83.6, 22.0, EQUINOX=1950.0), 2048, 2048)
    yield Case("FK4 by EPOCH", field(tan, 202.0, -47.0, EPOCH=1950.0), 2048, 2048)
    yield Case("FK4 of another equinox", field(tan, 83.6, 22.0, RADESYS="FK4", EQUINOX=1900.0), 2048, 2048)
    yield Case("FK4 without E-terms", field(tan, 83.6, 22.0, RADESYS="FK4-NO-E", EQUINOX=1950.0), 2048, 2048)
    yield Case("galactic", field(("GLON-TAN", "GLAT-TAN"), 0.0, 0.0), 2048, 2048)
    yield Case("ecliptic", field(("ELON-STG", "ELAT-STG"), 120.0, -5.0), 2048, 2048)
    yield Case("ecliptic of 1975", field(("ELON-STG", "ELAT-STG"), 120.0, -5.0, EQUINOX=1975.0), 2048, 2048)
    yield Case("supergalactic", field(("SLON-ZEA", "SLAT-ZEA"), 47.0, 10.0), 2048, 2048)
    yield Case("solar", field(("HPLN-TAN", "HPLT-TAN"), 0.1, -0.05, CUNIT1="deg", CUNIT2="deg"), 2048, 2048)


def _habit_cases() -> Iterator[Case]:
    """What observatories do with the linear part, units, axes and reference points."""
    tan, size = equatorial("TAN"), (2048, 2048)

    def field(types: tuple[str, str] = tan, lon: float = 83.6, lat: float = 22.0, **more: Any) -> Keywords:
        return header(types, (lon, lat), (1024.5, 1000.0), (-0.003, 0.003), **more)

    yield Case("CROTA2", field(CROTA2=37.2), *size)
    yield Case("CROTA1 and CROTA2", field(CROTA1=12.0, CROTA2=12.0), *size)
    yield Case("exact quarter turn", header(tan, (83.6, 22.0), (0.0, 0.0), cd=(0.0, 2e-4, 2e-4, 0.0)), *size)
    yield Case("CD beside CDELT", field(CD1_1=-1e-4, CD2_2=1e-4), *size)
    yield Case("PC beside CD", field(CD1_1=-1e-4, CD2_2=1e-4) | _rotation(12.0), *size)
    yield Case("oblong, skewed pixels", header(tan, (83.6, 22.0), (100.0, 9.0), cd=(-2e-4, 3e-5, 1e-4, 5e-4)), *size)
    yield Case("declination first", header(("DEC--TAN", "RA---TAN"), (-27.8, 53.1), (9.0, 8.0), (1e-3, -1e-3)), *size)
    yield Case("0h in the middle", field(lon=359.99, lat=0.2), *size)
    yield Case("negative right ascension", field(lon=-0.01, lat=0.2), *size)
    yield Case("pole in the middle", field(lon=120.0, lat=90.0), *size)
    yield Case("arcseconds", field(lon=83.6 * 3600, lat=22.0 * 3600, CUNIT1="arcsec", CUNIT2="arcsec")
               | {"CDELT1": -1.0, "CDELT2": 1.0}, *size)  # fmt: skip
    yield Case(
        "radians", field(lon=1.2, lat=0.3, CUNIT1="rad", CUNIT2="rad") | {"CDELT1": -1e-5, "CDELT2": 1e-5}, *size
    )
    yield Case("NCP of Westerbork", field(equatorial("NCP"), lat=52.0), *size)
    yield Case("GLS of old single dishes", field(equatorial("GLS")), *size)
    yield Case("GLS with a rotation", field(equatorial("GLS"), CROTA2=20.0), *size)
    yield Case("reference point elsewhere", field(equatorial("CAR"), PV1_1=10.0, PV1_2=30.0), *size)
    yield Case("reference point with offset", field(equatorial("CAR"), PV1_0=1.0, PV1_1=10.0, PV1_2=30.0), *size)
    yield Case("LONPOLE by PV", field(equatorial("SIN"), PV1_3=170.0), *size)
    yield Case("plate carrée off the equator", field(equatorial("CAR"), lon=266.0, lat=-29.0), *size)
    yield Case("plate carrée from far away",
               header(("GLON-CAR", "GLAT-CAR"), (0.0, 0.0), (60000.0, 500.0), (-0.002, 0.002)), *size)  # fmt: skip
    yield Case("reference pixel far away", header(tan, (83.6, 22.0), (-50000.0, 90000.0), (-1e-4, 1e-4)), *size)


CASES: tuple[Case, ...] = (*_projection_cases(), *_distortion_cases(), *_frame_cases(), *_habit_cases())


def astropy_wcs(keywords: Keywords) -> Any:
    """astropy's own view of the whole header: the truth of the tests."""
    from astropy.io import fits
    from astropy.wcs import WCS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(fits.Header(keywords.items())).celestial


def lon_lat(wcs: Any, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Native longitude and latitude, shape (2, n), of pixels (2, n); NaN where there is none."""
    world = np.array(wcs.all_pix2world(*pixels, 1))
    return world[::-1] if wcs.wcs.lng == 1 else world


def pixels_of(wcs: Any, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """astropy's inverse without the distortions that only :meth:`all_world2pix` knows; NaN where there is none."""
    ordered = lonlat[::-1] if wcs.wcs.lng == 1 else lonlat
    return np.array(wcs.wcs_world2pix(*ordered, 1))


def unit_vectors(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(lonlat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def separation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Arcsec between positions in degrees (2, n)."""
    chord: NDArray[np.float64] = np.linalg.norm(unit_vectors(a) - unit_vectors(b), axis=0)
    return np.degrees(2 * np.arcsin(np.minimum(chord / 2, 1.0))) * 3600


def scattered_pixels(width: int, height: int, n: int = 400, seed: int = 5) -> NDArray[np.float64]:
    """Pixels over the image: its corners, a grid, and at random, a little beyond the edges too."""
    rng = np.random.default_rng(seed)
    corners = [[0.5, 0.5, width + 0.5, width + 0.5], [0.5, height + 0.5, 0.5, height + 0.5]]
    grid = np.stack([a.ravel() for a in np.meshgrid(np.linspace(1, width, 12), np.linspace(1, height, 12))])
    random = rng.uniform([[-2], [-2]], [[width + 3], [height + 3]], (2, n - 148))
    return np.hstack([np.array(corners), grid, random])
