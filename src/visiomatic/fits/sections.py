"""The one grammar of image names: ``file.fits[HDU][section]`` as CFITSIO writes it.

An HDU is a number (0 is the primary), an EXTNAME, or ``EXTNAME,EXTVER``; ``mosaic`` and ``wcs`` ask for the extensions
assembled on the detector or on the sky. A section is a range per axis: ``x1:x2``, ``x1:x2:step``, ``*`` (all),
``-*`` or ``x2:x1`` (reversed), ``n`` (one), 1-based and inclusive; without ranges for higher axes, all is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from visiomatic.errors import NotFound

_TRAILING = re.compile(r"^(.*?)((?:\[[^\[\]]*\])+)$", re.DOTALL)
_RANGES = re.compile(r"[\s\d:*,+-]*[:*][\s\d:*,+-]*")
_RANGE = re.compile(r"(?:(-?)\s*(\*)|(\d+)(?:\s*:\s*(\d+))?)(?:\s*:\s*(\d+))?")
_NAMED = re.compile(r"\s*#?\s*([^,]+?)\s*(?:,\s*(\d+)\s*)?(?:,\s*\w+\s*)?")


@dataclass(frozen=True, slots=True)
class Range:
    """Pixels first, first ± step … last of one axis (1-based); backwards when last < first."""

    first: int
    last: int
    step: int = 1

    @property
    def sign(self) -> int:
        return 1 if self.last >= self.first else -1

    @property
    def length(self) -> int:
        return abs(self.last - self.first) // self.step + 1

    def is_whole(self, length: int) -> bool:
        return (self.first, self.last, self.step) == (1, length, 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the text in brackets asks for; nothing asked is None."""

    number: int | None = None
    name: str | None = None
    version: int | None = None
    ranges: str = ""

    @property
    def has_hdu(self) -> bool:
        return self.number is not None or self.name is not None


def split_section(text: str) -> tuple[str, str]:
    """Path, and what the brackets at its end hold: ``a.fits[1][2:3,*]`` gives ``("a.fits", "1][2:3,*")``.

    Whether a file of the whole name exists (and wins) is for the caller to know.
    """
    match = _TRAILING.match(text)
    if match is None or not match[1]:
        return text, ""
    return match[1], match[2][1:-1]


def parse_section(section: str) -> Selection:
    """Raises `NotFound` when the text is not of this grammar."""
    groups = [group.strip() for group in section.strip().removeprefix("[").removesuffix("]").split("][")]
    groups = [group for group in groups if group]
    if not groups:
        return Selection()
    ranges = groups.pop() if _RANGES.fullmatch(groups[-1]) else ""
    if not groups:
        return Selection(ranges=ranges)
    if len(groups) > 1:
        raise NotFound(f"[{section}] is not an HDU and a section, as in [1][100:600,*]")
    if groups[0].isdecimal():
        return Selection(number=int(groups[0][:9]), ranges=ranges)
    match = _NAMED.fullmatch(groups[0])
    if match is None:
        raise NotFound(f"[{section}] names no HDU; write [1], [SCI] or [SCI,2]")
    return Selection(name=match[1], version=int(match[2]) if match[2] else None, ranges=ranges)


def parse_ranges(text: str, shape: tuple[int, ...]) -> tuple[Range, ...]:
    """One range per axis of an image of *shape* (NAXIS1 first); raises `NotFound` when they do not fit."""
    fields = [field.strip() for field in text.split(",")]
    size = " × ".join(map(str, shape))
    if not 2 <= len(fields) <= len(shape):
        raise NotFound(f"the section [{text}] has {len(fields)} ranges for an image of {size} pixels")
    ranges = [_range(field, length, text) for field, length in zip(fields, shape, strict=False)]
    ranges += [Range(1, length) for length in shape[len(fields) :]]
    for wanted, length in zip(ranges, shape, strict=True):
        if not (1 <= wanted.first <= length and 1 <= wanted.last <= length):
            raise NotFound(f"the section [{text}] is not inside the image of {size} pixels")
    return tuple(ranges)


def _range(field: str, length: int, text: str) -> Range:
    match = _RANGE.fullmatch(field)
    if match is None:
        raise NotFound(f"the section [{text}] cannot be read: '{field}' is not a range such as 100:600 or *")
    minus, star, first, last, step = match.groups()
    start, stop = (1, length) if star else (int(first), int(last or first))
    if minus:
        start, stop = stop, start
    if step is not None and int(step) < 1:
        raise NotFound(f"the section [{text}] has a step of {step}")
    return Range(start, stop, int(step or 1))
