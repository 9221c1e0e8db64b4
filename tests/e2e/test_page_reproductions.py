"""What the page of VisiOmatic 3.0.7 did wrong, each with a test that fails where it is done again.

``PROOFS`` says which test proves which, by the numbers of the inventory of that version; those that are not here
stand with what they belong to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

pytestmark = pytest.mark.browser

HERE = "test_page_reproductions.py"
PROOFS: dict[str, list[tuple[str, str]]] = {
    "C11 the plot of a spectrum is empty, its row is wrong": [
        ("test_plots.py", "test_a_spectrum_stands_over_its_axis"),
    ],
    "C12 the cuts that are said of a mosaic are not those it is drawn with": [
        (HERE, "test_the_cuts_that_are_said_of_a_mosaic_are_those_it_is_drawn_with"),
    ],
    "C13 one map on a page, of one name": [
        ("test_element.py", "test_two_viewers_on_a_page_of_another_site_are_independent"),
    ],
    "C14 the console is written to": [(HERE, "test_nothing_is_written_to_the_console")],
    "C15 another gamma leaves the mix as it was": [(HERE, "test_another_gamma_keeps_the_colours_of_a_mix")],
    "C16 a channel taken out of the mix still shines": [(HERE, "test_a_channel_taken_out_of_the_mix_is_dark")],
    "C17 the cone of a question leaves corners of the view out": [
        (HERE, "test_the_field_of_a_question_holds_all_corners_of_the_view"),
    ],
    "C18 links to objects name their table twice": [
        (HERE, "test_links_to_the_objects_of_all_catalogues_name_their_table_once"),
    ],
    "C19 what others write is taken for HTML": [
        ("test_overlays.py", "test_what_a_catalogue_says_of_a_source_is_shown_as_text"),
        (HERE, "test_texts_of_regions_are_shown_as_text"),
    ],
    "C20 full screen cannot be had or left out by option": [
        (HERE, "test_the_button_for_full_screen_is_there_unless_it_is_not_wanted"),
        ("test_controls.py", "test_a_key_fills_the_screen_and_gives_it_back"),
    ],
    "C21 a setting of 0 counts as none": [(HERE, "test_settings_of_zero_are_kept_and_drawn")],
    "C22 hours and minutes where there is no sky": [
        ("test_controls.py", "test_an_image_without_sky_offers_pixels_and_says_why_there_is_no_catalogue"),
        (HERE, "test_saved_pictures_are_named_by_pixels_where_there_is_no_sky"),
    ],
}
HEIGHT, WIDTH = 300, 400
SKY = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 200.5, "CRPIX2": 150.5,
       "CDELT1": -1e-3, "CDELT2": 1e-3}  # fmt: skip
POLAR = SKY | {"CRVAL2": 82.0, "CDELT1": -8e-3, "CDELT2": 8e-3, "PC1_1": 0.8, "PC1_2": -0.6, "PC2_1": 0.6, "PC2_2": 0.8}
# Far from the equator of a plate carrée a pixel is half as wide as it is high.
CARREE = SKY | {"CTYPE1": "RA---CAR", "CTYPE2": "DEC--CAR", "CRVAL2": 0.0, "CRPIX2": -59849.5}
FOUND = "_RAJ2000\t_DEJ2000\t{name}\ndeg\tdeg\t\n---\t---\t---\n150.0\t2.0\tJ1000+02 <b>x</b>\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(8)
    cube = rng.uniform(0, 100, (3, HEIGHT, WIDTH)).astype(np.float32)
    cube[0, :, :100], cube[1:, :, :100] = 100, 0  # only the first channel shines at the left
    fits.writeto(folder / "cube.fits", cube, fits.Header(SKY))
    for name, cards in (("field", SKY), ("polar", POLAR), ("carree", CARREE), ("pixels", {})):
        fits.writeto(folder / f"{name}.fits", cube[0], fits.Header(cards))
    chips = []
    for column, level in ((1, 100.0), (201, 3000.0)):  # the median of both is neither's
        chip = fits.ImageHDU(rng.gamma(2.0, level / 10, (HEIGHT, 200)).astype(np.float32) + level)
        chip.header["DETSEC"], chip.header["DATASEC"] = f"[{column}:{column + 199},1:{HEIGHT}]", f"[1:200,1:{HEIGHT}]"
        chips.append(chip)
    fits.HDUList([fits.PrimaryHDU(), *chips]).writeto(folder / "mosaic.fits")
    return folder


@pytest.fixture
def services(faults: list[str]) -> Any:
    """What is asked of VizieR and SkyBoT, which answer with one row."""
    asked: list[dict[str, str]] = []

    def answer(route: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        asked.append(query)
        name = query.get("-out", "Name").split(",")[0]
        route.fulfill(body=FOUND.format(name=name), headers={"access-control-allow-origin": "*"})

    def routed(viewer: Any) -> list[dict[str, str]]:
        viewer.page.route("https://vizier.cds.unistra.fr/**", answer)
        return asked

    yield routed
    faults[:] = [fault for fault in faults if not fault.startswith("outside: https://vizier")]


def drawn(viewer: Any, x: float, y: float) -> list[int]:
    """The colour of a FITS pixel on the image's own canvas, on which one pixel is one of the screen."""
    place = viewer.ask("(({x, y}) => [x, y])(viewer.map.view.toScreen(a[0], a[1]))", x, y)
    return [int(v) for v in viewer.canvas()[int(place[1]), int(place[0]), :3]]


def ask_catalogue(viewer: Any, name: str) -> None:
    """Of the field in view, and wait until its sources are drawn."""
    viewer.ask(
        "void (element.state = {panel: 'overlays', overlays: [{kind: 'catalog', id: a[0], color: '', shown: true}]})",
        name,
    )
    viewer.page.locator("vm-overlays-panel .count").get_by_text("1", exact=True).wait_for()


def test_every_defect_has_a_test_that_is_there() -> None:
    assert [name.split()[0] for name in PROOFS] == [f"C{number}" for number in range(11, 23)]
    for file, test in (proof for proofs in PROOFS.values() for proof in proofs):
        tree = ast.parse(Path(__file__).with_name(file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("look", ["DS9", "VisiOmatic 3"])
def test_the_cuts_that_are_said_of_a_mosaic_are_those_it_is_drawn_with(
    url: str, view: Callable, folder: Path, look: str
) -> None:
    viewer = view(url, "mosaic.fits", "panel=display&q=0&at=200,150&zoom=0")
    panel = viewer.page.locator("vm-display-panel")
    panel.get_by_role("button", name=look, exact=True).click()
    viewer.settle()
    low, high = (float(panel.get_by_role("textbox", name=name).input_value()) for name in ("Low", "High"))
    assert high > low
    gamma = viewer.ask("element.state.display.gamma")
    with fits.open(folder / "mosaic.fits") as hdus:
        data = np.hstack([hdus[1].data, hdus[2].data])
    for x, y in ((150, 100), (160, 222), (205, 150), (390, 31)):
        shade = np.clip((data[y - 1, x - 1] - low) / (high - low), 0, 1) ** (1 / gamma)
        assert drawn(viewer, x, y) == pytest.approx([255 * shade] * 3, abs=1.5)


def test_nothing_is_written_to_the_console(url: str, view: Callable, services: Callable) -> None:
    viewer = view(url, "cube.fits")
    said: list[str] = []
    viewer.page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    asked = services(viewer)
    for panel in viewer.ask("[...element.shadowRoot.querySelector('vm-sidebar').panels].map(({id}) => id)"):
        viewer.ask("viewer.openPanel(a[0])", panel)
        viewer.page.locator("vm-panel").wait_for()
    ask_catalogue(viewer, "twomass")
    viewer.settle()
    assert asked
    assert said == []


def test_another_gamma_keeps_the_colours_of_a_mix(url: str, view: Callable) -> None:
    mix = "mode=color&mix=1:805020,2:205040,3:204080&stretch=linear&cuts=0,100&q=0&at=200,150&zoom=0&panel=display"
    viewer = view(url, "cube.fits", mix)
    assert drawn(viewer, 50, 150) == pytest.approx([0x80, 0x50, 0x20], abs=1)
    grainy = drawn(viewer, 300, 150)
    asked: list[dict[str, list[str]]] = []
    viewer.page.on("request", lambda request: asked.append(parse_qs(urlsplit(request.url).query)))
    gamma = viewer.page.locator("vm-display-panel").get_by_role("textbox", name="Gamma")
    gamma.fill("2.2")
    gamma.press("Enter")
    viewer.settle()
    pictures = [query for query in asked if "color" in query]
    assert pictures
    assert all(query["gamma"] == ["2.2"] for query in pictures)
    assert all(query["color"] == ["1:805020", "2:205040", "3:204080"] for query in pictures)
    # What is brightest has the colour that was chosen; with weights for another gamma it would be paler.
    assert drawn(viewer, 50, 150) == pytest.approx([0x80, 0x50, 0x20], abs=1)
    assert drawn(viewer, 300, 150) != pytest.approx(grainy, abs=8)
    viewer.page.wait_for_url("**gamma=2.2**")
    again = view(url, query=viewer.page.url.split("?", 1)[1])
    assert drawn(again, 300, 150) == drawn(viewer, 300, 150)


def test_a_channel_taken_out_of_the_mix_is_dark(url: str, view: Callable, folder: Path) -> None:
    mix = "mode=color&mix=1:ff0000,2:00ff00,3:0000ff&stretch=linear&cuts=0,100&q=0&at=200,150&zoom=0&panel=display"
    viewer = view(url, "cube.fits", mix)
    shades = fits.getdata(folder / "cube.fits")[:, 119, 249] * 2.55
    assert drawn(viewer, 250, 120) == pytest.approx(list(shades), abs=1.5)
    for button in ("Hide", "Remove"):
        rows = viewer.page.locator("vm-mixing").get_by_role("button", name=button)
        rows.nth(1 if button == "Hide" else 2).click()
        viewer.settle()
        dark = [1] if button == "Hide" else [1, 2]
        wanted = [0 if channel in dark else shade for channel, shade in enumerate(shades)]
        assert drawn(viewer, 250, 120) == pytest.approx(wanted, abs=1.5)


@pytest.mark.parametrize(
    ("image", "place"),
    [("field", "at=150,100&zoom=2"), ("polar", ""), ("polar", "at=40,250&zoom=3"),
     ("carree", ""), ("carree", "at=200,150&zoom=3")],
)  # fmt: skip
def test_the_field_of_a_question_holds_all_corners_of_the_view(
    url: str, view: Callable, services: Callable, folder: Path, image: str, place: str
) -> None:
    viewer = view(url, f"{image}.fits", place)
    asked = services(viewer)
    ask_catalogue(viewer, "twomass")
    (query,) = asked
    x1, y1, x2, y2 = viewer.ask("viewer.map.view.box")
    x1, y1, x2, y2 = max(0.5, x1), max(0.5, y1), min(WIDTH + 0.5, x2), min(HEIGHT + 0.5, y2)
    wcs = WCS(fits.getheader(folder / f"{image}.fits"))
    corners = SkyCoord(*wcs.all_pix2world([[x, y] for x in (x1, x2) for y in (y1, y2)], 1).T, unit="deg")
    middle = SkyCoord(*map(float, re.findall(r"[+-]?[\d.]+", query["-c"])), unit="deg")
    seen = corners.transform_to(middle.skyoffset_frame())
    halves = [float(side) / 2 for side in query["-c.bd"].split("x")]
    for half, offsets in zip(halves, (seen.lon.wrap_at("180d").deg, seen.lat.deg), strict=True):
        farthest = np.abs(offsets).max()
        assert farthest <= half * (1 + 1e-3)
        assert half <= max(1.15 * farthest, 0.0011)  # the arc between two corners may bulge a little
    # A cone around it, for services that know nothing else.
    assert corners.separation(middle).deg.max() <= np.hypot(*halves) * (1 + 1e-3)


@pytest.mark.parametrize("catalogue", ["gleam", "tgss", "twomass"])
def test_links_to_the_objects_of_all_catalogues_name_their_table_once(
    url: str, view: Callable, services: Callable, catalogue: str
) -> None:
    viewer = view(url, "field.fits", "at=200.5,150.5&zoom=1")
    asked = services(viewer)
    ask_catalogue(viewer, catalogue)
    viewer.settle()
    viewer.ask("viewer.map.container.focus()")
    popup = viewer.page.locator("vm-popup")
    for _ in range(50):
        viewer.page.keyboard.press("e")
        if popup.count():
            break
        viewer.page.wait_for_timeout(50)
    link = parse_qs(urlsplit(popup.get_by_role("link").get_attribute("href")).query)
    assert link["-source"] == [asked[0]["-source"]]
    assert link[asked[0]["-out"].split(",")[0]] == ["J1000+02 <b>x</b>"]


def test_texts_of_regions_are_shown_as_text(url: str, view: Callable, tmp_path: Path) -> None:
    evil = '<img src=x onerror="window.stolen=1">'
    path = tmp_path / "evil.reg"
    path.write_text(f"image\ncircle(200,150,30) # text={{{evil}}} width=4\n")
    viewer = view(url, "field.fits", "panel=overlays&at=200,150&zoom=1")
    viewer.page.locator("vm-overlays-panel input[type=file]").set_input_files(path)
    viewer.page.locator("vm-overlays-panel .count").get_by_text("1", exact=True).wait_for()
    left, top = viewer.ask(
        "(({x, y}, box) => [x + box.x, y + box.y])(viewer.map.view.toScreen(230, 150),"
        " viewer.map.container.getBoundingClientRect())"
    )
    viewer.page.mouse.click(left, top)
    popup = viewer.page.locator("vm-popup")
    popup.get_by_role("heading", name=evil).wait_for()
    assert popup.locator("img").count() == 0
    assert viewer.page.evaluate("() => window.stolen") is None


def test_the_button_for_full_screen_is_there_unless_it_is_not_wanted(url: str, view: Callable) -> None:
    viewer = view(url, "field.fits")
    viewer.page.get_by_role("button", name="Full screen").click()
    viewer.page.wait_for_function("() => document.fullscreenElement?.localName === 'visiomatic-viewer'")
    viewer.page.get_by_role("button", name="Leave full screen").click()
    viewer.page.wait_for_function("() => document.fullscreenElement === null")
    without = view(url, "field.fits", "show=-buttons")
    without.page.locator("vm-readout").wait_for()
    assert without.page.get_by_role("button", name="Full screen").count() == 0


def test_settings_of_zero_are_kept_and_drawn(url: str, view: Callable) -> None:
    plain = "stretch=linear&cuts=0,100&q=0&at=200,150&zoom=0&panel=display"
    brighter = view(url, "field.fits", f"{plain}&bias=0")
    image = brighter.canvas()[300:500, 600:700, :3]
    assert image.min() >= 127  # the darkest shade is the middle
    assert image.max() == 255
    assert brighter.page.get_by_role("textbox", name="Bias").input_value() == "0"
    flat = view(url, "field.fits", f"{plain}&contrast=0")
    assert np.ptp(flat.canvas()[300:500, 600:700, :3].astype(int)) == 0
    assert flat.page.get_by_role("textbox", name="Contrast").input_value() == "0"
    grey = view(url, "cube.fits", f"{plain}&mode=color&mix=1:ff0000,2:00ff00,3:0000ff&sat=0")
    assert np.ptp(grey.canvas()[300:500, 600:700, :3].astype(int), axis=2).max() <= 1
    for viewer, word in ((brighter, "bias=0"), (flat, "contrast=0"), (grey, "sat=0")):
        assert word in viewer.ask("element.address").split("&")
    # By a page that embeds the viewer, too.
    plainly = view(url, "field.fits", plain)
    plainly.ask("element.state = {display: {bias: 0, contrast: 0}}")
    plainly.settle()
    assert np.ptp(plainly.canvas()[300:500, 600:700, :3].astype(int)) == 0


def saved_name(viewer: Any, button: str) -> str:
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("button", name=button).click()
    return str(download.value.suggested_filename)


def test_saved_pictures_are_named_by_pixels_where_there_is_no_sky(url: str, view: Callable) -> None:
    viewer = view(url, "pixels.fits", "panel=snapshot&at=200,150&zoom=2")
    assert saved_name(viewer, "Save picture") == "pixels_200_150.png"
    assert re.fullmatch(r"pixels(_\d+){4}\.fits", saved_name(viewer, "Save as FITS"))
    viewer.page.get_by_role("radio", name="Whole image").check(force=True)
    assert saved_name(viewer, "Save picture") == "pixels.png"


def test_saved_pictures_are_named_by_their_place_on_the_sky(url: str, view: Callable) -> None:
    viewer = view(url, "field.fits", "panel=snapshot&at=200,150&zoom=2&frame=galactic")
    found = re.fullmatch(r"field_([\dhms.]+)([+-][\ddms.]+)\.png", saved_name(viewer, "Save picture"))
    assert found is not None
    there = WCS(fits.Header(SKY)).pixel_to_world(199, 149)
    assert SkyCoord(*found.groups()).separation(there).arcsec < 2
