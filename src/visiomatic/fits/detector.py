"""Where the extensions of a mosaic lie on the detector: DETSEC, DATASEC and CCDSUM."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from visiomatic.fits.cards import Header
from visiomatic.fits.hdu import Hdu

_SECTION = re.compile(
    r"[\s\[({]*([+-]?\d+)(?:\.0*)?\s*:\s*([+-]?\d+)(?:\.0*)?\s*,\s*([+-]?\d+)(?:\.0*)?\s*:\s*([+-]?\d+)(?:\.0*)?[\s\])}]*"
)
_MAX_BINNING = 16
_MAX_EMPTY = 50  # a mosaic larger than this many times its chips is a misprint in a DETSEC


@dataclass(frozen=True, slots=True)
class Span:
    """Pixels first … last of one axis, 1-based, inclusive; reversed when last < first."""

    first: int
    last: int

    @property
    def low(self) -> int:
        return min(self.first, self.last)

    @property
    def length(self) -> int:
        return abs(self.last - self.first) + 1

    @property
    def is_reversed(self) -> bool:
        return self.last < self.first


Section = tuple[Span, Span]


@dataclass(frozen=True, slots=True)
class Placed:
    """One extension on the detector: its data section and the mosaic pixel (0-based, y up) of its lower left."""

    hdu: Hdu
    data: Section
    x: int
    y: int
    flip_x: bool
    flip_y: bool
    binning: tuple[int, int]

    @property
    def width(self) -> int:
        return self.data[0].length

    @property
    def height(self) -> int:
        return self.data[1].length


def parse_section(text: str) -> Section | None:
    """``[x1:x2,y1:y2]`` in any of the spellings found in archives; None when it is no section."""
    match = _SECTION.fullmatch(text)
    if match is None:
        return None
    x1, x2, y1, y2 = map(int, match.groups())
    return Span(x1, x2), Span(y1, y2)


def detector_layout(hdus: Sequence[Hdu]) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """The extensions that form a mosaic by their DETSEC, placed, with warnings about those left out.

    Empty when they form none: fewer than two, the same place many times over, sizes that contradict DETSEC.
    """
    fitted = [(hdu, *fit) for hdu in hdus if (fit := _fit(hdu)) is not None]
    if len(fitted) < 2:
        return (), ()
    (binning, depth), _ = Counter((fit[3], prod(fit[0].shape[2:])) for fit in fitted).most_common(1)[0]
    kept = [fit for fit in fitted if (fit[3], prod(fit[0].shape[2:])) == (binning, depth)]
    placed = tuple(_place(fit, kept) for fit in kept)
    if len(kept) < 2 or not _is_sane(placed):
        return (), ()
    left_out = [str(hdu.index) for hdu in hdus if all(hdu is not chip.hdu for chip in placed)]
    if not left_out:
        return placed, ()
    return placed, (f"HDU {', '.join(left_out)}: left out of the mosaic, their DETSEC does not fit the others",)


_Fit = tuple[Hdu, Section, Section, tuple[int, int]]


def _fit(hdu: Hdu) -> tuple[Section, Section, tuple[int, int]] | None:
    """Detector section, data section and binning of one extension, when they agree."""
    detector = parse_section(hdu.header.text("DETSEC"))
    if detector is None:
        return None
    hints = _binning_hint(hdu.header)
    for data in _data_sections(hdu):
        binning = tuple(_binning(d.length, s.length, hint) for d, s, hint in zip(detector, data, hints, strict=True))
        if binning[0] and binning[1]:
            return detector, data, (binning[0], binning[1])
    return None


def _data_sections(hdu: Hdu) -> list[Section]:
    whole = (Span(1, hdu.shape[0]), Span(1, hdu.shape[1]))
    given = parse_section(hdu.header.text("DATASEC"))
    if given is None or any(
        span.low < 1 or span.low + span.length - 1 > size for span, size in zip(given, hdu.shape, strict=False)
    ):
        return [whole]
    return [given, whole]


def _binning_hint(header: Header) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", header.text("CCDSUM"))]
    if len(numbers) == 2 and all(numbers):
        return numbers[0], numbers[1]
    return header.integer("CCDBIN1", header.integer("XBINNING", 0)) or 0, (
        header.integer("CCDBIN2", header.integer("YBINNING", 0)) or 0
    )


def _binning(detector: int, data: int, hint: int) -> int:
    """Detector pixels per image pixel, or 0 when the two lengths do not agree within one image pixel."""
    for binning in (round(detector / data), hint):
        if 1 <= binning <= _MAX_BINNING and abs(detector - binning * data) < binning:
            return binning
    return 0


def _place(fit: _Fit, fits: Sequence[_Fit]) -> Placed:
    hdu, detector, data, binning = fit
    x0, y0 = (min(other[1][axis].low for other in fits) for axis in (0, 1))
    flips = [d.is_reversed != s.is_reversed for d, s in zip(detector, data, strict=True)]
    x, y = (detector[0].low - x0) // binning[0], (detector[1].low - y0) // binning[1]
    return Placed(hdu, data, x, y, flips[0], flips[1], binning)


def _is_sane(chips: Sequence[Placed]) -> bool:
    """Chips beside each other, not on top of each other, and not lost in an endless frame."""
    area = sum(chip.width * chip.height for chip in chips)
    width, height = (max(chip.x + chip.width for chip in chips), max(chip.y + chip.height for chip in chips))
    overlap = sum(_overlap(a, b) for index, a in enumerate(chips) for b in chips[:index])
    return overlap <= area // 10 and width * height <= _MAX_EMPTY * area


def _overlap(a: Placed, b: Placed) -> int:
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return max(0, width) * max(0, height)
