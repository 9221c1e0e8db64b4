"""Text to values: what is read, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visiomatic.errors import BadParameter
from visiomatic.render.look import CutsRule, Look
from visiomatic.types import Stretch
from visiomatic.web.params import cuts_rule, integer, nan_color, number, read_style, split_query


def look(query: str) -> Look:
    return read_style(query.encode())[0]


def test_a_query_splits_into_decoded_pairs_in_their_order() -> None:
    assert split_query(b"a=1&INFO&b=x%20y+z&a=%C3%A9&&=5") == [("a", "1"), ("INFO", ""), ("b", "x y z"), ("a", "é")]


@given(st.binary(max_size=60))
def test_any_bytes_split_without_error(query: bytes) -> None:
    split_query(query)


@given(st.text(max_size=40))
def test_numbers_are_read_or_refused_with_the_name_of_the_parameter(text: str) -> None:
    for read in (integer, number):
        refused: BadParameter | None = None
        try:
            read("size", text)
        except BadParameter as error:
            refused = error
        assert refused is None or (refused.parameter == "size" and len(str(refused)) < 200)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "", "1_000", "0x10", "1 2"])
def test_what_is_not_a_finite_number_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        number("gamma", text)


@pytest.mark.parametrize("text", ["1.0", "1_0", "1e3", "", "9" * 5000, str(2**60)])
def test_what_is_not_a_sensible_whole_number_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        integer("x", text)


def test_without_parameters_the_first_channel_is_drawn_as_suits_the_image() -> None:
    assert look("") == Look()
    assert read_style(b"")[1] == 90


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("zscale", CutsRule("zscale")),
        ("99.5%", CutsRule("percent", 0, 99.5)),
        ("3sigma", CutsRule("sigma", 0, 3)),
        ("-1e3,2.5", CutsRule("numbers", -1000, 2.5)),
    ],
)
def test_cuts_are_rules_or_numbers(text: str, rule: CutsRule) -> None:
    assert cuts_rule("cuts", text) == rule


def test_cuts_of_single_channels_stand_beside_those_for_all() -> None:
    read = look("cuts=minmax&cuts=3:zscale&cuts=1:0,5")
    assert read.cuts == CutsRule("minmax")
    assert read.channel_cuts == ((0, CutsRule("numbers", 0, 5)), (2, CutsRule("zscale")))


def test_all_single_parameters_are_read() -> None:
    read = look("channel=4&stretch=log&a=50&contrast=2&bias=0.3&gamma=1.5&invert=1&colormap=Viridis&nan=ff000080")
    assert read == Look(
        channel=3, stretch=Stretch("log", 50.0), contrast=2.0, center=0.3, gamma=1.5, invert=True,
        colormap="viridis", nan=(255, 0, 0, 128),
    )  # fmt: skip


def test_colours_and_mixes_draw_in_colour() -> None:
    assert look("color=1:ff0000&color=2:00ff00").weights == ((0, 1.0, 0.0, 0.0), (1, 0.0, 1.0, 0.0))
    assert look("mix=2:0,0.5,1&mix=1:1,0,0").weights == ((0, 1.0, 0.0, 0.0), (1, 0.0, 0.5, 1.0))
    assert look("mix=1:1,0,0").channel is None
    assert look("color=1:ffffff&lupton=8,0.5").lupton == (8.0, 0.5)


def test_colours_and_mixes_stand_side_by_side_and_the_last_word_counts() -> None:
    assert look("mix=3:0,0,1&color=1:00ff00&color=1:ff0000").weights == ((0, 1.0, 0.0, 0.0), (2, 0.0, 0.0, 1.0))


def test_equal_looks_have_one_identity_however_they_are_written() -> None:
    first, second = b"gamma=2&channel=1&cuts=2:0,1&cuts=1:5,6", b"cuts=1:5.0,6&cuts=2:0,1&gamma=2.0&foo=bar"
    assert read_style(first)[2] == read_style(second)[2]
    assert read_style(b"gamma=2")[2] != read_style(b"gamma=2.1")[2]
    assert read_style(b"quality=80")[2] != read_style(b"quality=81")[2]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("channel=0", "channel"), ("channel=x", "channel"), ("gamma=0", "gamma"), ("gamma=nan", "gamma"),
        ("cuts=", "cuts"), ("cuts=1,2,3", "cuts"), ("cuts=0:zscale", "cuts"), ("cuts=101%", "cuts"),
        ("stretch=cubic", "stretch"), ("stretch=asinh&a=0", "a"), ("a=x", "a"), ("colormap=nope", "colormap"),
        ("color=1", "color"), ("color=1:red", "color"),
        ("mix=1:1,2", "mix"), ("nan=pink", "nan"), ("nan=ffffffxx", "nan"),
        ("color=1:ffffff&lupton=1", "lupton"), ("color=1:ffffff&lupton=1,0", "lupton"), ("invert=2", "invert"),
        ("quality=101", "quality"), ("saturation=-1", "saturation"), ("bias=inf", "bias"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(query: str, name: str) -> None:
    with pytest.raises(BadParameter) as caught:
        look(query)
    assert caught.value.parameter == name


def test_colours_of_nan() -> None:
    assert nan_color("nan", "transparent") == (0, 0, 0, 0)
    assert nan_color("nan", "#0a0b0c") == (10, 11, 12, 255)
