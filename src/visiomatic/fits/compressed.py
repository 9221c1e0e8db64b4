"""Tile-compressed images (FITS 4.0 section 10): any tile by itself, decoded when a window needs it.

The codecs are those of astropy (CFITSIO's own C code; they release the GIL). Decoded tiles go to the shared
`TileCache`, except giant ones, which go to a nameless file on the scratch disk.
"""

from __future__ import annotations

import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import NotAnImage
from visiomatic.fits.codecs import decode_integers, dequantize
from visiomatic.fits.hdu import Hdu
from visiomatic.fits.resources import Resources
from visiomatic.fits.source import Source
from visiomatic.fits.storage import Storage, assemble, storage_of
from visiomatic.kernel import Raster
from visiomatic.types import Window

_ALGORITHMS = ("RICE_1", "RICE_ONE", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1", "NOCOMPRESS")
_WIDTHS = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "K": 8, "E": 4, "D": 8, "C": 8, "M": 16, "P": 8, "Q": 16}
_FORMATS = {"B": "u1", "I": "i2", "J": "i4", "K": "i8", "E": "f4", "D": "f8", "A": "u1", "L": "u1"}
_TFORM = re.compile(r"(\d*)([A-Z])([A-Z]?)")
_HUGE_TILE = 32 * 2**20  # bytes; larger decoded tiles live on disk
_MOST_ANNOUNCED = 64 * 2**20
_LARGEST_TILE = 2**30  # bytes that decoding one tile may take


@dataclass(frozen=True, slots=True)
class _Column:
    offset: int  # bytes from the start of a table row
    letter: str  # P or Q for arrays in the heap
    element: str  # letter of the elements

    def read(self, row: bytes) -> float:
        kind = ">" + _FORMATS[self.letter]
        return float(np.frombuffer(row, kind, 1, self.offset)[0])

    def descriptor(self, row: bytes) -> tuple[int, int]:
        """Number of elements and byte offset in the heap."""
        count, start = struct.unpack_from(">ii" if self.letter == "P" else ">qq", row, self.offset)
        return (count & 0xFFFFFFFF, start & 0xFFFFFFFF) if self.letter == "P" else (count, start)


class CompressedImage:
    """The tiles of one compressed HDU: `tile` gives any of them as stored numbers (native bytes, FITS row order)."""

    def __init__(self, source: Source, hdu: Hdu, resources: Resources) -> None:
        self.source, self.hdu = source, hdu
        header = hdu.header
        self.algorithm = header.text("ZCMPTYPE").upper()
        if self.algorithm not in _ALGORITHMS:
            raise NotAnImage(f"{source.name}: HDU {hdu.index} is compressed by '{self.algorithm}', which is not known")
        self._columns = dict(_columns(hdu))
        self._row_bytes, self._rows = header.integer("NAXIS1", 0) or 0, header.integer("NAXIS2", 0) or 0
        self._heap = header.integer("THEAP", self._row_bytes * self._rows) or 0
        self.tile_shape = tuple(
            min(length, max(1, header.integer(f"ZTILE{axis}", length if axis == 1 else 1) or 1))
            for axis, length in enumerate(hdu.shape, 1)
        )
        self.grid = tuple(-(-length // tile) for length, tile in zip(hdu.shape, self.tile_shape, strict=True))
        self.storage = storage_of(header, hdu.bitpix)
        if prod(self.tile_shape) * self.storage.stored.itemsize > _LARGEST_TILE:
            raise NotAnImage(f"{source.name}: HDU {hdu.index} is compressed in tiles of more than 1 GiB")
        if prod(self.grid) > self._rows:
            raise NotAnImage(f"{source.name}: HDU {hdu.index} is damaged: {self._rows} of {prod(self.grid)} tiles")
        self._settings = dict(_settings(hdu))
        self._resources = resources
        self._on_disk: dict[int, NDArray[Any]] = {}

    @property
    def is_cut(self) -> bool:
        return self.hdu.is_cut

    def tile(self, position: tuple[int, ...]) -> NDArray[Any] | None:
        """The tile at *position* (FITS axis order, 0-based), shaped (…, rows, columns); None when it is not there."""
        index = self._index(position)
        if index in self._on_disk:
            return self._on_disk[index]
        key = (self.source.version, self.hdu.index, index)
        tile = self._resources.tiles.get(key)
        if tile is None:
            tile = self._decoded(index, self._shape(position))
            if tile is not None:
                tile = self._keep(key, index, tile)
        return tile

    def announce(self, first: tuple[int, ...], last: tuple[int, ...]) -> None:
        """Let the system fetch the bytes of all tiles from *first* to *last*, as they follow each other in the file."""
        start, end = self._index(first), self._index(last)
        self.source.announce(self.hdu.data + start * self._row_bytes, (end - start + 1) * self._row_bytes)
        column = self._columns.get("COMPRESSED_DATA")
        rows = [self.source.read(self.hdu.data + index * self._row_bytes, self._row_bytes) for index in (start, end)]
        if column is None or any(len(row) < self._row_bytes for row in rows):
            return
        (_, low), (count, high) = (column.descriptor(row) for row in rows)
        length = high - low + count * _WIDTHS[column.element]
        if 0 < length <= _MOST_ANNOUNCED:
            self.source.announce(self.hdu.data + self._heap + low, length)

    def _index(self, position: tuple[int, ...]) -> int:
        index = 0
        for place, count in zip(reversed(position), reversed(self.grid), strict=True):
            index = index * count + place
        return index

    def _shape(self, position: tuple[int, ...]) -> tuple[int, ...]:
        sizes = zip(position, self.tile_shape, self.hdu.shape, strict=True)
        return tuple(min(tile, length - place * tile) for place, tile, length in sizes)[::-1]

    def _keep(self, key: tuple[object, ...], index: int, tile: NDArray[Any]) -> NDArray[Any]:
        if tile.nbytes < _HUGE_TILE:
            self._resources.tiles.put(key, tile)
            return tile
        with tempfile.TemporaryFile(dir=self._resources.scratch_directory) as file:
            tile.tofile(file)
            file.flush()
            self._on_disk[index] = np.memmap(file, tile.dtype, "r", shape=tile.shape)
        return self._on_disk[index]

    def _decoded(self, index: int, shape: tuple[int, ...]) -> NDArray[Any] | None:
        """None where the file is cut or the tile's bytes are damaged: such pixels count as missing."""
        row = self.source.read(self.hdu.data + index * self._row_bytes, self._row_bytes)
        if len(row) < self._row_bytes or index >= self._rows:
            return None
        try:
            tile = self._from_row(row, index, shape)
        except (ValueError, TypeError, LookupError, ArithmeticError, EOFError, OSError, struct.error, zlib.error):
            return None
        except Exception as error:  # astropy's C codecs raise a class of their own
            if type(error).__name__ != "CfitsioException":
                raise
            return None
        if tile is None:
            return None
        mask = self._null_mask(row, shape)
        tile = np.ascontiguousarray(tile.astype(self.storage.stored, copy=mask is not None))
        if mask is not None:
            tile[mask] = self.storage.gap() if self.storage.kind[0] == "f" or self.storage.blank is not None else 0
        return tile

    def _from_row(self, row: bytes, index: int, shape: tuple[int, ...]) -> NDArray[Any] | None:
        data = self._array(row, "COMPRESSED_DATA")
        if data is not None:
            lossless = self.hdu.bitpix > 0 or not ("ZSCALE" in self._settings or "ZSCALE" in self._columns)
            numbers = decode_integers(self.algorithm, data, shape, self._settings, lossless=lossless)
            return numbers if lossless else self._physical(row, index, numbers)
        data = self._array(row, "GZIP_COMPRESSED_DATA")
        if data is not None:
            return decode_integers("GZIP_1", data, shape, self._settings, lossless=True)
        data = self._array(row, "UNCOMPRESSED_DATA")
        if data is None:
            return None
        element = self._columns["UNCOMPRESSED_DATA"].element
        return np.frombuffer(data, ">" + _FORMATS[element]).reshape(shape)

    def _array(self, row: bytes, name: str) -> bytes | None:
        """The bytes of one variable-length array, or None when it is empty or absent."""
        column = self._columns.get(name)
        if column is None:
            return None
        count, start = column.descriptor(row)
        if not count:
            return None
        length = count * _WIDTHS[column.element]
        if self._heap + start + length > self.hdu.size:
            raise EOFError("the table points beyond its heap")
        data = self.source.read(self.hdu.data + self._heap + start, length)
        if len(data) < length:
            raise EOFError("the file ends inside this tile")
        return data

    def _physical(self, row: bytes, index: int, numbers: NDArray[Any]) -> NDArray[Any]:
        """Quantised floats: (stored - dither) * ZSCALE + ZZERO, ZBLANK becomes NaN."""
        scale, zero, blank = (self._parameter(row, name) for name in ("ZSCALE", "ZZERO", "ZBLANK"))
        method, seed = self._settings["ZQUANTIZ"], self._settings["ZDITHER0"]
        values = dequantize(numbers, self.hdu.bitpix, scale or 0.0, zero or 0.0, method, index + seed)
        values[numbers == (-(2**31) + 1 if blank is None else int(blank))] = np.nan
        return values

    def _parameter(self, row: bytes, name: str) -> float | None:
        column = self._columns.get(name)
        if column is not None:
            return column.read(row)
        value = self._settings.get(name)
        return None if value is None else float(value)

    def _null_mask(self, row: bytes, shape: tuple[int, ...]) -> NDArray[np.bool_] | None:
        data = self._array(row, "NULL_PIXEL_MASK")
        if data is None:
            return None
        settings = {**self._settings, "BYTEPIX": 1, "ZBITPIX": 8}
        return decode_integers(self._settings["ZMASKCMP"], data, shape, settings, lossless=True).astype(bool)


def _columns(hdu: Hdu) -> Iterator[tuple[str, _Column]]:
    offset = 0
    for number in range(1, (hdu.header.integer("TFIELDS", 0) or 0) + 1):
        match = _TFORM.match(hdu.header.text(f"TFORM{number}").upper())
        if match is None:
            raise NotAnImage(f"HDU {hdu.index} has no valid TFORM{number} card")
        repeat = int(match[1] or 1)
        name = hdu.header.text(f"TTYPE{number}").upper()
        yield name, _Column(offset, match[2], match[3])
        offset += -(-repeat // 8) if match[2] == "X" else repeat * _WIDTHS.get(match[2], 1)


def _settings(hdu: Hdu) -> Iterator[tuple[str, Any]]:
    header = hdu.header
    yield "ZBITPIX", hdu.bitpix
    yield "ZQUANTIZ", header.text("ZQUANTIZ", "NO_DITHER").upper()
    yield "ZDITHER0", header.integer("ZDITHER0", 0) or 0
    yield "ZMASKCMP", header.text("ZMASKCMP", "GZIP_1").upper()
    for name in ("ZSCALE", "ZZERO", "ZBLANK"):
        if name in header:
            yield name, header.number(name)
    number = 1
    while f"ZNAME{number}" in header:
        yield header.text(f"ZNAME{number}").upper(), header.get(f"ZVAL{number}")
        number += 1


@dataclass(frozen=True, slots=True, eq=False)
class CompressedPlane:
    """One plane of a compressed image; ``place`` is its 0-based position on the axes above the second."""

    image: CompressedImage
    place: tuple[int, ...]
    is_mapped: bool = False

    @property
    def width(self) -> int:
        return self.image.hdu.shape[0]

    @property
    def height(self) -> int:
        return self.image.hdu.shape[1]

    @property
    def storage(self) -> Storage:
        return self.image.storage

    @property
    def full_storage(self) -> Storage:
        """What can hold every value of this plane, gaps of a cut file included."""
        return self.image.storage.with_gaps() if self.image.is_cut else self.image.storage

    @property
    def dtype(self) -> np.dtype:
        return self.image.storage.physical

    @property
    def stored_bytes(self) -> int:
        return self.image.hdu.present // max(1, prod(self.image.hdu.shape[2:]))

    def is_at_hand(self, window: Window) -> bool:
        return False

    def raster(self, window: Window) -> Raster:
        low, high = self.height - window.y1, self.height - window.y0  # rows of the file, from the bottom
        width, height = self.image.tile_shape[:2]
        columns = range(window.x0 // width, (window.x1 - 1) // width + 1)
        rows = range(low // height, (high - 1) // height + 1)
        if len(columns) == len(rows) == 1:
            tile = self._tile(columns[0], rows[0])
            if tile is not None:
                return self._inside(tile, window.x0 - columns[0] * width, high - 1 - rows[0] * height, window)
        self.announce(window)
        return assemble(window, self.storage, self._pieces(window, columns, rows))

    def announce(self, window: Window) -> None:
        width, height = self.image.tile_shape[:2]
        low, high = (self.height - window.y1) // height, (self.height - window.y0 - 1) // height
        left, right = window.x0 // width, (window.x1 - 1) // width
        if self.image.grid[0] == 1:
            self.image.announce((0, low, *self._depth), (0, high, *self._depth))
            return
        for row in range(low, high + 1):
            self.image.announce((left, row, *self._depth), (right, row, *self._depth))

    @property
    def _depth(self) -> tuple[int, ...]:
        return tuple(place // tile for place, tile in zip(self.place, self.image.tile_shape[2:], strict=True))

    def _tile(self, column: int, row: int) -> NDArray[Any] | None:
        tile = self.image.tile((column, row, *self._depth))
        if tile is None:
            return None
        inside = tuple(place % tile for place, tile in zip(self.place, self.image.tile_shape[2:], strict=True))
        plane: NDArray[Any] = tile[inside[::-1]]
        return plane

    def _inside(self, tile: NDArray[Any], x: int, top: int, window: Window) -> Raster:
        """A window that lies in one tile: read bottom-up where it is, without a copy."""
        stride = tile.shape[1] * tile.itemsize
        kept = self.storage
        return Raster(
            tile, top * stride + x * tile.itemsize, -stride, window.width, window.height,
            "<" + kept.kind if np.little_endian else ">" + kept.kind, kept.scale, kept.zero, kept.blank,
            self.image.source.verify,
        )  # fmt: skip

    def _pieces(self, window: Window, columns: range, rows: range) -> Iterator[tuple[int, int, NDArray[Any]]]:
        width, height = self.image.tile_shape[:2]
        low, high = self.height - window.y1, self.height - window.y0
        for row, column in product(rows, columns):
            tile = self._tile(column, row)
            if tile is None:
                continue
            left, bottom = max(window.x0 - column * width, 0), max(low - row * height, 0)
            part = tile[bottom : high - row * height, left : window.x1 - column * width][::-1]
            top = high - (row * height + bottom + part.shape[0])
            yield column * width + left - window.x0, top, part

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        out = np.full((len(rows), -(-self.width // step)), np.nan, np.float32)
        for row in rows:
            self.announce(Window(0, int(row), self.width, int(row) + 1))
        for index, row in enumerate(rows):
            line = self.raster(Window(0, int(row), self.width, int(row) + 1))
            kept = Storage(line.code[1:], line.scale, line.zero, line.blank)
            numbers = np.frombuffer(line.data, line.code, line.width, line.offset)
            out[index] = kept.to_float32(numbers[::step])
        return out
