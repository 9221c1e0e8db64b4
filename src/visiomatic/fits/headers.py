"""Headers as they are shown: the image's own of a compressed HDU, the primary's inherited, moved to another frame."""

from __future__ import annotations

import re
from dataclasses import dataclass

from visiomatic.fits.cards import Header
from visiomatic.fits.hdu import Hdu
from visiomatic.types import Card

_TABLE = re.compile(
    r"(XTENSION|SIMPLE|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|TFIELDS|THEAP|CHECKSUM|DATASUM|"
    r"T(TYPE|FORM|UNIT|NULL|SCAL|ZERO|DISP|DIM)\d+|"
    r"Z(IMAGE|CMPTYPE|BITPIX|NAXIS\d*|TILE\d+|NAME\d+|VAL\d+|SIMPLE|EXTEND|TENSION|PCOUNT|GCOUNT|HECKSUM|DATASUM|"
    r"QUANTIZ|DITHER0|BLANK|SCALE|ZERO|MASKCMP|BLOCKED))"
)
_NOT_INHERITED = re.compile(
    r"(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|BSCALE|BZERO|BLANK|BUNIT|DATAMIN|DATAMAX|EXTNAME|"
    r"EXTVER|EXTLEVEL|INHERIT|CHECKSUM|DATASUM|NEXTEND|BLOCKED|END)"
)
# The coordinates of an extension are its own: CFITSIO, wcslib and astropy do not look for them in the primary.
_COORDINATES = re.compile(
    r"(WCSAXES|WCSNAME|CTYPE\d+|CRPIX\d+|CRVAL\d+|CUNIT\d+|CDELT\d+|CROTA\d+|CD\d+_\d+|PC\d+_\d+|PV\d+_\d+|PS\d+_\d+|"
    r"LONPOLE|LATPOLE|RADESYS|RADECSYS|EQUINOX|EPOCH|LT[VM]\d+(_\d+)?|(A|B|AP|BP)_(ORDER|\d+_\d+|DMAX)|WAT\d_\d+|"
    r"RESTFRQ|RESTFREQ|RESTWAV|SPECSYS|VELREF)[A-Z]?"
)


def image_cards(hdu: Hdu) -> tuple[Card, ...]:
    """The cards of the image in *hdu*; those of its compression are turned back into the image's own."""
    if hdu.kind != "compressed image":
        return hdu.header.cards
    cards = [Card("XTENSION", "IMAGE", "image extension"), Card("BITPIX", hdu.bitpix), Card("NAXIS", len(hdu.shape))]
    cards += [Card(f"NAXIS{axis}", length) for axis, length in enumerate(hdu.shape, 1)]
    cards += [Card("PCOUNT", 0), Card("GCOUNT", 1)]
    if hdu.bitpix > 0 and "ZBLANK" in hdu.header and "BLANK" not in hdu.header:
        cards.append(Card("BLANK", hdu.header.get("ZBLANK")))
    cards += [card for card in hdu.header.cards if not _TABLE.fullmatch(card.keyword)]
    return tuple(cards)


def inherited(own: tuple[Card, ...], primary: Hdu | None) -> tuple[Card, ...]:
    """*own* cards and those of the *primary* header that they do not repeat; COMMENT and HISTORY of both.

    As INHERIT says; without that card when the primary has no data of its own, as CFITSIO's users expect.
    """
    inherit = Header(own).get("INHERIT")
    if primary is None or inherit is False or (inherit is None and primary.kind != "empty"):
        return own
    present = {card.keyword for card in own if card.keyword not in ("COMMENT", "HISTORY", "")}
    return own + tuple(
        card
        for card in primary.header.cards
        if card.keyword
        and card.keyword not in present
        and not _NOT_INHERITED.fullmatch(card.keyword)
        and not _COORDINATES.fullmatch(card.keyword)
    )


def without_coordinates(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Cards without any of the world coordinate system."""
    return tuple(card for card in cards if not _COORDINATES.fullmatch(card.keyword))


@dataclass(frozen=True, slots=True)
class Move:
    """new pixel = scale * old pixel + shift, along one axis (1-based pixels)."""

    scale: float = 1.0
    shift: float = 0.0

    def __call__(self, pixel: float) -> float:
        return self.scale * pixel + self.shift


_PER_AXIS = re.compile(r"(CRPIX|CNPIX|CDELT)(\d)([A-Z]?)|(CD|PC)(\d)_(\d)([A-Z]?)|(LTV)(\d)|(LTM)(\d)_(\d)")
_SIP = re.compile(r"(A|B|AP|BP)_(\d)_(\d)")


def moved(cards: tuple[Card, ...], moves: dict[int, Move], shape: tuple[int, ...]) -> tuple[Card, ...]:
    """Cards of an image whose pixels moved (a section, a chip in a mosaic) and whose axes now have *shape*.

    CRPIX, CD or PC or CDELT, SIP, LTV and LTM, CNPIX and NAXIS follow, in all alternate descriptions.
    """
    cards = _without_rotation_angle(cards) if any(move.scale != 1.0 for move in moves.values()) else cards
    header = Header(cards)
    with_matrix = {card.keyword[5:] for card in cards if re.fullmatch(r"(CD|PC)\d_\d[A-Z]?", card.keyword)}
    out = []
    for card in cards:
        axis = re.fullmatch(r"NAXIS(\d+)", card.keyword)
        if axis and int(axis[1]) <= len(shape):
            out.append(Card(card.keyword, shape[int(axis[1]) - 1], card.comment))
        elif isinstance(card.value, (int, float)) and not isinstance(card.value, bool):
            out.append(_moved_card(card, float(card.value), moves, with_matrix))
        else:
            out.append(card)
    for axis_number, move in moves.items():
        if f"CTYPE{axis_number}" in header and f"CRPIX{axis_number}" not in header:
            out.append(Card(f"CRPIX{axis_number}", move(0.0)))
        if move != Move() and f"LTV{axis_number}" not in header and axis_number <= 2:
            out.append(Card(f"LTV{axis_number}", move.shift))
            if f"LTM{axis_number}_{axis_number}" not in header:
                out.append(Card(f"LTM{axis_number}_{axis_number}", move.scale))
        out += _implied_scale(header, axis_number, move)
    return tuple(out)


def _implied_scale(header: Header, axis: int, move: Move) -> list[Card]:
    """The diagonal element that a header leaves out because it is 1, where it no longer is."""
    if move.scale == 1.0 or f"CTYPE{axis}" not in header or f"CD{axis}_{axis}" in header or "CD1_1" in header:
        return []
    has_pc = any(card.keyword.startswith("PC") and card.keyword[3:4] == "_" for card in header.cards)
    implied = f"PC{axis}_{axis}" if has_pc else f"CDELT{axis}"
    return [] if implied in header else [Card(implied, 1.0 / move.scale)]


def _moved_card(card: Card, value: float, moves: dict[int, Move], with_matrix: set[str]) -> Card:
    sip = _SIP.fullmatch(card.keyword)
    if sip:
        x, y = moves.get(1, Move()), moves.get(2, Move())
        own = x if sip[1] in ("A", "AP") else y
        return _changed(card, value * own.scale / (x.scale ** int(sip[2]) * y.scale ** int(sip[3])))
    match = _PER_AXIS.fullmatch(card.keyword)
    if match is None:
        return card
    name = match[1] or match[4] or match[8] or match[10]
    axis = int(match[2] or match[6] or match[9] or match[11])
    move = moves.get(axis, Move())
    if name in ("CRPIX", "LTV"):
        return _changed(card, move(value))
    if name == "CNPIX":
        return _changed(card, value - move.shift)
    if name == "LTM":
        return _changed(card, value * move.scale)
    if name == "CDELT" and (match[3] or "") in with_matrix:
        return card
    return _changed(card, value / move.scale)


def _changed(card: Card, value: float) -> Card:
    if card.value == value:
        return card
    return Card(card.keyword, value, card.comment)


def _without_rotation_angle(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """CROTA2 as a PC matrix, which can be scaled axis by axis."""
    from math import cos, radians, sin

    header = Header(cards)
    angle = radians(header.number("CROTA2", 0.0))
    if not angle or any(card.keyword.startswith(("CD1_", "CD2_", "PC1_", "PC2_")) for card in cards):
        return cards
    ratio = header.number("CDELT2", 1.0) / (header.number("CDELT1", 1.0) or 1.0)
    matrix = (
        Card("PC1_1", cos(angle)),
        Card("PC1_2", -sin(angle) * ratio),
        Card("PC2_1", sin(angle) / (ratio or 1.0)),
        Card("PC2_2", cos(angle)),
    )
    return tuple(card for card in cards if not re.fullmatch(r"CROTA\d", card.keyword)) + matrix
