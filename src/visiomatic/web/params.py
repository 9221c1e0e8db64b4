"""Text of requests to values, by hand: the way of a tile has no time for a framework's declarations.

Every function raises BadParameter, which names the parameter, for what it cannot read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote_plus

from visiomatic.errors import BadParameter
from visiomatic.render.colormaps import canonical
from visiomatic.render.curves import PARAMETERS
from visiomatic.render.look import CutsRule, Look, tint
from visiomatic.types import RGBA, Encoding, EncodingName, Stretch, StretchName

Pairs = list[tuple[str, str]]
T = TypeVar("T", int, float)
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


def integer(name: str, text: str, low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> int:
    try:
        value = int(text)
    except ValueError:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a whole number", text) from None
    return _within(name, text, value, low, high)


def number(name: str, text: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number between *low* and *high*."""
    try:
        value = float(text)
    except ValueError:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a number", text) from None
    if not math.isfinite(value):
        raise BadParameter(name, f"{name}: {_quoted(text)} is not a finite number", text)
    return _within(name, text, value, low, high)


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


def of_channel(name: str, text: str) -> tuple[int, str]:
    """``channel:rest`` as the 0-based channel and the rest."""
    channel, colon, rest = text.partition(":")
    if not colon:
        raise BadParameter(name, f"{name}: {_quoted(text)} does not begin with a channel and a colon", text)
    return channel_number(name, channel), rest


@lru_cache(maxsize=1024)
def read_style(query: bytes, quality: int = 90) -> tuple[Look, int, str]:
    """The look that a v1 query asks for, its quality, and one text for all spellings of the same look.

    Parameters that are not of the style are ignored.
    """
    reader = StyleReader(quality)
    for name, value in split_query(query):
        reader.read(name, value)
    look = reader.look()
    return look, reader.quality, repr((look, reader.quality))


class StyleReader:
    """Gathers the style parameters of `api/v1`, one at a time."""

    def __init__(self, quality: int) -> None:
        self.quality = quality
        self._values: dict[str, str] = {}
        self._mix: list[tuple[int, float, float, float]] = []
        self._colors: list[tuple[int, int, int, int]] = []
        self._cuts = CutsRule()
        self._channel_cuts: list[tuple[int, CutsRule]] = []

    def read(self, name: str, value: str) -> None:
        if name == "cuts":
            self._read_cuts(value)
        elif name == "mix":
            channel, rest = of_channel(name, value)
            red, green, blue = numbers(name, rest, 3)
            self._mix.append((channel, red, green, blue))
        elif name == "color":
            channel, rest = of_channel(name, value)
            self._colors.append((channel, *color(name, rest)))
        elif name == "quality":
            self.quality = integer(name, value, 0, 100)
        elif name in _SINGLE:
            self._values[name] = value

    def look(self) -> Look:
        values = self._values
        gamma = _number_of(values, "gamma", 1.0, 0.2, 5.0)
        weights = self._weights(gamma)
        return Look(
            channel=None if weights else channel_number("channel", values.get("channel", "1")),
            weights=weights,
            cuts=self._cuts,
            channel_cuts=tuple(sorted(self._channel_cuts, key=lambda pair: pair[0])),
            stretch=_stretch(values),
            contrast=_number_of(values, "contrast", 1.0, 0.0, 1000.0),
            center=_number_of(values, "bias", 0.5, -100.0, 100.0),
            gamma=gamma,
            invert=flag("invert", values["invert"]) if "invert" in values else False,
            colormap=canonical(values["colormap"]) if "colormap" in values else "grey",
            nan=nan_color("nan", values["nan"]) if "nan" in values else (0, 0, 0, 0),
            lupton=_lupton(values) if weights else None,
        )

    def _read_cuts(self, value: str) -> None:
        if ":" in value:
            channel, rest = of_channel("cuts", value)
            self._channel_cuts.append((channel, cuts_rule("cuts", rest)))
        else:
            self._cuts = cuts_rule("cuts", value)

    def _weights(self, gamma: float) -> tuple[tuple[int, float, float, float], ...]:
        saturation = _number_of(self._values, "saturation", 1.0, 0.0, 10.0)
        if self._mix and self._colors:
            raise BadParameter("color", "color and mix cannot be given together")
        for name, rows in (("mix", self._mix), ("color", self._colors)):
            if len({row[0] for row in rows}) != len(rows):
                raise BadParameter(name, f"{name}: a channel is given twice")
        return tint(tuple(self._colors), saturation, gamma) if self._colors else tuple(sorted(self._mix))


_SINGLE = frozenset(
    {"channel", "stretch", "a", "contrast", "bias", "gamma", "invert", "colormap", "nan", "lupton", "saturation"}
)
STYLE_NAMES = _SINGLE | {"cuts", "mix", "color", "quality"}


def encoding(name: EncodingName, quality: int, *, subsample: bool = False) -> Encoding:
    """PNG is without loss: its quality is always written the same, so that its identity is one."""
    return Encoding(name, 100 if name == "png" else quality, subsample)


def _stretch(values: dict[str, str]) -> Stretch | None:
    if "stretch" not in values:
        if "a" in values:
            raise BadParameter("a", "a: say which stretch it is the parameter of", values["a"])
        return None
    name = STRETCHES[one_of("stretch", values["stretch"], STRETCHES)]
    if "a" not in values:
        return Stretch(name)
    if name not in PARAMETERS:
        number("a", values["a"])
        return Stretch(name)
    _, low, high = PARAMETERS[name]
    return Stretch(name, number("a", values["a"], low, high))


def _lupton(values: dict[str, str]) -> tuple[float, float] | None:
    if "lupton" not in values:
        return None
    q, stretch = numbers("lupton", values["lupton"], 2)
    if not (0 <= q <= 1e6 and 0 < stretch <= 1e30):
        raise BadParameter("lupton", "lupton: Q must be 0 or more, stretch more than 0", values["lupton"])
    return q, stretch


def _number_of(values: dict[str, str], name: str, default: float, low: float, high: float) -> float:
    return number(name, values[name], low, high) if name in values else default


def _within(name: str, text: str, value: T, low: T, high: T) -> T:
    if "_" in text or not low <= value <= high:
        raise BadParameter(name, f"{name}: {_quoted(text)} is not between {low:g} and {high:g}", text)
    return value


def _is_hex(digits: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
