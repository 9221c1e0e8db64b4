"""Pictures of several channels, against the NumPy twins and astropy."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from kernel_rasters import SIDES, cuts, physical, rasters
from numpy.typing import NDArray

from visiomatic.kernel import ChannelTone, CurveTable, Raster, curve_table, lupton, mix, reference, tone_table
from visiomatic.types import RGBA

LINEAR = tone_table(lambda x: x)
GAMMA = tone_table(lambda x: x ** (1 / 2.2))
CURVES = [None, curve_table(np.sqrt), curve_table(lambda x: np.arcsinh(x / 0.1) / np.arcsinh(10))]
NAN: list[RGBA | None] = [None, (9, 8, 7, 6), (0, 0, 0, 0)]


@st.composite
def channels(draw: st.DrawFn) -> tuple[list[Raster], list[ChannelTone], NDArray[np.float32]]:
    size = draw(SIDES), draw(st.integers(1, 4))
    count = draw(st.integers(1, 4))
    images = [draw(rasters(size=size)) for _ in range(count)]
    tones = [ChannelTone(*draw(cuts(image)), draw(st.sampled_from(CURVES))) for image in images]
    weights = draw(st.lists(st.sampled_from([0.0, 0.3, 1.0, -0.4, 2.5]), min_size=3 * count, max_size=3 * count))
    return images, tones, np.array(weights, np.float32).reshape(count, 3)


def twin_bounds(
    images: list[Raster], tones: list[ChannelTone], matrix: NDArray[np.float32], clip: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """The sum in float64 with what float32 may be off: its bounds; and where every channel is NaN."""
    total, off, empty = 0.0, 0.0, True
    with np.errstate(all="ignore"):
        for image, tone, weight in zip(images, tones, matrix.astype(np.float64), strict=True):
            values = physical(image)
            x = reference.unit(values, tone.low, tone.gain, tone.bias)
            empty = empty & np.isnan(x)
            noise = 1e-15 * np.nan_to_num((np.abs(values) + abs(image.zero) + abs(tone.low)) * abs(tone.gain), posinf=1)
            noise = np.minimum(noise, 1e30) + 1e-15 * abs(tone.bias)
            x = np.where(np.isnan(x), tone.bias, x)
            if clip:
                x = np.clip(x, 0.0, 1.0)
                if tone.curve is not None:
                    near = noise + 4e-7 * x  # beside the limit of an entry, float32 may fall on its other side
                    low, high = (tone.curve(np.clip(x + s * near, 0, 1)).astype(float) for s in (-1, 1))
                    noise = noise + np.abs(high - low) + 1e-6
                    x = tone.curve(x).astype(np.float64)
            total = total + x[..., None] * weight
            off = off + (noise + 1e-6 * np.abs(x))[..., None] * np.abs(weight)
    assert isinstance(empty, np.ndarray)
    return total - off, total + off, empty


@given(channels(), st.booleans(), st.booleans(), st.sampled_from(NAN), st.sampled_from([None, LINEAR, GAMMA]))
def test_a_mix_is_within_one_level_of_its_twin(channels, clip, alpha, nan, table) -> None:  # type: ignore[no-untyped-def]
    images, tones, matrix = channels
    low, high, empty = twin_bounds(images, tones, matrix, clip)
    picture = mix(images, tones, matrix, table, clip=clip, nan=nan, alpha=alpha)
    table = table or LINEAR
    assert picture.shape == (images[0].height, images[0].width, 4 if alpha else 3)
    shown = ~empty if nan is not None else np.ones_like(empty)
    found = picture[..., :3][shown].astype(int)
    assert (found >= table(np.clip(low, 0, 1))[shown].astype(int) - 1).all()
    assert (found <= table(np.clip(high, 0, 1))[shown].astype(int) + 1).all()
    if nan is not None:
        assert (picture[empty] == nan[: picture.shape[2]]).all()
    if alpha:
        assert (picture[shown][:, 3] == 255).all()


def test_the_plain_twin_gives_the_same_picture() -> None:
    rng = np.random.default_rng(5)
    images = [Raster.from_array(rng.normal(100, 5, (40, 300)).astype(">f4")) for _ in range(6)]
    tones = [ChannelTone(85 + c, 1 / 30, 0.01 * c, CURVES[c % 3]) for c in range(6)]
    matrix = rng.normal(0.2, 0.2, (6, 3))
    for clip, nan, table in product((False, True), NAN, (None, GAMMA)):
        found = mix(images, tones, matrix, table, clip=clip, nan=nan, alpha=True)
        twin = reference.mix(images, tones, matrix, table, clip=clip, nan=nan, alpha=True)
        assert np.abs(found.astype(int) - twin).max() <= 1


def test_nan_counts_as_the_low_cut_in_a_channel_that_others_outshine() -> None:
    dark, bright = np.full((1, 2), np.nan, ">f4"), np.array([[np.nan, 1.0]], ">f4")
    images = [Raster.from_array(dark), Raster.from_array(bright)]
    tones = [ChannelTone(0, 1, 0.2), ChannelTone(0, 1)]
    identity = [[1, 0, 0], [0, 1, 0]]
    assert mix(images, tones, identity, LINEAR, clip=False).tolist() == [[[51, 0, 0], [51, 255, 0]]]
    drawn = mix(images, tones, identity, LINEAR, clip=False, nan=(1, 2, 3, 0), alpha=True)
    assert drawn.tolist() == [[[1, 2, 3, 0], [51, 255, 0, 255]]]


@pytest.mark.parametrize("code", [">f4", "<f4", ">f8"])
def test_an_infinite_pixel_has_the_colour_of_its_channel(code: str) -> None:
    images = [Raster.from_array(np.array([[np.inf, -np.inf]], code)), Raster.from_array(np.array([[0.5, 0.5]], code))]
    tones = [ChannelTone(0, 1)] * 2
    picture = mix(images, tones, [[1, 0, -1], [0.5, 1, 0.5]], LINEAR, clip=False)
    assert picture.tolist() == [[[255, 127, 0], [0, 127, 255]]]


def test_unclipped_channels_subtract_and_clipped_ones_do_not_exceed_their_weight() -> None:
    image = Raster.from_array(np.array([[3.0, -1.0]], ">f4"))
    tones = [ChannelTone(0, 1)] * 2
    weights = [[0.5, 0.5, 0.5], [-0.25, 0, 0]]
    assert mix([image] * 2, tones, weights, LINEAR, clip=False).tolist() == [[[191, 255, 255], [0, 0, 0]]]
    assert mix([image] * 2, tones, weights, LINEAR, clip=True).tolist() == [[[63, 127, 127], [0, 0, 0]]]


@given(channels(), st.floats(0.1, 30), st.floats(0.05, 5))
def test_lupton_is_within_one_level_of_its_twin(channels, q: float, stretch: float) -> None:  # type: ignore[no-untyped-def]
    images, tones, _ = channels
    tones = [tone._replace(bias=0.0) for tone in tones]
    assume(all(abs(tone.gain) < 1e6 for tone in tones))
    matrix = np.abs(np.eye(3)[[c % 3 for c in range(len(images))]])  # mixed signs cancel, which float32 shows
    lows, gains = [tone.low for tone in tones], [tone.gain for tone in tones]
    found = lupton(images, lows, gains, matrix, q, stretch, LINEAR, nan=(1, 2, 3, 0), alpha=True)
    low, high, empty = twin_bounds(images, tones, matrix.astype(np.float32), False)
    assume(np.abs(high - low)[~empty].max(initial=0) < 1e-3)
    with np.errstate(all="ignore"):
        twin = reference.lupton(images, lows, gains, matrix, q, stretch, LINEAR, nan=(1, 2, 3, 0), alpha=True)
    faint = (np.abs((low + high) / 2).sum(2) < 1e-3) | ((low + high).sum(2) < 1e-3 * np.abs(low + high).sum(2))
    assert np.abs(found.astype(int) - twin)[~faint].max(initial=0) <= 1


@pytest.mark.parametrize(("q", "stretch"), [(8, 5), (0.0, 2), (1e11, 1), (3, 0.5)])
def test_lupton_of_three_channels_is_that_of_astropy(q: float, stretch: float) -> None:
    from astropy.visualization import make_lupton_rgb

    rng = np.random.default_rng(6)
    bands = [rng.gamma(2, 3, (60, 300)).astype(np.float32) - 1 for _ in range(3)]
    expected = make_lupton_rgb(*bands, minimum=[0.1, 0.2, 0.3], stretch=stretch, Q=q)
    images = [Raster.from_array(band) for band in bands]
    table = tone_table(lambda x: x * (255 / 255.49))  # astropy's scale is 255
    found = lupton(images, [0.1, 0.2, 0.3], [1, 1, 1], np.eye(3), q, stretch, table)
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_channels_that_do_not_fit_each_other_are_refused() -> None:
    image, wide = Raster.from_array(np.zeros((3, 3), ">f4")), Raster.from_array(np.zeros((3, 4), ">f4"))
    tone = ChannelTone(0, 1)
    with pytest.raises(ValueError, match="equally large"):
        mix([image, wide], [tone, tone], np.ones((2, 3)), LINEAR, clip=False)
    with pytest.raises(ValueError, match="weights"):
        mix([image], [tone], np.ones((2, 3)), LINEAR, clip=False)
    with pytest.raises(ValueError, match="weights"):
        mix([image, image], [tone], np.ones((2, 3)), LINEAR, clip=False)
    bad = CurveTable(10, 5, np.zeros(0, np.float32))
    with pytest.raises(ValueError, match="entries"):
        mix([image], [tone._replace(curve=bad)], np.ones((1, 3)), LINEAR, clip=True)
