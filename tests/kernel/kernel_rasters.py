"""Random rasters: every type, byte order, direction of rows, scale and blank that a file may hold."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from visiomatic.kernel import Raster, reference

KINDS = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8")
SIDES = st.one_of(st.integers(1, 9), st.integers(120, 135), st.integers(1020, 1030))
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 3e38, -3e38, 1e-40, 1e300])


@st.composite
def rasters(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS, size: tuple[int, int] | None = None) -> Raster:
    """A raster inside a larger block of bytes, upside down or not, perhaps scaled, perhaps with blank pixels."""
    width, height = size or draw(st.tuples(SIDES, st.integers(1, 12)))
    dtype = np.dtype(draw(st.sampled_from("<>")) + draw(st.sampled_from(kinds)))
    numbers = _numbers(draw, dtype, height, width)
    raster = _laid_out(draw, numbers)
    return raster._replace(**_scaling(draw, numbers))


def _numbers(draw: st.DrawFn, dtype: np.dtype, height: int, width: int) -> NDArray:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if dtype.kind == "f":
        offset, spread = draw(st.sampled_from([(0.0, 1.0), (100.0, 5.0), (1e6, 3.0), (0.0, 1e-20), (-3e5, 1e5)]))
        numbers = rng.normal(offset, spread, (height, width))
        share = draw(st.sampled_from([0.0, 0.1, 0.6]))
        with np.errstate(over="ignore"):
            return np.where(rng.random((height, width)) < share, rng.choice(SPECIAL, (height, width)), numbers).astype(
                dtype
            )
    limits = np.iinfo(dtype)
    if draw(st.booleans()):
        return rng.integers(limits.min, limits.max, (height, width), dtype.newbyteorder("="), endpoint=True).astype(
            dtype
        )
    start = draw(st.integers(limits.min, limits.max - 100))
    return (rng.integers(0, 100, (height, width)).astype(dtype.newbyteorder("=")) + dtype.type(start)).astype(dtype)


def _laid_out(draw: st.DrawFn, numbers: NDArray) -> Raster:
    height, width = numbers.shape
    before, gap = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    row = width * numbers.itemsize + gap
    block = np.full(before + height * row, 0xA5, np.uint8)
    for y in range(height):
        start = before + y * row
        block[start : start + width * numbers.itemsize] = numbers[y].view(np.uint8)
    code = numbers.dtype.newbyteorder("=").str.replace("|", "<")
    code = (">" if numbers.dtype.byteorder == ">" else "<") + code[1:]
    if draw(st.booleans()):
        return Raster(bytes(block), before + (height - 1) * row, -row, width, height, code)
    return Raster(bytes(block), before, row, width, height, code)


def _scaling(draw: st.DrawFn, numbers: NDArray) -> dict[str, object]:
    kind = draw(st.sampled_from(["none", "unsigned", "scaled"]))
    scaling: dict[str, object] = {}
    if kind == "unsigned" and numbers.dtype.kind in "iu":
        scaling["zero"] = -128.0 if numbers.dtype == np.uint8 else 2.0 ** (8 * numbers.itemsize - 1)
    elif kind == "scaled":
        scaling["scale"] = draw(st.sampled_from([1.0, -1.0, 0.01, 2.5e-3, 1e3]))
        scaling["zero"] = draw(st.sampled_from([0.0, 1.0, -1e4, 32768.0, 0.1]))
    if draw(st.booleans()):
        own = int(numbers.flat[0]) if numbers.dtype.kind in "iu" else 0
        scaling["blank"] = draw(st.sampled_from([own if own < 2**63 else 7, -32768, 255]))
    return scaling


def physical(raster: Raster) -> NDArray[np.float64]:
    """The values as the formulas of display see them."""
    return reference.decode(raster, np.float64)


@st.composite
def cuts(draw: st.DrawFn, raster: Raster) -> tuple[float, float, float]:
    """low, gain and bias for a raster: two of its own values, or equal, inverted or far cuts; bias rarely not 0."""
    values = physical(raster)
    values = values[np.isfinite(values)]
    if values.size == 0:
        values = np.zeros(1)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    low, high = (float(v) for v in rng.choice(values, 2))
    bias = draw(st.sampled_from([0.0, 0.0, 0.1, -0.5, 30.0]))
    kind = draw(st.sampled_from(["own", "own", "own", "wide", "none"]))
    if kind == "none":
        return low, 0.0, bias
    if kind == "wide":
        low, high = low - 1.0, high + 1e3
    gain = 1.0 / (high - low) if high != low and np.isfinite(1.0 / (high - low)) else 1e30
    return low, draw(st.sampled_from([1.0, 1.0, 0.02, 50.0])) * gain, bias


def agree(found: NDArray, expected: NDArray, tolerance: NDArray | float) -> bool:
    """Equal, both NaN, or no farther apart than *tolerance*."""
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= tolerance
    return bool(np.all(near | (found == expected) | (np.isnan(found) & np.isnan(expected))))
