"""Celestial reference frames: which one a header means, and exact conversion between them.

The frame of a FITS header follows Calabretta & Greisen (2002, A&A 395, 1077; "paper II"), section 3.1 and table 2:
CTYPE names the family (equatorial, galactic, ecliptic, supergalactic …), RADESYS and EQUINOX refine an equatorial
one. Ecliptic and supergalactic headers are decided here from CTYPE, because :mod:`astropy.wcs.utils` takes both for
something else: ecliptic means barycentric mean ecliptic of EQUINOX.

Conversions are astropy's. Every frame but FK4 is a rotation of ICRS; FK4 also carries the elliptic terms of
aberration ("E-terms", Smith et al. 1989, AJ 97, 265), which are no rotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from visiomatic.errors import BadParameter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FrameName = Literal["icrs", "fk5", "fk4", "galactic", "ecliptic", "supergalactic", "other"]

_EARLIEST_EQUINOX, _LATEST_EQUINOX = 1700.0, 2200.0  # outside: a placeholder such as 0, not an equinox
_FAMILIES: dict[str, FrameName] = {"GLON": "galactic", "ELON": "ecliptic", "SLON": "supergalactic"}
_AXIS_NAMES: dict[FrameName, tuple[str, str]] = {
    "galactic": ("l", "b"),
    "ecliptic": ("λ", "β"),
    "supergalactic": ("SGL", "SGB"),
}


@dataclass(frozen=True, slots=True)
class SkyFrame:
    """A celestial frame. ``equinox`` is a Julian year (FK5, ecliptic) or a Besselian one (FK4), else None."""

    name: FrameName
    equinox: float | None = None
    has_e_terms: bool = False  # FK4 as observed; False for FK4-NO-E

    @property
    def title(self) -> str:
        """How an astronomer writes it: "ICRS", "FK5 J2000", "FK4 B1950", "Ecliptic J2000", "Galactic"."""
        text = self.name.upper() if self.name in ("icrs", "fk5", "fk4") else self.name.capitalize()
        if self.equinox is not None:
            text += f" {'B' if self.name == 'fk4' else 'J'}{self.equinox:g}"
        return text + (" without E-terms" if self.name == "fk4" and not self.has_e_terms else "")

    @property
    def axis_names(self) -> tuple[str, str]:
        return _AXIS_NAMES.get(self.name, ("RA", "Dec"))


ICRS = SkyFrame("icrs")
OTHER = SkyFrame("other")
STANDARD: dict[str, SkyFrame] = {
    "icrs": ICRS,
    "fk5": SkyFrame("fk5", 2000.0),
    "fk4": SkyFrame("fk4", 1950.0, has_e_terms=True),
    "galactic": SkyFrame("galactic"),
    "ecliptic": SkyFrame("ecliptic", 2000.0),
    "supergalactic": SkyFrame("supergalactic"),
}


def named_frame(name: str) -> SkyFrame:
    """The standard frame of that name (FK5 J2000, FK4 B1950, ecliptic J2000); raises :class:`BadParameter`."""
    frame = STANDARD.get(name.strip().lower())
    if frame is None:
        known = ", ".join(n for n in get_args(FrameName) if n in STANDARD)
        raise BadParameter("frame", f"unknown celestial frame {name!r}; known are {known}", name)
    return frame


def frame_of_header(longitude_type: str, keywords: Mapping[str, object]) -> SkyFrame:
    """The frame that a header means; *longitude_type* is CTYPE of the longitude axis without its projection."""
    equinox = _equinox(keywords)
    if longitude_type in _FAMILIES:
        name = _FAMILIES[longitude_type]
        return SkyFrame(name, (equinox or 2000.0) if name == "ecliptic" else None)
    if longitude_type != "RA":
        return OTHER
    system = str(keywords.get("RADESYS", keywords.get("RADECSYS", ""))).strip().upper()
    return _equatorial(system, equinox)


def _equatorial(system: str, equinox: float | None) -> SkyFrame:
    """Paper II, section 3.1: without RADESYS the equinox decides; without both it is ICRS."""
    if system.startswith("GAPPT"):
        return OTHER  # geocentric apparent places: no fixed relation to ICRS
    if system.startswith("ICRS") or (not system.startswith("FK") and equinox is None):
        return ICRS
    if system.startswith("FK4") or (not system.startswith("FK5") and equinox is not None and equinox < 1984.0):
        return SkyFrame("fk4", equinox or 1950.0, has_e_terms="NO-E" not in system)
    return SkyFrame("fk5", equinox or 2000.0)


def _equinox(keywords: Mapping[str, object]) -> float | None:
    """EQUINOX, or the older EPOCH; also as text ("J2000"). Placeholders such as 0 count as absent."""
    for keyword in ("EQUINOX", "EPOCH"):
        try:
            year = float(str(keywords[keyword]).strip().lstrip("JBjb"))
        except (KeyError, ValueError):
            continue
        if _EARLIEST_EQUINOX <= year <= _LATEST_EQUINOX:
            return year
    return None


def convert(
    longitude: ArrayLike, latitude: ArrayLike, source: SkyFrame, target: SkyFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions in degrees from one frame to another; NaN stays NaN. All NaN when a frame is not celestial."""
    lon, lat = np.broadcast_arrays(np.asarray(longitude, float), np.asarray(latitude, float))
    result = np.full((2, *lon.shape), np.nan)
    valid = np.isfinite(lon) & (np.abs(lat) <= 90.0)
    if source == target != OTHER:
        result[:, valid] = lon[valid], lat[valid]
    elif source.name != "other" and target.name != "other" and valid.any():
        result[:, valid] = _transform(lon[valid], lat[valid], source, target)
    return result[0], result[1]


def _transform(
    lon: NDArray[np.float64], lat: NDArray[np.float64], source: SkyFrame, target: SkyFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By way of ICRS, so that every pair of frames is what two steps give, here as in the browser."""
    from astropy.coordinates import SkyCoord

    icrs = SkyCoord(lon, lat, unit="deg", frame=_astropy_frame(source)).transform_to("icrs")
    moved = icrs.transform_to(_astropy_frame(target))
    return moved.spherical.lon.deg, moved.spherical.lat.deg


def _astropy_frame(frame: SkyFrame) -> Any:
    from astropy import coordinates
    from astropy.time import Time

    match frame.name:
        case "fk5":
            return coordinates.FK5(equinox=Time(frame.equinox, format="jyear"))
        case "fk4":
            kind = coordinates.FK4 if frame.has_e_terms else coordinates.FK4NoETerms
            return kind(equinox=Time(frame.equinox, format="byear"))
        case "ecliptic":
            return coordinates.BarycentricMeanEcliptic(equinox=Time(frame.equinox, format="jyear"))
        case "galactic":
            return coordinates.Galactic()
        case "supergalactic":
            return coordinates.Supergalactic()
        case _:
            return coordinates.ICRS()


def matrix_to_icrs(frame: SkyFrame) -> NDArray[np.float64] | None:
    """The 3 × 3 matrix that takes unit vectors of *frame* to ICRS; for FK4 after removing its E-terms.

    None for a frame without a relation to ICRS.
    """
    if frame.name == "other":
        return None
    if frame.name == "icrs":
        return np.eye(3)
    from astropy.coordinates import SkyCoord

    source = _astropy_frame(SkyFrame(frame.name, frame.equinox))
    axes = SkyCoord(*np.eye(3), frame=source, representation_type="cartesian").transform_to("icrs")
    vectors = np.asarray(axes.cartesian.xyz.value, np.float64)
    matrix: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=0)
    return matrix


def e_terms(frame: SkyFrame) -> NDArray[np.float64] | None:
    """The vector A of Smith et al. (1989): v(FK4) = v + A − (A·v) v, as astropy has it. None where there is none."""
    if not frame.has_e_terms:
        return None
    from astropy.coordinates.builtin_frames.fk4 import fk4_e_terms
    from astropy.time import Time

    terms: NDArray[np.float64] = np.ravel(fk4_e_terms(Time(frame.equinox, format="byear")))
    return terms
