"""The query language of the compatible route: IIP words in, frozen values out. The words stop here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from visiomatic.errors import BadParameter
from visiomatic.render.look import CutsRule, Look
from visiomatic.types import EncodingName, Stretch
from visiomatic.web.params import (
    channel_number,
    identity_of,
    integer,
    number,
    numbers,
    of_channel,
    one_of,
    split_query,
)

COMPATIBLE_CUTS = CutsRule("compatible")
LINEAR = Stretch("linear")
COLORMAPS = {
    "grey": "grey",
    "jet": "opencv:jet",
    "cold": "opencv:cool",
    "cool": "opencv:cool",
    "hot": "opencv:hot",
}
TILE_WORDS: dict[str, EncodingName] = {"JTL": "jpg", "PTL": "png", "WTL": "webp"}
_PAIR = re.compile(r"[ +-]?\d{1,15},[ +-]?\d{1,15}")
_LINE = re.compile(r"[ +-]?\d{1,15},[ +-]?\d{1,15}:[ +-]?\d{1,15},[ +-]?\d{1,15}")
_TILE = re.compile(r"\d{1,6},\d{1,15}")

Point = tuple[int, int]


class Defaults(NamedTuple):
    """What the server's options say where a request says nothing."""

    contrast: float = 1.0
    brightness: float = 0.0
    gamma: float = 2.2
    quality: int = 95


@dataclass(frozen=True, slots=True)
class IipQuery:
    """One request, its words checked. Channels are 0-based; ``look`` is that of tiles and regions.

    ``identity`` is one text for all spellings of the same look and quality.
    """

    image_id: str | None
    wants_header: bool
    wants_info: bool
    channels: tuple[int, ...]
    profile: tuple[Point, Point] | None
    value: Point | None
    tile: tuple[int, int] | None  # level (0 = coarsest), index
    tile_format: EncodingName
    region: tuple[Point, Point] | None
    shrink: int
    look: Look
    quality: int
    identity: str


@lru_cache(maxsize=1024)
def read_query(query: bytes, defaults: Defaults) -> IipQuery:
    """Raises BadParameter with the IIP word at fault. Unknown words are ignored, words are upper case but for obj."""
    reader = _Reader(defaults)
    for name, text in split_query(query):
        reader.read(name, text)
    return reader.query()


def read_tile(text: str, word: str = "JTL") -> tuple[int, int]:
    """``level,index``."""
    if not _TILE.fullmatch(text):
        raise BadParameter(word, f"{word}: write level,index with two whole numbers, 0 or more", text)
    level, _, index = text.partition(",")
    return int(level), int(index)


class _Reader:
    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults
        self._text: dict[str, str] = {}  # of words that count once: the last one
        self._channels: list[int] = []
        self._cuts: dict[int, CutsRule] = {}
        self._mix: dict[int, tuple[float, float, float]] = {}

    def read(self, name: str, text: str) -> None:
        if name == "CHAN":
            self._channels.append(channel_number(name, text))
        elif name == "MINMAX":
            channel, rest = of_channel(name, text)
            self._cuts[channel] = CutsRule("numbers", *numbers(name, rest, 2))
        elif name == "MIX":
            channel, rest = of_channel(name, text)
            red, green, blue = numbers(name, rest, 3)
            self._mix[channel] = red, green, blue
        else:
            self._text[name] = text

    def query(self) -> IipQuery:
        text = self._text
        look = self._look()
        tile = next((word for word in TILE_WORDS if word in text), None)
        quality = integer("QLT", text["QLT"], 0, 100) if "QLT" in text else self._defaults.quality
        return IipQuery(
            image_id=_image_id(text["FIF"]) if "FIF" in text else None,
            wants_header="obj" in text or "OBJ" in text,
            wants_info="INFO" in text,
            channels=tuple(self._channels),
            profile=_line("PFL", text["PFL"]) if "PFL" in text else None,
            value=_point("VAL", text["VAL"]) if "VAL" in text else None,
            tile=read_tile(text[tile], tile) if tile else None,
            tile_format=TILE_WORDS[tile] if tile else "jpg",
            region=_line("RGN", text["RGN"]) if "RGN" in text else None,
            shrink=integer("BIN", text["BIN"], 1, 65_536).bit_length() - 1 if "BIN" in text else 0,
            look=look,
            quality=quality,
            identity=identity_of(look, quality),
        )

    def _look(self) -> Look:
        contrast = self._number("CNT", self._defaults.contrast, 0.0, 1000.0)
        brightness = self._number("BRT", self._defaults.brightness, -100.0, 100.0)
        gamma = self._number("GAM", self._defaults.gamma, 0.2, 5.0)
        colormap = COLORMAPS[one_of("CMP", self._text.get("CMP", "grey").lower(), COLORMAPS)]
        single = bool(self._channels)
        return Look(
            channel=self._channels[0] if single else None,
            weights=() if single else tuple((channel, *row) for channel, row in sorted(self._mix.items())),
            interpolate=True,
            cuts=COMPATIBLE_CUTS,
            channel_cuts=tuple(sorted(self._cuts.items())),
            stretch=LINEAR,
            gain=contrast,
            bias=0.01 * contrast * brightness,
            gamma=gamma,
            invert="INV" in self._text,
            colormap=colormap if single else "grey",
            nan=None,
            clip_channels=False,
        )

    def _number(self, name: str, default: float, low: float, high: float) -> float:
        return number(name, self._text[name], low, high) if name in self._text else default


def _image_id(text: str) -> str:
    if not 1 <= len(text) <= 1024 or "\n" in text or "\r" in text:
        raise BadParameter("FIF", "FIF: write the path of an image, 1 to 1024 characters on one line", text[:60])
    return text


def _point(name: str, text: str) -> Point:
    if not _PAIR.fullmatch(text):
        raise BadParameter(name, f"{name}: write x,y with two whole numbers", text)
    x, y = text.split(",")
    return int(x), int(y)


def _line(name: str, text: str) -> tuple[Point, Point]:
    if not _LINE.fullmatch(text):
        raise BadParameter(name, f"{name}: write x1,y1:x2,y2 with four whole numbers", text)
    first, second = text.split(":")
    return _point(name, first), _point(name, second)
