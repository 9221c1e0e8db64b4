"""Names of channels as an astronomer would say them: Stokes, spectral value with unit, filter, extension."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

from visiomatic.fits.cards import Header
from visiomatic.fits.roles import role_of_name
from visiomatic.fits.spectral import SpectralAxis, axis_step, spectral_axis
from visiomatic.types import Channel

_STOKES = {
    1: "I", 2: "Q", 3: "U", 4: "V", -1: "RR", -2: "LL", -3: "RL", -4: "LR", -5: "XX", -6: "YY", -7: "XY", -8: "YX",
    0: "beam", 5: "Plinear", 6: "Ptotal", 7: "PFlinear", 8: "PFtotal", 9: "PAngle",
}  # fmt: skip
_FILTERS = (
    "FILTER", "FILTNAM1", "FILTERS", "FILTNAME", "FILT", "BAND", "BANDPASS", "FILTER01", "INSFILTE", "PHOTFILT",
    "ESO INS FILT1 NAME", "ESO INS FILT NAME", "ESO INS OPTI2 NAME", "ESO INS FILT2 NAME", "FILTERID", "SURVBAND",
)  # fmt: skip
_EMPTY_WHEELS = ("clear", "open", "none", "n/a", "empty", "unknown", "blank", "air", "free", "out", "hole")
_NOT_A_LABEL = ("PRIMARY", "COMPRESSED_IMAGE", "SCI", "IMAGE", "DATA", "SCIENCE")


@dataclass(frozen=True, slots=True)
class _Axis:
    """What one of the higher axes says about each of its planes."""

    labels: tuple[str, ...]
    stokes: tuple[str, ...] = ()
    spectral: SpectralAxis | None = None
    is_real: bool = field(default=True)  # more than one plane


def channels_of(header: Header, shape: tuple[int, ...], name: str = "") -> tuple[Channel, ...]:
    """One `Channel` per plane of an image of *shape* (NAXIS1 first; axis 3 runs fastest); *name* is its EXTNAME."""
    shape = _with_described_axes(header, shape)
    axes = [_axis(header, number, length, shape) for number, length in enumerate(shape[2:], 3)]
    unit, band = header.text("BUNIT"), filter_of(header)
    positions = product(*(range(length) for length in reversed(shape[2:])))
    drafts = [_draft(axes, place[::-1]) for place in positions]
    single = _label_of_one(band, name)
    if len(drafts) == 1 and not drafts[0][0]:
        drafts = [(single or drafts[0][3], *drafts[0][1:3], "")]
    labels = _distinct([draft[0] for draft in drafts])
    return tuple(_channel(index, labels[index], unit, band, draft) for index, draft in enumerate(drafts))


def _with_described_axes(header: Header, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Axes beyond NAXIS that the header still describes (a cut-out that lost its degenerate axes) have one plane."""
    number = len(shape) + 1
    while f"CTYPE{number}" in header and number <= 9:
        shape, number = (*shape, 1), number + 1
    return shape


def _label_of_one(band: str, name: str) -> str:
    """Filter and, for what is not the science image, the extension's name."""
    named = "" if name.upper() in _NOT_A_LABEL else name
    band = f"filter {band}" if band.isdecimal() else band
    return " ".join(filter(None, (band, named if not band or role_of_name(name) not in ("", "science") else "")))


_Draft = tuple[str, str, tuple[SpectralAxis, int] | None, str]


def _draft(axes: list[_Axis], place: tuple[int, ...]) -> _Draft:
    """Label from the axes with more than one plane, Stokes, spectral axis with index, label from the others."""
    told = sorted(zip(axes, place, strict=True), key=lambda pair: not pair[0].stokes)
    real = " ".join(axis.labels[i] for axis, i in told if axis.is_real)
    single = " ".join(axis.labels[i] for axis, i in told if not axis.is_real).strip()
    stokes = next((axis.stokes[i] for axis, i in zip(axes, place, strict=True) if axis.stokes), "")
    spectral = next(((axis.spectral, i) for axis, i in zip(axes, place, strict=True) if axis.spectral), None)
    return real, stokes, spectral, single


def _channel(index: int, label: str, unit: str, band: str, draft: _Draft) -> Channel:
    _, stokes, spectral, _ = draft
    label = label or f"channel {index + 1}"
    if spectral is None:
        return Channel(index, label, unit, band, stokes)
    axis, place = spectral
    return Channel(index, label, unit, band, stokes, axis.values[place], axis.unit, axis.type)


def _distinct(labels: list[str]) -> list[str]:
    """Number the labels when they do not tell the channels apart."""
    if len(labels) == 1 or len(set(labels)) == len(labels):
        return labels
    return [f"{label} {index}".strip() if label else "" for index, label in enumerate(labels, 1)]


def _axis(header: Header, number: int, length: int, shape: tuple[int, ...]) -> _Axis:
    code = header.text(f"CTYPE{number}").upper()
    if code.startswith("STOKES"):
        names = tuple(_STOKES.get(round(value), f"Stokes {value:g}") for value in _linear(header, number, length))
        return _Axis(names, stokes=names, is_real=length > 1)
    spectral = spectral_axis(header, number, length)
    if spectral is not None:
        names = tuple(spectral.label(index) for index in range(length))
        return _Axis(names, spectral=spectral, is_real=length > 1)
    if length > 1:
        named = _named_planes(header, length) or _colour_planes(header, code, length, shape)
        if named:
            return _Axis(named)
    return _other_axis(header, code, number, length)


def _other_axis(header: Header, code: str, number: int, length: int) -> _Axis:
    if length == 1:
        return _Axis(("",), is_real=False)
    if not code or code in ("LINEAR", "PIXEL") or "-" in code:
        return _Axis(tuple(f"channel {index}" for index in range(1, length + 1)))
    unit, name = header.text(f"CUNIT{number}"), code.replace("_", " ").lower()
    if f"CRVAL{number}" not in header or not axis_step(header, number):
        return _Axis(tuple(f"{name} {index}" for index in range(1, length + 1)))
    return _Axis(tuple(f"{name} {value:.10g} {unit}".rstrip() for value in _linear(header, number, length)))


def _linear(header: Header, number: int, length: int) -> list[float]:
    start, reference = header.number(f"CRVAL{number}", 1.0), header.number(f"CRPIX{number}", 1.0)
    step = axis_step(header, number)
    return [start + step * (pixel - reference) for pixel in range(1, length + 1)]


def _named_planes(header: Header, length: int) -> tuple[str, ...]:
    """FILTER1 … FILTERn (BAND1, CHAN1 …) that name each plane by itself."""
    for stem in ("FILTER", "BAND", "CHAN", "PLANE", "SLICE", "LAYER", "FILT"):
        names = [header.get(f"{stem}{index}") for index in range(1, length + 1)]
        if all(isinstance(name, str) and name for name in names) and f"{stem}{length + 1}" not in header:
            return tuple(str(name).strip() for name in names)
    return ()


def _colour_planes(header: Header, code: str, length: int, shape: tuple[int, ...]) -> tuple[str, ...]:
    colours = code in ("RGB", "RGBA", "COLOR", "COLOUR", "COLORS")
    picture = not code and header.integer("BITPIX") == 8 and len(shape) == 3
    return tuple("RGBA"[:length]) if length in (3, 4) and (colours or picture) else ()


def filter_of(header: Header) -> str:
    """Name of the filter, from whichever keyword the observatory uses; "" when there is none."""
    name = header.first_text(*_FILTERS)
    if not name or _is_empty_wheel(name):
        wheels = [header.text(f"FILTER{wheel}") for wheel in (1, 2, 3) if isinstance(header.get(f"FILTER{wheel}"), str)]
        name = next((wheel for wheel in wheels if wheel and not _is_empty_wheel(wheel)), name)
    return name


def _is_empty_wheel(name: str) -> bool:
    return name.lower().startswith(_EMPTY_WHEELS)
