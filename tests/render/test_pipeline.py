"""Pictures, held against the formulas in float64."""

import numpy as np
import pytest
from astropy.visualization import make_lupton_rgb

from visiomatic.kernel import Raster
from visiomatic.render.colormaps import colors
from visiomatic.render.pipeline import paint
from visiomatic.types import Cuts, Stretch, Style

RNG = np.random.default_rng(7)
SKY = RNG.normal(100, 5, (37, 53)).astype(np.float32)
HOLES = SKY.copy()
HOLES[3, 4] = np.nan
HOLES[5, 6], HOLES[7, 8] = np.inf, -np.inf


def style(**changes: object) -> Style:
    return Style(**({"channels": (0,), "cuts": (Cuts(90, 120),)} | changes))  # type: ignore[arg-type]


def draw(values: np.ndarray, *, alpha: bool = False, **changes: object) -> np.ndarray:
    return paint(style(**changes), [Raster.from_array(values)], alpha=alpha)


def bytes_of(s: np.ndarray, gamma: float = 1.0) -> np.ndarray:
    return np.floor(255.49 * np.clip(s, 0, 1) ** (1 / gamma)).astype(int)


@pytest.mark.parametrize("gamma", [0.2, 1.0, 2.2, 5.0])
@pytest.mark.parametrize(("contrast", "brightness"), [(1.0, 0.0), (2.5, -20.0), (0.4, 50.0)])
def test_compatible_grey_follows_the_formula_of_visiomatic_3(gamma: float, contrast: float, brightness: float) -> None:
    picture = draw(HOLES, gain=contrast, bias=0.01 * contrast * brightness, gamma=gamma, nan=None)
    v = np.where(np.isnan(HOLES), 90, HOLES).astype(np.float64)
    truth = bytes_of(contrast * (v - 90) / 30 + 0.01 * contrast * brightness, gamma)
    assert picture.shape == SKY.shape
    assert np.abs(picture.astype(int) - truth).max() <= 1


@pytest.mark.parametrize("cuts", [Cuts(100, 100), Cuts(100, 50)])
def test_cuts_without_an_interval_are_a_threshold_in_grey_and_in_colour(cuts: Cuts) -> None:
    truth = np.where(SKY > 100, 255, 0)
    assert np.array_equal(draw(SKY, cuts=(cuts,), nan=None), truth)
    rgb = draw(SKY, cuts=(cuts,), nan=None, matrix=((1.0, 0.0, 0.5),), clip_channels=False)
    assert np.array_equal(rgb[..., 0], truth)
    assert np.array_equal(rgb[..., 1], np.zeros_like(truth))


def test_nan_has_its_own_colour_opaque_in_pictures_without_transparency() -> None:
    assert draw(HOLES, nan=(10, 10, 10, 0))[3, 4] == 10
    assert draw(HOLES, nan=(255, 0, 9, 255))[3, 4].tolist() == [255, 0, 9]
    assert draw(HOLES, nan=(1, 2, 3, 4), colormap="viridis")[3, 4].tolist() == [1, 2, 3]


def test_transparent_nan_makes_four_components_only_where_there_is_nan() -> None:
    assert draw(HOLES, alpha=True).shape == (37, 53, 4)
    assert draw(HOLES, alpha=True)[3, 4].tolist() == [0, 0, 0, 0]
    assert draw(SKY, alpha=True).shape == (37, 53)
    assert draw(SKY, alpha=True, colormap="viridis").shape == (37, 53, 3)
    assert draw(HOLES, alpha=True, nan=(9, 9, 9, 255)).shape == (37, 53)


@pytest.mark.parametrize("name", ["viridis", "opencv:jet", "opencv:hot", "ds9:heat", "RdBu_r"])
@pytest.mark.parametrize("invert", [False, True])
def test_colour_maps_colour_the_bytes_of_grey(name: str, invert: bool) -> None:
    grey = draw(SKY, nan=None, gamma=2.2)
    table = colors(name)[::-1] if invert else colors(name)
    assert np.array_equal(draw(SKY, nan=None, gamma=2.2, colormap=name, invert=invert), table[grey])


def test_invert_is_the_negative() -> None:
    assert np.array_equal(draw(SKY, invert=True), 255 - draw(SKY))


def test_compatible_mix_is_the_unclipped_sum_then_gamma() -> None:
    planes = [RNG.normal(100, 9, (20, 30)).astype(np.float32) for _ in range(4)]
    cuts = tuple(Cuts(85 + c, 110 + 5 * c) for c in range(4))
    matrix = tuple(tuple(row) for row in RNG.normal(0.3, 0.5, (4, 3)).tolist())
    mixed = Style((0, 1, 2, 3), cuts, matrix, gain=1.3, bias=0.05, gamma=2.2, nan=None, clip_channels=False)
    picture = paint(mixed, [Raster.from_array(plane) for plane in planes], alpha=False)
    s = np.stack(
        [1.3 * (p.astype(np.float64) - c.low) / (c.high - c.low) + 0.05 for p, c in zip(planes, cuts, strict=True)], -1
    )
    assert np.abs(picture.astype(int) - bytes_of(s @ np.array(matrix), 2.2)).max() <= 1


def test_channels_of_a_mix_are_stretched_and_clipped_each_before_they_meet() -> None:
    planes = [RNG.normal(100, 9, (20, 30)).astype(np.float32) for _ in range(3)]
    matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    mixed = Style((0, 1, 2), (Cuts(90, 115),) * 3, matrix, Stretch("asinh"))
    picture = paint(mixed, [Raster.from_array(plane) for plane in planes], alpha=False)
    x = np.clip((np.stack(planes, -1).astype(np.float64) - 90) / 25, 0, 1)
    assert np.abs(picture.astype(int) - bytes_of(np.arcsinh(x / 0.1) / np.arcsinh(10))).max() <= 1


def test_lupton_colours_are_those_of_astropy() -> None:
    red, green, blue = (RNG.exponential(3, (20, 30)).astype(np.float32) for _ in range(3))
    identity = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    mixed = Style((0, 1, 2), (Cuts(0, 1),) * 3, identity, lupton=(8.0, 5.0))
    picture = paint(mixed, [Raster.from_array(plane) for plane in (red, green, blue)], alpha=False)
    truth = make_lupton_rgb(red, green, blue, minimum=0, stretch=5, Q=8)
    assert np.abs(picture.astype(int) - truth).max() <= 1


def test_painting_twice_with_another_style_between_gives_equal_bytes() -> None:
    first = draw(HOLES, gamma=2.2)
    draw(HOLES, gamma=0.5, cuts=(Cuts(0, 1),), colormap="magma")
    assert np.array_equal(draw(HOLES, gamma=2.2), first)
