"""What is no image is refused with the reason; what is damaged opens as far as it is whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.errors import ImageNotFound, NotAnImage, NotFound
from visiomatic.fits import looks_like_fits, open_dataset

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(6)


def _reason(path: Path, section: str = "") -> str:
    with pytest.raises(NotAnImage) as refused:
        open_dataset(path, section)
    assert path.name in str(refused.value)
    assert str(path.parent) not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 5\n", "Git LFS"),
        (b"# a text file\n1 2 3\n", "a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"<?xml version='1.0'?><VOTABLE/>", "XML"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
        (bytes(range(256)) * 20, "some other kind"),
        (b"SIMPLE  = T".ljust(80) + b"END".ljust(2800), "first card is 'SIMPLE  = T'"),
        (b"SIMPLE  =                    F".ljust(80) + b"END".ljust(2800), "SIMPLE = F"),
        (b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800), "BITPIX"),
        (b"SIMPLE  =                    T".ljust(80) * 3, "cut in its header at byte 240 of at least 2880"),
    ],
)
def test_what_is_not_fits_is_refused_by_name(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "thing.fits"
    path.write_bytes(content)
    assert reason in _reason(path)


def test_a_missing_file_a_directory_and_a_pipe_are_not_found(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.fits")
    for name in ("absent.fits", ".", "pipe.fits", "bad\0name"):
        with pytest.raises(ImageNotFound):
            open_dataset(tmp_path / name)
        assert not looks_like_fits(tmp_path / name)


def test_tables_lines_and_nothing_are_refused_with_what_there_is(write: Write) -> None:
    column = fits.Column("x", "E", array=np.zeros(7))
    table = fits.BinTableHDU.from_columns([column], name="EVENTS")
    text = fits.TableHDU.from_columns([fits.Column("x", "E15.7", array=np.zeros(3))])
    assert "table 'EVENTS' of 7 rows and 1 columns and 1 more" in _reason(write(fits.PrimaryHDU(), table, text))
    assert "one-dimensional (2046 values)" in _reason(write(np.zeros(2046, np.float32)))
    assert "none of its HDUs has data" in _reason(write(fits.PrimaryHDU()))
    groups = fits.GroupsHDU(fits.GroupData(np.zeros((3, 1, 1, 4, 3)), bitpix=-32, parnames=["u"], pardata=[[1, 2, 3]]))
    assert "random groups" in _reason(write(groups))


def test_an_hdu_that_is_no_image_or_not_there_names_what_exists(write: Write) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("x", "E", array=np.zeros(7))], name="CAT")
    path = write(fits.PrimaryHDU(), fits.ImageHDU(np.zeros((4, 4)), name="SCI"), table)
    assert "HDU 2 is a table 'CAT'" in _reason(path, "CAT")
    assert "its images are [1] SCI" in _reason(path, "2")
    assert "empty" in _reason(path, "0")
    for section in ("7", "WHT", "SCI,3"):
        with pytest.raises(NotFound, match=r"its images are \[1\] SCI"):
            open_dataset(path, section)


def test_a_header_without_end_is_refused_without_reading_all(tmp_path: Path) -> None:
    cards = b"".join(card.ljust(80) for card in (b"SIMPLE  =                    T", b"BITPIX  = 8", b"NAXIS   = 0"))
    path = tmp_path / "noend.fits"
    path.write_bytes(cards.ljust(2880) + RANDOM.bytes(2880 * 100))
    assert "no END card: its header runs into other data at byte" in _reason(path)
    path.write_bytes(cards.ljust(2880 * 3))
    assert "cut in its header at byte 8640" in _reason(path)


@pytest.mark.parametrize(("keyword", "value"), [("BITPIX", 12), ("NAXIS", -1), ("NAXIS1", "many"), ("NAXIS2", -5)])
def test_a_header_without_valid_structure_is_refused_by_the_card(
    keyword: str, value: object, write: Write, tmp_path: Path
) -> None:
    path = write(np.zeros((4, 4)))
    text = path.read_bytes()
    start = text.index(f"{keyword:<8}=".encode())
    written = f"'{value}'" if isinstance(value, str) else f"{value:>20}"
    path.write_bytes(text[:start] + f"{keyword:<8}= {written}".ljust(80).encode() + text[start + 80 :])
    assert keyword in _reason(path)


def test_nulls_in_a_header_and_blank_cards_are_tolerated(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(5, 6))
    path = write(array)
    text = path.read_bytes()
    end = text.index(b"END     ")
    header = text[:end] + bytes(80) + b" " * 80 + b"END".ljust(80, b"\0")
    path.write_bytes(header.ljust(2880, b"\0") + text[2880:])
    np.testing.assert_array_equal(pixels(open_dataset(path)), array)


@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "i8", "f4", "f8"])
def test_an_image_cut_in_its_data_opens_with_the_missing_rows_as_no_data(
    kind: str, write: Write, pixels: Pixels
) -> None:
    array = RANDOM.integers(0, 100, (100, 60)).astype(kind)
    path = write(array)
    row = 60 * np.dtype(kind).itemsize
    path.write_bytes(path.read_bytes()[: 2880 + 40 * row + 7])
    dataset = open_dataset(path)
    assert f"cut in its data at byte {2880 + 40 * row + 7} of" in dataset.warnings[0]
    assert dataset.dtype == np.dtype(kind)
    values = pixels(dataset)
    np.testing.assert_array_equal(values[:40], array[:40])
    missing = np.ma.getmaskarray(values) if array.dtype.kind != "f" else np.isnan(values)
    np.testing.assert_array_equal(missing, np.arange(100)[:, None] >= np.full((100, 60), 40))
    (found,) = dataset.values((0,), np.array([1, 1]), np.array([40, 41]))
    assert found[0] == array[39, 0]
    sampled = dataset.plane(0).sample_rows(np.array([0, 99]), 5)
    assert np.isnan(sampled[0]).all()
    np.testing.assert_array_equal(sampled[1], array[0, ::5])


def test_a_cube_cut_in_its_data_keeps_its_whole_planes(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(3, 10, 10))
    path = write(array)
    path.write_bytes(path.read_bytes()[: 2880 + 1000])
    dataset = open_dataset(path)
    np.testing.assert_array_equal(pixels(dataset, 0), array[0])
    np.testing.assert_array_equal(pixels(dataset, 1)[:2], array[1, :2])
    assert np.isnan(pixels(dataset, 1)[2:]).all()
    assert np.isnan(pixels(dataset, 2)).all()
    np.testing.assert_array_equal(dataset.spectrum(4, 2), [array[0, 1, 3], array[1, 1, 3], np.nan])
    np.testing.assert_array_equal(dataset.spectrum(4, 5), [array[0, 4, 3], np.nan, np.nan])


def test_an_image_cut_before_its_first_row_is_refused(write: Write) -> None:
    path = write(np.zeros((10, 10)))
    path.write_bytes(path.read_bytes()[:2900])
    assert "at byte 2900 of 3680" in _reason(path)


def test_the_missing_padding_of_the_last_block_is_nothing_to_speak_of(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(10, 10))
    path = write(array)
    path.write_bytes(path.read_bytes()[: 2880 + 800])
    dataset = open_dataset(path)
    assert dataset.warnings == ()
    np.testing.assert_array_equal(pixels(dataset), array)


def test_a_later_hdu_that_is_cut_is_a_warning_only(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(10, 10))
    path = write(array, fits.ImageHDU(np.zeros((10, 10)), name="WHT"))
    whole = path.read_bytes()
    path.write_bytes(whole[: 2880 * 2 + 500])
    dataset = open_dataset(path)
    assert "HDU 1 is cut in its header at byte" in dataset.warnings[0]
    path.write_bytes(whole[: 2880 * 3 + 500])
    dataset = open_dataset(path)
    assert dataset.warnings == (f"HDU 1 is cut in its data at byte {2880 * 3 + 500} of {2880 * 3 + 800}",)
    np.testing.assert_array_equal(pixels(dataset), array)


def test_junk_after_the_last_hdu_is_ignored(write: Write) -> None:
    path = write(np.zeros((10, 10)))
    path.write_bytes(path.read_bytes() + b"\0" * 5000 + b"junk")
    assert len(open_dataset(path).hdus) == 1


@pytest.mark.parametrize(
    "card",
    [b"HISTORY reduced, and reduced again", b"KEYWORD =                 1.25 / a value", b"HIERARCH A B C = 'text'"],
)
def test_a_header_of_tens_of_thousands_of_cards_opens_within_a_second(card: bytes, tmp_path: Path) -> None:
    structure = [("SIMPLE", "T"), ("BITPIX", "8"), ("NAXIS", "2"), ("NAXIS1", "10"), ("NAXIS2", "10")]
    lines = [f"{keyword:<8}={value:>21}".encode() for keyword, value in structure] + [card] * 44_000 + [b"END"]
    text = b"".join(line.ljust(80) for line in lines)
    path = tmp_path / "long.fits"
    path.write_bytes(text.ljust(-(-len(text) // 2880) * 2880) + bytes(2880))
    start = time.process_time()
    dataset = open_dataset(path)
    assert time.process_time() - start < 1.0
    assert len(dataset.cards) == 44_005
