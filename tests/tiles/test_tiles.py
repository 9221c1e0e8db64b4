"""Pictures of real files, held against plain NumPy on what astropy reads: place, size, colour."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image as Pillow

from visiomatic.errors import BadParameter, LimitExceeded, NotFound, SourceChanged
from visiomatic.fits.resources import Resources
from visiomatic.image import Image, ImageFactory
from visiomatic.library import Library
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.memory import MemoryPool
from visiomatic.pyramid.statistics import PlaneStatistics
from visiomatic.render.colormaps import colors
from visiomatic.render.look import CutsRule, resolve
from visiomatic.tiles import Picture, View, _Bands, render_region, render_tile, render_view, view_level
from visiomatic.types import Cuts, Encoding, Plane, Style, TileId, Window
from visiomatic.web.iip_query import Defaults, read_query
from visiomatic.web.params import read_style

PNG = Encoding("png")
PLAIN = Style((0,), (Cuts(0, 1000),))


@pytest.fixture(scope="module")
def make_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[np.ndarray], Image]]:
    root = tmp_path_factory.mktemp("tiles")
    factory = ImageFactory(OverviewCache(root / "cache", threads=1), Resources(), 64, MemoryPool(1 << 24))
    library = Library(root, factory, max_open=100)
    counter = iter(range(1000))

    def make(data: np.ndarray) -> Image:
        name = f"{next(counter)}.fits"
        fits.PrimaryHDU(data).writeto(root / name)
        return library.open(name)

    yield make
    library.close()


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Pillow.open(BytesIO(picture.body)))


def ramp(height: int, width: int) -> np.ndarray:
    """Every pixel of a small image has a value of its own that grows to the right and upwards."""
    y, x = np.mgrid[0:height, 0:width]
    return (x + 1000.0 * y).astype(np.float32)


def halved(display: np.ndarray) -> np.ndarray:
    height, width = display.shape
    padded = np.full((height + height % 2, width + width % 2), np.nan)
    padded[:height, :width] = display
    return np.nanmean(padded.reshape(padded.shape[0] // 2, 2, -1, 2), axis=(1, 3))


def drawn(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.floor(255.49 * np.clip((values - low) / (high - low), 0, 1)).astype(int)


def test_a_first_view_samples_the_image_once_however_many_tiles_ask_at_a_time(
    make_image: Callable[[np.ndarray], Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    image, samples = make_image(ramp(300, 300)), []
    sampled, together = PlaneStatistics.of, threading.Barrier(8)

    def of(plane: Plane, channels: int = 1) -> PlaneStatistics:
        samples.append(plane)
        return sampled(plane, channels)

    def ask(_: int) -> tuple[Cuts, Cuts]:
        together.wait(30)
        return image.cuts(0, CutsRule("default")), image.cuts(0, CutsRule("minmax"))

    monkeypatch.setattr(PlaneStatistics, "of", of)
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(ask, range(8)))
    assert len(found) == len(samples) == 1


@pytest.mark.parametrize("shape", [(150, 200), (129, 257), (1, 300), (200, 3), (64, 64), (65, 64)])
def test_every_tile_of_every_level_shows_the_right_pixels_the_right_way_up(
    make_image: Callable[[np.ndarray], Image], shape: tuple[int, int]
) -> None:
    data = np.random.default_rng(3).normal(100, 20, shape).astype(np.float32)
    image = make_image(data)
    level_values = data[::-1].astype(np.float64)
    style = Style((0,), (Cuts(20, 180),))
    for level in range(image.level_count):
        truth = drawn(level_values, 20, 180)
        for y in range(-(-truth.shape[0] // 64)):
            for x in range(-(-truth.shape[1] // 64)):
                tile = pixels(render_tile(image, TileId(level, x, y), style, PNG)).astype(int)
                part = truth[64 * y : 64 * y + 64, 64 * x : 64 * x + 64]
                assert tile.shape == part.shape
                assert np.abs(tile - part).max() <= 1
        with pytest.raises(NotFound):
            render_tile(image, TileId(level, x + 1, 0), style, PNG)
        level_values = halved(level_values)


def test_tiles_of_old_clients_are_the_same_on_their_own_grid(make_image: Callable[[np.ndarray], Image]) -> None:
    image = make_image(ramp(65, 129))
    assert pixels(render_tile(image, TileId(1, 0, 0), PLAIN, PNG, floored=True)).shape == (33, 64)
    with pytest.raises(NotFound):
        render_tile(image, TileId(1, 1, 0), PLAIN, PNG, floored=True)
    assert pixels(render_tile(image, TileId(1, 1, 0), PLAIN, PNG)).shape == (33, 1)


API_STYLES = [
    "CHAN=1", "CHAN=2&CNT=2&BRT=-10", "CHAN=3&MINMAX=3:60,300&GAM=1", "CHAN=1&INV&GAM=0.2", "CHAN=2&CMP=jet",
    "CHAN=2&CMP=hot&INV", "CHAN=1&CMP=cold", "CHAN=1&CMP=cool&GAM=5", "", "MIX=1:1,0,0&MIX=3:0,0,1",
    "MIX=2:0.5,-0.2,1&MINMAX=1:0,200&MINMAX=3:90,120&CNT=1.5&BRT=5", "MIX=3:0,0,1&MIX=1:1,0,0&INV&GAM=3",
    "CHAN=1&MINMAX=1:100,100", "MINMAX=1:200,100&MINMAX=2:0,1e6&MINMAX=3:0,1e6&MIX=1:1,1,1",
]  # fmt: skip


@pytest.mark.parametrize("words", API_STYLES)
def test_the_compatible_look_is_the_formula_of_visiomatic_3(
    make_image: Callable[[np.ndarray], Image], words: str
) -> None:
    rng = np.random.default_rng(5)
    cube = (rng.normal(100, 8, (3, 60, 64)) * np.array([1, 1.1, 0.8])[:, None, None]).astype(np.float32)
    cube[0, 3, 3] = np.nan
    image = make_image(cube)
    look = read_query(f"FIF=x&{words}".encode(), Defaults()).look
    style = resolve(look, image)
    found = pixels(render_tile(image, TileId(0, 0, 0), style, PNG)).astype(int)
    truth = formula_of_3(cube[:, ::-1].astype(np.float64), words, image)
    assert found.shape == truth.shape
    assert np.abs(found - truth).max() <= (1 if "CMP" not in words else 6)  # a level of grey is some of colour


def formula_of_3(cube: np.ndarray, words: str, image: Image) -> np.ndarray:
    """Section 1.6 of the description of 3.0.7, literally."""
    pairs = [part.partition("=")[::2] for part in words.split("&") if part]
    single = dict(pairs)
    contrast, brightness, gamma = (
        float(single.get("CNT", 1)),
        float(single.get("BRT", 0)),
        float(single.get("GAM", 2.2)),
    )
    cuts = {c: (image.background(c).cuts.low, image.background(c).cuts.high) for c in range(3)}
    mix = {}
    for name, text in pairs:
        channel, _, rest = text.partition(":")
        if name == "MINMAX":
            low, high = rest.split(",")
            cuts[int(channel) - 1] = float(low), float(high)
        if name == "MIX":
            mix[int(channel) - 1] = [float(v) for v in rest.split(",")]

    def scaled(channel: int) -> np.ndarray:
        low, high = cuts[channel]
        v = np.where(np.isnan(cube[channel]), low, cube[channel])
        gain = contrast / (high - low) if high > low else contrast * 1e30
        return gain * (v - low) + 0.01 * contrast * brightness

    if "CHAN" in single:
        byte = np.floor(255.49 * np.clip(scaled(int(single["CHAN"]) - 1), 0, 1) ** (1 / gamma)).astype(int)
        byte = 255 - byte if "INV" in single else byte
        maps = {"jet": "opencv:jet", "hot": "opencv:hot", "cold": "opencv:cool", "cool": "opencv:cool"}
        return colors(maps[single["CMP"]])[byte].astype(int) if "CMP" in single else byte
    nodes = sorted(mix)
    matrix = np.ones((3, 3))
    if nodes:
        matrix = np.stack([np.interp(range(3), nodes, [mix[n][k] for n in nodes]) for k in range(3)], -1) * 3 / 3
    total = np.einsum("chw,ck->hwk", np.clip(np.stack([scaled(c) for c in range(3)]), -1e30, 1e30), matrix)
    byte = np.floor(255.49 * np.clip(total, 0, 1) ** (1 / gamma)).astype(int)
    return 255 - byte if "INV" in single else byte


V1_STYLES = [
    "cuts=80,130", "cuts=80,130&stretch=linear&colormap=viridis", "cuts=80,130&stretch=sqrt&invert=1&channel=2",
    "cuts=80,130&stretch=log&a=100&gamma=2", "cuts=80,130&stretch=asinh&contrast=2&bias=0.3",
    "cuts=80,130&stretch=linear&colormap=ds9:heat_r", "cuts=zscale&stretch=squared", "cuts=99%&stretch=linear",
    "color=1:ff0000&color=2:00ff00&color=3:0000ff&cuts=80,130&stretch=asinh&gamma=1.3",
    "mix=1:1,0.2,0&mix=3:0,0.5,1&cuts=1:70,120&cuts=3:60,110&stretch=linear",
]  # fmt: skip


@pytest.mark.parametrize("query", V1_STYLES)
def test_the_look_of_our_own_interface_is_stretch_contrast_gamma(
    make_image: Callable[[np.ndarray], Image], query: str
) -> None:
    from visiomatic.render.curves import stretch_curve

    rng = np.random.default_rng(6)
    cube = (rng.normal(100, 8, (3, 60, 64)) * np.array([1, 1.1, 0.8])[:, None, None]).astype(np.float32)
    image = make_image(cube)
    look = read_style(query.encode())[0]
    style = resolve(look, image)
    found = pixels(render_tile(image, TileId(0, 0, 0), style, PNG)).astype(int)
    curve = stretch_curve(style.stretch)
    unit = []
    for channel, cuts in zip(style.channels, style.cuts, strict=True):
        x = np.clip((cube[channel, ::-1] - cuts.low) / (cuts.high - cuts.low), 0, 1)
        unit.append(np.clip((curve(x) - style.center) * style.contrast + 0.5, 0, 1))
    if style.matrix is None:
        byte = np.floor(255.49 * unit[0] ** (1 / style.gamma)).astype(int)
        byte = 255 - byte if style.invert else byte
        truth = byte if style.colormap == "grey" else colors(style.colormap)[byte].astype(int)
    else:
        total = np.einsum("chw,ck->hwk", np.stack(unit), np.array(style.matrix))
        truth = np.floor(255.49 * np.clip(total, 0, 1) ** (1 / style.gamma)).astype(int)
    assert np.abs(found - truth).max() <= (1 if style.colormap == "grey" else 8)


def test_nan_is_transparent_and_infinities_are_black_and_white(make_image: Callable[[np.ndarray], Image]) -> None:
    data = np.full((20, 30), 50, np.float32)
    data[0, 0], data[1, 1], data[2, 2] = np.nan, np.inf, -np.inf
    picture = pixels(render_tile(make_image(data), TileId(0, 0, 0), Style((0,), (Cuts(0, 100),)), PNG))
    assert picture[19, 0].tolist() == [0, 0, 0, 0]
    assert picture[18, 1].tolist() == [255, 255, 255, 255]
    assert picture[17, 2].tolist() == [0, 0, 0, 255]


def test_a_region_is_cut_from_its_level(make_image: Callable[[np.ndarray], Image]) -> None:
    data = np.random.default_rng(8).normal(100, 20, (150, 200)).astype(np.float32)
    image, style = make_image(data), Style((0,), (Cuts(20, 180),))
    display = data[::-1].astype(np.float64)
    found = pixels(render_region(image, Window(10, 20, 110, 90), 0, style, PNG))
    assert np.abs(found.astype(int) - drawn(display[20:90, 10:110], 20, 180)).max() <= 1
    found = pixels(render_region(image, Window(10, 20, 111, 91), 1, style, PNG))
    assert np.abs(found.astype(int) - drawn(halved(display)[10:46, 5:56], 20, 180)).max() <= 1
    with pytest.raises(BadParameter):
        render_region(image, Window(300, 20, 400, 90), 0, style, PNG)


def view(image: Image, box: tuple[float, float, float, float], size: tuple[int, int]) -> np.ndarray:
    style = Style((0,), (Cuts(20, 180),))
    return pixels(render_view(image, View(*box, *size), style, PNG, most_pixels=10**8))


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_view_at_the_scale_of_a_level_equals_its_tiles(make_image: Callable[[np.ndarray], Image], level: int) -> None:
    data = np.random.default_rng(9).normal(100, 20, (256, 256)).astype(np.float32)
    image, style = make_image(data), Style((0,), (Cuts(20, 180),))
    size = 256 >> level
    whole = view(image, (0, 0, 256, 256), (size, size))
    tile = pixels(render_tile(image, TileId(level, 0, 0), style, PNG))
    assert np.array_equal(whole[:64, :64], tile)


def test_enlarging_repeats_pixels_exactly(make_image: Callable[[np.ndarray], Image]) -> None:
    data = np.random.default_rng(9).normal(100, 20, (40, 50)).astype(np.float32)
    image = make_image(data)
    once = view(image, (10, 5, 20, 15), (10, 10))
    assert np.array_equal(view(image, (10, 5, 20, 15), (80, 80)), once.repeat(8, 0).repeat(8, 1))


def test_shrinking_by_any_factor_is_the_area_mean(make_image: Callable[[np.ndarray], Image]) -> None:
    data = np.random.default_rng(10).normal(100, 20, (96, 120)).astype(np.float32)
    image = make_image(data)
    found = view(image, (0, 0, 120, 96), (40, 32))  # factor 3, from the means of level 1
    truth = drawn(data[::-1].reshape(32, 3, 40, 3).mean((1, 3)), 20, 180)
    means = halved(data[::-1].astype(np.float64))
    weights = np.zeros((40, 60))
    for i in range(40):
        for k in range(60):
            weights[i, k] = max(0.0, min(i * 1.5 + 1.5, k + 1) - max(i * 1.5, k)) / 1.5
    rows = weights[:32, :48]
    assert np.abs(found.astype(int) - drawn(rows @ means @ weights.T, 20, 180)).max() <= 1
    assert np.abs(found.astype(int) - truth).mean() < 12  # and near the true mean, which level 1 cannot give exactly


@pytest.mark.parametrize("factor", [1.7, 2.9])
def test_a_view_that_threads_share_is_the_same(
    make_image: Callable[[np.ndarray], Image], monkeypatch: pytest.MonkeyPatch, factor: float
) -> None:
    data = np.random.default_rng(11).normal(100, 20, (3, 700, 500)).astype(np.float32)
    image = make_image(data)
    style = resolve(read_style(b"color=1:ff0000&color=2:00ff00&color=3:0000ff&cuts=20,180")[0], image)
    asked = View(0, 0, 500, 700, int(500 / factor), int(700 / factor))
    alone = pixels(render_view(image, asked, style, PNG))
    monkeypatch.setattr("visiomatic.tiles.usable_cores", lambda: 3)
    monkeypatch.setattr("visiomatic.tiles._QUICK_PIXELS", 0)
    threads: set[int] = set()
    paint = _Bands.paint
    monkeypatch.setattr(_Bands, "paint", lambda *what: (threads.add(threading.get_ident()), paint(*what)))
    assert np.array_equal(pixels(render_view(image, asked, style, PNG)), alone)
    assert threads
    assert threading.get_ident() not in threads


def test_what_goes_wrong_in_a_thread_of_a_view_is_told(
    make_image: Callable[[np.ndarray], Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image(np.ones((90, 90), np.float32))
    monkeypatch.setattr("visiomatic.tiles.usable_cores", lambda: 2)
    monkeypatch.setattr("visiomatic.tiles._QUICK_PIXELS", 0)

    def changed(*_: object, **__: object) -> None:
        raise SourceChanged("the file changed")

    monkeypatch.setattr("visiomatic.tiles.area_mean", changed)
    with pytest.raises(SourceChanged):
        render_view(image, View(0, 0, 90, 90, 50, 50), PLAIN, PNG)


def test_what_is_outside_of_the_image_is_drawn_as_nan(make_image: Callable[[np.ndarray], Image]) -> None:
    image = make_image(np.full((40, 50), 100, np.float32))
    for box, size in (((-10, -10, 60, 50), (70, 60)), ((-30, -30, 120, 120), (50, 50))):
        found = view(image, box, size)
        assert found.shape == (*size[::-1], 4)
        assert found[0, 0].tolist() == [0, 0, 0, 0]
        assert found[int(size[1] * 0.4), size[0] // 2, 3] == 255
    assert not view(image, (1000, 1000, 1100, 1100), (10, 10))[..., 3].any()


def test_nan_does_not_spread_when_shrinking(make_image: Callable[[np.ndarray], Image]) -> None:
    data = np.full((90, 90), 100, np.float32)
    data[::3, ::3] = np.nan
    found = view(make_image(data), (0, 0, 90, 90), (30, 30))
    assert np.array_equal(found, np.full((30, 30), drawn(np.array(100.0), 20, 180)))


def test_views_that_would_read_too_much_are_refused(make_image: Callable[[np.ndarray], Image]) -> None:
    image = make_image(np.zeros((100, 100), np.float32))
    with pytest.raises(LimitExceeded, match="smaller box"):
        render_view(image, View(0, 0, 100, 100, 100, 100), PLAIN, PNG, most_pixels=9999)


@pytest.mark.parametrize(("scale", "level"), [(0.5, 0), (1, 0), (1.99, 0), (2, 1), (3.9, 1), (4, 2), (1024, 10)])
def test_a_view_is_made_from_the_next_finer_level(scale: float, level: int) -> None:
    assert view_level(View(0, 0, 100 * scale, 50 * scale, 100, 50)) == level


def test_equal_requests_give_equal_bytes_whatever_came_between(
    make_image: Callable[[np.ndarray], Image], tmp_path: Path
) -> None:
    image = make_image(np.random.default_rng(1).normal(100, 9, (64, 64)).astype(np.float32))
    first, other = Style((0,), (Cuts(60, 140),)), Style((0,), (Cuts(0, 1),), colormap="magma", gamma=3.0)
    for encoding in (PNG, Encoding("jpg"), Encoding("webp")):
        before = render_tile(image, TileId(0, 0, 0), first, encoding).body
        render_tile(image, TileId(0, 0, 0), other, encoding)
        assert render_tile(image, TileId(0, 0, 0), first, encoding).body == before
