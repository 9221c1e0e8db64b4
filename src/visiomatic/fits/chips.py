"""Mosaics on the detector grid: the chips of a camera, laid where DETSEC says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from visiomatic.fits.detector import Placed
from visiomatic.fits.headers import Move, moved
from visiomatic.fits.mosaic import MosaicPlane, Piece, StoredPlane
from visiomatic.fits.sections import Range
from visiomatic.types import Card, Chip, Window

# What is true of one chip only, distortions included: far from their chip they run wild.
_OF_ONE_CHIP = re.compile(
    r"(DETSEC|DATASEC|CCDSEC|AMPSEC|TRIMSEC|BIASSEC|ROISEC|EXTNAME|EXTVER|CCDNAME|AMPNAME|IMAGEID|INHERIT|"
    r"AT[VM]\d(_\d)?|DT[VM]\d(_\d)?|LT[VM]\d(_\d)?|PV\d_\d+|WAT\d_\d+|(A|B|AP|BP)_(ORDER|DMAX|\d_\d)|"
    r"(CPDIS|D2IMDIS|DP|D2IM)\d.*|CHECKSUM|DATASUM)"
)


def frame_of(chips: Sequence[Placed]) -> tuple[int, int]:
    """Width and height of the mosaic."""
    return max(chip.x + chip.width for chip in chips), max(chip.y + chip.height for chip in chips)


def chip_windows(chips: Sequence[Placed]) -> tuple[Window, ...]:
    """The box of each chip in the display frame of the mosaic."""
    _, height = frame_of(chips)
    return tuple(Window(chip.x, height - chip.y - chip.height, chip.x + chip.width, height - chip.y) for chip in chips)


def mosaic_planes(
    chips: Sequence[Placed], planes: Sequence[Callable[[int], StoredPlane]]
) -> Callable[[int], MosaicPlane]:
    """The assembled plane of each channel, from the planes of each chip."""
    width, height = frame_of(chips)
    windows = chip_windows(chips)

    def assembled(channel: int) -> MosaicPlane:
        laid = zip(chips, windows, planes, strict=True)
        pieces = tuple(_piece(chip, window, plane_of(channel)) for chip, window, plane_of in laid)
        return MosaicPlane(width, height, pieces)

    return assembled


def _piece(chip: Placed, window: Window, plane: StoredPlane) -> Piece:
    x, y = chip.data
    top = y.low + y.length - 1  # FITS row of the chip's data section that is on top in display
    return Piece(plane, window, x.low - 1, plane.height - top, chip.flip_x, chip.flip_y)


def describe_chips(chips: Sequence[Placed], cards: Sequence[tuple[Card, ...]]) -> tuple[Chip, ...]:
    return tuple(
        Chip(
            hdu=chip.hdu.index,
            name=chip.hdu.name or f"HDU {chip.hdu.index}",
            window=window,
            data_origin=(chip.data[0].low, chip.data[1].low),
            flip_x=chip.flip_x,
            flip_y=chip.flip_y,
            binning=chip.binning,
            cards=own,
        )
        for chip, window, own in zip(chips, chip_windows(chips), cards, strict=True)
    )


def without_chip_cards(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    return tuple(card for card in cards if not _OF_ONE_CHIP.fullmatch(card.keyword))


def mosaic_cards(chip: Placed, cards: tuple[Card, ...], shape: tuple[int, ...]) -> tuple[Card, ...]:
    """The header of *chip* moved to the mosaic's frame; what is true of that chip only is left out."""
    shifted = moved(without_chip_cards(cards), {1: _move(chip, 0), 2: _move(chip, 1)}, shape)
    return tuple(
        replace(card, value=re.sub(r"^(RA--|DEC-)-(TPV|TNX|ZPX)$|-SIP$", _plain_projection, card.value))
        if re.fullmatch(r"CTYPE[12][A-Z]?", card.keyword) and isinstance(card.value, str)
        else card
        for card in shifted
        if not re.fullmatch(r"LT[VM]\d(_\d)?", card.keyword)
    )


def _plain_projection(match: re.Match[str]) -> str:
    return f"{match[1]}-{'ZPN' if match[2] == 'ZPX' else 'TAN'}" if match[1] else ""


def _move(chip: Placed, axis: int) -> Move:
    span, place, flip = chip.data[axis], (chip.x, chip.y)[axis], (chip.flip_x, chip.flip_y)[axis]
    if flip:
        return Move(-1.0, place + span.length + span.low)
    return Move(1.0, place + 1 - span.low)


def chips_in_section(chips: Sequence[Chip], columns: Range, rows: Range, height: int) -> tuple[Chip, ...]:
    """Chips as they lie in a section of the mosaic of *height* rows; none for sections with steps or backwards."""
    if (columns.sign, columns.step, rows.sign, rows.step) != (1, 1, 1, 1):
        return ()
    frame = Window(columns.first - 1, height - rows.last, columns.last, height - rows.first + 1)
    cut = (_cut_chip(chip, frame) for chip in chips)
    return tuple(chip for chip in cut if not chip.window.is_empty)


def _cut_chip(chip: Chip, frame: Window) -> Chip:
    own = chip.window
    left, right = max(frame.x0 - own.x0, 0), max(own.x1 - frame.x1, 0)
    top, bottom = max(frame.y0 - own.y0, 0), max(own.y1 - frame.y1, 0)
    x, y = chip.data_origin
    return replace(
        chip,
        window=Window(
            own.x0 + left - frame.x0, own.y0 + top - frame.y0, own.x1 - right - frame.x0, own.y1 - bottom - frame.y0
        ),
        data_origin=(x + (right if chip.flip_x else left), y + (top if chip.flip_y else bottom)),
    )
