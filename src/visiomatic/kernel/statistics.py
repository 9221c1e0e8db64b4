"""Robust statistics of a float32 sample, for display limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import reference


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sample tells; all but the counts are NaN when no value is finite."""

    count: int  # finite values
    nan: int  # NaN values
    minimum: float
    maximum: float
    mean: float
    sigma: float  # standard deviation
    median: float
    mad: float  # median of |v - median|, not scaled to sigma


def summarize(sample: NDArray[np.float32]) -> Summary:
    """Moments, median and MAD of the finite values (infinities are left out, and not counted as NaN)."""
    values = reference.finite(np.ravel(sample)).astype(np.float64)
    nan = int(np.isnan(sample).sum())
    if values.size == 0:
        return Summary(0, nan, *(float("nan"),) * 6)
    median = float(np.median(values))
    mad = float(np.median(np.abs(values - median)))
    extent = float(values.min()), float(values.max())
    return Summary(values.size, nan, *extent, float(values.mean()), float(values.std()), median, mad)


def background_mad(sample: NDArray[np.float32]) -> tuple[float, float]:
    """Background (mode estimate) and MAD as VisiOmatic 3: one clipping at 3 MAD, then 3.5 median - 2.5 mean.

    (0, 0) when no value is finite.
    """
    return reference.background_mad(np.ravel(sample))


def zscale(sample: NDArray[np.float32], contrast: float = 0.25, size: int = 1000) -> tuple[float, float]:
    """Display limits of IRAF and DS9 (algorithm of zscale) on about *size* of the finite values, in their order.

    Equal to astropy's ZScaleInterval on the same sample; (0, 0) when no value is finite.
    """
    return reference.zscale(sample, contrast, size)


def percentiles(sample: NDArray[np.float32], percents: ArrayLike) -> NDArray[np.float64]:
    """Percentiles (0..100, linear between values) of the finite values; NaN when there is none."""
    return reference.percentiles(sample, percents)


def histogram(
    sample: NDArray[np.float32], low: float, high: float, bins: int
) -> tuple[NDArray[np.int64], int, int, int]:
    """Counts of *bins* equal bins over low..high (both included), then how many are below, above and NaN.

    Infinities count as below or above. *low* must be less than *high*.
    """
    return reference.histogram(sample, low, high, bins)
