"""One opened dataset with everything that pictures and numbers are made from. Made by `ImageFactory`, never changed.

What costs time (overviews, statistics, the sky) is made when it is first asked for, and kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from visiomatic.errors import NotFound, SourceChanged
from visiomatic.fits.dataset import FitsDataset
from visiomatic.fits.open import open_dataset
from visiomatic.fits.resources import Resources
from visiomatic.fits.wcs import Placement, Sky, read_sky
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.grid import level_count
from visiomatic.pyramid.layout import OverviewKey
from visiomatic.pyramid.levels import Levels
from visiomatic.pyramid.memory import MemoryPool
from visiomatic.pyramid.statistics import Background, PlaneStatistics, sample_backgrounds
from visiomatic.render.look import CutsRule
from visiomatic.types import Chip, Cuts, Stretch

K = TypeVar("K")
V = TypeVar("V")

ASINH, LINEAR = Stretch("asinh"), Stretch("linear")
_ATTEMPTS = 3  # to open a file that is being replaced
_QUANTILES = 257
_MOST_CUTS = 4096


class Image:
    """An opened image: levels for pictures, its dataset for numbers, and what a `Look` needs to know of it."""

    def __init__(self, image_id: str, dataset: FitsDataset, section: str, shared: ImageFactory) -> None:
        self.id = image_id
        self.dataset = dataset
        self.version = dataset.version.token
        self.identity = f"{image_id}|{self.version}"
        self.tile_size = shared.tile_size
        self.width, self.height = dataset.width, dataset.height
        self.channel_count = len(dataset.channels)
        self.level_count = level_count(dataset.width, dataset.height, shared.tile_size)
        self._section, self._shared = section, shared
        self._levels: dict[int, Levels] = {}
        self._backgrounds: dict[int, Background] = {}
        self._cuts: dict[tuple[int, CutsRule], Cuts] = {}
        self._measuring = threading.RLock()  # a first view asks for the cuts many times at once: they are found once

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that this image is read from."""
        return tuple(source.path for source in self.dataset.sources)

    def still_current(self) -> bool:
        """False when a file was replaced, cut or removed since it was opened: one ``stat`` each."""
        return self.dataset.still_current()

    def levels(self, channel: int) -> Levels:
        """All levels of *channel* (0-based); raises NotFound."""
        levels = self._levels.get(channel)
        if levels is None:
            self._check(channel)
            key = OverviewKey(self.paths[0], self._section, self.version, channel)
            made = Levels(self.dataset.plane(channel), key, self._shared.cache, self.still_current)
            levels = self._levels.setdefault(channel, made)
        return levels

    @property
    def is_preview(self) -> bool:
        """True while some level of the channels in use is approximate."""
        return any(levels.is_preview for levels in self._in_use())

    @property
    def progress(self) -> float:
        """How much of the exact overviews of the channels in use exists, 0 to 1."""
        return float(np.mean([levels.progress() for levels in self._in_use()]))

    @property
    def notice(self) -> str:
        """What is wrong with the overviews of the channels in use, in a sentence for users; "" when all is well."""
        return next(filter(None, (levels.reason for levels in self._in_use())), "")

    def prepare(self) -> None:
        """Begin with what the first pictures need: overviews of the first channel."""
        self.levels(0).ensure()

    def _in_use(self) -> Sequence[Levels]:
        return list(self._levels.values()) or [self.levels(0)]

    def statistics(self, channel: int) -> PlaneStatistics:
        """Statistics of a sample of *channel*; reads a part of the file when they are not at hand."""
        self._check(channel)
        key = (self.identity, channel)
        with self._measuring:
            statistics = self._shared.statistics.get(key)
            if statistics is None:
                statistics = PlaneStatistics.of(self.dataset.plane(channel), self.channel_count)
                self._shared.statistics.put(key, statistics, 2 * statistics.sample.nbytes)
            return statistics

    def background(self, channel: int) -> Background:
        """Background, MAD and default cuts of VisiOmatic 3."""
        background = self._backgrounds.get(channel)
        return background if background is not None else self._find_background(channel)

    def _find_background(self, channel: int) -> Background:
        self._check(channel)
        with self._measuring:
            if channel not in self._backgrounds:
                (found,) = sample_backgrounds([self.dataset.plane(channel)], self.channel_count)
                self._backgrounds[channel] = found
            return self._backgrounds[channel]

    def cuts(self, channel: int, rule: CutsRule) -> Cuts:
        """The cuts of *channel* by *rule*, constant for one version of the file."""
        if rule.name == "numbers":
            return Cuts(rule.low, rule.high)
        if rule.name == "compatible":
            return self.background(channel).cuts
        cuts = self._cuts.get((channel, rule))
        return cuts if cuts is not None else self._find_cuts(channel, rule)

    def _find_cuts(self, channel: int, rule: CutsRule) -> Cuts:
        with self._measuring:
            if (channel, rule) not in self._cuts:
                if len(self._cuts) >= _MOST_CUTS:
                    self._cuts.clear()
                self._cuts[channel, rule] = _cuts_by_rule(self.statistics(channel), rule)
            return self._cuts[channel, rule]

    def suitable_stretch(self, channel: int) -> Stretch:
        """Asinh; linear for masks and label images, whose steps mean nothing."""
        return ASINH if self._kinds(channel) == "continuous" else LINEAR

    @cached_property
    def _kinds(self) -> Callable[[int], str]:
        return _remember(lambda channel: self.statistics(channel).kind)

    def quantiles(self, channel: int, cuts: Cuts) -> tuple[float, ...]:
        """Values of equal population between the cuts, scaled to 0..1, for histogram equalisation."""
        sample = self.statistics(channel).sample
        inside = sample[(sample >= cuts.low) & (sample <= cuts.high)]
        if inside.size < 2 or not cuts.high > cuts.low:
            return (0.0, 1.0)
        found = np.quantile(inside.astype(np.float64), np.linspace(0, 1, _QUANTILES))
        scaled = np.clip((found - cuts.low) / (cuts.high - cuts.low), 0.0, 1.0)
        return tuple(np.maximum.accumulate(scaled).tolist())

    @cached_property
    def sky(self) -> Sky | None:
        """World coordinates of the picture, None when the header has none that can be used."""
        return self._read_sky[0]

    @property
    def why_no_sky(self) -> str:
        """Why there is no `sky`; empty when there is."""
        return self._read_sky[1]

    @cached_property
    def _read_sky(self) -> tuple[Sky | None, str]:
        path = next(map(Path, self.paths), None)  # for look-up tables in other HDUs
        return read_sky(self.dataset.cards, self.width, self.height, path=path)

    @cached_property
    def chip_skies(self) -> tuple[tuple[Chip, Sky | None], ...]:
        """Each chip of a mosaic with the sky of its own header, in pixels of the mosaic."""
        chips = self.dataset.chips
        return tuple((chip, self._chip_sky(chip)) for chip in chips)

    def _chip_sky(self, chip: Chip) -> Sky | None:
        x1, x2 = chip.window.x0 + 1, chip.window.x1
        y1, y2 = self.height - chip.window.y1 + 1, self.height - chip.window.y0
        placement = Placement(
            (x1 - 0.5, y1 - 0.5, x2 + 0.5, y2 + 0.5),
            _axis(x1, x2, chip.data_origin[0], chip.flip_x),
            _axis(y1, y2, chip.data_origin[1], chip.flip_y),
        )
        return read_sky(chip.cards, self.width, self.height, placement=placement)[0]

    def _check(self, channel: int) -> None:
        if not 0 <= channel < self.channel_count:
            raise NotFound(f"there is no channel {channel + 1}: the image has {self.channel_count}")


@dataclass(frozen=True, slots=True)
class ImageFactory:
    """Opens images; holds what they share."""

    cache: OverviewCache
    resources: Resources
    tile_size: int
    statistics: MemoryPool[PlaneStatistics]

    def open(self, image_id: str, paths: Sequence[str], section: str) -> Image:
        """Raises ImageNotFound, NotAnImage, NotFound (no such HDU), SourceChanged (replaced again and again)."""
        name = image_id.rpartition("/")[2]
        for _ in range(_ATTEMPTS):
            dataset = self._dataset(paths, section, name)
            if dataset.still_current():
                return Image(image_id, dataset, section, self)
        raise SourceChanged(f"{name} is being written to")

    def _dataset(self, paths: Sequence[str], section: str, name: str) -> FitsDataset:
        if len(paths) == 1:
            return open_dataset(paths[0], section, name=name, resources=self.resources)
        from visiomatic.fits.lists import open_channels

        return open_channels(paths, resources=self.resources)

    def close(self) -> None:
        self.cache.close()


def _axis(first: int, last: int, origin: int, flip: bool) -> tuple[float, float]:
    """own = a · mosaic + b along one axis of a chip that fills pixels *first* to *last* of the mosaic."""
    return (-1.0, float(origin + last)) if flip else (1.0, float(origin - first))


def _cuts_by_rule(statistics: PlaneStatistics, rule: CutsRule) -> Cuts:
    if rule.name == "percent":
        return statistics.percentile_cuts(rule.high)
    if rule.name == "sigma":
        return statistics.sigma_cuts(rule.high)
    if rule.name == "zscale":
        return statistics.zscale_cuts
    return statistics.minmax_cuts if rule.name == "minmax" else statistics.default_cuts


def _remember(compute: Callable[[K], V]) -> Callable[[K], V]:
    known: dict[K, V] = {}

    def recall(key: K) -> V:
        if key not in known:
            known[key] = compute(key)
        return known[key]

    return recall
