"""Eight threads at once see what one alone sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel import (
    ChannelTone,
    Raster,
    Tone,
    background_mad,
    curve_table,
    decode,
    decode_exact,
    lupton,
    mix,
    rebin,
    render_colors,
    render_grey,
    tone_table,
    zscale,
)

THREADS = 8


def everything(raster: Raster) -> list[NDArray]:
    table, curve = tone_table(np.sqrt), curve_table(np.sqrt)
    tone, colors = Tone(80, 1 / 40, 0, table, 3), np.arange(768, dtype=np.uint8).reshape(256, 3)
    channels, tones = [raster] * 4, [ChannelTone(80 + c, 1 / 40, 0, curve) for c in range(4)]
    matrix = np.linspace(-0.2, 0.8, 12).reshape(4, 3)
    sample = decode(raster).ravel()
    return [
        decode_exact(raster),
        sample,
        rebin(raster, 2),
        rebin(raster, 4),
        render_grey(raster, tone),
        render_colors(raster, tone, colors, (1, 2, 3, 4), True),
        mix(channels, tones, matrix, table, clip=True, nan=(0, 0, 0, 0), alpha=True),
        lupton(channels, [80] * 4, [0.02] * 4, matrix, 8, 0.5, table),
        np.array([*zscale(sample), *background_mad(sample)]),
    ]


def test_eight_threads_at_once_give_equal_results() -> None:
    rng = np.random.default_rng(2)
    pixels = rng.normal(100, 5, (200, 310))
    pixels[rng.random(pixels.shape) < 0.01] = np.nan
    images = [
        np.nan_to_num(pixels).astype(code) if code[1] != "f" else pixels.astype(code)
        for code in (">f4", "<f4", ">f8", ">i2", ">i4", ">u1", ">i8", ">f4")
    ]
    rasters = [Raster.from_array(image) for image in images]
    alone = [everything(raster) for raster in rasters]
    start = Barrier(THREADS)

    def work(number: int) -> bool:
        start.wait()
        for turn in range(3 * THREADS):
            chosen = (number + turn) % len(rasters)
            for found, expected in zip(everything(rasters[chosen]), alone[chosen], strict=True):
                if not np.array_equal(found, expected, equal_nan=found.dtype.kind == "f"):
                    return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(work, range(THREADS)))
