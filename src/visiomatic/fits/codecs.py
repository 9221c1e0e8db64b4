"""The codecs of tile compression, over astropy's C code (that of CFITSIO)."""

from __future__ import annotations

import zlib
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DITHERS = {"SUBTRACTIVE_DITHER_1": 1, "SUBTRACTIVE_DITHER_2": 2}


def decode_integers(
    algorithm: str, data: bytes, shape: tuple[int, ...], settings: dict[str, Any], *, lossless: bool
) -> NDArray[Any]:
    """The numbers of one tile as they were compressed; floats only from lossless GZIP. May be read-only.

    Raises what the codec raises when the bytes are damaged.
    """
    count = prod(shape)
    if algorithm.startswith("RICE"):
        return _rice(data, count, settings).reshape(shape)
    if algorithm == "PLIO_1":
        return _plio(data, count).reshape(shape)
    if algorithm == "HCOMPRESS_1":
        return _hcompress(data, shape, settings)
    plain = data if algorithm == "NOCOMPRESS" else _inflate(data, count)
    size = len(plain) // count
    if len(plain) not in (count, 2 * count, 4 * count, 8 * count):
        raise ValueError(f"{len(plain)} bytes for {count} pixels")
    if algorithm == "GZIP_2" and size > 1:
        plain = np.frombuffer(plain, np.uint8).reshape(size, -1).T.tobytes()
    is_float = settings["ZBITPIX"] < 0 and lossless and size >= 4
    letter = "f" if is_float else "u" if size == 1 else "i"
    return np.frombuffer(plain, f">{letter}{size}", count).reshape(shape)


def _inflate(data: bytes, count: int) -> bytes:
    """Unpack gzip data of *count* numbers, never more than they can take."""
    return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, 8 * count + 1)


def _rice(data: bytes, count: int, settings: dict[str, Any]) -> NDArray[Any]:
    from astropy.io.fits.hdu.compressed._codecs import Rice1

    size = int(settings.get("BYTEPIX", 4))
    codec = Rice1(blocksize=int(settings.get("BLOCKSIZE", 32)), bytepix=size, tilesize=count)
    numbers = np.asarray(codec.decode(np.frombuffer(data, np.uint8)))[:count]
    return numbers.view(np.uint8) if size == 1 else numbers


def _plio(data: bytes, count: int) -> NDArray[Any]:
    from astropy.io.fits.hdu.compressed._codecs import PLIO1

    return np.asarray(PLIO1(tilesize=count).decode(np.frombuffer(data, ">i2")))[:count]


def _hcompress(data: bytes, shape: tuple[int, ...], settings: dict[str, Any]) -> NDArray[Any]:
    from astropy.io.fits.hdu.compressed._codecs import HCompress1

    rows = prod(shape[:-1])
    scale, smooth = int(settings.get("SCALE", 0)), bool(settings.get("SMOOTH", 0))
    codec = HCompress1(scale=scale, smooth=smooth, bytepix=8, nx=rows, ny=shape[-1])
    return np.asarray(codec.decode(np.frombuffer(data, np.uint8)))[: prod(shape)].reshape(shape)


def dequantize(
    numbers: NDArray[Any], bitpix: int, scale: float, zero: float, method: str, row: int
) -> NDArray[np.floating[Any]]:
    """Floats from quantised integers; *row* numbers the sequence of random numbers of the dither. A fresh array."""
    dtype = np.dtype(np.float32 if bitpix == -32 else np.float64)
    dither = _DITHERS.get(method)
    if dither is None:
        return (numbers.astype(np.float64) * scale + zero).astype(dtype)
    from astropy.io.fits.hdu.compressed._quantization import Quantize

    codec = Quantize(row=row, dither_method=dither, quantize_level=0, bitpix=bitpix)
    return np.array(codec.decode_quantized(numbers, scale, zero)).view(dtype).reshape(numbers.shape)
