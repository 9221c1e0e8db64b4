"""Unix ``compress`` (.Z): LZW with codes of 9 to 16 bits, as written by compress 4.x."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_CLEAR = 256
_STRETCH = 4096  # groups of eight codes decoded at a time


def unpack_lzw(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The unpacked bytes of a .Z stream, in pieces; raises ValueError where the stream is not valid.

    Codes come in groups of eight of one width; a change of width or a clear code skips the rest of the group.
    """
    data = bytearray(next(pieces))
    if data[:2] != b"\x1f\x9d" or len(data) < 3:
        raise ValueError("not a .Z stream")
    max_bits, block_mode = data[2] & 31, bool(data[2] & 128)
    if not 9 <= max_bits <= 16:
        raise ValueError(f"codes of {max_bits} bits")
    del data[:3]
    decoder = _Decoder(max_bits, block_mode)
    for piece in pieces:
        data += piece
        yield from decoder.feed(data, final=False)
    yield from decoder.feed(data, final=True)


class _Decoder:
    def __init__(self, max_bits: int, block_mode: bool) -> None:
        self._max_bits, self._block_mode = max_bits, block_mode
        self._reset()

    def _reset(self) -> None:
        self._bits = 9
        self._previous = b""
        self._table = [bytes((byte,)) for byte in range(256)] + ([b""] if self._block_mode else [])

    def feed(self, data: bytearray, *, final: bool) -> Iterator[bytes]:
        """Decode the whole groups in *data* (all of it when *final*) and remove them from it."""
        position = 0
        while len(data) - position >= (self._bits if not final else -(-self._bits // 8)):
            bits = self._bits
            groups = max(1, min((len(data) - position) // bits, self._room() // 8 + 1, _STRETCH))
            codes = _codes(data[position : position + groups * bits], bits)
            out: list[bytes] = []
            used = self._decode(codes, out)
            position += -(-used // 8) * bits
            yield b"".join(out)
        del data[:position]

    def _room(self) -> int:
        """Codes that may still come in the present width."""
        return (1 << self._bits) - len(self._table) if self._bits < self._max_bits else 8 * _STRETCH

    def _decode(self, codes: list[int], out: list[bytes]) -> int:
        """Decode codes of one width up to a clear code or the end of that width; how many were used."""
        table, previous = self._table, self._previous
        limit = (1 << self._bits) if self._bits < self._max_bits else 1 << 17
        full, clear = 1 << self._max_bits, _CLEAR if self._block_mode else -1
        for used, code in enumerate(codes, 1):
            if code == clear:
                self._reset()
                return used
            if code < len(table):
                text = table[code]
            elif code == len(table) and previous:
                text = previous + previous[:1]
            else:
                raise ValueError("a code that was never defined")
            if previous and len(table) < full:
                table.append(previous + text[:1])
            out.append(text)
            previous = text
            if len(table) >= limit:
                self._previous, self._bits = previous, self._bits + 1
                return used
        self._previous = previous
        return len(codes)


def _codes(data: bytearray, bits: int) -> list[int]:
    """Numbers of *bits* bits, the lowest first, as many as are whole."""
    ones = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    count = ones.size // bits
    codes: list[int] = (ones[: count * bits].reshape(count, bits) @ (1 << np.arange(bits))).tolist()
    return codes
