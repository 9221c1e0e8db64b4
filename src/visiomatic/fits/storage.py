"""How pixels are stored: type, BSCALE, BZERO, BLANK; and rasters made from pieces with gaps between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import SourceChanged
from visiomatic.fits.cards import Header
from visiomatic.kernel import Raster, decode_exact
from visiomatic.types import Window

_CODES = {8: "u1", 16: "i2", 32: "i4", 64: "i8", -32: "f4", -64: "f8"}
_WIDER = {"u1": "i2", "i1": "i2", "i2": "i4", "u2": "i4", "i4": "i8", "u4": "i8", "i8": "i8", "u8": "i8"}


@dataclass(frozen=True, slots=True)
class Storage:
    """physical = zero + scale * stored; integers equal to ``blank`` have no value. ``kind`` is "u1", "i2" … "f8"."""

    kind: str
    scale: float = 1.0
    zero: float = 0.0
    blank: int | None = None

    @property
    def stored(self) -> np.dtype:
        return np.dtype(self.kind)

    @property
    def itemsize(self) -> int:
        return int(self.kind[1])

    @property
    def physical(self) -> np.dtype:
        """Type of the physical values, as astropy chooses it: integers (unsigned by BZERO), or floats when scaled."""
        if self.kind[0] != "f" and self.stored.itemsize <= 2 and self.is_scaled:
            return np.dtype(np.float32)
        return Raster(b"", 0, 0, 0, 0, "<" + self.kind, self.scale, self.zero).dtype

    @property
    def is_scaled(self) -> bool:
        """True when values are computed with BSCALE and BZERO, other than the offset of unsigned integers."""
        return Raster(b"", 0, 0, 0, 0, "<" + self.kind, self.scale, self.zero).dtype.kind == "f" and self.kind[0] != "f"

    @property
    def bitpix(self) -> int:
        return next(bitpix for bitpix, kind in _CODES.items() if kind == self.kind)

    def with_gaps(self) -> Storage:
        """A storage that holds all these values and "no value" besides: NaN, BLANK, or a wider integer."""
        if self.kind[0] == "f" or self.blank is not None:
            return self
        wider = _WIDER[self.kind]
        limits = np.iinfo(wider)
        blank = int(limits.max if self.kind in ("i8", "u8") and self.zero else limits.min)
        return replace(self, kind=wider, blank=blank)

    def gap(self) -> float | int:
        """The stored value that means "no value"; only of a storage made by `with_gaps`."""
        return float("nan") if self.blank is None else self.blank

    def raster(self, stored: NDArray[Any], verify: Callable[[], None] | None = None) -> Raster:
        """Stored numbers in memory as a raster with this scale, zero and blank."""
        raster = Raster.from_array(stored)
        return raster._replace(scale=self.scale, zero=self.zero, blank=self.blank, verify=verify)

    def to_float32(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Physical values as float32, blank as NaN, computed in float64."""
        if self.scale == 1.0 and self.zero == 0.0:
            values = stored.astype(np.float32)
        else:
            values = (stored.astype(np.float64) * self.scale + self.zero).astype(np.float32)
        if self.blank is not None:
            values[stored == self.blank] = np.nan
        return values


def storage_of(header: Header, bitpix: int) -> Storage:
    """Storage of an image from its cards. A BLANK that no stored integer can equal is left out, as is BSCALE = 0."""
    kind = _CODES[bitpix]
    scale = header.number("BSCALE", 1.0)
    zero = header.number("BZERO", 0.0)
    if scale == 0.0 or not np.isfinite(scale):
        scale = 1.0
    if not np.isfinite(zero):
        zero = 0.0
    return Storage(kind, scale, zero, _blank(header, kind))


def _blank(header: Header, kind: str) -> int | None:
    if kind[0] == "f":
        return None
    blank = header.integer("BLANK", header.integer("ZBLANK"))
    limits = np.iinfo(kind)
    return blank if blank is not None and limits.min <= blank <= limits.max else None


def stored_numbers(raster: Raster) -> NDArray[Any]:
    """The stored numbers of a raster in native byte order, neither scaled nor masked."""
    return decode_exact(raster._replace(scale=1.0, zero=0.0, blank=None))


def exact_values(raster: Raster, dtype: np.dtype) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Physical values of *dtype* (that of the plane) and where an integer has none; NaN says so itself in floats.

    Integers are exact also in rasters widened for gaps. Scaled ones are computed in *dtype*, as astropy does: that of
    8 and 16-bit integers is float32.
    """
    stored = stored_numbers(raster)
    missing = np.zeros(stored.shape, bool) if raster.blank is None else stored == raster.blank
    if dtype.kind != "f":
        zero = np.uint64(int(raster.zero) % 2**64)
        return (stored.astype(np.int64).view(np.uint64) + zero).astype(dtype), missing
    values = stored.astype(dtype)
    if raster.scale != 1.0:
        values *= raster.scale
    if raster.zero != 0.0:
        values += raster.zero
    values[missing] = np.nan
    return values, np.zeros(stored.shape, bool)


def as_stored(raster: Raster, target: Storage) -> NDArray[Any]:
    """The pixels of *raster* as numbers stored the way of *target*, which must be able to hold them."""
    if (raster.scale, raster.zero, raster.blank) == (target.scale, target.zero, target.blank):
        return stored_numbers(raster).astype(target.stored, copy=False)
    if (raster.scale, raster.zero) == (target.scale, target.zero):
        numbers = stored_numbers(raster)
        missing = np.zeros(numbers.shape, bool) if raster.blank is None else numbers == raster.blank
    else:
        numbers, missing = exact_values(raster, target.physical)
    if missing.any() and target.kind[0] != "f" and target.blank is None:
        raise SourceChanged("pixels are missing where the file promised them")
    numbers = numbers.astype(target.stored)
    if missing.any():
        numbers[missing] = target.gap()
    return numbers


def assemble(window: Window, storage: Storage, pieces: Iterable[tuple[int, int, NDArray[Any]]]) -> Raster:
    """A raster of the size of *window* with *pieces* (column, row, stored numbers) laid in it; the rest is a gap.

    Gaps cost a wider integer type only where *storage* has no value to spare for them.
    """
    laid = list(pieces)
    shape = (window.height, window.width)
    if sum(piece.size for _, _, piece in laid) >= window.width * window.height:
        out = np.empty(shape, storage.stored)
    else:
        storage = storage.with_gaps()
        out = np.full(shape, storage.gap(), storage.stored)
    for column, row, piece in laid:
        out[row : row + piece.shape[0], column : column + piece.shape[1]] = piece
    return storage.raster(out)
