"""The HDUs of a file: what each one is and where its data lie. Reads headers, never data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from visiomatic.errors import NotAnImage
from visiomatic.fits.cards import BLOCK, CARD, Header, parse_cards

Read = Callable[[int, int], bytes]

_BITPIX = (8, 16, 32, 64, -32, -64)
_FIRST_CARD = b"SIMPLE  =                    T"
_FIRST_READ = 8 * BLOCK
_LONGEST_HEADER = 16 * 2**20
_MOST_HDUS = 10_000
_TEXT = bytes(range(32, 127)) + b"\0\t\r\n"
_NAMES = {
    b"version https://git-lfs": "a Git LFS pointer, not the file itself",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"\x89HDF": "an HDF5 file",
    b"#ASDF": "an ASDF file",
    b"%PDF": "a PDF document",
    b"<?xml": "an XML file",
    b"<VOTABLE": "a VOTable",
    b"<!DOCTYPE": "an HTML page",
    b"<html": "an HTML page",
}


@dataclass(frozen=True, slots=True)
class Hdu:
    """One HDU: ``shape`` is that of the image (NAXIS1 first), of the image inside when compressed."""

    index: int
    header: Header
    start: int  # byte of its first card
    data: int  # first byte of its data
    size: int  # bytes of data, without padding
    present: int  # bytes of them that the file holds
    kind: str  # "image", "compressed image", "table", "ascii table", "random groups", "empty", "unknown"
    bitpix: int
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        name = self.header.text("EXTNAME")
        return name or ("PRIMARY" if self.index == 0 else self.header.text("HDUNAME"))

    @property
    def version(self) -> int:
        return self.header.integer("EXTVER", 1) or 1

    @property
    def is_image(self) -> bool:
        """Something with two dimensions and pixels."""
        return self.kind in ("image", "compressed image") and len(self.shape) >= 2 and 0 not in self.shape

    @property
    def is_cut(self) -> bool:
        return self.present < self.size


def walk(read: Read, size: int, name: str) -> tuple[tuple[Hdu, ...], tuple[str, ...]]:
    """All HDUs of a file of *size* bytes and warnings; raises `NotAnImage` when the first header is no good."""
    start = read(0, _FIRST_READ)
    _check_first_card(start, name)
    hdus: list[Hdu] = []
    offset = 0
    while offset < size:
        if offset and not read(offset, CARD).startswith(b"XTENSION"):
            break  # special records or padding after the last HDU
        if len(hdus) >= _MOST_HDUS:
            return tuple(hdus), (f"only the first {_MOST_HDUS} HDUs are listed",)
        try:
            hdus.append(_read_hdu(read, size, offset, len(hdus)))
        except _BadHeader as error:
            if not hdus:
                raise NotAnImage(f"{name} {error}") from error
            return tuple(hdus), (f"HDU {len(hdus)} {error}",)
        offset = hdus[-1].data + _padded(hdus[-1].size)
    return tuple(hdus), ()


def looks_like_fits_start(start: bytes) -> bool:
    return start.startswith(_FIRST_CARD)


def _check_first_card(start: bytes, name: str) -> None:
    if looks_like_fits_start(start):
        return
    if start.startswith(b"SIMPLE"):
        if start.startswith(b"SIMPLE  =                    F"):
            raise NotAnImage(f"{name} declares itself not standard FITS (SIMPLE = F)")
        card = start[:CARD].split(b"/")[0].rstrip(b" \0").decode("latin-1")
        raise NotAnImage(f"{name} does not begin as the FITS standard asks: its first card is '{card}'")
    for magic, what in _NAMES.items():
        if start.lstrip()[:32].lower().startswith(magic.lower()):
            raise NotAnImage(f"{name} is not FITS: it is {what}")
    is_text = not start[:512].translate(None, _TEXT)
    raise NotAnImage(f"{name} is not FITS: it is {'a text file' if is_text else 'some other kind of file'}")


class _BadHeader(Exception):
    """Why a header cannot be used; reads on from the name of the file or HDU."""


def _read_hdu(read: Read, size: int, start: int, index: int) -> Hdu:
    block, data = _read_header(read, size, start)
    header = Header(parse_cards(block))
    bitpix, axes = _axes(header, "")
    kind = _kind(header, axes)
    length = _data_size(header, bitpix, axes, kind)
    shape = axes
    if kind == "compressed image":
        bitpix, shape = _axes(header, "Z")
    return Hdu(index, header, start, data, length, max(0, min(length, size - data)), kind, bitpix, shape)


def _read_header(read: Read, size: int, start: int) -> tuple[bytes, int]:
    """The cards before END, and the offset of the data."""
    block = read(start, _FIRST_READ)
    searched = 0
    while (end := _find_end(block, searched)) < 0:
        if start + len(block) >= size:
            needed = (size - start) // BLOCK * BLOCK + BLOCK + start
            raise _BadHeader(f"is cut in its header at byte {size} of at least {needed}: there is no END card")
        _check_text(block, searched, start)
        searched = len(block) // CARD * CARD
        block += read(start + len(block), len(block))
    return block[:end], start + _padded(end + CARD)


def _find_end(block: bytes, begin: int) -> int:
    position = block.find(b"END", begin)
    while position >= 0:
        if position % CARD == 0 and not block[position + 3 : position + CARD].strip(b" \0"):
            return position
        position = block.find(b"END", position + 1)
    return -1


def _check_text(block: bytes, begin: int, start: int) -> None:
    """A header without END must not make us read a whole file of pixels."""
    for card in range(begin, len(block), CARD):
        if len(block[card : card + CARD].translate(None, _TEXT)) > CARD // 4:
            raise _BadHeader(f"has no END card: its header runs into other data at byte {start + card}")
    if len(block) > _LONGEST_HEADER:
        raise _BadHeader(f"has no END card in the first {_LONGEST_HEADER} bytes of its header")


def _axes(header: Header, prefix: str) -> tuple[int, tuple[int, ...]]:
    bitpix = header.integer(prefix + "BITPIX")
    count = header.integer(prefix + "NAXIS")
    if bitpix not in _BITPIX:
        raise _BadHeader(f"has no valid {prefix}BITPIX card ({header.get(prefix + 'BITPIX')})")
    if count is None or not 0 <= count <= 999:
        raise _BadHeader(f"has no valid {prefix}NAXIS card ({header.get(prefix + 'NAXIS')})")
    axes = []
    for axis in range(1, count + 1):
        length = header.integer(f"{prefix}NAXIS{axis}")
        if length is None or length < 0:
            raise _BadHeader(f"has no valid {prefix}NAXIS{axis} card ({header.get(f'{prefix}NAXIS{axis}')})")
        axes.append(length)
    return bitpix, tuple(axes)


def _kind(header: Header, axes: tuple[int, ...]) -> str:
    extension = header.text("XTENSION").upper()
    if extension in ("BINTABLE", "A3DTABLE"):
        return "compressed image" if header.get("ZIMAGE") is True else "table"
    if extension == "TABLE":
        return "ascii table"
    if not extension and header.get("GROUPS") is True and axes[:1] == (0,):
        return "random groups"
    if extension not in ("", "IMAGE", "IUEIMAGE"):
        return "unknown"
    return "image" if axes and 0 not in axes else "empty"


def _data_size(header: Header, bitpix: int, axes: tuple[int, ...], kind: str) -> int:
    if kind == "random groups":
        axes = axes[1:]
    values: int = prod(axes) if axes else 0
    if "XTENSION" in header or kind == "random groups":
        extra = max(0, header.integer("PCOUNT", 0) or 0)
        values = max(1, header.integer("GCOUNT", 1) or 1) * (extra + values)
    return abs(bitpix) // 8 * values


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
