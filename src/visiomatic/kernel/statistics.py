"""Robust statistics of a float32 sample, for display limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visiomatic.kernel import _kernel


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


def summarize(sample: NDArray[np.floating[Any]]) -> Summary:
    """Moments, median and MAD of the finite values of a float array (infinities are left out, not counted as NaN)."""
    return Summary(*_kernel.summarize(_flat(sample)))


def background_mad(sample: NDArray[np.float32]) -> tuple[float, float]:
    """Background (mode estimate) and MAD as VisiOmatic 3: one clipping at 3 MAD, then 3.5 median - 2.5 mean.

    (0, 0) when no value is finite.
    """
    return _kernel.background_mad(_flat(sample))


def zscale(sample: NDArray[np.float32], contrast: float = 0.25, size: int = 1000) -> tuple[float, float]:
    """Display limits of IRAF and DS9 (algorithm of zscale) on about *size* of the finite values, in their order.

    Equal to astropy's ZScaleInterval on the same sample, but for samples of mostly equal values (where rounding decides
    there): their ends. (0, 0) when no value is finite.
    """
    return _kernel.zscale(_flat(sample), contrast, size)


def percentiles(
    sample: NDArray[np.floating[Any]], percents: ArrayLike, *, is_sorted: bool = False
) -> NDArray[np.float64]:
    """Percentiles (0..100, linear between values) of the finite values; NaN when there is none.

    A sample that *is_sorted* rises and is finite already.
    """
    percents = np.asarray(percents, np.float64)
    values = sample if is_sorted else np.sort(sample[np.isfinite(sample)])
    if values.size == 0:
        return np.full(percents.shape, np.nan)
    rank = np.clip(percents / 100, 0.0, 1.0) * (values.size - 1)
    below = np.floor(rank).astype(np.intp)
    low, high = values[below].astype(np.float64), values[np.minimum(below + 1, values.size - 1)].astype(np.float64)
    return np.asarray(low + (high - low) * (rank - below))


def histogram(
    sample: NDArray[np.floating[Any]], low: float, high: float, bins: int
) -> tuple[NDArray[np.int64], int, int, int]:
    """Counts of *bins* equal bins over low..high (both included), then how many are below, above and NaN.

    Infinities count as below or above. *low* must be less than *high*.
    """
    counts = np.zeros(bins + 3, np.int64)
    _kernel.histogram(_flat(sample), low, high, counts)
    return counts[:bins], int(counts[bins]), int(counts[bins + 1]), int(counts[bins + 2])


def _flat(sample: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    return np.ascontiguousarray(sample).reshape(-1)
