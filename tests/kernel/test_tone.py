"""Tables of curves, against the curves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from visiomatic.kernel import curve_table, tone_table

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

CURVES: dict[str, Curve] = {
    "linear": lambda x: x,
    "inverted": lambda x: 1 - x,
    "log": lambda x: np.log1p(1000 * x) / np.log1p(1000),
    "sqrt": np.sqrt,
    "squared": np.square,
    "asinh": lambda x: np.arcsinh(x / 0.1) / np.arcsinh(10),
    "sinh": lambda x: np.sinh(x / 0.1) / np.sinh(10),
    "pow": lambda x: np.expm1(x * np.log(1000)) / 999,
    "contrast": lambda x: np.clip((x - 0.5) * 20 + 0.5, 0, 1),
    "histogram": lambda x: np.interp(x, [0, 1e-3, 2e-3, 2.2e-3, 3e-3, 1], [0, 0.05, 0.4, 0.6, 0.95, 1]),
    "constant": lambda x: np.full_like(x, 0.3),
    **{f"gamma {g}": (lambda x, g=g: x ** (1 / g)) for g in (0.2, 0.5, 1.8, 2.2, 3.0, 5.0)},
    **{f"asinh, gamma {g}": (lambda x, g=g: (np.arcsinh(x / 0.1) / np.arcsinh(10)) ** (1 / g)) for g in (0.2, 5.0)},
}
SMOOTH = [name for name in CURVES if "gamma 5" not in name and name != "histogram"]


@pytest.fixture(scope="module")
def values() -> NDArray[np.float32]:
    """Values of 0..1 of every size, with the ends."""
    rng = np.random.default_rng(8)
    spread = np.concatenate((rng.random(200_000), 10.0 ** rng.uniform(-30, 0, 200_000), [0, 1e-40, 1]))
    return spread.astype(np.float32)


def levels(curve: Curve, x: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.floor(255.49 * np.clip(curve(x.astype(np.float64)), 0, 1)).astype(np.int64)


@pytest.mark.parametrize("name", CURVES)
def test_a_table_is_within_one_level_of_its_curve(name: str, values: NDArray[np.float32]) -> None:
    table = tone_table(CURVES[name])
    assert np.abs(table(values) - levels(CURVES[name], values)).max() <= 1
    assert table.values.size <= 65534


@pytest.mark.parametrize("name", SMOOTH)
def test_the_table_of_a_smooth_curve_fits_the_first_cache(name: str) -> None:
    assert tone_table(CURVES[name]).values.size <= 2 * 8192


@pytest.mark.parametrize("name", CURVES)
def test_the_ends_of_a_table_are_exact(name: str) -> None:
    ends = np.array([0, 1], np.float32)
    assert tone_table(CURVES[name])(ends).tolist() == levels(CURVES[name], ends).tolist()


def test_values_beyond_the_ends_take_the_value_of_the_end() -> None:
    table = tone_table(np.sqrt)
    assert table([-1, -np.inf, -0.0, 2, np.inf]).tolist() == [0, 0, 0, 255, 255]


def test_an_inverted_table_is_the_negative_picture(values: NDArray[np.float32]) -> None:
    table = tone_table(np.sqrt)
    assert np.array_equal(table.inverted()(values), 255 - table(values))


def test_a_jump_is_off_only_next_to_it(values: NDArray[np.float32]) -> None:
    table = tone_table(lambda x: (x > 0.3).astype(np.float64))
    away = values[np.abs(values - 0.3) > 1e-5]
    assert np.array_equal(table(away), np.where(away > 0.3, 255, 0))


@pytest.mark.parametrize("name", SMOOTH)
def test_a_table_of_values_is_within_a_quarter_of_a_level(name: str, values: NDArray[np.float32]) -> None:
    curve = CURVES[name]
    table = curve_table(curve)
    assert np.abs(table(values) - curve(values.astype(np.float64))).max() <= 0.25 / 255.49
    assert table.values.size <= 16384


def test_a_finer_table_is_as_right_as_was_asked_for(values: NDArray[np.float32]) -> None:
    curve = CURVES["asinh"]
    for tolerance in (1e-3, 5e-4, 1e-4):
        table = curve_table(curve, tolerance)
        assert np.abs(table(values) - curve(values.astype(np.float64))).max() <= tolerance
        assert table(np.array([0, 1], np.float32)).tolist() == [0, 1]


@pytest.mark.parametrize("contrast", [0.5, 1.1, 1.37, 3.0, 10.0])
@pytest.mark.parametrize("center", [0.1, 0.5, 0.9])
def test_contrast_after_the_stretch_bends_the_curve_and_costs_no_large_table(
    contrast: float, center: float, values: NDArray[np.float32]
) -> None:
    def curve(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip((CURVES["asinh"](x) - center) * contrast + 0.5, 0, 1)

    assert np.abs(tone_table(curve)(values) - levels(curve, values)).max() <= 1
    assert np.abs(curve_table(curve)(values) - curve(values.astype(np.float64))).max() <= 1e-3
    assert curve_table(curve).values.size <= 8192


def test_curves_that_leave_0_to_1_or_are_not_numbers_are_clipped() -> None:
    table = tone_table(lambda x: np.where(x < 0.5, np.nan, 3 * x - 1.2))
    assert table([0.2, 0.55, 0.9]).tolist() == [0, int(255.49 * 0.45), 255]
