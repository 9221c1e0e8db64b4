"""A window of stored numbers, not decoded: what travels from the file to the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import SourceChanged
from visiomatic.types import Window

_UNSIGNED_ZERO = {"i2": (2.0**15, "u2"), "i4": (2.0**31, "u4"), "i8": (2.0**63, "u8"), "u1": (-128.0, "i1")}
_CODES = frozenset(
    order + kind for order in "<>" for kind in ("u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
)


class Raster(NamedTuple):
    """A window of stored pixels in the display frame (row 0 on top).

    physical = zero + scale * stored; for integers, stored == blank means "no value" (NaN).
    The extent is checked against the length of ``data`` by every kernel function before it reads.
    """

    data: Any  # with a contiguous buffer, read-only is fine: a memory map, bytes, an array
    offset: int  # bytes from the start of data to the top-left pixel
    row_stride: int  # bytes from one display row to the next; negative for FITS's bottom-up rows
    width: int
    height: int
    code: str  # stored type: ">u1" ">i2" ">i4" ">i8" ">f4" ">f8" (big-endian), "<f4" … (little-endian)
    scale: float = 1.0
    zero: float = 0.0
    blank: int | None = None  # a stored integer
    verify: Callable[[], None] | None = None  # called after the bytes were read; raises SourceChanged

    @classmethod
    def from_array(cls, array: NDArray[Any]) -> Raster:
        """The pixels of a 2-D array of integers or floats (copied only when its rows are not contiguous)."""
        if array.ndim != 2:
            raise ValueError(f"a raster has 2 dimensions, this array has {array.ndim}")
        code = np.dtype(array.dtype).newbyteorder("=").str.replace("|", ">")
        if array.dtype.byteorder == ">":
            code = ">" + code[1:]
        if code not in _CODES:
            raise TypeError(f"the kernel does not read pixels of type {array.dtype}")
        array = np.ascontiguousarray(array)
        height, width = array.shape
        return cls(array, 0, array.strides[0] if height > 1 else width * array.itemsize, width, height, code)

    def shape(self, halves: bool = False) -> tuple[int, int]:
        """Rows and columns of these pixels; with *halves*, of their 2 × 2 means."""
        return (-(-self.height // 2), -(-self.width // 2)) if halves else (self.height, self.width)

    @property
    def itemsize(self) -> int:
        return int(self.code[2:])

    @property
    def is_scaled(self) -> bool:
        return self.scale != 1.0 or self.zero != 0.0

    @property
    def dtype(self) -> np.dtype:
        """Physical type of the values as `decode_exact` returns them, in native byte order."""
        kind = self.code[1:]
        if not self.is_scaled:
            return np.dtype(kind)
        if self.scale == 1.0:
            zero, unsigned = _UNSIGNED_ZERO.get(kind, (0.0, kind))
            if self.zero == zero:
                return np.dtype(unsigned)
        return np.dtype(np.float32 if kind == "f4" else np.float64)

    def window(self, window: Window) -> Raster:
        """The part of this raster inside *window* (coordinates relative to this raster, not empty)."""
        x0, y0, x1, y1 = window.x0, window.y0, window.x1, window.y1
        if not (0 <= x0 < x1 <= self.width and 0 <= y0 < y1 <= self.height):
            raise ValueError(f"{window} is not inside a raster of {self.width} × {self.height} pixels")
        offset = self.offset + y0 * self.row_stride + x0 * self.itemsize
        return Raster(self.data, offset, self.row_stride, x1 - x0, y1 - y0, self.code, *self[6:])


def confirm(intact: bool, rasters: Iterable[Raster]) -> None:
    """After the kernel has read *rasters*: raise SourceChanged when their bytes are no longer those of the file.

    *intact* is what the kernel found: False when a page of a memory map had gone. A file that was cut within its
    last page reads as zeros there, which only ``verify`` can tell.
    """
    for verify in {raster.verify for raster in rasters}:  # channels of one file share it
        if verify is not None:
            verify()
    if not intact:
        raise SourceChanged("the file became shorter, or could not be read, while it was being displayed")
