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
from visiomatic.render.look import DEFAULT_CUTS, CutsRule, Look, tint
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
    pairs = map(_pair, query.decode("utf-8", "replace").split("&"))
    return [pair for pair in pairs if pair[0]]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return (unquote_plus(name), unquote_plus(value)) if "%" in part or "+" in part else (name, value)


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


def _of_channel(name: str, text: str, read: Callable[[str, str], T]) -> tuple[int, T]:
    channel, rest = of_channel(name, text)
    return channel, read(name, rest)


def _cuts(text: str) -> tuple[int | None, CutsRule]:
    """Of one channel, or (None) of all that say nothing else."""
    return _of_channel("cuts", text, cuts_rule) if ":" in text else (None, cuts_rule("cuts", text))


def _lupton(text: str) -> tuple[float, float]:
    q, stretch = numbers("lupton", text, 2)
    if not (0 <= q <= 1e6 and 0 < stretch <= 1e30):
        raise BadParameter("lupton", "lupton: Q must be 0 or more, stretch more than 0", text)
    return q, stretch


# What each parameter of a style says: a field of the look, or one of `_TOGETHER`, and how its text is read.
_STYLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "channel": ("channel", lambda text: channel_number("channel", text)),
    "brightness": ("bias", lambda text: number("brightness", text, -100.0, 100.0) / 100),
    "contrast": ("contrast", _field("contrast", 0.0, 1000.0)),
    "bias": ("center", _field("bias", -100.0, 100.0)),
    "gamma": ("gamma", _field("gamma", 0.2, 5.0)),
    "invert": ("invert", lambda text: flag("invert", text)),
    "colormap": ("colormap", canonical),
    "nan": ("nan", lambda text: nan_color("nan", text)),
    "lupton": ("lupton", _lupton),
    "stretch": ("stretch", lambda text: Stretch(STRETCHES[one_of("stretch", text, STRETCHES)])),
    "a": ("a", _field("a", *PARAMETER_LIMITS)),
    "saturation": ("saturation", _field("saturation", 0.0, 10.0)),
    "quality": ("quality", lambda text: integer("quality", text, 0, 100)),
    "cuts": ("cuts", _cuts),
    "color": ("colors", lambda text: _of_channel("color", text, color)),
    "mix": ("weights", lambda text: _of_channel("mix", text, lambda name, rest: numbers(name, rest, 3))),
}
STYLE_NAMES = frozenset(_STYLE)
_TOGETHER = "cuts", "colors", "weights"  # all of them count, not the last one alone
_MOST_REMEMBERED = 2000  # bytes of a query: nobody fills the memory with long ones

Part = tuple[str, Any]  # a key of a look in the making and its value


@lru_cache(maxsize=1024)
def read_style(query: bytes, quality: int = 90) -> tuple[Look, int, str]:
    """The look that a v1 query asks for, its quality, and one text for all spellings of the same look.

    Parameters that are not of the style are ignored.
    """
    read = _remembered_part if len(query) < _MOST_REMEMBERED else _style_part
    parts = tuple(map(read, query.decode("utf-8", "replace").split("&")))
    fields: dict[str, Any] = dict(parts)
    fields.pop("", None)
    quality = fields.pop("quality", quality)
    saturation = fields.pop("saturation", 1.0)
    if "a" in fields:
        _set_parameter(fields, fields.pop("a"))
    together = tuple([part for part in parts if part[0] in _TOGETHER])
    if together:
        fields.pop("colors", None)
        fields |= _of_channels(together, saturation, fields.get("gamma", 1.0))
    if fields.get("channel", 0) is not None:
        fields.pop("lupton", None)
    look = Look(**fields)
    return look, quality, identity_of(look, quality)


def _style_part(text: str) -> Part:
    """``name=text`` of a query."""
    name, value = _pair(text)
    if name not in _STYLE:
        return "", None
    field, read = _STYLE[name]
    return field, read(value)


# While somebody drags a slider or pans, all parts of a query but one are those of the query before.
_remembered_part = lru_cache(maxsize=4096)(_style_part)


def identity_of(look: Look, quality: int) -> str:
    """One text for equal looks, another for any other (all numbers in them are finite). JSON is written the fastest."""
    return orjson.dumps((look, quality), default=tuple).decode()


def _set_parameter(fields: dict[str, Any], parameter: float) -> None:
    """The parameter alone, without a stretch, says nothing; nor does it to a stretch that has none."""
    if "stretch" in fields and fields["stretch"].name in PARAMETERS:
        fields["stretch"] = Stretch(fields["stretch"].name, parameter)


@lru_cache(maxsize=256)
def _of_channels(parts: tuple[Part, ...], saturation: float, gamma: float) -> dict[str, Any]:
    """Fields of a look from its cuts, colours and mixes. With a colour or a mix no single channel is drawn."""
    cuts, colors, weights = ({part[0]: part[1] for name, part in parts if name == wanted} for wanted in _TOGETHER)
    fields: dict[str, Any] = {"cuts": cuts.pop(None, DEFAULT_CUTS), "channel_cuts": tuple(sorted(cuts.items()))}
    if colors or weights:
        drawn = tuple((channel, *rgb) for channel, rgb in colors.items())
        tinted = {row[0]: row[1:] for row in tint(drawn, saturation, gamma)} if drawn else {}
        fields["channel"] = None
        fields["weights"] = tuple((channel, *row) for channel, row in sorted((tinted | weights).items()))
    return fields


def encoding(name: EncodingName, quality: int, *, subsample: bool = False) -> Encoding:
    """PNG is without loss: its quality is always written the same, so that its identity is one."""
    return Encoding(name, 100 if name == "png" else quality, subsample)


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
