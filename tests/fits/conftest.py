"""Small FITS files made by the tests themselves, and their pixels as we read them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.fits import FitsDataset
from visiomatic.fits.storage import exact_values
from visiomatic.kernel import decode
from visiomatic.types import Window


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes HDUs, or one array with header cards, to a file and gives its path."""

    def write_file(*content: Any, name: str = "image.fits", **cards: Any) -> Path:
        path = tmp_path / name
        hdus = [fits.PrimaryHDU(item) if isinstance(item, np.ndarray) else item for item in content]
        for keyword, value in cards.items():
            hdus[0].header[keyword] = value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fits.HDUList(hdus).writeto(path, overwrite=True, output_verify="ignore")
        return path

    return write_file


def wrong_windows(dataset: FitsDataset, expected: np.ndarray, side: int, times: int) -> list[int]:
    """Eight threads read random squares of the first plane, which is *expected* from the top: the seeds of bad ones."""
    wrong: list[int] = []
    height, width = expected.shape

    def read(seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(times):
            x, y = int(random.integers(0, width - side)), int(random.integers(0, height - side))
            found = decode(dataset.plane(0).raster(Window(x, y, x + side, y + side)))
            if not np.array_equal(found, expected[y : y + side, x : x + side]):
                wrong.append(seed)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, range(8)))
    return wrong


@pytest.fixture(scope="session")
def pixels() -> Callable[..., np.ndarray]:
    """A function that gives exact values in FITS order (row 1 first), masked where integers have no value."""

    def read(dataset: FitsDataset, channel: int = 0, window: Window | None = None) -> np.ndarray:
        plane = dataset.plane(channel)
        window = window or Window(0, 0, dataset.width, dataset.height)
        values, missing = exact_values(plane.raster(window), plane.dtype)
        return np.ma.MaskedArray(values[::-1], missing[::-1]) if missing.any() else values[::-1]

    return read
