"""Every control of the panels, used as a person uses it: what it sets, what is then seen, what the address says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

pytestmark = pytest.mark.browser

HEIGHT, WIDTH, MANY = 300, 400, 1500
DESKTOP, PHONE = {"viewport": {"width": 1400, "height": 900}}, {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}  # fmt: skip
SKY = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 200.5, "CRPIX2": 150.5,
       "CDELT1": -1e-3, "CDELT2": 1e-3, "BUNIT": "adu"}  # fmt: skip
LINE = {"CTYPE3": "FREQ", "CUNIT3": "Hz", "CRVAL3": 1.4e9, "CRPIX3": 1.0, "CDELT3": 1e6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(4)
    cube = rng.gamma(2.0, 30.0, (4, HEIGHT, WIDTH)).astype(np.float32)
    cube[:, 140:150, 190:200] = np.nan
    fits.writeto(folder / "cube.fits", cube, fits.Header(SKY))
    fits.writeto(folder / "line.fits", rng.integers(0, 99, (MANY, 20, 30)).astype(np.int16), fits.Header(LINE))
    (folder / "deep").mkdir()
    for name in ("one", "two"):
        fits.writeto(folder / "deep" / f"{name}.fits", cube[0], fits.Header(SKY | {"OBJECT": f"Object {name}"}))
    chips = [fits.ImageHDU(cube[k, :, :200].copy(), name=f"CCD{k}") for k in range(2)]
    for k, chip in enumerate(chips):
        chip.header["DETSEC"] = f"[{200 * k + 1}:{200 * k + 200},1:{HEIGHT}]"
        chip.header["DATASEC"] = f"[1:200,1:{HEIGHT}]"
    fits.HDUList([fits.PrimaryHDU(), *chips]).writeto(folder / "mosaic.fits")
    return folder


def press(panel: Any, name: str, role: str = "button") -> None:
    panel.get_by_role(role, name=name, exact=role == "button").click()


def fill(panel: Any, name: str, text: str, which: int = 0) -> None:
    field = panel.get_by_role("textbox", name=name).nth(which)
    field.fill(text)
    field.press("Enter")


def pick(panel: Any, name: str, text: str) -> None:
    """From a list that is searched; the first without a text."""
    panel.get_by_role("button", name=re.compile(f"^{name}: ")).click()
    if text:
        panel.page.keyboard.type(text)
    else:
        panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("Enter")


SINGLE: list[tuple[Callable[[Any], None], str]] = [
    (lambda panel: panel.get_by_role("combobox", name="Stretch").select_option("linear"), "stretch=linear"),
    (lambda panel: panel.get_by_role("combobox", name="Stretch").select_option("log"), "stretch=log"),
    (lambda panel: fill(panel, "Exponent", "50"), "a=50"),
    (lambda panel: press(panel, "ZScale"), "cuts=zscale"),
    (lambda panel: press(panel, "Min–max"), "cuts=minmax"),
    (lambda panel: press(panel, "95 %"), "cuts=95%25"),
    (lambda panel: fill(panel, "Low", "20"), "cuts=20,"),
    (lambda panel: fill(panel, "High", "150"), "cuts=20,150"),
    (lambda panel: panel.get_by_role("slider", name="High").press("ArrowLeft"), "cuts=20,1"),
    (lambda panel: pick(panel, "Colour map", "viridis"), "colormap=viridis"),
    (lambda panel: press(panel, "Invert the colour map"), "invert=1"),
    (lambda panel: fill(panel, "Contrast", "2"), "contrast=2"),
    (lambda panel: fill(panel, "Bias", "0.3"), "bias=0.3"),
    (lambda panel: fill(panel, "Gamma", "1.5"), "gamma=1.5"),
    (lambda panel: panel.get_by_role("slider", name="Gamma").press("Delete"), "invert=1"),
    (lambda panel: press(panel, "DS9"), "stretch=linear"),
    (lambda panel: press(panel, "VisiOmatic 3"), "gamma=2.2"),
    (lambda panel: press(panel, "VisiOmatic"), "stretch=asinh"),
    (lambda panel: press(panel, "Output"), "stretch=asinh"),
    (lambda panel: panel.get_by_label("Colour of pixels without a value").fill("#ff0000"), "nan=ff0000"),
    (lambda panel: fill(panel, "JPEG quality", "30"), "quality=30"),
    (lambda panel: press(panel, "Lossless", "switch"), "nan=ff0000"),
    (lambda panel: press(panel, "Pixels without a value: transparent"), "nan=transparent"),
    (lambda panel: press(panel, "Last channel"), "channel=4"),
    (lambda panel: press(panel, "Previous channel"), "channel=3"),
    (lambda panel: press(panel, "First channel"), "channel=1"),
    (lambda panel: press(panel, "Next channel"), "channel=2"),
    (lambda panel: fill(panel, "Number", "4"), "channel=4"),
]
COLOUR: list[tuple[Callable[[Any], None], str]] = [
    (lambda panel: panel.get_by_role("radio", name="Colour").check(force=True), "color=1:"),
    (lambda panel: press(panel, "Take all channels out"), "color=1:000000"),
    (lambda panel: pick(panel, "Add a channel", ""), "color=1:ff0000"),
    (lambda panel: pick(panel, "Add a channel", ""), "color=2:00ff00"),
    (lambda panel: panel.get_by_label("Colour of").first.fill("#8000ff"), "color=1:8000ff"),
    (lambda panel: press(panel, "Automatic colours"), "color=1:ff8000&color=2:007fff"),
    (lambda panel: fill(panel, "Saturation", "1.6"), "saturation=1.6"),
    (lambda panel: press(panel, "Same cuts for all channels", "switch"), "cuts="),
    (lambda panel: fill(panel, "High", "222"), ",222"),
    (lambda panel: press(panel, "Lupton", "switch"), "lupton=8,0.2"),
    (lambda panel: fill(panel, "Q", "3"), "lupton=3,0.2"),
    (lambda panel: fill(panel, "Stretch", "0.5"), "lupton=3,0.5"),
    (lambda panel: press(panel, "Invert", "switch"), "invert=1"),
]
# What changes nothing on the screen: folding a section, quality where pixels are enlarged.
UNSEEN = ("Output", "JPEG quality", "Lossless")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("actions", [SINGLE, COLOUR], ids=["single", "colour"])
def test_every_control_of_the_display_sets_what_it_says(
    url: str, view: Callable, actions: list[tuple[Callable[[Any], None], str]], device: dict[str, Any]
) -> None:
    viewer = view(url, "cube.fits", "panel=display&at=195,145&zoom=3", **device)
    panel = viewer.page.locator("vm-display-panel")
    styles = [viewer.ask("viewer.styleQuery()")]
    for action, wanted in actions:
        action(panel)
        viewer.page.wait_for_function(
            "(wanted) => document.querySelector('visiomatic-viewer').viewer.styleQuery().includes(wanted)", arg=wanted
        )
        styles.append(viewer.ask("viewer.styleQuery()"))
    assert len(set(styles)) > 0.8 * len(styles)
    viewer.settle()
    viewer.page.wait_for_function(
        "() => location.search.slice(1) === document.querySelector('visiomatic-viewer').address"
    )
    again = view(url, query=viewer.page.url.split("?", 1)[1], **device)
    assert again.ask("viewer.styleQuery()") == styles[-1]
    np.testing.assert_array_equal(again.canvas(), viewer.canvas())


def test_the_animation_plays_both_ways_at_its_rate_and_stops(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=display")
    panel = viewer.page.locator("vm-display-panel")
    viewer.ask(
        "(element.heard = [], viewer.state.watch((tree) => tree.display.channel, (one) => element.heard.push(one)))"
    )
    fill(panel, "Rate", "20")
    assert viewer.ask("element.state.rate") == 20
    for button, order in (("Play", [2, 3, 4, 1, 2]), ("Play backwards", [4, 3, 2, 1, 4])):
        press(panel, "First channel")
        viewer.ask("element.heard = []")
        press(panel, button)
        viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').heard.length >= 5")
        panel.get_by_role("button", name="Pause").click()
        assert viewer.ask("element.heard.slice(0, 5)") == order
        panel.get_by_role("button", name=button, exact=True).wait_for()


def test_one_of_many_channels_is_found_by_its_frequency_and_by_the_slider(url: str, view: Callable) -> None:
    viewer = view(url, "line.fits", "panel=display")
    panel = viewer.page.locator("vm-display-panel")
    pick(panel, "Channel", "2345.0")
    assert viewer.ask("element.state.display.channel") == 946
    panel.get_by_role("slider", name="Number").press("Shift+ArrowRight")
    assert viewer.ask("element.state.display.channel") == 956
    panel.get_by_role("slider", name="Number").press("End")
    assert viewer.ask("element.state.display.channel") == MANY
    assert "2899.0 MHz" in panel.get_by_role("slider", name="Number").get_attribute("aria-valuetext")


def test_the_header_is_searched_saved_and_leads_to_the_other_hdus(url: str, view: Callable, folder: Path) -> None:
    viewer = view(url, "mosaic.fits", "panel=header")
    panel = viewer.page.locator("vm-header-panel")
    panel.get_by_role("combobox", name="Header of").select_option("2")
    panel.get_by_label("Search the cards").fill("DETSEC")
    panel.get_by_text("[201:400,1:300]").first.wait_for()
    assert panel.get_by_text("BITPIX", exact=True).count() == 0
    panel.get_by_role("button", name="CCD1").first.click()
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.width === 200")
    assert viewer.ask("viewer.image.id").startswith("mosaic.fits[")


def test_the_library_goes_into_folders_searches_and_opens(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=library")
    panel = viewer.page.locator("vm-library-panel")
    panel.get_by_role("option", name="deep").click()
    panel.get_by_role("option", name="two.fits").wait_for()
    assert panel.get_by_role("option").count() == 2
    panel.get_by_label("Search in deep").fill("two")
    panel.get_by_role("option", name="one.fits").wait_for(state="detached")
    panel.get_by_role("option", name="two.fits").click()
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').viewer.image.object === 'Object two'"
    )
    viewer.ask("viewer.map.container.focus()")
    viewer.page.keyboard.press("<")
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').viewer.image.object === 'Object one'"
    )
    panel.get_by_role("button", name="Folder above").click()
    panel.get_by_role("option", name="mosaic.fits").wait_for()


def test_a_chip_of_a_mosaic_is_gone_to(url: str, view: Callable) -> None:
    viewer = view(url, "mosaic.fits", "panel=info")
    panel = viewer.page.locator("vm-info-panel")
    panel.get_by_text("2 chips").wait_for()
    panel.get_by_role("button", name=re.compile("^Chip:")).click()
    panel.get_by_role("option", name="CCD1").click()
    viewer.rest()
    assert viewer.center == pytest.approx((300.5, 150.5), abs=0.6)
    assert viewer.zoom > viewer.ask("viewer.map.minZoom")


@pytest.mark.parametrize(
    ("choices", "size"),
    [(["View", "Screen"], (1400, 900)), (["View", "Native"], (350, 225)), (["Whole image", "Screen"], (WIDTH, HEIGHT))],
)
def test_a_saved_picture_has_the_size_that_is_said(
    url: str, view: Callable, choices: list[str], size: tuple[int, int]
) -> None:
    viewer = view(url, "cube.fits", "panel=snapshot&at=200.5,150.5&zoom=2", **DESKTOP)
    panel = viewer.page.locator("vm-snapshot-panel")
    for choice in choices:
        panel.get_by_role("radio", name=choice).check(force=True)
    said = re.search(r"(\d+) × (\d+) pixels", panel.locator("p.note").first.inner_text())
    picture = Image.open(io.BytesIO(saved(viewer, "Save picture")))
    assert said is not None
    assert picture.size == tuple(map(int, said.groups()))
    assert picture.size == pytest.approx(size, abs=2)


def saved(viewer: Any, name: str) -> bytes:
    with viewer.page.expect_download() as waiting:
        viewer.page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def test_name_scale_and_colour_bar_are_drawn_on_a_picture_that_wants_them(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=snapshot&at=200.5,150.5&zoom=2&q=0", **DESKTOP)
    plain = np.asarray(Image.open(io.BytesIO(saved(viewer, "Save picture"))).convert("RGB")).astype(int)
    press(viewer.page.locator("vm-snapshot-panel"), "With name, scale and colour bar", "switch")
    framed = np.asarray(Image.open(io.BytesIO(saved(viewer, "Save picture"))).convert("RGB")).astype(int)
    other = (np.abs(framed - plain).max(axis=2) > 0).nonzero()
    for rows, columns in (
        (slice(0, 40), slice(0, 300)),
        (slice(850, 900), slice(0, 300)),
        (slice(850, 900), slice(1150, 1400)),
    ):
        assert (np.abs(framed - plain)[rows, columns] > 50).any()
    assert not ((other[0] > 60) & (other[0] < 840)).any()


def test_a_link_and_a_kept_view_bring_back_what_was_seen(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=snapshot&at=100,120&zoom=3&cmap=viridis",
                  permissions=["clipboard-read", "clipboard-write"])  # fmt: skip
    panel = viewer.page.locator("vm-snapshot-panel")
    panel.get_by_role("button", name="Copy link").click()
    viewer.page.get_by_text("The link is on the clipboard").wait_for()
    link = viewer.page.evaluate("() => navigator.clipboard.readText()")
    again = view(url, query=link.split("?", 1)[1])
    assert (again.ask("element.state.display.colormap"), again.center) == (
        "viridis",
        pytest.approx((100, 120), abs=0.6),
    )
    panel.get_by_role("button", name="Keep this view").click()
    viewer.ask("element.state = {display: {colormap: 'grey'}, view: {x: null, y: null, zoom: null}}")
    panel.get_by_role("button", name=re.compile("^cube.fits ·")).click()
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').state.display.colormap === 'viridis'"
    )
    panel.get_by_role("button", name=re.compile("^Forget cube.fits")).click()
    panel.get_by_text("None yet").wait_for()


WIDGETS = {"Name of the image": ".title", "Read-out": "vm-readout", "Colour bar": "vm-colorbar",
           "Magnifier": "vm-magnifier", "Reticle": ".reticle", "Minimap": "vm-minimap canvas"}  # fmt: skip


def test_every_preference_shows_and_hides_what_it_says_and_all_can_be_reset(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=preferences", **DESKTOP)
    panel = viewer.page.locator("vm-preferences-panel")
    before = viewer.ask("element.state")
    for name, widget in WIDGETS.items():
        switch = panel.get_by_role("switch", name=name)
        there = viewer.page.locator(f"visiomatic-viewer {widget}").first
        for _ in range(2):
            shown = switch.get_attribute("aria-checked") == "true"
            switch.click()
            there.wait_for(state="hidden" if shown else "visible")
    assert viewer.ask("element.state") == before
    for name in ("Scale bar", "Compass", "Coordinate grid"):
        panel.get_by_role("switch", name=name).click()
    panel.get_by_role("combobox", name="Frame").select_option("galactic")
    changed = viewer.ask("element.state")
    assert (changed["show"]["scale"], changed["show"]["graticule"], changed["frame"]) == (False, True, "galactic")
    press(panel, "Reset everything")
    assert viewer.ask("element.state") == before
    viewer.page.get_by_role("button", name="Undo").click()
    assert viewer.ask("element.state") == changed


def test_the_theme_is_chosen_and_kept(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=preferences", color_scheme="dark")
    colour = "getComputedStyle(element).backgroundColor"
    seen = {}
    for name in ("Dark", "Light", "System"):
        viewer.page.locator("vm-preferences-panel").get_by_role("radio", name=name).check(force=True)
        seen[name] = viewer.ask(colour)
    assert seen["Dark"] == seen["System"] != seen["Light"]


def test_the_help_lists_every_key_and_finds_one(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "panel=help")
    panel = viewer.page.locator("vm-help-panel")
    keys = panel.locator("kbd").all_inner_texts()
    for key in (
        "d",
        "o",
        "?",
        "[",
        "]",
        "<",
        ">",
        "+",
        "0",
        "1",
        "x",
        "g",
        "n",
        "f",
        "c",
        "/",
        "b",
        "m",
        "e",
        "v",
        "F11",
    ):
        assert key in keys
    assert {"Right drag", "Middle click", "Shift drag", "Long press"} <= set(keys)
    panel.get_by_label("Search shortcuts").fill("reticle")
    panel.get_by_text("Reticle", exact=True).wait_for()
    assert panel.locator("li").count() == 1


def test_a_middle_click_centres_and_a_box_is_zoomed_into(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "at=200,150&zoom=1")
    x, y = viewer.pixel_under(740.5, 360.5)
    viewer.page.mouse.click(740, 360, button="middle")
    viewer.page.wait_for_function(
        "([x, y]) => (({center}) => Math.hypot(center.x - x, center.y - y) < 1)"
        "(document.querySelector('visiomatic-viewer').viewer.map)",
        arg=[x, y],
    )
    corners = viewer.pixel_under(600, 350), viewer.pixel_under(680, 400)
    viewer.page.mouse.move(600, 350)
    viewer.page.keyboard.down("Shift")
    viewer.page.mouse.down()
    viewer.page.mouse.move(680, 400, steps=4)
    viewer.page.mouse.up()
    viewer.page.keyboard.up("Shift")
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.map.zoom > 2.5")
    viewer.rest()
    middle = np.mean(corners, axis=0)
    assert viewer.center == pytest.approx(tuple(middle), abs=2)
