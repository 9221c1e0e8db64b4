"""Plain pixels of every type, read where they lie in the file."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visiomatic.errors import NotFound, SourceChanged
from visiomatic.fits import open_dataset
from visiomatic.fits.source import Source
from visiomatic.kernel import decode
from visiomatic.types import Window

from .conftest import wrong_windows

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(5)
_INTEGERS = {"u1": 8, "i2": 16, "i4": 32, "i8": 64}


def _array(kind: str, shape: tuple[int, ...] = (13, 17)) -> np.ndarray:
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        array = RANDOM.normal(size=shape).astype(dtype)
        array.flat[[3, 5, 7]] = np.nan, np.inf, -np.inf
        return array
    limits = np.iinfo(dtype)
    array = RANDOM.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    array.flat[:2] = limits.min, limits.max
    return array


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
def test_every_type_is_exact(kind: str, write: Write, pixels: Pixels) -> None:
    array = _array(kind)
    dataset = open_dataset(write(array))
    assert dataset.dtype == np.dtype(kind)
    assert (dataset.width, dataset.height) == (17, 13)
    assert dataset.channels[0].label == "channel 1"
    np.testing.assert_array_equal(pixels(dataset), array)
    y, x = np.mgrid[1:14, 1:18].reshape(2, -1)
    (values,) = dataset.values((0,), x, y)
    assert values.dtype == np.dtype(kind)
    np.testing.assert_array_equal(values, array.ravel())


_SCALED = [("u1", 10.0, 11.0), ("i2", 0.1, -3.5), ("i4", 2.0, 0.5), ("i8", 1e-3, 0.0), ("f4", 2.5, 1.0), ("f8", 0.1, 7)]


@pytest.mark.parametrize(("kind", "scale", "zero"), _SCALED)
def test_scaled_pixels_are_those_of_astropy(kind: str, scale: float, zero: float, write: Write, pixels: Pixels) -> None:
    path = write(_array(kind))
    with fits.open(path, mode="update", do_not_scale_image_data=True) as hdus:
        hdus[0].header["BSCALE"], hdus[0].header["BZERO"] = scale, zero
    expected = fits.getdata(path)
    dataset = open_dataset(path)
    assert dataset.dtype == expected.dtype.newbyteorder("=")
    np.testing.assert_array_equal(pixels(dataset), expected)


@pytest.mark.parametrize("kind", _INTEGERS)
@pytest.mark.parametrize("form", [int, float, str])
def test_blank_means_no_value_however_it_is_written(kind: str, form: type, write: Write, pixels: Pixels) -> None:
    array = RANDOM.integers(0, 100, (9, 9)).astype(kind)
    dataset = open_dataset(write(array, BLANK=form(42)))
    values = pixels(dataset)
    np.testing.assert_array_equal(np.ma.getmaskarray(values), array == 42)
    np.testing.assert_array_equal(np.ma.getdata(values)[array != 42], array[array != 42])
    assert dataset.dtype == np.dtype(kind)
    floats = decode(dataset.plane(0).raster(Window(0, 0, 9, 9)))
    np.testing.assert_array_equal(np.isnan(floats[::-1]), array == 42)


def test_blank_is_ignored_for_floats_and_where_no_stored_number_can_equal_it(write: Write, pixels: Pixels) -> None:
    floats = _array("f4")
    np.testing.assert_array_equal(pixels(open_dataset(write(floats, BLANK=-32768))), floats)
    small = _array("u1")
    for blank in (-1, 300, 1.5):
        np.testing.assert_array_equal(pixels(open_dataset(write(small, BLANK=blank))), small)


def test_a_scale_of_zero_is_taken_as_one(write: Write, pixels: Pixels) -> None:
    array = _array("i2")
    path = write(array)
    with fits.open(path, mode="update", do_not_scale_image_data=True) as hdus:
        hdus[0].header["BSCALE"] = 0.0
    np.testing.assert_array_equal(pixels(open_dataset(path)), array)


def test_a_raster_is_the_memory_map_itself_bottom_up(write: Write) -> None:
    array = np.arange(20, dtype=np.int16).reshape(4, 5)
    plane = open_dataset(write(array)).plane(0)
    assert plane.is_mapped
    assert plane.stored_bytes == 40
    raster = plane.raster(Window(1, 0, 4, 2))
    assert isinstance(raster.data, mmap.mmap)
    assert raster.row_stride == -10
    np.testing.assert_array_equal(decode(raster), [[16, 17, 18], [11, 12, 13]])


def test_a_window_is_at_hand_when_none_of_its_rows_waits_for_the_disk(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = open_dataset(write(np.zeros((40, 1000), np.float32)))
    plane, start = dataset.plane(0), 2880 + 4000 * (39 - 25)  # of display row 25
    asked: list[int] = []

    def is_cached(self: Source, offset: int) -> bool:
        asked.append(offset)
        return not start <= offset < start + 4000

    monkeypatch.setattr(Source, "is_cached", is_cached)
    assert plane.is_at_hand(Window(0, 0, 1000, 25))
    assert not plane.is_at_hand(Window(10, 20, 900, 30))
    assert plane.is_at_hand(Window(10, 26, 900, 40))
    assert all(2880 <= offset < 2880 + 160_000 for offset in asked)
    section = open_dataset(write(np.zeros((40, 1000), np.float32), name="s.fits"), "101:900,-*").plane(0)
    assert section.is_at_hand(Window(0, 0, 800, 14))
    assert not section.is_at_hand(Window(0, 10, 800, 20))  # display row 14 of the section is row 25 of the plane


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.tuples(*[st.integers(0, 12)] * 2), size=st.tuples(*[st.integers(1, 13)] * 2))
def test_any_window_equals_the_slice_of_the_array(
    start: tuple[int, int], size: tuple[int, int], write: Write, pixels: Pixels
) -> None:
    array = _array("f4", (13, 13))
    window = Window(start[0], start[1], start[0] + size[0], start[1] + size[1]).clip(13, 13)
    dataset = open_dataset(write(array))
    expected = array[::-1][window.y0 : window.y1, window.x0 : window.x1]
    np.testing.assert_array_equal(pixels(dataset, 0, window)[::-1], expected)


def test_rows_are_sampled_in_the_display_frame_with_blank_as_nan(write: Write) -> None:
    array = RANDOM.integers(0, 5, (11, 10)).astype(np.int16)
    plane = open_dataset(write(array, BLANK=3)).plane(0)
    rows = np.array([0, 4, 10])
    expected = np.where(array == 3, np.nan, array)[::-1][rows, ::3]
    np.testing.assert_array_equal(plane.sample_rows(rows, 3), expected.astype(np.float32))


def test_values_of_scattered_positions_are_found_in_one_call(write: Write) -> None:
    array = RANDOM.normal(size=(300, 400)).astype(np.float32)
    dataset = open_dataset(write(array))
    x, y = RANDOM.integers(1, 401, 500), RANDOM.integers(1, 301, 500)
    (values,) = dataset.values((0,), x, y)
    np.testing.assert_array_equal(values, array[y - 1, x - 1])
    with pytest.raises(NotFound):
        dataset.values((0,), np.array([401]), np.array([1]))
    with pytest.raises(NotFound):
        dataset.plane(1)


def test_planes_of_a_cube_are_channels_with_the_third_axis_running_fastest(write: Write, pixels: Pixels) -> None:
    array = RANDOM.normal(size=(2, 3, 6, 7))
    dataset = open_dataset(write(array))
    assert len(dataset.channels) == 6
    for channel, plane in enumerate(array.reshape(6, 6, 7)):
        np.testing.assert_array_equal(pixels(dataset, channel), plane)


def test_a_spectrum_is_one_pixel_through_all_planes(write: Write) -> None:
    array = RANDOM.normal(size=(50, 6, 7)).astype(np.float32)
    dataset = open_dataset(write(array))
    np.testing.assert_array_equal(dataset.spectrum(3, 2), array[:, 1, 2])
    np.testing.assert_array_equal(dataset.spectrum(7, 6, [49, 3, 20]), array[[49, 3, 20], 5, 6])
    section = open_dataset(write(array), "*,-*,10:12")
    np.testing.assert_array_equal(section.spectrum(3, 2), array[9:12, 4, 2])
    with pytest.raises(NotFound):
        dataset.spectrum(8, 1)


def test_many_threads_read_the_same_file(write: Write) -> None:
    array = RANDOM.normal(size=(512, 512)).astype(np.float32)
    dataset = open_dataset(write(array))
    assert wrong_windows(dataset, array[::-1], 64, 50) == []


def test_a_replaced_touched_or_removed_file_is_noticed(write: Write, pixels: Pixels) -> None:
    path = write(_array("i2"))
    dataset = open_dataset(path)
    assert dataset.still_current()
    os.utime(path, ns=(1, 1))
    assert not dataset.still_current()
    dataset = open_dataset(path)
    other = write(_array("i2"), name="other.fits")
    os.replace(other, path)
    assert not dataset.still_current()
    np.testing.assert_array_equal(pixels(dataset).shape, (13, 17))  # the old pixels are still there
    dataset = open_dataset(path)
    path.unlink()
    assert not dataset.still_current()


def test_truncation_while_open_is_an_error_not_zeros(write: Write) -> None:
    path = write(_array("f4", (100, 100)))
    dataset = open_dataset(path)
    raster = dataset.plane(0).raster(Window(0, 0, 100, 100))
    os.truncate(path, 20_000)
    assert raster.verify is not None
    with pytest.raises(SourceChanged):
        raster.verify()
    with pytest.raises(SourceChanged):
        dataset.plane(0).sample_rows(np.arange(100), 1)
    assert not dataset.still_current()


def test_rewriting_in_place_is_an_error_but_growing_is_not(write: Write) -> None:
    path = write(_array("f4", (100, 100)))
    raster = open_dataset(path).plane(0).raster(Window(0, 0, 10, 10))
    with path.open("ab") as file:
        file.write(bytes(2880))
    assert raster.verify is not None
    raster.verify()
    raster = open_dataset(path).plane(0).raster(Window(0, 0, 10, 10))
    with path.open("r+b") as file:
        file.seek(2880)
        file.write(b"changed")
    os.utime(path, ns=(5, 5))
    assert raster.verify is not None
    with pytest.raises(SourceChanged):
        raster.verify()


def test_the_file_is_closed_when_its_dataset_and_rasters_are_gone(write: Write) -> None:
    path = write(_array("f4"))

    def descriptors() -> int:
        return sum(str(path) in target for target in _open_files())

    dataset = open_dataset(path)
    raster = dataset.plane(0).raster(Window(0, 0, 5, 5))
    dataset.close()
    assert descriptors() > 0
    assert decode(raster).shape == (5, 5)
    del raster, dataset
    assert descriptors() == 0


def _open_files() -> list[str]:
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    found = []
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return found
