"""Colour maps by name: 256 colours each.

Names are case-insensitive; ``_r`` reverses. Those of matplotlib and of the `cmap` catalogue (``viridis``,
``cmocean:ice`` …), DS9's own tables as ``ds9:heat``, OpenCV's three as ``opencv:jet`` (what `/api` draws).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import BadParameter
from visiomatic.render import ds9

if TYPE_CHECKING:
    import cmap

GREY = frozenset({"grey", "gray", "greyscale", "grayscale"})
OPENCV = ("jet", "cool", "hot")
# Namespaces whose maps are listed for choosing; the rest of the catalogue is found by name.
LISTED = ("bids", "matplotlib", "matlab", "gnuplot", "yorick", "cubehelix", "cividis", "google", "colorbrewer",
          "seaborn", "cmocean", "crameri", "cmasher")  # fmt: skip


class ColormapInfo(NamedTuple):
    name: str
    category: str  # "sequential", "diverging", "cyclic", "qualitative", "miscellaneous", "DS9"
    colors: tuple[str, ...]  # 16 samples as #rrggbb


def canonical(name: str) -> str:
    """One spelling for each colour map: lower case, grey not gray. Raises BadParameter for unknown names."""
    spelled = name.lower().removesuffix("_r")
    suffix = "_r" if name.lower().endswith("_r") else ""
    if spelled in GREY:
        return "grey" + suffix
    if _resolve(spelled) is None:
        raise BadParameter("colormap", f"there is no colour map named {name[:60]!r}", name)
    return spelled + suffix


@lru_cache(maxsize=256)
def colors(name: str) -> NDArray[np.uint8]:
    """The 256 colours of the map *name*, shape (256, 3), read-only."""
    spelled = canonical(name)
    forward = spelled.removesuffix("_r")
    levels = np.floor(_levels(forward) * 255 + 0.5).astype(np.uint8)
    result = np.ascontiguousarray(levels[::-1] if spelled.endswith("_r") else levels)
    result.setflags(write=False)
    return result


def catalogue() -> list[ColormapInfo]:
    """The maps worth listing, DS9's first, then by name."""
    own = [ColormapInfo("grey", "sequential", _samples("grey"))]
    own += [ColormapInfo(f"ds9:{name}", "DS9", _samples(f"ds9:{name}")) for name in ds9.NAMES if name != "grey"]
    seen = {"grey", "gray"}
    for item in _catalog_names():
        if item.lower() not in seen:
            seen.add(item.lower())
            own.append(ColormapInfo(item, _open(_resolve(item.lower()) or item).category, _samples(item)))
    return own


def _catalog_names() -> list[str]:
    """Short names, in the spelling of their makers; reduced ones like ``Blues_5`` are left out."""
    chosen: dict[str, str] = {}  # full name -> short name; matplotlib writes yorick's with gist_ in front
    for short in sorted(_catalog().short_keys()):
        full = _catalog().resolve(short)
        space, _, own = full.partition(":")
        if space not in LISTED or re.search(r"_\d+$", short):
            continue
        if short.startswith("gist_") or (short == own and full not in chosen):
            chosen[full] = short
    return sorted(chosen.values(), key=str.lower)


def _samples(name: str) -> tuple[str, ...]:
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colors(name)[::17].tolist())


def _resolve(spelled: str) -> str | None:
    """The full name of a map, or None when it is unknown."""
    space, _, short = spelled.rpartition(":")
    if space == "ds9":
        return spelled if short in ds9.NAMES else None
    if space == "opencv":
        return spelled if short in OPENCV else None
    try:
        return str(_catalog().resolve(spelled))
    except KeyError:
        return None


def _levels(forward: str) -> NDArray[np.float64]:
    if forward == "grey":
        return np.repeat(np.linspace(0, 1, 256)[:, None], 3, 1)
    if forward.startswith("ds9:"):
        return ds9.table(forward[4:])
    if forward.startswith("opencv:"):
        return _opencv(forward[7:])
    at = np.linspace(0, 1, 256)
    return np.array(_open(_resolve(forward) or forward)(at), np.float64)[:, :3].copy()


def _opencv(name: str) -> NDArray[np.float64]:
    """OpenCV's tables: jet by its formula at 256 points; hot and cool interpolated from 64 points."""
    x = np.linspace(0, 1, 256)
    if name == "jet":
        tents = [np.minimum(4 * x - rise, fall - 4 * x) for rise, fall in ((1.5, 4.5), (0.5, 3.5), (-0.5, 2.5))]
        return np.stack([np.clip(tent, 0, 1) for tent in tents], -1)
    n = np.linspace(0, 1, 64)
    ramps = [2.5 * n, 2.5 * n - 1, 5 * n - 4] if name == "hot" else [n, 1 - n, np.ones_like(n)]
    return np.stack([np.interp(x, n, np.clip(ramp, 0, 1)) for ramp in ramps], -1)


def _open(full_name: str) -> cmap.Colormap:
    import cmap

    return cmap.Colormap(full_name)


@lru_cache(maxsize=1)
def _catalog() -> cmap.Catalog:
    import cmap

    return cmap.Catalog()
