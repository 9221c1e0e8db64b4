"""Previews: the first picture of what is too large to be read at once."""

from __future__ import annotations

import numpy as np
import pytest
from pyramid_planes import ArrayPlane, FilePlane, means

from visiomatic.kernel import decode
from visiomatic.pyramid import preview as preview_module
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.grid import level_size
from visiomatic.pyramid.layout import OverviewKey
from visiomatic.pyramid.levels import Levels
from visiomatic.pyramid.preview import Preview
from visiomatic.types import Window

KEY = OverviewKey("/data/huge.fits", "", "0123456789abcdef", 0)


def ramp(width: int, height: int) -> np.ndarray:
    """Grows by 1 a pixel to the right and 10 a pixel downwards: every value tells where it comes from."""
    return (np.arange(width, dtype=np.float32) + 10.0 * np.arange(height, dtype=np.float32)[:, np.newaxis]).astype("f4")


@pytest.mark.parametrize("seconds", [0.0, 10.0])
@pytest.mark.parametrize("shape", [(700, 1100), (1249, 1001), (10, 20_000), (20_000, 7)])
def test_a_preview_shows_the_right_place_at_every_level(shape, seconds, monkeypatch) -> None:
    monkeypatch.setattr(preview_module, "_FIRST_PASS_BYTES", 100_000)
    monkeypatch.setattr(preview_module, "_PIXELS", 1 << 12)
    height, width = shape
    array = ramp(width, height)
    preview = Preview(ArrayPlane(array), seconds)
    coarse = 1 << preview._row_shift
    for level in range(2, 12):
        columns, rows = level_size(width, height, level)
        shown = decode(preview.raster(level, Window(0, 0, columns, rows)))
        far = np.abs(shown - means(array, level))
        assert far.max() <= 10.0 * max(coarse, 1 << level) + max(1 << preview._column_shift, 1 << level)


def test_more_time_gives_a_denser_preview_of_the_same_rows(monkeypatch) -> None:
    monkeypatch.setattr(preview_module, "_FIRST_PASS_BYTES", 200_000)
    monkeypatch.setattr(preview_module, "_PIXELS", 1 << 14)
    plane = ArrayPlane(ramp(1500, 1500))
    quick, slow = Preview(plane, 0.0), Preview(plane, 60.0)
    assert slow._sample.shape[0] == -(-1500 >> slow._level) > quick._sample.shape[0]
    step = 1 << quick._row_shift - slow._row_shift
    np.testing.assert_array_equal(slow._sample[::step], quick._sample)


class TimedPlane(ArrayPlane):
    """Notes the rows of each pass; its clock goes on by what reading them takes, a second for each megabyte."""

    def __init__(self, array: np.ndarray, *, is_mapped: bool) -> None:
        super().__init__(array, is_mapped=is_mapped)
        self.passes: list[list[int]] = []

    def sample_rows(self, rows: np.ndarray, step: int) -> np.ndarray:
        self.passes.append(rows.tolist())
        return super().sample_rows(rows, step)

    def bytes(self, count: int | None = None) -> int:
        """That the first *count* passes read, or all."""
        return sum(map(len, self.passes[:count])) * self.array[0].nbytes

    def monotonic(self) -> float:
        return self.bytes() / 1e6


@pytest.mark.parametrize("is_mapped", [True, False])
@pytest.mark.parametrize(
    ("seconds", "passes"), [(0.0, 1), (0.25, 1), (0.3, 2), (0.5, 2), (0.6, 3), (1.1, 4), (100.0, 5)]
)
def test_passes_read_no_more_bytes_than_the_time_is_good_for_and_no_row_twice(
    monkeypatch, is_mapped, seconds, passes
) -> None:
    monkeypatch.setattr(preview_module, "_FIRST_PASS_BYTES" if is_mapped else "_FIRST_PASS_DECODED_BYTES", 200_000)
    monkeypatch.setattr(preview_module, "_PIXELS", 1 << 18)
    plane = TimedPlane(ramp(1024, 1024), is_mapped=is_mapped)
    monkeypatch.setattr(preview_module, "time", plane)
    Preview(plane, seconds)
    assert len(plane.passes) == passes
    assert 100_000 < plane.bytes(1) <= 200_000
    for number in range(1, passes):
        assert plane.bytes(number + 1) <= 2 * plane.bytes(number)
    assert plane.bytes() <= max(plane.bytes(1), 1e6 * seconds)
    rows = [row for part in plane.passes for row in part]
    assert len(rows) == len(set(rows)) <= 512  # a row for each of the level that is aimed at


def test_nan_and_infinity_do_not_spread_in_a_preview() -> None:
    array = np.full((4000, 4000), 5.0, np.float32)
    array[::3, ::5] = np.nan
    array[1::3, ::7] = np.inf
    shown = decode(Preview(ArrayPlane(array)).raster(9, Window(0, 0, 8, 8)))
    np.testing.assert_array_equal(shown, 5.0)


def test_a_preview_of_windows_is_that_of_the_whole() -> None:
    preview = Preview(ArrayPlane(ramp(3000, 2600)))
    for level in range(2, 7):
        whole = decode(preview.raster(level, Window(0, 0, *level_size(3000, 2600, level))))
        part = decode(preview.raster(level, Window(3, 5, 20, 30)))
        np.testing.assert_array_equal(part, whole[5:30, 3:20])


@pytest.mark.parametrize("side", [100_000, 500_000])
def test_a_huge_sparse_file_shows_what_is_in_it_at_the_right_place(tmp_path, side) -> None:
    path, island, spacing = tmp_path / "huge", side // 16, 1 << preview_module._target_level(side, side)
    x, y = 5 * island, 3 * island
    with path.open("wb") as file:
        file.truncate(4 * side * side)
        row = np.full(island, 50.0, ">f4").tobytes()
        for display_row in range(y // spacing * spacing + spacing // 2, y + island, spacing):  # rows that are looked at
            file.seek(((side - 1 - display_row) * side + x) * 4)
            file.write(row)
    plane = FilePlane(path, side, side)
    cache = OverviewCache(tmp_path / "cache", threads=1)
    cache.builder.submit = lambda work: None
    levels, level = Levels(plane, KEY, cache), 9
    raster, exact = levels.read(level, Window(0, 0, *level_size(side, side, level)))
    rows, columns = np.nonzero(decode(raster))
    assert not exact
    assert levels.is_preview
    np.testing.assert_allclose((columns.min(), columns.max()), (x >> level, (x + island - 1) >> level), atol=1)
    distance = 1 << cache.preview(KEY, plane)._row_shift
    found, expected = np.array((rows.min(), rows.max())) << level, (y, y + island)
    # Only every `spacing`-th row was written, and a row of this level begins up to one row of it earlier.
    np.testing.assert_allclose(found, expected, atol=max(distance, spacing) + (1 << level))
    tile = levels.read(2, Window(x >> 2, y >> 2, (x >> 2) + 256, (y >> 2) + 256))
    assert tile.exact
    assert decode(tile.raster).max() > 0
    cache.close()
