"""Controls that act on the whole picture: reset, blinking, files, which overlay lies above, colour, full screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

pytestmark = pytest.mark.browser

HEIGHT, WIDTH, CHANNELS = 300, 400, 12
SHOWN = """() => [...document.querySelector('visiomatic-viewer').shadowRoot.querySelectorAll('.companion')]
  .some((one) => getComputedStyle(one).visibility === 'visible')"""


@pytest.fixture(scope="module")
def url(start: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("images")
    cube = np.random.default_rng(3).gamma(2.0, 30.0, (CHANNELS, HEIGHT, WIDTH)).astype(np.float32)
    for name, data in (("cube.fits", cube), ("a.fits", cube[0]), ("b.fits", cube[1])):
        fits.writeto(folder / name, data)
    options = ("--no-browser", "--workers", "1", "--dropped-files", "yes")
    return str(start(*options, "--cache-dir", tmp_path_factory.mktemp("cache"), folder).url())


def test_reset_gives_back_the_display_as_the_image_opened_and_leaves_the_view(url: str, view: Callable) -> None:
    fresh = view(url, "cube.fits").ask("element.state.display")
    changed = "ch=3&stretch=log&a=50&cuts=1,9&gamma=2&invert=1&cmap=viridis&contrast=2&q=50&nan=ff0000"
    viewer = view(url, "cube.fits", f"{changed}&at=100,100&zoom=2&panel=display")
    assert viewer.ask("element.state.display") != fresh
    viewer.page.get_by_role("button", name="Reset the display").click()
    assert viewer.ask("element.state.display") == fresh
    viewer.page.wait_for_function("() => !/stretch|cuts|gamma|invert|cmap/.test(location.search)")
    assert viewer.ask("element.state.view") == {"x": 100, "y": 100, "zoom": 2}


def test_the_rate_of_blinking_is_set_and_paused_below_the_choice(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "compare=blink,0&with=b.fits&panel=library")
    page = viewer.page
    viewer.ask("element.shadowRoot.querySelector('.companion').ready.then(() => null)")
    assert not page.evaluate(SHOWN)
    rate = page.get_by_role("textbox", name="Images per second")
    rate.fill("10")
    rate.press("Enter")
    page.wait_for_url("**compare=blink,10**")
    for _ in range(2):
        page.wait_for_function(SHOWN)
        page.wait_for_function(f"() => !({SHOWN})()")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_url("**compare=blink,0**")
    page.get_by_role("button", name="Blink by itself").click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('compare') === 'blink'")


def choose(viewer: Any, button: str, *files: Path) -> None:
    with viewer.page.expect_file_chooser() as chooser:
        viewer.page.get_by_role("button", name=button).click()
    chooser.value.set_files(files)


def test_the_button_for_files_draws_them_and_front_lays_one_over_the_others(
    url: str, view: Callable, tmp_path: Path
) -> None:
    for name, colour in (("first", "red"), ("second", "lime")):
        (tmp_path / f"{name}.reg").write_text(f"image\ncircle(200,150,40) # color={colour} width=6\n")
    viewer = view(url, "a.fits", "panel=overlays&at=200,150&zoom=1&show=-reticle")
    choose(viewer, "Open a file", tmp_path / "first.reg", tmp_path / "second.reg")
    panel = viewer.page.locator("vm-overlays-panel")
    panel.get_by_role("button", name="Remove second.reg").wait_for()

    def above() -> list[int]:
        box = viewer.ask("(({x, y}) => [x, y])(viewer.map.container.getBoundingClientRect())")
        at = viewer.ask("(({x, y}) => [x, y])(viewer.map.view.toScreen(200, 190))")
        left, top = round(box[0] + at[0]), round(box[1] + at[1])
        return [int(v) for v in viewer.picture(left, top, 1, 1)[0, 0]]

    assert above()[1] > 200 > above()[0]
    panel.get_by_role("button", name="Bring first.reg to the front").click()
    assert above()[0] > 200 > above()[1]


def test_the_button_for_fits_files_opens_one(url: str, view: Callable, tmp_path: Path) -> None:
    own = tmp_path / "own.fits"
    fits.writeto(own, np.arange(60 * 50, dtype=np.int16).reshape(50, 60))
    viewer = view(url, "a.fits", "panel=library")
    choose(viewer, "Open a file of this computer", own)
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.name === 'own.fits'")
    assert viewer.ask("[viewer.image.width, viewer.image.height]") == [60, 50]


def test_colour_of_a_cube_of_many_channels_mixes_the_first_the_middle_and_the_last(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "mode=color")
    display = viewer.ask("element.state.display")
    assert [(one["channel"], one["color"]) for one in display["color"]] == [
        (1, "#0000ff"), (CHANNELS // 2 + 1, "#00ff00"), (CHANNELS, "#ff0000")]  # fmt: skip
    picture = viewer.picture(600, 380, 40, 40).astype(int)
    assert (np.ptp(picture, axis=2) > 30).any()


def test_a_key_fills_the_screen_and_gives_it_back(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits")
    viewer.ask("viewer.map.container.focus()")
    viewer.page.keyboard.press("Shift+F")
    viewer.page.wait_for_function("() => document.fullscreenElement?.localName === 'visiomatic-viewer'")
    viewer.page.keyboard.press("Shift+F")
    viewer.page.wait_for_function("() => document.fullscreenElement === null")


def test_an_image_without_sky_offers_pixels_and_says_why_there_is_no_catalogue(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "o=catalog:twomass&at=200,150&zoom=1")
    viewer.page.get_by_text("this image has no sky coordinates").first.wait_for()
    viewer.page.mouse.move(640, 400)
    x, y = viewer.pixel_under(640, 400)
    shown = viewer.readout()
    assert "RA" not in shown
    assert (float(shown["x"]), float(shown["y"])) == pytest.approx((x, y), abs=0.6)


def test_the_overview_map_moves_the_view_and_folds(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "at=200,150&zoom=3")
    page = viewer.page
    box = page.locator("vm-minimap canvas").bounding_box()

    def at(x: float, y: float) -> tuple[float, float]:
        return box["x"] + (x - 0.5) / WIDTH * box["width"], box["y"] + (HEIGHT + 0.5 - y) / HEIGHT * box["height"]

    def centred(x: float, y: float) -> None:
        page.wait_for_function(
            "([x, y]) => (({center}) => Math.hypot(center.x - x, center.y - y) < 3)"
            "(document.querySelector('visiomatic-viewer').viewer.map)",
            arg=[x, y],
        )

    page.mouse.move(*at(100, 220))
    page.mouse.down()
    centred(100, 220)
    page.mouse.move(*at(300, 80), steps=4)
    page.mouse.up()
    centred(300, 80)
    page.get_by_role("button", name="Hide the overview map").click()
    page.locator("vm-minimap canvas").wait_for(state="detached")
    page.wait_for_url("**show=-minimap**")
    page.get_by_role("button", name="Show the overview map").click()
    page.locator("vm-minimap canvas").wait_for()
