"""Header cards as bytes, readable by every FITS reader."""

from __future__ import annotations

import re
from collections.abc import Iterable

from visiomatic.fits.cards import BLOCK, CARD, Value
from visiomatic.types import Card

_PLAIN_KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}")


def header_bytes(cards: Iterable[Card]) -> bytes:
    """Cards, END and padding to a whole number of blocks."""
    text = b"".join(card_bytes(card) for card in cards) + b"END".ljust(CARD)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK)


def card_bytes(card: Card) -> bytes:
    """One card, or several: long strings go on in CONTINUE cards, long comments of HISTORY in further ones."""
    if card.keyword in ("COMMENT", "HISTORY", "") or not _is_possible(card.keyword):
        text = _ascii(str(card.value or ""))
        keyword = card.keyword if _PLAIN_KEYWORD.fullmatch(card.keyword) else ""
        return b"".join(f"{keyword:<8}{text[at : at + 72]:<72}".encode() for at in range(0, max(len(text), 1), 72))
    plain = _PLAIN_KEYWORD.fullmatch(card.keyword) is not None
    start = f"{card.keyword:<8}= " if plain else f"HIERARCH {card.keyword} = "
    if isinstance(card.value, str):
        return _string_cards(start, _ascii(card.value), _ascii(card.comment))
    value = _number(card.value)
    return _with_comment(start + (f"{value:>20}" if plain else value), _ascii(card.comment))


def _is_possible(keyword: str) -> bool:
    return len(keyword) <= 60 and "=" not in keyword and keyword.isascii() and keyword.isprintable()


def _ascii(text: str) -> str:
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def _number(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return str(value)
    text = repr(float(value)).upper()
    return f"'{text}'" if "N" in text else text  # NaN and INF have no place in FITS but as text


def _with_comment(text: str, comment: str) -> bytes:
    whole = f"{text} / {comment}" if comment else text
    return whole[:CARD].ljust(CARD).encode()


def _string_cards(start: str, value: str, comment: str) -> bytes:
    quoted = value.replace("'", "''")
    if len(start) + len(quoted) + 2 <= CARD:
        return _with_comment(f"{start}'{quoted:<8}'".ljust(30), comment)
    cards, left = [], value
    while left:
        room = CARD - len(start) - 3
        taken = room - left[:room].count("'")
        end = "&" if len(left) > taken else ""
        escaped = left[:taken].replace("'", "''")
        cards.append(_with_comment(f"{start}'{escaped}{end}'", "" if end else comment))
        left, start = left[taken:], "CONTINUE  "
    return b"".join(cards)
