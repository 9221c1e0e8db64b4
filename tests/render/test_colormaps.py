"""Colour maps: names, ends, and entries known from their makers."""

import numpy as np
import pytest

from visiomatic.errors import BadParameter
from visiomatic.render import ds9
from visiomatic.render.colormaps import canonical, catalogue, colors


@pytest.mark.parametrize("name", ["viridis", "Viridis", "RdBu", "gray", "grey", "GREY_r", "ds9:heat", "cmocean:ice"])
def test_a_map_has_256_read_only_colours(name: str) -> None:
    table = colors(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert not table.flags.writeable


@pytest.mark.parametrize("name", ["viridis", "ds9:cool", "grey", "opencv:hot"])
def test_the_suffix_r_reverses(name: str) -> None:
    assert np.array_equal(colors(name + "_r"), colors(name)[::-1])


def test_grey_is_the_identity() -> None:
    assert np.array_equal(colors("gray"), np.repeat(np.arange(256)[:, None], 3, 1))


def test_spellings_of_one_map_have_one_canonical_name() -> None:
    assert {canonical(name) for name in ("Grey", "gray", "GRAYSCALE")} == {"grey"}
    assert canonical("RdBu_R") == "rdbu_r"


@pytest.mark.parametrize("name", ["", "_r", "nothing", "ds9:", "ds9:nothing", "opencv:parula", "../viridis", "a:b:c"])
def test_an_unknown_map_is_a_bad_parameter(name: str) -> None:
    with pytest.raises(BadParameter, match="no colour map"):
        colors(name)


def test_viridis_is_that_of_matplotlib() -> None:
    assert colors("viridis")[[0, 128, 255]].tolist() == [[68, 1, 84], [33, 145, 140], [253, 231, 37]]


@pytest.mark.parametrize(
    ("name", "at", "expected"),  # entries of OpenCV 4 itself
    [
        ("opencv:jet", [0, 50, 100, 200, 255], [[0, 0, 128], [0, 72, 255], [18, 255, 238], [255, 92, 0], [128, 0, 0]]),
        ("opencv:hot", [0, 50, 128, 200, 254], [[0, 0, 0], [125, 0, 0], [255, 65, 0], [255, 245, 0], [255, 255, 250]]),
        ("opencv:cool", [0, 50, 128, 255], [[0, 255, 255], [50, 205, 255], [128, 127, 255], [255, 0, 255]]),
    ],
)
def test_opencv_tables_agree_with_opencv_within_one_level(name: str, at: list[int], expected: list[list[int]]) -> None:
    assert np.abs(colors(name)[at].astype(int) - expected).max() <= 1


@pytest.mark.parametrize("name", ds9.NAMES)
def test_every_ds9_table_holds_levels_between_zero_and_one(name: str) -> None:
    levels = ds9.table(name)
    assert levels.shape == (256, 3)
    assert levels.min() >= 0
    assert levels.max() <= 1


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("ds9:a", 0, (0, 0, 0)),
        ("ds9:a", 255, (255, 255, 0)),
        ("ds9:b", 255, (255, 255, 255)),
        ("ds9:heat", 255, (255, 255, 255)),
        ("ds9:rainbow", 0, (255, 0, 255)),
        ("ds9:rainbow", 255, (255, 0, 0)),
        ("ds9:i8", 40, (0, 255, 0)),
        ("ds9:aips0", 255, (255, 0, 0)),
        ("ds9:staircase", 255, (255, 77, 77)),
        ("ds9:sls", 255, (255, 255, 255)),
        ("ds9:hsv", 0, (0, 0, 0)),
        ("ds9:hsv", 255, (255, 255, 255)),
    ],
)
def test_ds9_tables_have_the_known_colours(name: str, at: int, expected: tuple[int, int, int]) -> None:
    assert np.abs(colors(name)[at].astype(int) - expected).max() <= 1


def test_the_catalogue_names_what_can_be_asked_for_without_repetition() -> None:
    maps = catalogue()
    names = [entry.name.lower() for entry in maps]
    assert len(names) == len(set(names))
    assert {"grey", "ds9:heat", "viridis", "magma", "rdbu", "cubehelix", "gist_heat", "coolwarm"} <= set(names)
    for entry in maps:
        assert canonical(entry.name)
        assert len(entry.colors) == 16
        assert entry.category
