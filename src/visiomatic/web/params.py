"""Text of requests to values, by hand: the way of a tile has no time for a framework's declarations.

Every function raises BadParameter, which names the parameter, for what it cannot read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar
from urllib.parse import unquote_plus

import orjson

from visiomatic.errors import BadParameter
from visiomatic.render.colormaps import canonical
from visiomatic.render.curves import PARAMETER_LIMITS, PARAMETERS
from visiomatic.render.look import CutsRule, Look, tint
from visiomatic.types import RGBA, Encoding, EncodingName, Stretch, StretchName

Pairs = list[tuple[str, str]]
T = TypeVar("T")
MAX_INTEGER = 2**53  # what JSON carries exactly

STRETCHES: dict[str, StretchName] = {
    "linear": "linear",
    "log": "log",
    "power": "power",
    "pow": "pow",
    "sqrt": "sqrt",
    "squared": "squared",
    "asinh": "asinh",
    "sinh": "sinh",
    "histeq": "histeq",
    "histequ": "histeq",
}
RULES = frozenset({"default", "compatible", "zscale", "minmax"})
FORMATS: frozenset[str] = frozenset({"jpg", "png", "webp"})


def split_query(query: bytes) -> Pairs:
    """The (name, value) pairs of a query string in their order, percent-decoded; a flag has an empty value."""
    text = query.decode("utf-8", "replace")
    encoded = "%" in text or "+" in text
    pairs = []
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if encoded:
            name, value = unquote_plus(name), unquote_plus(value)
        if name:
            pairs.append((name, value))
    return pairs


def canonical_query(query: bytes) -> str:
    """One text for all orders and ways of encoding of the same parameters; repeated ones keep theirs."""
    return repr(sorted(split_query(query), key=itemgetter(0)))


def split_version(query: bytes) -> tuple[bytes, str]:
    """The query without ``v=`` at its end, and that version."""
    rest, word, version = query.rpartition(b"&v=")
    if not word and query.startswith(b"v="):
        rest, version = b"", query[2:]
    elif not word:
        return query, ""
    if b"&" in version:
        return query, dict(split_query(query)).get("v", "")
    return rest, version.decode("ascii", "replace")


def integer(name: str, text: str, low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> int:
    try:
        value = int(text)
    except ValueError:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a whole number", text) from None
    if low <= value <= high and "_" not in text:
        return value
    raise BadParameter(name, f"{name}: {_quoted(text)} is not a whole number from {low} to {high}", text)


def number(name: str, text: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number between *low* and *high*."""
    try:
        value = float(text)
    except ValueError:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a number", text) from None
    if low <= value <= high and math.isfinite(value) and "_" not in text:
        return value
    if math.isfinite(value):
        raise BadParameter(name, f"{name}: {_quoted(text)} is not between {low:g} and {high:g}", text)
    raise BadParameter(name, f"{name}: {_quoted(text)} is not a finite number", text)


def numbers(name: str, text: str, count: int | None = None) -> tuple[float, ...]:
    """Finite numbers separated by commas, *count* of them unless None."""
    parts = text.split(",")
    if count is not None and len(parts) != count:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not {count} numbers separated by commas", text)
    return tuple(number(name, part) for part in parts)


def integers(name: str, text: str, count: int) -> tuple[int, ...]:
    parts = text.split(",")
    if len(parts) != count:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not {count} whole numbers separated by commas", text)
    return tuple(integer(name, part) for part in parts)


def flag(name: str, text: str) -> bool:
    if text in ("", "1", "true", "yes"):
        return True
    if text in ("0", "false", "no"):
        return False
    raise BadParameter(name, f"{name}: {_quoted(text)} is neither 0 nor 1", text)


def channel_number(name: str, text: str) -> int:
    """A 1-based channel as its 0-based index."""
    return integer(name, text, 1) - 1


def one_of(name: str, text: str, choices: Iterable[str]) -> str:
    if text not in choices:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not one of {', '.join(sorted(choices))}", text)
    return text


@lru_cache(maxsize=512)
def color(name: str, text: str) -> tuple[int, int, int]:
    """``rrggbb``, with or without #."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or not _is_hex(digits):
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a colour rrggbb", text)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def nan_color(name: str, text: str) -> RGBA:
    """``rrggbb``, ``rrggbbaa`` or ``transparent``."""
    if text == "transparent":
        return 0, 0, 0, 0
    digits = text.removeprefix("#")
    if len(digits) != 8:
        return (*color(name, text), 255)
    red, green, blue = color(name, digits[:6])
    if not _is_hex(digits[6:]):
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a colour rrggbbaa", text)
    return red, green, blue, int(digits[6:], 16)


@lru_cache(maxsize=512)  # one style asks for the same cuts tile by tile, whatever else changes
def cuts_rule(name: str, text: str) -> CutsRule:
    """``zscale``, ``minmax``, ``default``, ``compatible``, ``99.5%``, ``3sigma`` or ``low,high``."""
    if "," in text:
        low, high = numbers(name, text, 2)
        return CutsRule("numbers", low, high)
    if text in RULES:
        return CutsRule(text)  # type: ignore[arg-type]
    if text.endswith("%"):
        return CutsRule("percent", 0.0, number(name, text[:-1], 0.0, 100.0))
    if text.endswith("sigma"):
        return CutsRule("sigma", 0.0, number(name, text[:-5], 0.0, 1e6))
    wanted = f"{', '.join(sorted(RULES))}, low,high, a percentage like 99.5% or 3sigma"
    raise BadParameter(name, f"{name}: {_quoted(text)} is not one of {wanted}", text)


@lru_cache(maxsize=512)
def of_channel(name: str, text: str) -> tuple[int, str]:
    """``channel:rest`` as the 0-based channel and the rest."""
    channel, colon, rest = text.partition(":")
    if not colon:
        raise BadParameter(name, f"{name}: {_quoted(text)} does not begin with a channel and a colon", text)
    return channel_number(name, channel), rest


def _field(name: str, low: float, high: float) -> Callable[[str], float]:
    return lambda text: number(name, text, low, high)


# Parameters that are one field of the look each: its name, and how its text is read.
_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "channel": ("channel", lambda text: channel_number("channel", text)),
    "brightness": ("bias", lambda text: number("brightness", text, -100.0, 100.0) / 100),
    "contrast": ("contrast", _field("contrast", 0.0, 1000.0)),
    "bias": ("center", _field("bias", -100.0, 100.0)),
    "gamma": ("gamma", _field("gamma", 0.2, 5.0)),
    "invert": ("invert", lambda text: flag("invert", text)),
    "colormap": ("colormap", canonical),
    "nan": ("nan", lambda text: nan_color("nan", text)),
    "lupton": ("lupton", lambda text: _lupton(text)),
}


STYLE_NAMES = frozenset({*_FIELDS, "stretch", "a", "cuts", "color", "mix", "saturation", "quality"})


@lru_cache(maxsize=1024)
def read_style(query: bytes, quality: int = 90) -> tuple[Look, int, str]:
    """The look that a v1 query asks for, its quality, and one text for all spellings of the same look.

    Parameters that are not of the style are ignored.
    """
    fields: dict[str, Any] = {}
    rest: Pairs = []
    for name, text in split_query(query):
        known = _FIELDS.get(name)
        if known is not None:
            fields[known[0]] = known[1](text)
        else:
            rest.append((name, text))
    rest_fields = dict(rest)
    _read_cuts([text for name, text in rest if name == "cuts"], fields)
    _read_colors(rest, rest_fields, fields)
    if "stretch" in rest_fields or "a" in rest_fields:
        fields["stretch"] = _stretch(rest_fields)
    if "quality" in rest_fields:
        quality = integer("quality", rest_fields["quality"], 0, 100)
    look = Look(**fields)
    return look, quality, identity_of(look, quality)


def identity_of(look: Look, quality: int) -> str:
    """One text for equal looks, another for any other (all numbers in them are finite). JSON is written the fastest."""
    return orjson.dumps((look, quality), default=tuple).decode()


def _read_cuts(texts: list[str], fields: dict[str, Any]) -> None:
    of_channels = []
    for text in texts:
        if ":" in text:
            channel, rule = of_channel("cuts", text)
            of_channels.append((channel, cuts_rule("cuts", rule)))
        else:
            fields["cuts"] = cuts_rule("cuts", text)
    if of_channels:
        fields["channel_cuts"] = tuple(sorted(of_channels, key=lambda pair: pair[0]))


def _read_colors(pairs: Pairs, last: dict[str, str], fields: dict[str, Any]) -> None:
    """``mix`` and ``color`` with ``saturation``: then no single channel is drawn, else there is no Lupton either."""
    saturation = number("saturation", last["saturation"], 0.0, 10.0) if "saturation" in last else 1.0
    if "mix" not in last and "color" not in last:
        fields.pop("lupton", None)
        return
    colors, mixed = _of_channels("color", pairs, color), _of_channels("mix", pairs, _weights)
    drawn = tuple((channel, *rgb) for channel, rgb in colors.items())
    tinted = tint(drawn, saturation, fields.get("gamma", 1.0)) if drawn else ()
    weights = {row[0]: row[1:] for row in tinted} | mixed
    fields["channel"] = None
    fields["weights"] = tuple((channel, *weights[channel]) for channel in sorted(weights))


def _of_channels(name: str, pairs: Pairs, read: Callable[[str, str], T]) -> dict[int, T]:
    """What ``channel:text`` parameters say of each channel; the last one counts."""
    rows = [of_channel(name, text) for parameter, text in pairs if parameter == name]
    return {channel: read(name, text) for channel, text in rows}


def _weights(name: str, text: str) -> tuple[float, ...]:
    return numbers(name, text, 3)


def encoding(name: EncodingName, quality: int, *, subsample: bool = False) -> Encoding:
    """PNG is without loss: its quality is always written the same, so that its identity is one."""
    return Encoding(name, 100 if name == "png" else quality, subsample)


def _stretch(values: dict[str, str]) -> Stretch | None:
    """What suits the image when no stretch is named; its parameter alone says nothing."""
    parameter = number("a", values["a"], *PARAMETER_LIMITS) if "a" in values else None
    if "stretch" not in values:
        return None
    name = STRETCHES[one_of("stretch", values["stretch"], STRETCHES)]
    if parameter is None or name not in PARAMETERS:
        return Stretch(name)
    return Stretch(name, parameter)


def _lupton(text: str) -> tuple[float, float]:
    q, stretch = numbers("lupton", text, 2)
    if not (0 <= q <= 1e6 and 0 < stretch <= 1e30):
        raise BadParameter("lupton", "lupton: Q must be 0 or more, stretch more than 0", text)
    return q, stretch


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
