"""The page of VisiOmatic 3.0.7, as it was published, works on this server: tested in Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from .pictures import (
    CARDS,
    HEIGHT,
    LEVELS,
    PART,
    TILE,
    WIDTH,
    Watched,
    assert_alike,
    at_level,
    coloured,
    grey,
    on_screen,
    screen,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def published(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and the bundle of VisiOmatic 3.0.7 as they were published; only Leaflet's style sheet is at hand."""
    folder = tmp_path_factory.mktemp("visiomatic-3")
    wanted = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "visiomatic==3.0.7"]
    got = subprocess.run([*wanted, "--dest", str(folder)], capture_output=True, text=True, check=False, timeout=200)
    if got.returncode:
        pytest.skip(f"VisiOmatic 3.0.7 cannot be downloaded: {got.stderr.strip()[-200:]}")
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder)
    style = project_root / "client" / "node_modules" / "leaflet" / "dist" / "leaflet.css"
    if not style.is_file():
        pytest.skip("the client's packages are not here")
    shutil.copy(style, folder / "visiomatic" / "client" / "leaflet.css")
    template = folder / "visiomatic" / "templates" / "base.html"
    ours = '<link rel="stylesheet" href="{{ root_path }}/client/leaflet.css">'
    text, count = re.subn(r"<link [^>]*unpkg[^>]*>", ours, template.read_text("utf-8"))
    assert count == 1
    template.write_text(text, "utf-8")
    return folder / "visiomatic"


@pytest.fixture(scope="module")
def old_url(
    start: Callable, published: Path, cube: tuple[Path, np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Our server with the other's page."""
    pages = ["--client-dir", published / "client", "--template-dir", published / "templates"]
    cache = tmp_path_factory.mktemp("cache")
    return str(start("--workers", "1", "--cache-dir", cache, *pages, cube[0]).url())


SETTLED = """() => vlayer._tiles && Object.values(vlayer._tiles).length &&
  !map._animatingZoom && !map._panAnim?._inProgress &&
  Object.values(vlayer._tiles).every(({current, coords, el}) => !current || (el.complete && el.naturalWidth > 0 &&
    getComputedStyle(el).opacity === '1' && el.src === new URL(vlayer.getTileUrl(coords), location).href))"""


class OldPage(Watched):
    """The page of VisiOmatic 3.0.7."""

    def settle(self) -> None:
        self.page.wait_for_function(SETTLED)
        self.wait_for_answers()

    def zoom_in(self) -> None:
        wanted = self.zoom + 1
        self.page.click(".leaflet-control-zoom-in")
        self.page.wait_for_function("(zoom) => map.getZoom() === zoom && !map._animatingZoom", arg=wanted)
        self.settle()

    @property
    def zoom(self) -> int:
        return int(self.page.evaluate("map.getZoom()"))

    @property
    def corner(self) -> tuple[int, int]:
        """The pixel of the current level in the upper left corner of the window."""
        found = self.page.evaluate("(({x, y}) => [x, y])(map.getPixelBounds().min)")
        return found[0], found[1]

    def cuts(self) -> list[list[float]]:
        """What the server says of itself."""
        found = next(answer for answer in self.answers if answer.url.endswith("&INFO"))
        return list(found.json()["images"][0]["min_max"])

    def assert_drawn(self, whole: np.ndarray) -> None:
        self.settle()
        part, wanted = on_screen(whole, *self.corner)
        assert_alike(screen(self.page)[part], wanted)

    def panel(self, name: str) -> None:
        """Open a panel of the side bar."""
        if self.page.locator(".sidebar.collapsed").count():
            self.page.click(".leaflet-control-zoom-sidebar")
        self.page.click(f"#visiomatic-{name}-toggle")

    def enter(self, panel: str, title: str, value: float) -> None:
        self.page.locator(f"#visiomatic-{panel} input[title^='{title}']").fill(str(value))
        self.page.keyboard.press("Tab")

    def said(self, box: str) -> str:
        return self.page.locator(f".leaflet-control-{box}-input").input_value()

    def asked(self, word: str) -> dict[str, Any]:
        """The last request with this word: its parameters, and the answer."""
        self.settle()
        found = [answer for answer in self.answers if f"&{word}=" in answer.url][-1]
        return parse_qs(urlsplit(found.url).query) | {"answer": found.json()}

    def parameters(self) -> list[dict[str, list[str]]]:
        """What the addresses of the tiles in view say."""
        sources = self.page.evaluate(
            "Object.values(vlayer._tiles).filter((tile) => tile.current).map((tile) => tile.el.src)"
        )
        return [parse_qs(urlsplit(source).query, keep_blank_values=True) for source in sources]


@pytest.fixture
def old(open_page: Callable[..., Page], old_url: str) -> Iterator[Callable[[str], OldPage]]:
    opened: list[OldPage] = []

    def show(query: str) -> OldPage:
        opened.append(OldPage(open_page, f"{old_url}?{query}"))
        opened[-1].settle()
        return opened[-1]

    yield show
    for page in opened:
        page.assert_no_errors()


def tiles_in_view(corner: tuple[int, int], level: int, size: tuple[int, int] = (1280, 800)) -> set[int]:
    """Indices as VisiOmatic 3 counts them, from sizes that are floored."""
    columns, rows = (-(-(side >> (LEVELS - 1 - level)) // TILE) for side in (WIDTH, HEIGHT))
    xs, ys = (
        range(max(0, low // TILE), min(count, -(-(low + length) // TILE)))
        for low, length, count in zip(corner, size, (columns, rows), strict=True)
    )
    return {x + columns * y for x in xs for y in ys}


def test_visiomatic_3_draws_a_channel_and_asks_for_the_tiles_in_view(
    old: Callable, cube: tuple[Path, np.ndarray]
) -> None:
    page = old("image=deep/cube.fits")
    assert page.page.title() == "cube - M 0"
    cuts = page.cuts()[0]
    while True:
        page.assert_drawn(grey(at_level(cube[1][0], LEVELS - 1 - page.zoom), cuts))
        if page.zoom == LEVELS - 1:
            break
        before = len(page.answers)
        page.zoom_in()
        assert page.tiles(page.zoom, before) == tiles_in_view(page.corner, page.zoom)
    before = len(page.answers)
    page.zoom_in()
    assert page.tiles(LEVELS, before) == set()  # magnified by the browser


def test_visiomatic_3_draws_in_colour(old: Callable, cube: tuple[Path, np.ndarray]) -> None:
    page = old("image=deep/cube.fits&mode=color")
    for _ in range(2):
        planes = [at_level(plane, LEVELS - 1 - page.zoom) for plane in cube[1]]
        page.assert_drawn(coloured(planes, page.cuts()))
        page.zoom_in()
    assert all("CHAN" not in words and len(words["MIX"]) == 3 for words in page.parameters())


def test_visiomatic_3_says_positions_and_values_as_astropy(old: Callable, cube: tuple[Path, np.ndarray]) -> None:
    data, wcs = cube[1], WCS(fits.Header(CARDS), naxis=2)
    page = old("image=deep/cube.fits&channel=2")
    for _ in range(LEVELS):
        page.zoom_in()
    for x, y in ((400, 300), (801, 640)):
        there = wcs.pixel_to_world(x - 1, y - 1)
        page.page.locator(".leaflet-control-coords-input").fill(there.to_string("hmsdms", sep=":", precision=4))
        page.page.keyboard.press("Enter")
        page.settle()
        read = SkyCoord(*page.said("coords").split(), unit=("hourangle", "deg"))
        assert read.separation(there).arcsec < 0.36  # a pixel
        page.page.select_option("#leaflet-coord-select", label="x, y")
        pixel = [float(number) for number in page.said("coords").split(",")]
        assert read.separation(wcs.pixel_to_world(pixel[0] - 1, pixel[1] - 1)).arcsec < 0.02
        column, row = (round(number) for number in pixel)
        value, unit = page.said("values").split()
        assert (float(value), unit) == (data[2, row - 1, column - 1], "adu")
        page.page.select_option("#leaflet-coord-select", label="RA, Dec")


def test_visiomatic_3_changes_channel_cuts_and_colour_map(old: Callable, cube: tuple[Path, np.ndarray]) -> None:
    page = old("image=deep/cube.fits")
    page.panel("channel")
    planes = [at_level(plane, LEVELS - 1 - page.zoom) for plane in cube[1]]
    page.page.select_option("#visiomatic-channel select", label="Channel #3")
    page.assert_drawn(grey(planes[2], page.cuts()[2]))
    page.page.click("#visiomatic-control-button-channel-next")
    page.assert_drawn(grey(planes[3], page.cuts()[3]))
    page.enter("channel", "Adjust lower", 120)
    page.enter("channel", "Adjust upper", 450.5)
    page.assert_drawn(grey(planes[3], [120, 450.5]))
    page.page.click("label[for=leaflet-cmap-hot]")
    page.settle()
    assert all((words["CMP"], words["CHAN"], words["MINMAX"]) == (["hot"], ["4"], ["4:120,450.5"])
               for words in page.parameters())  # fmt: skip
    part, _ = on_screen(planes[3], *page.corner)
    red, green, blue = screen(page.page)[part].mean(axis=(0, 1))
    assert red > green > blue
    page.page.click("label[for=visiomatic-control-radio-color]")
    cuts = page.cuts()
    cuts[3] = [120, 450.5]
    page.assert_drawn(coloured(planes, cuts))


def test_visiomatic_3_changes_gamma_contrast_brightness_and_inverts(
    old: Callable, cube: tuple[Path, np.ndarray]
) -> None:
    page = old("image=field.fits")
    page.panel("image")
    plane, (low, high) = at_level(cube[1][0], LEVELS - 1 - page.zoom), page.cuts()[0]
    page.enter("image", "Adjust Gamma", 1.5)
    page.assert_drawn(grey(plane, [low, high], 1.5))
    page.enter("image", "Adjust Contrast", 4)
    page.enter("image", "Adjust brightness", 2.5)
    shifted = grey(4 * (plane - low) / (high - low) + 0.01 * 4 * 2.5, [0, 1], 1.5)
    page.assert_drawn(shifted)
    page.page.click("#visiomatic-image label[for]")
    page.assert_drawn(255 - shifted)
    page.enter("image", "Adjust JPEG", 50)
    page.settle()
    assert all(words["QLT"] == ["50"] and words["INV"] == [""] for words in page.parameters())
    page.page.click("#visiomatic-control-button-image-reset")
    page.assert_drawn(grey(plane, [low, high]))


@pytest.mark.parametrize(("query", "channels"), [("channel=1", [1]), ("mode=color", [0, 2, 4])])
def test_visiomatic_3_plots_the_numbers_of_the_file(
    old: Callable, cube: tuple[Path, np.ndarray], query: str, channels: list[int]
) -> None:
    page = old(f"image=deep/cube.fits&{query}")
    page.panel("profile")
    page.page.click("#visiomatic-control-button-start")
    page.page.mouse.move(700, 300)
    page.page.mouse.down()
    page.page.mouse.move(640, 341, steps=5)
    page.page.mouse.up()
    page.page.click("#visiomatic-control-button-end")
    page.page.wait_for_selector("canvas.visiomatic-control-canvas")
    line = page.asked("PFL")
    ends = [int(number) for number in re.split("[,:]", line["PFL"][0])]
    profile = line["answer"]["profile"]
    assert [profile[0][axis] for axis in "xy"] + [profile[-1][axis] for axis in "xy"] == ends
    assert len(profile) > 200
    for sample in profile:
        assert sample["values"] == cube[1][channels, sample["y"] - 1, sample["x"] - 1].tolist()

    page.page.click("#visiomatic-control-button-spectrum")
    page.settle()
    spectrum = page.asked("PFL")
    assert "CHAN" not in spectrum
    (sample,) = spectrum["answer"]["profile"]
    assert sample["values"] == cube[1][:, sample["y"] - 1, sample["x"] - 1].tolist()


def test_visiomatic_3_takes_snapshots_of_the_whole_frame(old: Callable, cube: tuple[Path, np.ndarray]) -> None:
    page = old("image=field.fits")
    page.panel("snapshot")
    for resolution, halvings in (("current", LEVELS - 1 - page.zoom), ("native", 0)):
        page.page.select_option("#visiomatic-snapshot select", label=resolution)
        with page.page.expect_download() as download:
            page.page.click("#visiomatic-control-button-snapimage")
        with Image.open(download.value.path()) as picture:
            assert picture.format == "JPEG"
            found = np.asarray(picture.convert("RGB")).astype(float)
        assert_alike(found, grey(at_level(cube[1][0], halvings), page.cuts()[0]))


REAL = ["mosaic/wfpc2_4chip_test0.fits", "mef/HST_NICMOS.fits", "radio4d/noise_4d.fits", "testvec/ds9_double_nan.fits",
        "testvec/ds9_long.fits", "compressed/m13_rice.fits", "wcs/tpv.fits", "wcs/1904-66_SIN.fits",
        "nowcs/sep_ntt_emmi.fits", "corrupt/derived_truncated_m13.fits"]  # fmt: skip


@pytest.fixture(scope="module")
def old_real_url(start: Callable, published: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    pages = ["--client-dir", published / "client", "--template-dir", published / "templates"]
    cache = tmp_path_factory.mktemp("cache")
    return str(start("--workers", "1", "--cache-dir", cache, *pages, real_data).url())


@pytest.mark.parametrize("image", REAL)
def test_visiomatic_3_draws_files_of_all_kinds(open_page: Callable[..., Page], old_real_url: str, image: str) -> None:
    page = OldPage(open_page, f"{old_real_url}?image={image}")
    page.settle()
    assert screen(page.page)[PART].std() > 1
    page.assert_no_errors()


def test_visiomatic_3_says_why_an_image_does_not_open(
    open_page: Callable[..., Page], old_url: str, faults: list[str]
) -> None:
    page = OldPage(open_page, f"{old_url}?image=deep/nothing.fits")
    page.wait_for_answers()
    assert {answer.status for answer in page.answers} == {404}
    assert page.alerts
    assert all(alert.startswith("VisiOmatic metadata query error: Cannot open") for alert in page.alerts)
    assert all("404" in fault for fault in faults)
    faults.clear()
