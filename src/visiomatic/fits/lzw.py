"""Unix ``compress`` (.Z): LZW with codes of 9 to 16 bits, as written by compress 4.x."""

from __future__ import annotations

from collections.abc import Iterator

_CLEAR = 256
_OUTPUT = 2**18


def unpack_lzw(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The unpacked bytes of a .Z stream, in pieces; raises ValueError where the stream is not valid.

    Codes come in groups of eight of one width; a change of width or a clear code skips the rest of the group.
    """
    data = bytearray(next(pieces))
    if data[:2] != b"\x1f\x9d":
        raise ValueError("not a .Z stream")
    max_bits, block_mode = data[2] & 31, bool(data[2] & 128)
    if not 9 <= max_bits <= 16:
        raise ValueError(f"codes of {max_bits} bits")
    max_bits = max(max_bits, 10)  # compress -b 9 goes to 10 bits all the same
    del data[:3]
    decoder = _Decoder(max_bits, block_mode)
    for piece in pieces:
        data += piece
        yield from decoder.feed(data, final=False)
    yield from decoder.feed(data, final=True)


class _Decoder:
    def __init__(self, max_bits: int, block_mode: bool) -> None:
        self._max_bits = max_bits
        self._block_mode = block_mode
        self._bits = 9
        self._previous = b""
        self._table: list[bytes] = []
        self._reset()

    def _reset(self) -> None:
        self._table = [bytes((byte,)) for byte in range(256)] + ([b""] if self._block_mode else [])

    def feed(self, data: bytearray, *, final: bool) -> Iterator[bytes]:
        """Decode the whole groups in *data* (all of it when *final*) and remove them from it."""
        position, held = 0, 0
        out: list[bytes] = []
        while len(data) - position >= (self._bits if not final else -(-self._bits // 8)):
            group = bytes(data[position : position + self._bits])
            position += self._bits
            held += self._group(group, out)
            if held > _OUTPUT:
                yield b"".join(out)
                held, out = 0, []
        del data[:position]
        yield b"".join(out)

    def _group(self, group: bytes, out: list[bytes]) -> int:
        """Decode up to eight codes; the rest is skipped after a clear code or when codes become wider."""
        bits, table, previous = self._bits, self._table, self._previous
        limit = (1 << bits) if bits < self._max_bits else 1 << 17
        full = 1 << self._max_bits
        word, mask = int.from_bytes(group, "little"), (1 << bits) - 1
        length = 0
        for _ in range(len(group) * 8 // bits):
            code = word & mask
            word >>= bits
            if code == _CLEAR and self._block_mode:
                self._reset()
                self._bits, previous = 9, b""
                break
            if code < len(table):
                text = table[code]
            elif code == len(table) and previous:
                text = previous + previous[:1]
            else:
                raise ValueError("a code that was never defined")
            if previous and len(table) < full:
                table.append(previous + text[:1])
            out.append(text)
            length += len(text)
            previous = text
            if len(table) >= limit:
                self._bits = bits + 1
                break
        self._previous = previous
        return length
