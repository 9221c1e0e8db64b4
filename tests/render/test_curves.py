"""Stretches and display curves, held against astropy.visualization and plain formulas."""

import math

import astropy.visualization as av
import numpy as np
import pytest

from visiomatic.kernel import ToneTable
from visiomatic.render.curves import (
    channel_table,
    display_curve,
    display_table,
    finish_table,
    level_at,
    stretch_curve,
)
from visiomatic.types import Stretch

X = np.linspace(0, 1, 4001)


@pytest.mark.parametrize(
    ("stretch", "truth"),
    [
        (Stretch("linear"), av.LinearStretch()),
        (Stretch("log"), av.LogStretch()),
        (Stretch("log", 50), av.LogStretch(50)),
        (Stretch("power", 3), av.PowerStretch(3)),
        (Stretch("pow"), av.PowerDistStretch(1000)),
        (Stretch("pow", 10), av.PowerDistStretch(10)),
        (Stretch("sqrt"), av.SqrtStretch()),
        (Stretch("squared"), av.SquaredStretch()),
        (Stretch("asinh"), av.AsinhStretch(0.1)),
        (Stretch("asinh", 0.02), av.AsinhStretch(0.02)),
        (Stretch("sinh"), av.SinhStretch()),
        (Stretch("sinh", 0.5), av.SinhStretch(0.5)),
    ],
)
def test_a_stretch_is_that_of_astropy(stretch: Stretch, truth: av.BaseStretch) -> None:
    assert np.allclose(stretch_curve(stretch)(X), truth(X), atol=1e-9)


def test_histogram_equalisation_gives_equal_populations() -> None:
    sample = np.sort(np.random.default_rng(1).exponential(size=5000))
    sample = (sample - sample[0]) / (sample[-1] - sample[0])
    quantiles = tuple(np.quantile(sample, np.linspace(0, 1, 257)))
    drawn = stretch_curve(Stretch("histeq", None, quantiles))(sample)
    counts, _ = np.histogram(drawn, 10, (0, 1))
    assert counts.min() > 480
    assert counts.max() < 520


def test_a_steep_sinh_neither_overflows_nor_leaves_its_range() -> None:
    y = stretch_curve(Stretch("sinh", 1e-4))(X)
    assert np.isfinite(y).all()
    assert (y[0], y[-1]) == (0.0, 1.0)


def test_the_power_distortion_stretch_with_parameter_one_is_the_identity() -> None:
    assert np.allclose(stretch_curve(Stretch("pow", 1.0))(X), X)


@pytest.mark.parametrize("gamma", [0.2, 1.0, 2.2, 5.0])
@pytest.mark.parametrize("name", ["linear", "log", "asinh", "sinh", "sqrt"])
def test_a_table_is_within_one_level_of_the_formula(name: str, gamma: float) -> None:
    table = display_table(Stretch(name), 1.0, 0.5, gamma)  # type: ignore[arg-type]
    truth = np.floor(255.49 * display_curve(Stretch(name), 1.0, 0.5, gamma)(X))  # type: ignore[arg-type]
    assert np.abs(table(X).astype(int) - truth).max() <= 1


def test_contrast_and_centre_act_after_the_stretch_as_in_ds9() -> None:
    curve = display_curve(Stretch("sqrt"), 2.0, 0.7, 1.0)
    assert np.allclose(curve(X), np.clip((np.sqrt(X) - 0.7) * 2 + 0.5, 0, 1))


NAMES = ["linear", "log", "asinh", "sinh", "sqrt", "squared", "histeq"]
CONTRASTS = [(0.3, 0.5), (1.0, 0.2), (2.4, 0.45), (2.5, 0.9), (4.0, 0.6), (50.0, 0.3)]


def stretch_of(name: str) -> Stretch:
    return Stretch(name, None, tuple(np.linspace(0, 1, 65) ** 3) if name == "histeq" else ())  # type: ignore[arg-type]


def values_of_all_sizes() -> np.ndarray:
    uniform = np.random.default_rng(4).random(100_000)
    return np.concatenate(([0, 1], uniform, uniform**8)).astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("gamma", [1.0, 0.7, 2.2, 5.0])
@pytest.mark.parametrize(("contrast", "center"), CONTRASTS)
@pytest.mark.parametrize("name", NAMES)
def test_tables_with_contrast_bias_and_gamma_are_within_one_level_too(
    name: str, contrast: float, center: float, gamma: float
) -> None:
    stretch, x = stretch_of(name), values_of_all_sizes()
    # With gamma there may be a cliff where contrast cuts the dark off: the byte of a near neighbour is right there.
    curve, near = display_curve(stretch, contrast, center, gamma), 0 if gamma == 1 else 2e-4
    low, high = (np.floor(255.49 * curve(np.clip(x * factor, 0, 1))) for factor in (1 - near, 1 + near))
    drawn = display_table(stretch, contrast, center, gamma)(x).astype(int)
    assert (drawn >= low - 1).all()
    assert (drawn <= high + 1).all()


@pytest.mark.parametrize(("contrast", "center"), CONTRASTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_channel_with_contrast_and_bias_is_within_a_quarter_of_a_level(
    name: str, contrast: float, center: float
) -> None:
    stretch, x = stretch_of(name), values_of_all_sizes()
    table = channel_table(stretch, contrast, center)
    assert table is not None
    assert np.abs(table(x) - display_curve(stretch, contrast, center, 1.0)(x)).max() <= 0.25 / 255 + 1e-6


def test_inversion_is_the_negative_of_every_byte() -> None:
    plain, inverted = display_table(Stretch("asinh")), display_table(Stretch("asinh"), invert=True)
    assert np.array_equal(inverted(X), 255 - plain(X))


def test_a_single_level_equals_the_table() -> None:
    table: ToneTable = display_table(Stretch("log"), gamma=2.2)
    for x in (-1.0, 0.0, 1e-9, 0.013, 0.5, 1.0, 7.0):
        assert level_at(table, x) == int(table(np.clip(x, 0, 1)))


def test_a_mix_without_gamma_needs_no_table_at_its_end() -> None:
    assert finish_table(1.0, 0.5, 1.0, invert=False) is None
    for settings in ((1.0, 0.5, 2.2, False), (1.0, 0.5, 1.0, True), (2.0, 0.5, 1.0, False)):
        assert finish_table(*settings) is display_table(Stretch("linear"), *settings)


def test_a_linear_channel_needs_no_table() -> None:
    assert channel_table(Stretch("linear"), 1.0, 0.5) is None
    table = channel_table(Stretch("asinh"), 1.0, 0.5)
    assert table is not None
    assert np.allclose(table(X), np.arcsinh(X / 0.1) / np.arcsinh(10), atol=1e-3)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 1.5, 2.2, 3.0, 5.0])
@pytest.mark.parametrize("contrast", [0.5, 1.0, 3.0])
def test_what_is_at_the_low_cut_has_exactly_its_level(gamma: float, contrast: float) -> None:
    table = display_table(Stretch("linear"), contrast, 0.5, gamma)
    truth = display_curve(Stretch("linear"), contrast, 0.5, gamma)(np.zeros(1))[0]
    assert level_at(table, 0.0) == math.floor(255.49 * truth)
