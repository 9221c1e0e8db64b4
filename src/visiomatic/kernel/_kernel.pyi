# The compiled kernel (native/bind.cpp). Functions that read a raster return False when its bytes went away meanwhile.
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.kernel.raster import Raster
from visiomatic.kernel.tone import ChannelTone, Tone, ToneTable
from visiomatic.types import RGBA

def decode(raster: Raster, out: NDArray[Any]) -> bool: ...
def copy_numbers(raster: Raster, out: NDArray[Any]) -> bool: ...
def find_blanks(raster: Raster, out: NDArray[np.bool_]) -> bool: ...
def prefetch(raster: Raster) -> None: ...
def rebin(raster: Raster, factor: int, out: NDArray[np.float32]) -> bool: ...
def area_mean(
    raster: Raster,
    halves: bool,
    left: NDArray[np.int32],
    across: NDArray[np.float32],
    top: NDArray[np.int32],
    down: NDArray[np.float32],
    out: NDArray[np.float32],
) -> bool: ...
def render_grey(raster: Raster, halves: bool, tone: Tone, out: NDArray[np.uint8]) -> bool: ...
def render_colors(
    raster: Raster, halves: bool, tone: Tone, colors: NDArray[np.uint8], nan: RGBA | None, out: NDArray[np.uint8]
) -> bool: ...
def mix(
    rasters: Sequence[Raster],
    tones: Sequence[ChannelTone],
    matrix: NDArray[np.float32],
    table: ToneTable | None,
    clip: bool,
    nan: RGBA | None,
    out: NDArray[np.uint8],
) -> bool: ...
def lupton(
    rasters: Sequence[Raster],
    tones: Sequence[ChannelTone],
    matrix: NDArray[np.float32],
    soften: float,
    slope: float,
    table: ToneTable | None,
    nan: RGBA | None,
    out: NDArray[np.uint8],
) -> bool: ...
def contrast(curve: NDArray[np.float32], gain: float, offset: float, out: NDArray[np.uint8 | np.float32]) -> None: ...
def climb(
    curve: NDArray[np.float32], steps: NDArray[np.float64], gain: float, offset: float, out: NDArray[np.uint8]
) -> bool: ...
def summarize(sample: NDArray[np.floating[Any]]) -> tuple[int, int, float, float, float, float, float, float]: ...
def background_mad(sample: NDArray[np.float32]) -> tuple[float, float]: ...
def zscale(sample: NDArray[np.float32], contrast: float, size: int) -> tuple[float, float]: ...
def histogram(sample: NDArray[np.floating[Any]], low: float, high: float, counts: NDArray[np.int64]) -> None: ...
