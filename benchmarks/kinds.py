"""Kinds of FITS files: a mosaic of 62 chips, the spectrum of a long cube, one cold tile of a Rice-compressed image.

All through HTTP on the real command, files in the page cache.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import numpy as np
from images import NOISE, SKY, folder
from opening import cube_image, finish, first_view, line, median, place, read
from server import get, visiomatic

ROUNDS = 3
CHIPS, CHIP = 62, (2048, 4096)  # columns and rows, as in a camera of 62 chips
COLUMNS, GAP = 8, 40  # chips side by side, pixels between them
SPECTRUM_CHANNELS = 3700


def main() -> int:
    """Measure and print; the exit code is always 0."""
    print(f"{'':<66}{'measured':>10}{'goal':>9}")
    mosaic = mosaic_image()
    read(mosaic)
    views = [first_view(mosaic)[0] for _ in range(ROUNDS)]
    line("62 chips of 2k × 4k: first view, s", median(iter(views)), 1.0, at_most=True)
    spectra()
    line("one cold tile of a Rice-compressed 4k × 4k image, ms", cold_tile(rice_image()) * 1e3)
    return 0


def spectra() -> None:
    """Spectra of random pixels after a first one of another pixel."""
    side = 128
    path = cube_image(SPECTRUM_CHANNELS, side)
    read(path)
    where = random.Random(1)
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(path.parent, Path(cache)) as port:
        times = []
        for _ in range(21):
            x, y = where.randint(1, side), where.randint(1, side)
            times.append(timed(port, f"/api/v1/images/{quote(path.name, safe='')}/spectrum?at={x},{y}"))
    line("spectrum of a pixel through 3,700 channels, warm, ms", median(iter(times[1:])) * 1e3, 10.0, at_most=True)


def cold_tile(path: Path) -> float:
    """Seconds of tiles that were never decoded, after one that loads the decoder."""
    image = f"/api/v1/images/{quote(path.name, safe='')}"
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(path.parent, Path(cache)) as port:
        finest = json.loads(get(port, image)[1])["levels"] - 1
        times = [timed(port, f"{image}/tiles/{finest}/{x}/{x}.jpg?cuts=0,200") for x in range(16)]
    return median(iter(times[1:]))


def timed(port: int, path: str) -> float:
    start = time.perf_counter()
    status, _ = get(port, path)
    if status != 200:
        raise RuntimeError(f"{path}: answer {status}")
    return time.perf_counter() - start


def mosaic_image() -> Path:
    """Chips of 16-bit noise with their places on the detector in DETSEC."""
    from astropy.io import fits

    path = place("mosaic-62.fits")
    if path.exists():
        return path
    width, height = CHIP
    pixels = np.random.default_rng(4).normal(SKY, NOISE, (height, width)).astype(">i2").tobytes()
    with path.with_suffix(".part").open("wb") as file:
        file.write(fits.PrimaryHDU().header.tostring().encode())
        for number in range(CHIPS):
            x, y = 1 + number % COLUMNS * (width + GAP), 1 + number // COLUMNS * (height + GAP)
            header = fits.ImageHDU(np.zeros((1, 1), np.int16)).header
            header.update(NAXIS1=width, NAXIS2=height, EXTNAME=f"ccd{number + 1:02}")
            header["DETSEC"] = f"[{x}:{x + width - 1},{y}:{y + height - 1}]"
            header["DATASEC"] = f"[1:{width},1:{height}]"
            file.write(header.tostring().encode())
            file.write(pixels)
            file.write(bytes(-len(pixels) % 2880))
        finish(file, path)
    return path


def rice_image() -> Path:
    """Noise compressed by rows, as fpack does."""
    from astropy.io import fits

    path = place("rice-4096.fits")
    if not path.exists():
        pixels = np.random.default_rng(5).normal(SKY, NOISE, (4096, 4096)).astype(np.int16)
        hdus = fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(pixels, compression_type="RICE_1")])
        hdus.writeto(path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
