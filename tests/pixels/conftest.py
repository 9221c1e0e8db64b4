"""Images of real files, opened as the server opens them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.fits.resources import Resources
from visiomatic.image import Image, ImageFactory
from visiomatic.library import Library
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.memory import MemoryPool


@pytest.fixture(scope="module")
def make_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Image]]:
    root = tmp_path_factory.mktemp("pixels")
    factory = ImageFactory(OverviewCache(None, threads=1), Resources(), 64, MemoryPool(1 << 24))
    library = Library(root, factory, max_open=100)
    counter = iter(range(1000))

    def make(data: np.ndarray, **cards: object) -> Image:
        name = f"{next(counter)}.fits"
        hdu = fits.PrimaryHDU(data)
        hdu.header.update(cards)
        hdu.writeto(root / name)
        return library.open(name)

    yield make
    library.close()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(11).normal(100, 20, shape).astype(np.float32)
