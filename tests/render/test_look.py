"""Looks meet an image: channels, mixing weights, cuts."""

import numpy as np
import pytest

from visiomatic.errors import BadParameter, NotFound
from visiomatic.render.look import CutsRule, Look, resolve, tint
from visiomatic.types import Cuts, Stretch


class Five:
    """An image of five channels whose cuts tell which channel and rule they were asked for."""

    channel_count = 5

    def cuts(self, channel: int, rule: CutsRule) -> Cuts:
        if rule.name == "numbers":
            return Cuts(rule.low, rule.high)
        return Cuts(float("nan"), 1.0) if rule.name == "minmax" else Cuts(channel, channel + 10.0)

    def suitable_stretch(self, channel: int) -> Stretch:
        return Stretch("asinh")

    def quantiles(self, channel: int, cuts: Cuts) -> tuple[float, ...]:
        return (0.0, cuts.high / 100, 1.0)


def test_one_channel_has_its_own_cuts_and_the_stretch_that_suits_the_image() -> None:
    style = resolve(Look(channel=3), Five())
    assert style.channels == (3,)
    assert style.cuts == (Cuts(3, 13),)
    assert style.matrix is None
    assert style.stretch == Stretch("asinh")


def test_cuts_given_for_a_channel_win_over_those_for_all() -> None:
    rules = ((1, CutsRule("numbers", -1, 1)), (4, CutsRule("numbers", -4, 4)))
    assert resolve(Look(channel=4, channel_cuts=rules), Five()).cuts == (Cuts(-4, 4),)
    assert resolve(Look(channel=2, channel_cuts=rules), Five()).cuts == (Cuts(2, 12),)


def test_cuts_that_are_not_numbers_become_usable_ones() -> None:
    assert resolve(Look(cuts=CutsRule("minmax")), Five()).cuts == (Cuts(0, 1),)


def test_a_channel_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match="no channel 6: the image has 5"):
        resolve(Look(channel=5), Five())


def test_histogram_equalisation_takes_its_quantiles_from_the_image() -> None:
    assert resolve(Look(channel=1, stretch=Stretch("histeq")), Five()).stretch.quantiles == (0.0, 0.11, 1.0)


def test_the_compatible_mix_without_nodes_is_the_plain_sum_of_all_channels() -> None:
    style = resolve(Look(channel=None, interpolate=True), Five())
    assert style.channels == (0, 1, 2, 3, 4)
    assert style.matrix == ((1.0, 1.0, 1.0),) * 5


def test_compatible_nodes_are_interpolated_in_any_order_and_scaled_by_three_over_n() -> None:
    nodes = ((3, 0.0, 0.0, 1.0), (1, 1.0, 0.0, 0.0))
    style = resolve(Look(channel=None, weights=nodes, interpolate=True), Five())
    truth = [[np.interp(c, [1, 3], [1, 0]), 0, np.interp(c, [1, 3], [0, 1])] for c in range(5)]
    assert style.matrix is not None
    assert np.allclose(style.matrix, np.array(truth) * 3 / 5)


def test_channels_without_weight_are_not_listed() -> None:
    nodes = ((0, 1.0, 0.0, 0.0), (1, 0.0, 0.0, 0.0), (4, 0.0, 0.0, 0.0))
    assert resolve(Look(channel=None, weights=nodes, interpolate=True), Five()).channels == (0,)
    dark = resolve(Look(channel=None, weights=((2, 0.0, 0.0, 0.0),), interpolate=True), Five())
    assert (dark.channels, dark.matrix) == ((0,), ((0.0, 0.0, 0.0),))


def test_explicit_weights_leave_other_channels_out() -> None:
    style = resolve(Look(channel=None, weights=((4, 0.0, 0.5, 1.0), (0, 1.0, 0.0, 0.0))), Five())
    assert style.channels == (0, 4)
    assert style.matrix == ((1.0, 0.0, 0.0), (0.0, 0.5, 1.0))


def test_colour_without_any_channel_is_refused() -> None:
    with pytest.raises(BadParameter):
        resolve(Look(channel=None), Five())


def test_primary_colours_are_the_identity() -> None:
    weights = tint(((0, 255, 0, 0), (1, 0, 255, 0), (2, 0, 0, 255)), 1.0, 1.0)
    assert weights == ((0, 1.0, 0.0, 0.0), (1, 0.0, 1.0, 0.0), (2, 0.0, 0.0, 1.0))


def test_saturation_moves_colours_from_their_grey_as_visiomatic_3_did() -> None:
    ((_, *blue),) = tint(((0, 0, 0, 255),), 1.5, 2.2)
    assert np.allclose(blue, np.array([-1 / 6, -1 / 6, 4 / 3]) * 3 / 4)  # 3/4: blue itself is not brighter than full
    ((_, *grey),) = tint(((0, 0, 0, 255),), 0.0, 1.0)
    assert np.allclose(grey, 1 / 3)


def test_colours_that_pass_white_together_are_dimmed_alike() -> None:
    weights = np.array([row[1:] for row in tint(((0, 255, 255, 0), (1, 255, 0, 255), (2, 255, 255, 255)), 1.0, 1.0)])
    assert np.allclose(weights.sum(0), [1, 2 / 3, 2 / 3])


def test_linearised_colours_come_back_through_the_display_gamma() -> None:
    ((_, *weights),) = tint(((0, 200, 100, 50),), 1.0, 2.2)
    assert np.allclose(np.power(weights, 1 / 2.2) * 255, [200, 100, 50])
