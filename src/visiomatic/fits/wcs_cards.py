"""From the cards of a header to the few WCS keywords of one image plane, repaired, ready for astropy.

Only keywords of the world coordinate system pass (FITS papers I, II and IV, SIP, TNX/ZPX, DSS plates), so that tens of
thousands of HISTORY cards cost nothing and a malformed card elsewhere does no harm. Of the axes only the two that lie
in the plane of the picture are kept: degenerate, singular or non-standard third axes cannot spoil the sky.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from visiomatic.types import Card

if TYPE_CHECKING:
    from numpy.typing import NDArray

Value = bool | int | float | str
Keywords = dict[str, Value]


class BrokenWcs(ValueError):
    """The header promises world coordinates that cannot be computed; the message says why."""


_NUMBERED = r"(?:CRPIX|CRVAL|CDELT|CROTA)[1-9]\d?|(?:PC|CD)[1-9]_[1-9]|PV[1-9]_\d+|LONPOLE|LATPOLE"
_TEXTUAL = r"(?:CTYPE|CUNIT|CNAME)[1-9]\d?|PS[1-9]_\d+|WCSNAME|RADESYS"
_ALTERNATE = re.compile(rf"({_NUMBERED}|{_TEXTUAL}|EQUINOX|WCSAXES)([A-Z]?)$")
_PRIMARY = re.compile(
    r"(EPOCH|RADECSYS|PC\d{6}|PROJP\d"
    r"|(A|B|AP|BP)_(\d_\d|ORDER|DMAX)"  # SIP
    r"|(CPDIS|CQDIS|D2IMDIS|CPERR|CQERR|D2IMERR|AXISCORR)[1-9]?|D2IMEXT|(DP|DQ|D2IM)[1-9](\..+)?"  # paper IV
    r"|WAT\d_\d{3}|PLT(RA[HMS]|DEC(SN|[DMS])|SCALE)|AMD[XY]\d+|PPO\d|CNPIX[12]|[XY]PIXELSZ)$"
)
_NUMBER = re.compile(rf"({_NUMBERED}|PC\d{{6}}|(A|B|AP|BP)_(\d_\d|ORDER)|AMD[XY]\d+|PPO\d|CNPIX[12]|[XY]PIXELSZ)$")
_RECORD = re.compile(r"(DP|DQ|D2IM)[1-9]$")  # many cards of one keyword: DP1 = 'AXIS.1: 1'
_SIP = re.compile(r"(A|B|AP|BP)_(\d_\d|ORDER|DMAX)$")
_AXIS = re.compile(
    r"(?:CTYPE|CUNIT|CRVAL|CDELT|CROTA|CNAME|CRPIX|CPDIS|CQDIS|D2IMDIS|WAT)(\d+)|(?:PC|CD|PV|PS)(\d)_(\d+)"
)
_HAS_CD, _HAS_PC = re.compile(r"CD[12]_[12]$"), re.compile(r"PC[12]_[12]$")
_CELESTIAL = re.compile(r"(RA|DEC|[A-Z]LON|[A-Z]LAT|[A-Z]{2}L[NT])-+([A-Z]{3})(-[A-Z]{3})?$")
_TEXT = 68  # characters of text in one card
_MEANINGLESS = {"", "LINEAR", "PIXEL", "PIXELS"}


def wcs_keywords(cards: Iterable[Card], alternate: str = "") -> Keywords:
    """The WCS keywords of the primary description, or of that with letter *alternate*, letters removed.

    Of repeated cards the last counts, as in wcslib. Raises :class:`BrokenWcs` for a number that is none.
    """
    keywords: Keywords = {}
    for card in cards:
        name = _own_name(card.keyword.upper(), alternate)
        if _RECORD.match(name) and isinstance(card.value, str) and ":" in card.value:
            field, _, text = card.value.partition(":")
            keywords[f"{name}.{field.strip()}"] = text.strip()
        elif name and card.value is not None and card.value != "":
            keywords[name] = _number(name, card.value) if _NUMBER.match(name) else card.value
    _modernise(keywords)
    for name in [name for name in keywords if name.startswith("CTYPE")]:
        keywords[name] = canonical_type(str(keywords[name]))
    return keywords


def _own_name(keyword: str, alternate: str) -> str:
    match = _ALTERNATE.match(keyword)
    if match:
        return match[1] if match[2] == alternate else ""
    allowed = _SIP if alternate else _PRIMARY
    return keyword if allowed.match(keyword) else ""


def _number(name: str, value: Value) -> float | int:
    """The number of a card, also when the writer put it into quotes."""
    try:
        number = value if isinstance(value, int | float) else float(value.strip().upper().replace("D", "E"))
    except ValueError:
        raise BrokenWcs(f"{name} = {value!r} is not a number") from None
    if not np.isfinite(number):
        raise BrokenWcs(f"{name} is not a finite number")
    return number


def canonical_type(ctype: str) -> str:
    """CTYPE in capitals with its dashes as paper II wants them: "ra--tan" → "RA---TAN"."""
    text = ctype.strip().upper()
    match = _CELESTIAL.match(text)
    if not match:
        return text
    name, projection, distortion = match.groups()
    return f"{name:-<4}-{projection}{distortion or ''}"


def _modernise(keywords: Keywords) -> None:
    """PC001002 of an early draft is PC1_2; PC wins over CD, and CROTA has no say beside either (as in astropy)."""
    for name in [name for name in keywords if re.match(r"PC\d{6}$", name)]:
        keywords.setdefault(f"PC{int(name[2:5])}_{int(name[5:8])}", keywords.pop(name))
    if any(map(_HAS_PC.match, keywords)):
        _drop(keywords, r"CD\d_\d$|CROTA")
    elif any(map(_HAS_CD.match, keywords)):
        _drop(keywords, r"CDELT|CROTA|PC")


def _drop(keywords: Keywords, pattern: str) -> None:
    for name in [name for name in keywords if re.match(pattern, name)]:
        del keywords[name]


def axis_types(keywords: Keywords) -> dict[int, str]:
    """CTYPE by axis number."""
    return {int(name[5:]): str(value) for name, value in keywords.items() if name.startswith("CTYPE")}


def celestial_axes(keywords: Keywords) -> tuple[int, int] | None:
    """Axis numbers of longitude and latitude, the first pair that belongs together."""
    types = {axis: match for axis, text in axis_types(keywords).items() if (match := _CELESTIAL.match(text))}
    for lon, match in sorted(types.items()):
        partner = _partner(match[1])
        for lat, other in sorted(types.items()):
            if other[1] == partner:
                return lon, lat
    return None


def _partner(name: str) -> str:
    """Latitude type that goes with a longitude type: RA → DEC, GLON → GLAT, HPLN → HPLT."""
    if name == "RA":
        return "DEC"
    return name[:-1] + "T" if name.endswith("LN") else name[:-2] + "AT" if name.endswith("LON") else ""


def longitude_type(keywords: Keywords) -> str:
    """ "RA", "GLON", "HPLN" …; empty when the plane has no celestial axes."""
    axes = celestial_axes(keywords)
    return str(keywords[f"CTYPE{axes[0]}"])[:4].rstrip("-") if axes else ""


def has_coordinates(keywords: Keywords) -> bool:
    """Whether the first two axes are named at all."""
    types = axis_types(keywords)
    return any(types.get(axis, "") not in _MEANINGLESS for axis in (1, 2))


def planar(keywords: Keywords) -> Keywords:
    """The description of axes 1 and 2 of the picture alone.

    Usually that means to forget the higher axes. When the celestial axes are not the first two, or depend on a higher
    pixel axis, their description is written anew for the first plane of that axis.
    """
    axes = celestial_axes(keywords)
    matrix = linear_terms(keywords)
    if axes and (max(axes) > 2 or np.any(matrix[np.subtract(axes, 1), 2:])):
        return _sky_plane(keywords, axes, matrix)
    kept = {name: value for name, value in keywords.items() if _highest_axis(name) <= 2}
    return {**kept, "WCSAXES": 2} if axes else _without_projection(kept)


def _highest_axis(name: str) -> int:
    match = _AXIS.match(name)
    if not match:
        return 0
    first, second, third = match.groups()
    coupled = name.startswith(("PC", "CD"))
    return int(first or (max(int(second), int(third)) if coupled else second))


def _without_projection(keywords: Keywords) -> Keywords:
    """A celestial axis without its partner (position–velocity diagrams) can only be read as linear."""
    plain = {
        name: _CELESTIAL.sub(r"\1", value) if name.startswith("CTYPE") and isinstance(value, str) else value
        for name, value in keywords.items()
    }
    return {**plain, "WCSAXES": 2}


def linear_terms(keywords: Keywords) -> NDArray[np.float64]:
    """CDELT · PC, or CD, for all axes that are mentioned (FITS paper I, section 2.1.2)."""
    size = max([2, *axis_types(keywords), *(_highest_axis(name) for name in keywords)])

    def term(name: str, default: float) -> float:
        return float(keywords.get(name, default))

    if any(map(_HAS_CD.match, keywords)):
        return np.array([[term(f"CD{i}_{j}", 0.0) for j in range(1, size + 1)] for i in range(1, size + 1)])
    pc = np.array([[term(f"PC{i}_{j}", float(i == j)) for j in range(1, size + 1)] for i in range(1, size + 1)])
    scaled: NDArray[np.float64] = pc * np.array([[term(f"CDELT{i}", 1.0)] for i in range(1, size + 1)])
    return scaled


def _sky_plane(keywords: Keywords, axes: tuple[int, int], matrix: NDArray[np.float64]) -> Keywords:
    """Celestial axes *axes* over pixel axes 1 and 2, at pixel 1 of all higher axes; longitude becomes axis 1."""
    rows = matrix[np.subtract(axes, 1)]
    plane = rows[:, :2]
    if abs(np.linalg.det(plane)) <= 1e-12 * np.abs(plane).max() ** 2:
        return _without_projection({n: v for n, v in keywords.items() if _highest_axis(n) <= 2})
    crpix = np.array([float(keywords.get(f"CRPIX{axis}", 0.0)) for axis in range(1, matrix.shape[1] + 1)])
    shift = np.linalg.solve(plane, rows[:, 2:] @ (1.0 - crpix[2:]))
    result: Keywords = {name: value for name, value in keywords.items() if not _AXIS.match(name)}
    for new, old in enumerate(axes, start=1):
        for stem in ("CTYPE", "CUNIT", "CRVAL", "CNAME"):
            if f"{stem}{old}" in keywords:
                result[f"{stem}{new}"] = keywords[f"{stem}{old}"]
        result |= {re.sub(r"\d", str(new), n, count=1): v for n, v in keywords.items() if n.startswith(f"PV{old}_")}
        result[f"CRPIX{new}"] = float(crpix[new - 1] - shift[new - 1])
        result |= {f"CD{new}_{column + 1}": float(plane[new - 1, column]) for column in (0, 1)}
    return {**result, "WCSAXES": 2}


def settle_distortions(keywords: Keywords) -> Keywords:
    """One distortion only, as astropy decides: SCAMP's TAN with polynomial PV is TPV, beside which there is no SIP."""
    types = axis_types(keywords)
    is_tan = [text.endswith("-TAN") for axis, text in sorted(types.items())]
    powers = [int(name.split("_")[1]) for name in keywords if name.startswith("PV")]
    if is_tan == [True, True] and max(powers, default=0) >= 5:
        keywords = {
            name: value.replace("-TAN", "-TPV") if name.startswith("CTYPE") and isinstance(value, str) else value
            for name, value in keywords.items()
        }
    if is_tpv(keywords):  # the convention's defaults are the identity; wcslib's are zero
        kept = {name: value for name, value in keywords.items() if not _SIP.match(name)}
        return {"PV1_1": 1.0, "PV2_1": 1.0, **kept}
    if "A_ORDER" in keywords or "B_ORDER" in keywords:  # SIP counts even when CTYPE does not say so
        keywords = {name: _with_sip(value) if name.startswith("CTYPE") else value for name, value in keywords.items()}
    if all(text.endswith("-TAN-SIP") for text in types.values()) and max(powers, default=0) >= 5:
        return {name: value for name, value in keywords.items() if not name.startswith("PV")}
    return keywords


def _with_sip(ctype: Value) -> Value:
    match = _CELESTIAL.match(str(ctype))
    return f"{ctype}-SIP" if match and not match[3] else ctype


def is_tpv(keywords: Keywords) -> bool:
    return str(keywords.get("CTYPE1", "")).endswith("-TPV")


def rewrapped(keywords: Keywords) -> Keywords:
    """IRAF's long WAT texts cut anew into cards that wcslib reads.

    It loses a blank at the end of a card, so that two numbers merge, and it stumbles over two blanks between numbers.
    Other projections than TNX and ZPX have no use for these cards.
    """
    parts = sorted(name for name in keywords if name.startswith("WAT"))
    result = {name: value for name, value in keywords.items() if name not in parts}
    if not str(keywords.get("CTYPE1", "")).endswith(("-TNX", "-ZPX")):
        return result
    for axis in sorted({name[:4] for name in parts}):
        whole = "".join(f"{keywords[name]!s:<{_TEXT}}" for name in parts if name.startswith(axis))
        result |= {f"{axis}_{i:03d}": chunk for i, chunk in enumerate(_chunks(" ".join(whole.split())), start=1)}
    return result


def _chunks(text: str) -> list[str]:
    """Pieces of 68 characters; blanks after the first word, where they do no harm, shift the cuts away from blanks."""
    first, _, rest = text.partition(" ")
    for shift in range(1, _TEXT):
        padded = f"{first}{' ' * shift}{rest}".rstrip()
        chunks = [padded[start : start + _TEXT] for start in range(0, len(padded), _TEXT)]
        if not any(chunk.endswith(" ") for chunk in chunks):
            return chunks
    raise BrokenWcs("the WAT cards cannot be read")


def fits_header(keywords: Keywords) -> Any:
    """An astropy ``Header`` that holds exactly these values."""
    from astropy.io import fits

    frames = ("RADESYS", "RADECSYS", "EQUINOX", "EPOCH")  # judged in `frames`; wrong ones would only disturb
    cards = [_card(name, value) for name, value in keywords.items() if name not in frames]
    return fits.Header.fromstring("".join(card[:80].ljust(80) for card in cards))


def _card(name: str, value: Value) -> str:
    """One 80-column card. Numbers keep all digits; a record-valued "DP1.NAXES" becomes DP1 = 'NAXES: 2'."""
    if "." in name:
        name, field = name.split(".", 1)
        value = f"{field}: {value}"
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        return f"{name:<8}= '{quoted:<8}'"
    if isinstance(value, bool):
        return f"{name:<8}= {'T' if value else 'F':>20}"
    return f"{name:<8}= {value!r:>20}".replace("e", "E")
