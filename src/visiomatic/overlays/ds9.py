"""Region files of DS9 (also CIAO's and JS9's dialects) as a list of regions, with the place of each in its file.

Syntax: the reference manual of SAOImage DS9, "Regions". The default frame is physical.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from visiomatic.errors import BadOverlay

_AREAS = ("circle", "annulus", "ellipse", "box", "rotbox", "polygon", "panda", "epanda", "bpanda")
_LINES = ("line", "vector", "segment", "ruler", "projection")
SHAPES = frozenset((*_AREAS, *_LINES, "point", "text", "compass"))
SYMBOLS = frozenset(("boxcircle", "diamond", "cross", "x", "arrow"))
_PIXELS = ("image", "physical", "detector", "amplifier")
_FRAMES: Mapping[str, str] = {
    **{name: name for name in (*_PIXELS, "icrs", "fk5", "fk4", "galactic", "ecliptic")},
    "linear": "image",
    "b1950": "fk4",
    "j2000": "fk5",
    "wcs": "fk5",
}
_COMMENTED = re.compile(r"#\s*(vector|ruler|compass|projection|segment|text)\s*\(", re.IGNORECASE)
_SHAPE = re.compile(
    r"(?P<hash>#\s*)?(?P<sign>[+!-]?)\s*(?P<name>[a-zA-Z]+)\s*(?:\((?P<inside>[^)]*)\)|(?P<bare>[^#{|]*))"
    r"\s*(?:\|\|)?\s*(?P<rest>.*)",
    re.DOTALL,
)
_PROPERTY = re.compile(r"([\w-]+)\s*=\s*(\{[^}]*\}|\"[^\"]*\"|'[^']*'|[^\s{}]+(?:\s+[01](?=\s|$))?)")
_QUOTED = re.compile(r"\{[^{}]*\}|\"[^\"\n]*\"(?=[\s,)}]|$)")


@dataclass(frozen=True, slots=True)
class Region:
    """One shape as written: arguments are still text. ``place`` is "file, line n, column m"."""

    shape: str
    arguments: tuple[str, ...]
    frame: str
    place: str
    included: bool = True
    properties: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def wrong(self, why: str) -> BadOverlay:
        return BadOverlay(f"{self.place}: {self.shape}: {why}")


def read_ds9(text: str, name: str) -> list[Region]:
    """All shapes of a file. Raises :class:`BadOverlay` naming file, line and column of what is not understood."""
    frame = "physical"
    usual: tuple[Mapping[str, str], tuple[str, ...]] = ({}, ())
    regions = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        for column, part in _parts(line):
            word = re.sub(r"^wcs[a-z]$", "wcs", part.lower())
            if word in _FRAMES:
                frame = _FRAMES[word]
            elif re.match(r"global\b", word):
                usual = _style(part[6:], usual)
            elif not re.match(r"tile\s+\d+$|composite\b", word):
                place = f"{name}, line {number}, column {column}"
                regions.append(_region(part, frame, place, usual))
    return regions


def _parts(line: str) -> Iterator[tuple[int, str]]:
    """The statements of a line with their columns (1-based); ";" within quotes and braces separates nothing."""
    if line.lstrip().startswith("#") and not _COMMENTED.match(line.lstrip()):
        return
    hidden = _QUOTED.sub(lambda found: "_" * len(found.group()), line)
    start = 0
    for piece in hidden.split(";"):
        text = line[start : start + len(piece)]
        bare = text.strip()
        if bare and (not bare.startswith("#") or _COMMENTED.match(bare)):
            yield start + len(text) - len(text.lstrip()) + 1, bare
        start += len(piece) + 1


def _region(part: str, frame: str, place: str, usual: tuple[Mapping[str, str], tuple[str, ...]]) -> Region:
    found = _SHAPE.fullmatch(part)
    shape = found["name"].lower() if found else ""
    if found is None or shape not in SHAPES | SYMBOLS:
        raise BadOverlay(f"{place}: not understood: {part[:40]!r}")
    inside = found["inside"] if found["inside"] is not None else found["bare"] or ""
    label = re.search(r"\"([^\"]*)\"\s*$", inside) if shape == "text" else None
    arguments = re.split(r"\s*,\s*|\s+", (inside[: label.start()] if label else inside).strip(" ,\t"))
    properties, tags = _style(found["rest"].lstrip("#"), usual)
    if label:
        properties = {**properties, "text": label[1]}
    if shape in SYMBOLS:
        shape, properties = "point", {**properties, "point": shape}
    included = found["sign"] not in ("-", "!") and properties.get("include") != "0"
    return Region(shape, tuple(arguments), frame, place, included, properties, tags)


def _style(text: str, usual: tuple[Mapping[str, str], tuple[str, ...]]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    values, tags = dict(usual[0]), list(usual[1])
    for key, quoted in _PROPERTY.findall(text):
        value = quoted[1:-1] if quoted[:1] in "{\"'" else quoted
        if key.lower() == "tag":
            tags.append(value)
        else:
            values[key.lower()] = value
    values.update(_json(text))
    return values, tuple(tags)


def _json(text: str) -> dict[str, str]:
    """JS9 writes properties as one JSON object."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or text[:start].strip() or not re.match(r'\{\s*"', text[start:]):
        return {}
    try:
        found = json.loads(text[start : end + 1])
    except ValueError:
        return {}
    return {key.lower(): str(value) for key, value in found.items() if isinstance(value, str | int | float)}
