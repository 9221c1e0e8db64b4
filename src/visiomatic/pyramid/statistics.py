"""Display limits and the like of one plane, from a sample of its pixels that is the same for one version of a file.

The sample depends on nothing but the shape of the plane and the number of channels beside it: evenly spread rows and
columns, all pixels of small planes. Exact overviews, made later, change nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import Summary, background_mad, histogram, percentiles, summarize, zscale
from visiomatic.pyramid.sampling import Rows, Sample, sample
from visiomatic.types import Cuts, Plane

_START = 0.618  # of the spare rows are left out at the top
_PIXELS = 1 << 20  # sampled from all channels together
_MOST_PIXELS, _LEAST_PIXELS = 1 << 19, 1 << 11  # sampled from one channel
_WHOLE, _FEW_CHANNELS = 4, 16  # planes of up to 4 times the sample are read whole where there are few of them
_ROW_BYTES = 64 << 20  # read for the sample of one plane, rows being read whole
_LEAST_ROWS = 32
_MORE_ROWS = 128
_THREADS, _WORTH_THREADS = 2, 64  # of channels at once
_FEW_VALUES = 16

Kind = Literal["continuous", "labels", "constant", "empty"]


class Background(NamedTuple):
    """What VisiOmatic 3 tells of a channel: background level, MAD around it, and its default cuts."""

    level: float
    mad: float
    cuts: Cuts


class Histogram(NamedTuple):
    """Counts of equal bins from ``low`` to ``high``, and of what lies outside."""

    low: float
    high: float
    counts: NDArray[np.int64]
    below: int
    above: int
    nan: int


@dataclass(frozen=True)
class PlaneStatistics:
    """Statistics of the finite values of a sample. Numbers are NaN, and cuts (0, 0), when there is no finite value."""

    sample: Sample = field(repr=False)  # rows × columns, as read
    is_sample: bool  # False when these are all pixels of the plane

    @classmethod
    def of(cls, plane: Plane, channels: int = 1) -> PlaneStatistics:
        """Statistics of one of *channels* planes of an image. Reads part of the file; raises SourceChanged."""
        rows = sample_plan(plane, channels)
        return cls(_sample(plane, rows), rows.step > 1 or rows.count < plane.height)

    @cached_property
    def summary(self) -> Summary:
        """Count, NaN, minimum, maximum, mean, sigma, median, MAD."""
        return summarize(self.sample)

    @property
    def nan_share(self) -> float:
        """Share of the pixels without a value, 0 to 1."""
        return self.summary.nan / max(1, self.sample.size)

    @cached_property
    def background(self) -> Background:
        """As VisiOmatic 3 computes it, with its default cuts: background - 2 MAD, background + 400 MAD."""
        return _background(self.sample)

    @property
    def compatible_cuts(self) -> Cuts:
        return self.background.cuts

    @cached_property
    def zscale_cuts(self) -> Cuts:
        """As DS9 and IRAF with contrast 0.25."""
        return Cuts(*zscale(self.sample))

    @property
    def minmax_cuts(self) -> Cuts:
        return Cuts(self.summary.minimum, self.summary.maximum) if self.summary.count else Cuts(0.0, 0.0)

    @cached_property
    def default_cuts(self) -> Cuts:
        """zscale's low cut and the percentile 99.7; from minimum to maximum for masks and labels.

        Where most pixels have one and the same value (padding), it is left out of the count.
        """
        if self.kind != "continuous":
            return self.minmax_cuts
        cuts = Cuts(self.zscale_cuts.low, float(self.percentiles(99.7)))
        if cuts.low < cuts.high:
            return cuts
        rest = self.sample[np.isfinite(self.sample) & (self.sample != _mode(self._sorted))]
        cuts = Cuts(zscale(rest)[0], float(percentiles(rest, 99.7)))
        return cuts if cuts.low < cuts.high else self.minmax_cuts

    def percentile_cuts(self, percent: float) -> Cuts:
        """The middle *percent* of the values, as DS9."""
        tail = (100.0 - percent) / 2
        low, high = self.percentiles((tail, 100.0 - tail)).tolist()
        return Cuts(low, high) if self.summary.count else Cuts(0.0, 0.0)

    def sigma_cuts(self, sigmas: float) -> Cuts:
        """Median ± *sigmas* robust standard deviations (1.4826 MAD)."""
        if not self.summary.count:
            return Cuts(0.0, 0.0)
        reach = sigmas * 1.4826 * self.summary.mad
        return Cuts(self.summary.median - reach, self.summary.median + reach)

    def percentiles(self, percents: ArrayLike) -> NDArray[np.float64]:
        """Values below which *percents* (0..100) of the finite values lie, linear between values."""
        return percentiles(self._sorted, percents, is_sorted=True)

    def histogram(self, bins: int, low: float | None = None, high: float | None = None) -> Histogram:
        """Counts of *bins* equal bins, by default from minimum to maximum; an empty range is widened to 1."""
        extent = self.minmax_cuts
        low, high = extent.low if low is None else low, extent.high if high is None else high
        if not low < high:
            low, high = low - 0.5, low + 0.5
        return Histogram(low, high, *histogram(self.sample, low, high, bins))

    @cached_property
    def kind(self) -> Kind:
        """What the values are: "labels" for masks, flags and segmentation maps, whose steps mean nothing."""
        if not self.summary.count:
            return "empty"
        if self.summary.minimum == self.summary.maximum:
            return "constant"
        if not _are_whole(self.sample[0]) or not _are_whole(self.sample):
            return "continuous"
        finite = self._sorted
        few = 1 + np.count_nonzero(finite[1:] != finite[:-1]) <= _FEW_VALUES
        return "labels" if few or _is_patchwork(self.sample, _mode(finite)) else "continuous"

    @cached_property
    def _sorted(self) -> Sample:
        return np.sort(self.sample[np.isfinite(self.sample)])


def sample_plan(plane: Plane, channels: int) -> Rows:
    """What to read of one of *channels* planes."""
    pixels = min(_MOST_PIXELS, max(_LEAST_PIXELS, _PIXELS // channels))
    if plane.width * plane.height <= pixels * (_WHOLE if channels <= _FEW_CHANNELS else 1):
        return Rows(0, 1, plane.height, 1)
    row_bytes = max(1, plane.width * plane.dtype.itemsize)
    count = min(math.isqrt(pixels) // 4, max(_LEAST_ROWS, _ROW_BYTES // row_bytes))
    count = min(plane.height, max(count, pixels // plane.width))  # narrow planes: more rows instead of columns
    return _spread(plane, count, pixels)


def sample_backgrounds(planes: Sequence[Plane], channels: int) -> list[Background]:
    """`PlaneStatistics.background` of some of the *channels* planes of an image, nothing else being kept."""

    def backgrounds(part: Sequence[Plane]) -> list[Background]:
        rows = sample_plan(part[0], channels)  # all planes of an image have one shape
        return [_background(_sample(plane, rows)) for plane in part]

    if len(planes) < _WORTH_THREADS:
        return backgrounds(planes) if planes else []
    size = -(-len(planes) // _THREADS)
    parts = [planes[i : i + size] for i in range(0, len(planes), size)]
    with ThreadPoolExecutor(_THREADS, "statistics") as threads:
        return [background for part in threads.map(backgrounds, parts) for background in part]


def _spread(plane: Plane, count: int, pixels: int) -> Rows:
    """At least *count* rows over the whole plane, with about *pixels* pixels at most."""
    spacing = plane.height // count
    count = plane.height // spacing
    slack = plane.height - spacing * (count - 1) - 1
    return Rows(int(_START * slack), spacing, count, -(-plane.width * count // pixels))


def _sample(plane: Plane, rows: Rows) -> Sample:
    """The planned sample, or where it shows nothing at all (a large, mostly empty plane) one of more rows."""
    found = sample(plane, rows)
    most = min(plane.height, _MORE_ROWS)
    if rows.count >= most or not _is_uniform(found):
        return found
    return sample(plane, _spread(plane, most, _MOST_PIXELS))


def _is_uniform(found: Sample) -> bool:
    first = found[0, 0]
    return bool(np.all(np.isnan(found)) if np.isnan(first) else np.all(found == first))


def _background(sample: Sample) -> Background:
    level, mad = background_mad(sample)
    return Background(level, mad, Cuts(level - 2.0 * mad, level + 400.0 * mad))


def _are_whole(values: Sample) -> bool:
    return bool(np.all((values == np.rint(values)) | np.isnan(values)))


def _mode(finite: Sample) -> float:
    """The most frequent of sorted values."""
    starts = np.flatnonzero(np.concatenate(([True], finite[1:] != finite[:-1])))
    lengths = np.diff(starts, append=finite.size)
    return float(finite[starts[np.argmax(lengths)]])


def _is_patchwork(sample: Sample, background: float) -> bool:
    """Neighbours are mostly equal, outside of the background too, and not because there are few values (counts)."""
    left, right = sample[:, :-1], sample[:, 1:]
    inside = (left != background) & (right != background)
    equal = left[inside & (left == right)]
    return equal.size > 0.8 * np.count_nonzero(inside) and np.unique(equal).size > _FEW_VALUES
