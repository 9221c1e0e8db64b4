"""How a picture shall look as it was asked for, and as it is for one image.

A `Look` says "cuts by zscale"; the `Style` made from it says "cuts 98.2 and 131.7".
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

import numpy as np

from visiomatic.errors import BadParameter, NotFound
from visiomatic.types import RGBA, Cuts, Stretch, Style

RuleName = Literal["default", "compatible", "zscale", "minmax", "percent", "sigma", "numbers"]
Weights = tuple[float, float, float]


class CutsRule(NamedTuple):
    """How the cuts of a channel are found. *high* holds the percentage, or the number of sigmas, or the high cut."""

    name: RuleName = "default"
    low: float = 0.0
    high: float = 0.0


DEFAULT_CUTS = CutsRule()


class Look(NamedTuple):
    """A style before it meets an image. Channels are 0-based here as everywhere inside.

    With ``channel`` None the picture is in colour: ``weights`` lists (channel, red, green, blue). In the compatible
    way (``interpolate``) these are nodes between which the other channels are interpolated, everything times 3/n,
    and without nodes all channels are summed.
    """

    channel: int | None = 0
    weights: tuple[tuple[int, float, float, float], ...] = ()
    interpolate: bool = False
    cuts: CutsRule = DEFAULT_CUTS
    channel_cuts: tuple[tuple[int, CutsRule], ...] = ()
    stretch: Stretch | None = None  # None: what suits the image
    gain: float = 1.0
    bias: float = 0.0
    contrast: float = 1.0
    center: float = 0.5
    gamma: float = 1.0
    invert: bool = False
    colormap: str = "grey"
    nan: RGBA | None = (0, 0, 0, 0)
    clip_channels: bool = True
    lupton: tuple[float, float] | None = None


class Subject(Protocol):
    """What a look needs to know of an image."""

    @property
    def channel_count(self) -> int: ...

    def cuts(self, channel: int, rule: CutsRule) -> Cuts: ...

    def suitable_stretch(self, channel: int) -> Stretch: ...

    def quantiles(self, channel: int, cuts: Cuts) -> tuple[float, ...]:
        """Values of equal population between the cuts, scaled to 0..1."""


def resolve(look: Look, subject: Subject) -> Style:
    """The style of *look* on *subject*. Raises NotFound for a channel that does not exist."""
    count = subject.channel_count
    matrix: tuple[Weights, ...] | None = None
    if look.channel is None:
        channels, matrix = _mixing(look.weights, look.interpolate, count)
    else:
        channels = (look.channel,)
    if max(channels) >= count:
        raise NotFound(f"there is no channel {max(channels) + 1}: the image has {count}")
    rules = dict(look.channel_cuts)
    cuts = tuple([_usable(subject.cuts(channel, rules.get(channel, look.cuts))) for channel in channels])
    return Style(
        channels, cuts, matrix, _stretch(look, subject, channels[0], cuts[0]), look.gain, look.bias, look.contrast,
        look.center, look.gamma, look.invert, look.colormap, look.nan, look.clip_channels, look.lupton,
    )  # fmt: skip


@lru_cache(maxsize=256)
def tint(
    colors: tuple[tuple[int, int, int, int], ...], saturation: float, gamma: float
) -> tuple[tuple[int, float, float, float], ...]:
    """Weights of channels that are drawn in (channel, red, green, blue) colours of 0..255.

    Colours are linearised by the display's gamma and moved from (saturation < 1 towards) their grey. Where the
    colours of all channels add up to more than white, all are dimmed alike, so that white is reached, not passed.
    """
    linear = np.power(np.array([color[1:] for color in colors], np.float64) / 255, gamma)
    grey = linear.mean(1, keepdims=True)
    weights = grey + saturation * (linear - grey)
    weights /= max(1.0, float(weights.sum(0).max()))
    return tuple((color[0], *map(float, row)) for color, row in zip(colors, weights, strict=True))  # type: ignore[misc]


def _usable(cuts: Cuts) -> Cuts:
    """Cuts of an image without a finite value are not numbers; anything will do then."""
    return cuts if math.isfinite(cuts.low) and math.isfinite(cuts.high) else Cuts(0.0, 1.0)


def _stretch(look: Look, subject: Subject, channel: int, cuts: Cuts) -> Stretch:
    stretch = look.stretch or subject.suitable_stretch(channel)
    if stretch.name == "histeq" and not stretch.quantiles:
        return Stretch("histeq", None, subject.quantiles(channel, cuts))
    return stretch


@lru_cache(maxsize=256)
def _mixing(
    weights: tuple[tuple[int, float, float, float], ...], interpolate: bool, count: int
) -> tuple[tuple[int, ...], tuple[Weights, ...]]:
    """The channels that take part in a mix of *count* channels, and their weights. At least one channel is listed."""
    rows = _interpolated(weights, count) if interpolate else [(row[0], row[1:]) for row in sorted(weights)]
    used = [(channel, row) for channel, row in rows if any(row)] or rows[:1]
    if not used:
        raise BadParameter("color", "no channel has a colour")
    return tuple(channel for channel, _ in used), tuple(row for _, row in used)


def _interpolated(nodes: tuple[tuple[int, float, float, float], ...], count: int) -> list[tuple[int, Weights]]:
    """Weights of all channels from nodes: linear between them, constant beyond; times 3/n. All ones without nodes."""
    if not nodes:
        return [(channel, (1.0, 1.0, 1.0)) for channel in range(count)]
    at, *components = np.array(sorted(nodes), np.float64).T
    every = np.arange(count)
    mixed = np.stack([np.interp(every, at, component) for component in components], -1) * (3 / count)
    return [(channel, (row[0], row[1], row[2])) for channel, row in enumerate(mixed.tolist())]
