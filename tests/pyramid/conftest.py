"""Makes ``pyramid_planes`` importable, here and in the processes that the tests start and kill."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

FOLDER = str(Path(__file__).parent)
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[object]:
    from visiomatic.pyramid.cache import OverviewCache

    cache = OverviewCache(tmp_path / "cache", limit_bytes=1 << 30, threads=2)
    yield cache
    cache.close()


@pytest.fixture
def sky() -> NDArray[np.float32]:
    """1537 × 1301 pixels of noise with a few NaN and infinite ones: above the size that is kept in memory alone."""
    rng = np.random.default_rng(4)
    array = rng.normal(100.0, 5.0, (1301, 1537)).astype(np.float32)
    array[rng.integers(0, 1301, 500), rng.integers(0, 1537, 500)] = np.nan
    array[17, 33], array[1300, 1536] = np.inf, -np.inf
    array[400:440, 800:900] = np.nan
    return array


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the computer is, small images are waited for."""
    from visiomatic.pyramid import levels

    monkeypatch.setattr(levels, "_PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(levels, "_PATIENCE_SECONDS_DECODED", 60.0)
