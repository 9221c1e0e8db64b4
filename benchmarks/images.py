"""The images that the benchmarks serve: noisy float32 sky with stars and galaxies, made once."""

import os
import tempfile
from pathlib import Path

import numpy as np

from visiomatic.demo.catalogue import draw_galaxies, draw_stars
from visiomatic.demo.paint import Strip, paint_galaxies, paint_stars

BLOCK = 2880
SKY, NOISE = 100.0, 5.0
ROWS = 256


def folder() -> Path:
    """Where the images are kept between runs."""
    path = Path(os.environ.get("VISIOMATIC_BENCH_DIR", tempfile.gettempdir())) / "visiomatic-bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def sky_image(size: int = 8192, channels: int = 1) -> Path:
    """A cube of *channels* planes of *size* × *size* pixels; all planes are equally noisy."""
    path = folder() / f"sky-{size}-{channels}.fits"
    expected = _header(size, channels)
    total = len(expected) + -(-4 * channels * size * size // BLOCK) * BLOCK
    if path.is_file() and path.stat().st_size == total:
        return path
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(expected)
        for channel in range(channels):
            _write_plane(file, size, channel)
        file.truncate(total)
    part.replace(path)
    return path


def _write_plane(file, size: int, channel: int) -> None:
    random = np.random.default_rng(1)
    stars, galaxies = draw_stars(size, random), draw_galaxies(size, random)
    noise = np.random.default_rng(channel + 2)
    for first in range(0, size, ROWS):
        strip = Strip(first, min(ROWS, size - first), size)
        paint_galaxies(strip, galaxies)
        paint_stars(strip, stars)
        plane = strip.data[channel % 3]
        plane += np.float32(SKY) + np.float32(NOISE) * noise.standard_normal(plane.shape, dtype=np.float32)
        file.write(plane.astype(">f4").tobytes())


def _header(size: int, channels: int) -> bytes:
    cards = [("SIMPLE", "T"), ("BITPIX", -32), ("NAXIS", 3 if channels > 1 else 2), ("NAXIS1", size), ("NAXIS2", size)]
    if channels > 1:
        cards.append(("NAXIS3", channels))
    text = "".join(f"{key:<8}= {value!s:>20}".ljust(80) for key, value in cards) + "END".ljust(80)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode()
