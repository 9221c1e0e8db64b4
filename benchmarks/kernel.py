#!/usr/bin/env python3
"""How long the kernel takes for one tile of 256 × 256 pixels, hot and from random places of a mapped file.

    taskset -c 0 python benchmarks/kernel.py

Each figure is the fifth percentile of many single calls in µs: what the code costs when nobody disturbs it. Machines
and hours differ; the ratios, taken alternately in one run, are what counts.
"""

from __future__ import annotations

import mmap
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import (
    ChannelTone,
    Curve,
    Raster,
    Tone,
    background_mad,
    curve_table,
    decode,
    lupton,
    mix,
    rebin,
    render_colors,
    render_grey,
    summarize,
    tone_table,
    zscale,
)

SIDE, TILE, CHANNELS = 8192, 256, 6
RNG = np.random.default_rng(1)
COLORS = RNG.integers(0, 256, (256, 3), np.uint8)
WEIGHTS = RNG.random((CHANNELS, 3)) / 2
CURVES: dict[str, Curve] = {
    "linear": lambda x: x,
    "log": lambda x: np.log1p(1000 * x) / np.log1p(1000),
    "power": np.square,
    "sqrt": np.sqrt,
    "asinh": lambda x: np.arcsinh(x / 0.1) / np.arcsinh(10),
    "sinh": lambda x: np.sinh(3 * x) / np.sinh(3),
    "histeq": lambda x: np.interp(x, np.linspace(0, 1, 65) ** 2, np.linspace(0, 1, 65)),
    "gamma 0.2": lambda x: x**5,
    "gamma 2.2": lambda x: x ** (1 / 2.2),
    "gamma 5": lambda x: x**0.2,
}
TONES = {name: Tone(80, 1 / 40, 0, tone_table(curve)) for name, curve in CURVES.items()}
LINEAR, GAMMA = TONES["linear"], TONES["gamma 2.2"]
PLAIN = [ChannelTone(80, 1 / 40) for _ in range(CHANNELS)]
STRETCHED = [ChannelTone(80, 1 / 40, 0, curve_table(CURVES["asinh"])) for _ in range(CHANNELS)]


def measure(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Fifth percentile of the time of each call in µs, the calls taking turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: float(np.percentile(taken, 5)) * 1e6 for name, taken in times.items()}


def show(title: str, taken: dict[str, float]) -> None:
    """µs, and the ratio to the first of them."""
    print(f"\n{title}")
    first = next(iter(taken.values()))
    for name, microseconds in taken.items():
        print(f"  {name:<34}{microseconds:9.1f} µs{microseconds / first:8.2f}")


def hot_tile() -> None:
    tile = Raster.from_array(sky(TILE).astype(">f4"))
    calls: dict[str, Callable[[], object]] = {
        f"grey, {name}": (lambda tone=tone: render_grey(tile, tone)) for name, tone in TONES.items()
    }
    calls["colour map, RGB"] = lambda: render_colors(tile, LINEAR, COLORS)
    calls["colour map, RGBA, NaN transparent"] = lambda: render_colors(tile, LINEAR, COLORS, (0, 0, 0, 0), True)
    calls["NumPy, plain: clip, power, cast"] = lambda: numpy_grey(tile)
    for code in ("<f4", ">u1", ">i2", ">i4", ">f8"):
        other = Raster.from_array(sky(TILE).astype(code))
        calls[f"grey, linear, {code}"] = lambda other=other: render_grey(other, LINEAR)
    show("One tile, hot in the processor's cache (goal: any stretch or colour map 1.25 at most)", measure(calls, 500))


def numpy_grey(tile: Raster) -> NDArray[np.uint8]:
    x = np.clip((tile.data.astype(np.float32) - 80) * (1 / 40), 0, 1)
    return (255.49 * x ** (1 / 2.2)).astype(np.uint8)


class MappedSky:
    """A file of SIDE × SIDE pixels, mapped as images are, and random tiles of it."""

    def __init__(self, path: Path) -> None:
        sky(SIDE).astype(">f4").tofile(path)
        with path.open("rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        if hasattr(mmap, "MADV_RANDOM"):
            self.map.madvise(mmap.MADV_RANDOM)
        self.whole = Raster(self.map, 0, 4 * SIDE, SIDE, SIDE, ">f4")
        self.pixels = np.frombuffer(self.map, ">f4").reshape(SIDE, SIDE)
        self.pixels[:, ::1024].sum()  # all pages are in memory from here on
        self.copies = np.empty((CHANNELS, TILE, TILE), ">f4")

    def place(self, size: int) -> tuple[int, int]:
        row, column = RNG.integers(0, (SIDE - size) // TILE, 2) * TILE
        return int(row), int(column)

    def tile(self, size: int = TILE) -> Raster:
        row, column = self.place(size)
        return Raster(self.map, 4 * (row * SIDE + column), 4 * SIDE, size, size, ">f4")

    def tiles(self) -> list[Raster]:
        return [self.tile() for _ in range(CHANNELS)]

    def copy(self, count: int) -> None:
        for channel in range(count):
            row, column = self.place(TILE)
            self.copies[channel] = self.pixels[row : row + TILE, column : column + TILE]


def one_random_tile(image: MappedSky) -> None:
    calls: dict[str, Callable[[], object]] = {
        "copy one tile": lambda: image.copy(1),
        "grey, gamma 2.2": lambda: render_grey(image.tile(), GAMMA),
        "level 1: 512 × 512 halved": lambda: rebin(image.tile(2 * TILE), 2),
    }
    show(f"Random tiles of a mapped file of {4 * SIDE**2 / 1e6:.0f} MB", measure(calls, 1000))


def six_random_tiles(image: MappedSky) -> None:
    lows, gains, table, nan = [80.0] * CHANNELS, [0.02] * CHANNELS, GAMMA.table, (0, 0, 0, 0)
    calls: dict[str, Callable[[], object]] = {
        "copy six tiles": lambda: image.copy(CHANNELS),
        "mix, unclipped (/api)": lambda: mix(image.tiles(), PLAIN, WEIGHTS, table, clip=False),
        "mix, clipped, NaN": lambda: mix(image.tiles(), PLAIN, WEIGHTS, table, clip=True, nan=nan),
        "mix, stretched (asinh), NaN": lambda: mix(image.tiles(), STRETCHED, WEIGHTS, None, clip=True, nan=nan),
        "Lupton": lambda: lupton(image.tiles(), lows, gains, WEIGHTS, 8, 0.5, table),
    }
    show("Six random channels of it to RGB", measure(calls, 300))


def means(image: MappedSky) -> None:
    halves, quarters = (np.zeros((SIDE // factor, SIDE // factor), np.float32) for factor in (2, 4))
    taken = measure(
        {"2 × 2": lambda: rebin(image.whole, 2, halves), "4 × 4": lambda: rebin(image.whole, 4, quarters)}, 9
    )
    print("\nMeans of the whole file")
    for name, microseconds in taken.items():
        print(f"  {name:<34}{4 * SIDE**2 / microseconds / 1e3:9.1f} GB/s")


def samples() -> None:
    sample = sky(64).astype(np.float32)
    calls: dict[str, Callable[[], object]] = {
        "summary": lambda: summarize(sample),
        "background and MAD": lambda: background_mad(sample),
        "zscale": lambda: zscale(sample),
        "decode a tile": lambda: decode(Raster.from_array(sample)),
    }
    show("A sample of 4096 values", measure(calls, 300))
    tables: dict[str, Callable[[], object]] = {
        f"table, {name}": (lambda curve=curve: tone_table(curve)) for name, curve in CURVES.items()
    }
    show("Making a table, once for a style", measure(tables, 30))


def sky(side: int) -> NDArray[np.float32]:
    return RNG.standard_normal((side, side), np.float32) * 5 + 100


def main() -> None:
    hot_tile()
    samples()
    with tempfile.TemporaryDirectory() as folder:
        image = MappedSky(Path(folder) / "sky.raw")
        one_random_tile(image)
        six_random_tiles(image)
        means(image)


if __name__ == "__main__":
    main()
