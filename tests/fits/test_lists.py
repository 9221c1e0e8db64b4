"""Several files as the channels of one image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.errors import ImageNotFound, NotAnImage, NotFound
from visiomatic.fits import looks_like_fits, open_channels, open_dataset

Write = Callable[..., Path]
Pixels = Callable[..., np.ndarray]

RANDOM = np.random.default_rng(12)
_SKY: dict[str, Any] = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX1": 10.0, "CRPIX2": 10.0,
    "CD1_1": -1e-4, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 1e-4,
}  # fmt: skip


def test_files_on_one_grid_are_channels(write: Write, pixels: Pixels) -> None:
    arrays = [RANDOM.integers(0, 99, (20, 30)).astype(kind) for kind in ("i2", "f4", "u2")]
    paths = [
        write(array, name=f"m31_{band}.fits", FILTER=band, OBJECT="M 31", **_SKY)
        for array, band in zip(arrays, "rgb", strict=True)
    ]
    dataset = open_channels(paths)
    assert [channel.label for channel in dataset.channels] == ["r", "g", "b"]
    assert dataset.name == "m31_r.fits + m31_g.fits + m31_b.fits"
    assert dataset.object_name == "M 31"
    for channel, array in enumerate(arrays):
        np.testing.assert_array_equal(pixels(dataset, channel), array)
    values = dataset.values((2, 0), np.array([3]), np.array([4]))
    assert [value[0] for value in values] == [arrays[2][3, 2], arrays[0][3, 2]]
    np.testing.assert_array_equal(dataset.spectrum(3, 4), [array[3, 2] for array in arrays])
    assert dataset.still_current()
    paths[1].touch()
    assert not dataset.still_current()


def test_files_without_telling_filters_are_named_by_their_file_names(write: Write) -> None:
    paths = [write(np.zeros((5, 5)), name=f"field_{band}.fits", FILTER="g") for band in ("blue", "red")]
    assert [channel.label for channel in open_channels(paths).channels] == ["blue", "red"]
    cube = write(np.zeros((2, 5, 5)), name="cube.fits", CTYPE3="STOKES", CRVAL3=1, CDELT3=1, CRPIX3=1)
    assert [c.label for c in open_channels([cube, paths[0]]).channels] == ["cube I", "cube Q", "field_blue"]
    assert [c.label for c in open_channels([f"{cube}[*,*,2]", paths[0]]).channels] == ["cube", "field_blue"]


@pytest.mark.parametrize(
    ("shape", "cards", "reason"),
    [
        ((20, 31), {}, "30 × 20 pixels"),
        ((20, 30), {"CRVAL1": 10.001}, "apart on the sky"),
        ((20, 30), {"CRVAL1": 200.0}, "elsewhere on the sky"),
        ((20, 30), {"CD2_2": -1e-4}, "apart on the sky"),
    ],
)
def test_files_on_other_grids_are_refused_clearly(
    shape: tuple[int, int], cards: dict[str, Any], reason: str, write: Write
) -> None:
    first = write(np.zeros((20, 30)), name="a.fits", **_SKY)
    second = write(np.zeros(shape), name="b.fits", **(_SKY | cards))
    with pytest.raises(NotAnImage, match="cannot be combined yet") as refused:
        open_channels([first, second])
    assert reason in str(refused.value)
    assert "b.fits" in str(refused.value)


def test_small_differences_and_missing_coordinates_do_not_matter(write: Write) -> None:
    first = write(np.zeros((20, 30)), name="a.fits", **_SKY)
    near = write(np.zeros((20, 30)), name="b.fits", **(_SKY | {"CRVAL1": 10.00003}))
    none = write(np.zeros((20, 30)), name="c.fits")
    assert len(open_channels([first, near, none]).channels) == 3


def _list(folder: Path, text: str) -> Path:
    path = folder / "list.toml"
    path.write_text(text)
    return path


def test_a_toml_file_names_files_labels_and_colours(write: Write, pixels: Pixels, tmp_path: Path) -> None:
    arrays = [RANDOM.normal(size=(6, 7)) for _ in range(2)]
    write(arrays[0], name="r.fits")
    write(fits.PrimaryHDU(), fits.ImageHDU(arrays[1], name="SCI"), name="b.fits")
    path = _list(
        tmp_path,
        'name = "M 31"\n[[channel]]\nfile = "r.fits"\nlabel = "red"\ncolor = "#FF0000"\n'
        '[[channel]]\nfile = "b.fits[SCI]"\ncolor = "#0000ff"\n',
    )
    assert looks_like_fits(path)
    dataset = open_dataset(path)
    assert [(c.label, c.color, c.index) for c in dataset.channels] == [("red", "#ff0000", 0), ("b", "#0000ff", 1)]
    assert (dataset.object_name, dataset.name) == ("M 31", "list.toml")
    np.testing.assert_array_equal(pixels(dataset, 1), arrays[1])
    path.touch()
    assert not dataset.still_current()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("not toml at all", NotAnImage),
        ("[channel]\nfile = 'r.fits'", NotAnImage),
        ("[[channel]]\nlabel = 'r'", NotAnImage),
        ("[[channel]]\nfile = 'r.fits'\ncolour = '#ff0000'", NotAnImage),
        ("[[channel]]\nfile = 'r.fits'\ncolor = 'red'", NotAnImage),
        ("[[channel]]\nfile = '../r.fits'", ImageNotFound),
        ("[[channel]]\nfile = '/etc/hostname'", ImageNotFound),
        ("[[channel]]\nfile = 'link.fits'", ImageNotFound),
        ("[[channel]]\nfile = 'absent.fits'", ImageNotFound),
        ("[[channel]]\nfile = 'r.fits[5]'", NotFound),
    ],
)
def test_a_list_that_cannot_be_used_says_why(text: str, error: type[Exception], write: Write, tmp_path: Path) -> None:
    outside = write(np.zeros((5, 5)), name="r.fits")
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "r.fits").write_bytes(outside.read_bytes())
    (folder / "link.fits").symlink_to(outside)
    with pytest.raises(error):
        open_dataset(_list(folder, text))


@pytest.mark.parametrize("stem", ["reprojected_sdss_{}.fits.bz2", "CFHTLS-test_{}.fits"])
def test_real_colour_sets_are_combined(stem: str, real_data: Path) -> None:
    dataset = open_channels([real_data / "color" / stem.format(band) for band in "irg"])
    assert len({channel.label for channel in dataset.channels}) == 3
