"""Planes for the tests of the pyramid: an array, and the pixels of a file as FITS stores them."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import SourceChanged
from visiomatic.kernel import Raster
from visiomatic.types import Window


class ArrayPlane:
    """The Plane protocol over an array whose row 0 is the top."""

    def __init__(self, array: NDArray, *, is_mapped: bool = True) -> None:
        self.array = array
        self.height, self.width = array.shape
        self.dtype = array.dtype
        self.is_mapped = is_mapped
        self.stored_bytes = array.nbytes
        self.sampled_rows = 0
        self.at_hand = False

    def is_at_hand(self, window: Window) -> bool:
        return self.at_hand

    def raster(self, window: Window) -> Raster:
        assert window.clip(self.width, self.height) == window
        assert not window.is_empty
        whole = Raster.from_array(self.array)
        return whole.window(window)

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        self.sampled_rows += len(rows)
        return self.array[rows, ::step].astype(np.float32)


class FilePlane:
    """Big-endian float32 rows, bottom row first, in a file that may shrink under us."""

    dtype = np.dtype(np.float32)
    is_mapped = True

    def __init__(self, path: Path, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.stored_bytes = 4 * width * height
        self._file = os.open(path, os.O_RDONLY)
        self._map = mmap.mmap(self._file, self.stored_bytes, prot=mmap.PROT_READ)
        self._map.madvise(mmap.MADV_RANDOM)

    def __del__(self) -> None:
        os.close(self._file)

    def _verify(self) -> None:
        if os.fstat(self._file).st_size < self.stored_bytes:
            raise SourceChanged("the file was truncated")

    def is_at_hand(self, window: Window) -> bool:
        return False

    def raster(self, window: Window) -> Raster:
        self._verify()
        stride = 4 * self.width
        offset = (self.height - 1) * stride
        whole = Raster(self._map, offset, -stride, self.width, self.height, ">f4", verify=self._verify)
        return whole.window(window)

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        self._verify()
        sample = np.empty((len(rows), -(-self.width // step)), np.float32)
        for i, row in enumerate(rows):
            data = os.pread(self._file, 4 * self.width, (self.height - 1 - int(row)) * 4 * self.width)
            sample[i] = np.frombuffer(data, ">f4")[::step]
        return sample


def write_plane(path: Path, array: NDArray) -> FilePlane:
    """The file that FilePlane reads, holding *array* (row 0 on top)."""
    path.write_bytes(array[::-1].astype(">f4").tobytes())
    return FilePlane(path, array.shape[1], array.shape[0])


def means(array: NDArray, level: int) -> NDArray[np.float32]:
    """The definition of a level, in the plainest form: 2 × 2 means of finite pixels, anchored at the top left."""
    array = array.astype(np.float32)
    for _ in range(level):
        height, width = array.shape
        padded = np.full((height + height % 2, width + width % 2), np.nan)
        padded[:height, :width] = np.where(np.isfinite(array), array, np.nan)
        blocks = np.stack([padded[i::2, j::2] for i in (0, 1) for j in (0, 1)])
        count = np.isfinite(blocks).sum(0)
        array = np.where(count > 0, np.nansum(blocks, 0) / np.maximum(count, 1), np.nan).astype(np.float32)
    return array
