"""Files compressed as a whole (.gz .bz2 .Z .xz .zip), known by their first bytes, never by their name.

They are unpacked once, in small pieces, into a nameless temporary file that is then mapped like any other.
"""

from __future__ import annotations

import bz2
import errno
import lzma
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from visiomatic.errors import LimitExceeded, NotAnImage
from visiomatic.fits.lzw import unpack_lzw
from visiomatic.fits.resources import Resources

PIECE = 2**20
MAGIC_BYTES = 16

_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x1f\x9d": "compress",
    b"PK\x03\x04": "zip",
}

Pieces = Iterator[bytes]


class _Damaged(Exception):
    """The compressed stream ends early or breaks; what came before it is good."""


class _DiskFull(LimitExceeded):
    """There is no room for what comes out."""


def packing_of(start: bytes) -> str:
    """The name of the compression that *start* (the first bytes of a file) announces, or ``""``."""
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")


def unpacked_start(packing: str, descriptor: int, length: int) -> bytes:
    """The first *length* unpacked bytes, or fewer when the stream is short or broken."""
    start = b""
    try:
        for piece in _unpacked(packing, _read_pieces(descriptor, 4096)):
            start += piece
            if len(start) >= length:
                break
    except _Damaged:
        pass
    return start[:length]


class Packed(NamedTuple):
    """A packed file: how it is packed, an open descriptor, its path, what it is called, its version."""

    packing: str
    descriptor: int
    path: str
    name: str
    version: str


def unpack_file(packed: Packed, resources: Resources) -> tuple[int, tuple[str, ...]]:
    """Unpack the whole file, unless that was done before: a descriptor of the result, and warnings.

    A damaged or cut stream gives what could be unpacked, with a warning. Raises `LimitExceeded` beyond the limit of
    size or of disk, `NotAnImage` when nothing comes out.
    """
    warnings: list[str] = []

    def unpack(target: int) -> int | None:
        del warnings[:]
        return _unpack(packed, target, resources.max_unpacked_bytes, warnings)

    if resources.keeper is not None:
        with suppress(_DiskFull):  # the scratch disk may have more room
            kept = resources.keeper.obtain(packed.path, packed.version, unpack)
            if kept is not None:
                return kept, tuple(warnings)
    with tempfile.TemporaryFile(dir=resources.scratch_directory, buffering=0) as target:
        unpack(target.fileno())
        return os.dup(target.fileno()), tuple(warnings)


def _unpack(packed: Packed, target: int, limit: int, warnings: list[str]) -> int | None:
    """Write all bytes to *target*; their CRC-32, or None, with a warning, when the stream is damaged."""
    written, checksum, name = 0, 0, packed.name
    try:
        for piece in _unpacked(packed.packing, _read_pieces(packed.descriptor, PIECE)):
            if not written and not piece.startswith(b"SIMPLE"[: len(piece)]):
                raise NotAnImage(f"{name} is {packed.packing} data, but not of a FITS file")
            written, checksum = written + len(piece), zlib.crc32(piece, checksum)
            if written > limit:
                raise LimitExceeded(f"{name} unpacks to more than the limit of {limit / 2**20:,.0f} MiB")
            _write(target, piece, name)
    except _Damaged as damage:
        warnings.append(f"the {packed.packing} data is damaged after {written} unpacked bytes ({damage})")
    if not written:
        raise NotAnImage(f"{name} is {packed.packing} data with nothing whole inside")
    return None if warnings else checksum


def _write(descriptor: int, piece: bytes, name: str) -> None:
    view = memoryview(piece)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _DiskFull(f"{name}: no room left on the scratch disk to unpack it") from error
        raise


def _read_pieces(descriptor: int, first: int) -> Pieces:
    """The file from its start; pieces grow from *first* bytes so that a look at the beginning reads little."""
    offset, size = 0, first
    while piece := os.pread(descriptor, size, offset):
        yield piece
        offset += len(piece)
        size = PIECE


def _unpacked(packing: str, pieces: Pieces) -> Pieces:
    if packing == "compress":
        return _guarded(unpack_lzw(pieces))
    if packing == "zip":
        return _guarded(_zip_member(pieces))
    return _guarded(_streams(_DECODERS[packing], pieces))


def _guarded(pieces: Pieces) -> Pieces:
    try:
        yield from pieces
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error) as error:
        raise _Damaged(str(error)) from error


class _Inflater:
    """zlib behind the interface that bz2 and lzma share."""

    def __init__(self, bits: int) -> None:
        self._zlib = zlib.decompressobj(bits)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


_Decoder = _Inflater | bz2.BZ2Decompressor | lzma.LZMADecompressor
_DECODERS: dict[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Inflater(31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}


def _streams(make: Callable[[], _Decoder], pieces: Pieces) -> Pieces:
    """Unpack one stream after another, as written by parallel compressors; padding after the last is ignored."""
    rest = b""
    first = True
    while True:
        rest = rest or next(pieces, b"")
        if not rest or (not first and not packing_of(rest[:MAGIC_BYTES])):
            return
        decoder = make()
        yield from _one_stream(decoder, chain((rest,), pieces))
        rest, first = decoder.unused_data, False


def _one_stream(decoder: _Decoder, pieces: Pieces) -> Pieces:
    while not decoder.eof:
        data = next(pieces, b"") if decoder.needs_input else b""
        piece = decoder.decompress(data, PIECE)
        if piece:
            yield piece
        elif not data and not decoder.eof and decoder.needs_input:
            raise EOFError("the stream ends early")


def _zip_member(pieces: Pieces) -> Pieces:
    """The first member of a zip archive, when it is stored or deflated."""
    start = next(pieces)
    method, _, _, _, size, _, name, extra = struct.unpack_from("<H2HLLLHH", start, 8)
    body = chain((start[30 + name + extra :],), pieces)
    if method == 8:
        yield from _one_stream(_Inflater(-15), body)
    elif method == 0 and size:
        for piece in body:
            yield piece[:size]
            size -= len(piece[:size])
            if not size:
                return
    else:
        raise ValueError(f"zip method {method} is not supported")
