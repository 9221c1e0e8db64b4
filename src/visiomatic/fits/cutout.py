"""Cut-outs as FITS files: the stored numbers themselves, with a header that still tells the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from visiomatic.errors import NotFound
from visiomatic.fits.cards import BLOCK, Header
from visiomatic.fits.dataset import FitsDataset
from visiomatic.fits.headers import Move, moved
from visiomatic.fits.storage import Storage, as_stored
from visiomatic.fits.write_cards import header_bytes
from visiomatic.types import Card, Window

_PIECE = 2**20
_STRUCTURE = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|EXTEND|GROUPS|BSCALE|BZERO|BLANK|ZBLANK|CHECKSUM|DATASUM|INHERIT|"
    r"NEXTEND|EXTVER|EXTLEVEL|END|CONTINUE"
)
_HIGHER = re.compile(
    r"(CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA|CNAME)([3-9])[A-Z]?|(CD|PC|PV|PS)(\d)_(\d)[A-Z]?|WCSAXES[A-Z]?"
)


@dataclass(frozen=True, slots=True)
class Cutout:
    """A FITS file in the making: its size is known before the first block is asked for."""

    size: int
    blocks: Iterator[bytes]


def cutout(dataset: FitsDataset, box: tuple[int, int, int, int], channels: Sequence[int] | None = None) -> Cutout:
    """The FITS pixels x1, y1, x2, y2 (inclusive) of *channels* (0-based; all by default).

    BITPIX, BSCALE, BZERO and BLANK of plain files are kept. Pixels without data are BLANK or NaN, in a wider integer
    type where needed. Blocks are made one by one: a cut-out of any size takes no memory. Raises `NotFound`.
    """
    x1, y1, x2, y2 = box
    if not (1 <= x1 <= x2 <= dataset.width and 1 <= y1 <= y2 <= dataset.height):
        raise NotFound(f"{dataset.name} has pixels 1,1 to {dataset.width},{dataset.height}; {box} is not inside")
    wanted = list(range(len(dataset.channels))) if channels is None else list(channels)
    if not wanted:
        raise NotFound("a cut-out has at least one channel")
    storage = _common_storage(dataset, wanted)
    header = header_bytes(_cards(dataset, box, wanted, storage))
    data = (x2 - x1 + 1) * (y2 - y1 + 1) * len(wanted) * storage.stored.itemsize
    padding = -data % BLOCK
    return Cutout(len(header) + data + padding, _blocks(dataset, box, wanted, storage, header, padding))


def _common_storage(dataset: FitsDataset, channels: Sequence[int]) -> Storage:
    kept = {dataset.plane(channel).full_storage for channel in channels}
    if len(kept) == 1:
        return kept.pop()
    return Storage(np.result_type(np.float32, *(dataset.plane(channel).dtype for channel in channels)).str[1:])


def _blocks(
    dataset: FitsDataset, box: tuple[int, int, int, int], channels: Sequence[int], storage: Storage, header: bytes,
    padding: int,
) -> Iterator[bytes]:  # fmt: skip
    yield header
    x1, y1, x2, y2 = box
    step = max(1, _PIECE // ((x2 - x1 + 1) * storage.stored.itemsize))
    for channel in channels:
        plane = dataset.plane(channel)
        for low in range(y1, y2 + 1, step):
            high = min(low + step - 1, y2)
            window = Window(x1 - 1, dataset.height - high, x2, dataset.height - low + 1)
            numbers = as_stored(plane.raster(window), storage)[::-1]
            yield numbers.astype(storage.stored.newbyteorder(">")).tobytes()
    yield bytes(padding)


def _cards(
    dataset: FitsDataset, box: tuple[int, int, int, int], channels: Sequence[int], storage: Storage
) -> Iterator[Card]:
    x1, y1, x2, y2 = box
    axes, moves, cards = _higher_axes(dataset.cards, channels)
    shape = (x2 - x1 + 1, y2 - y1 + 1, *axes)
    moves |= {1: Move(1.0, 1 - x1), 2: Move(1.0, 1 - y1)}
    yield Card("SIMPLE", True, "file conforms to the FITS standard")
    yield Card("BITPIX", storage.bitpix)
    yield Card("NAXIS", len(shape))
    for axis, length in enumerate(shape, 1):
        yield Card(f"NAXIS{axis}", length)
    if storage.scale != 1.0 or storage.zero != 0.0:
        yield Card("BSCALE", storage.scale)
        yield Card("BZERO", int(storage.zero) if storage.zero == int(storage.zero) else storage.zero)
    if storage.blank is not None:
        yield Card("BLANK", storage.blank, "no data")
    yield from (card for card in moved(cards, moves, shape) if not _STRUCTURE.fullmatch(card.keyword))


def _higher_axes(
    cards: tuple[Card, ...], channels: Sequence[int]
) -> tuple[tuple[int, ...], dict[int, Move], tuple[Card, ...]]:
    """Lengths of the axes above the second, how their pixels move, and the cards that stay true."""
    header = Header(cards)
    axes = [header.integer(f"NAXIS{axis}", 1) or 1 for axis in range(3, (header.integer("NAXIS", 2) or 2) + 1)]
    real = [axis for axis, length in enumerate(axes) if length > 1]
    first, count = channels[0], len(channels)
    if list(channels) == list(range(prod(axes))):
        return tuple(axes), {}, cards
    if len(real) == 1 and list(channels) == list(range(first, first + count)) and first + count <= axes[real[0]]:
        axes[real[0]] = count
        return tuple(axes), {real[0] + 3: Move(1.0, -first)}, cards
    kept = tuple(card for card in cards if not _is_of_higher_axis(card.keyword))
    return ((count,) if count > 1 else ()), {}, kept


def _is_of_higher_axis(keyword: str) -> bool:
    match = _HIGHER.fullmatch(keyword)
    return match is not None and (match[3] is None or max(int(match[4]), int(match[5]) if match[3] != "PV" else 0) > 2)
