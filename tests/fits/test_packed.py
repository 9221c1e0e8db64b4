"""Files compressed as a whole are known by their bytes and unpacked to the scratch disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import resource
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from visiomatic.errors import LimitExceeded, NotAnImage
from visiomatic.fits import Resources, looks_like_fits, open_dataset
from visiomatic.fits.lzw import unpack_lzw

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(7)


def pack_lzw(data: bytes, max_bits: int = 16, block: int = 0) -> bytes:
    """A plain .Z encoder: codes in groups of eight of one width; a clear code after every *block* codes if asked."""
    out, group = bytearray(b"\x1f\x9d" + bytes([0x80 | max_bits])), []
    table = {bytes([byte]): byte for byte in range(256)}
    bits, known, emitted = 9, 257, 0

    def flush(pad: bool) -> None:
        word = sum(code << (bits * place) for place, code in enumerate(group))
        length = bits if pad else -(-len(group) * bits // 8)
        out.extend(word.to_bytes(bits, "little")[:length])
        group.clear()

    def emit(code: int) -> None:
        group.append(code)
        if len(group) == 8:
            flush(pad=True)

    text = b""
    for byte in data:
        longer = text + bytes([byte])
        if longer in table:
            text = longer
            continue
        emit(table[text])
        emitted += 1
        if known < 1 << max_bits:
            table[longer] = known
            known += 1
        if known > 1 << bits and bits < max_bits:
            if group:
                flush(pad=True)
            bits += 1
        if block and emitted % block == 0:
            emit(256)
            if group:
                flush(pad=True)
            table = {bytes([value]): value for value in range(256)}
            bits, known = 9, 257
        text = bytes([byte])
    emit(table[text])
    if group:
        flush(pad=False)
    return bytes(out)


def _zipped(data: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("image.fits", data)
    return buffer.getvalue()


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "Z": pack_lzw, "zip": _zipped}


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("suffix", [True, False])
def test_a_packed_file_opens_under_any_name(
    ending: str, suffix: bool, write: Write, pixels: Pixels, tmp_path: Path
) -> None:
    array = RANDOM.integers(0, 50, (90, 80)).astype(np.int16)
    path = tmp_path / (f"packed.fits.{ending}" if suffix else "packed.fits")
    path.write_bytes(PACKERS[ending](write(array).read_bytes()))
    assert looks_like_fits(path)
    dataset = open_dataset(path)
    np.testing.assert_array_equal(pixels(dataset), array)
    assert dataset.plane(0).is_mapped
    assert dataset.still_current()
    assert dataset.version.size == path.stat().st_size
    path.touch()
    assert not dataset.still_current()


@pytest.mark.parametrize("max_bits", [10, 12, 16])
@pytest.mark.parametrize("block", [0, 1000])
def test_lzw_unpacks_every_width_of_code_and_clear_codes(max_bits: int, block: int) -> None:
    data = bytes(RANDOM.choice(np.frombuffer(b"abcdefgh\0\xff", np.uint8), 60_000)) + bytes(5000)
    packed = pack_lzw(data, max_bits, block)
    pieces = iter([packed[start : start + 997] for start in range(0, len(packed), 997)])
    assert b"".join(unpack_lzw(pieces)) == data


def test_gzip_members_one_after_another_and_padding_are_one_file(write: Write, pixels: Pixels, tmp_path: Path) -> None:
    array = RANDOM.normal(size=(30, 30))
    whole = write(array).read_bytes()
    path = tmp_path / "members.fits.gz"
    path.write_bytes(gzip.compress(whole[:5000]) + gzip.compress(whole[5000:]) + bytes(512))
    np.testing.assert_array_equal(pixels(open_dataset(path)), array)


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "Z"])
def test_a_cut_stream_gives_the_rows_that_are_there(ending: str, write: Write, pixels: Pixels, tmp_path: Path) -> None:
    array = RANDOM.integers(-(2**15), 2**15, (1800, 600)).astype(np.int16)
    packed = PACKERS[ending](write(array).read_bytes())
    path = tmp_path / f"cut.fits.{ending}"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    dataset = open_dataset(path)
    assert any("damaged" in text for text in dataset.warnings) or ending == "Z"
    assert any("cut in its data" in text for text in dataset.warnings)
    values = pixels(dataset)
    missing = np.ma.getmaskarray(values)
    assert missing.any()
    assert not missing[:10].any()
    np.testing.assert_array_equal(np.ma.getdata(values)[~missing], array[~missing])


def test_a_bomb_and_what_is_not_fits_inside_are_refused(tmp_path: Path, write: Write) -> None:
    path = tmp_path / "bomb.fits.gz"
    path.write_bytes(gzip.compress(write(np.zeros((2000, 2000))).read_bytes()))
    with pytest.raises(LimitExceeded, match="limit of 10 MiB"):
        open_dataset(path, resources=Resources(max_unpacked_bytes=10 * 2**20))
    path.write_bytes(gzip.compress(b"not FITS at all"))
    with pytest.raises(NotAnImage, match="not of a FITS file"):
        open_dataset(path)
    assert not looks_like_fits(path)
    path.write_bytes(b"\x1f\x8b\x08\x00broken")
    with pytest.raises(NotAnImage, match="nothing whole inside"):
        open_dataset(path)


def test_unpacking_leaves_nothing_behind_and_takes_little_memory(write: Write, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = tmp_path / "big.fits.gz"
    path.write_bytes(gzip.compress(write(np.zeros((6000, 4000), np.float32)).read_bytes(), 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dataset = open_dataset(path, resources=Resources(scratch_directory=scratch))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
    assert os.listdir(scratch) == []
    assert dataset.height == 6000
