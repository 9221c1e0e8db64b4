"""Images beside each other and in turn: locked on the sky, each with what it has of its own."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from .conftest import Viewer
from .fields import drop

pytestmark = pytest.mark.browser

COMPANION = "document.querySelector('visiomatic-viewer').shadowRoot.querySelectorAll('.companion')"


def beside(viewer: Any, index: int, expression: str, *values: Any) -> Any:
    """JavaScript with ``viewer`` that of an image beside the first one, once it is there."""
    viewer.page.wait_for_function(f"() => {COMPANION}[{index}]?.viewer?.image")
    viewer.ask(f"{COMPANION}[{index}].ready.then(() => null)")
    return viewer.ask(f"((viewer) => {expression})({COMPANION}[{index}].viewer)", *values)


def beside_picture(viewer: Any, index: int) -> np.ndarray:
    beside(viewer, index, "viewer.map.whenSettled()")
    data = beside(viewer, index, "viewer.map.container.querySelector('canvas.picture').toDataURL('image/png')")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data.split(",", 1)[1]))).convert("RGBA"))


def test_the_channel_of_an_image_beside_the_first_is_its_own_and_comes_back(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=b.fits&with=cube.fits")
    beside(viewer, 1, "viewer.map.container.focus()")
    viewer.page.keyboard.press("]")
    viewer.page.keyboard.press("]")
    viewer.page.wait_for_url("**withlook=2/ch:3**")
    again = view(field_url, query=viewer.page.url.split("?", 1)[1])
    beside(again, 1, "null")
    again.page.wait_for_function(f"() => {COMPANION}[1].viewer.state.value.display.channel === 3")
    assert again.ask("element.state.display.channel") == 1
    again.ask("element.state = {compare: {looks: {}}}")
    again.page.wait_for_function(f"() => {COMPANION}[1].viewer.state.value.display.channel === 1")


@pytest.mark.parametrize("mode", ["side", "blink,0"])
def test_the_mix_of_an_image_that_is_compared_comes_back_from_address_and_session(
    field_url: str, view: Callable, tmp_path: Path, mode: str
) -> None:
    viewer = view(field_url, "a.fits", f"compare={mode}&with=cube.fits&panel=display&at=400,300&zoom=0&q=0")
    page, panel = viewer.page, viewer.page.locator("vm-display-panel")
    beside(viewer, 0, "null")
    panel.get_by_role("combobox", name="Image").select_option(label="cube.fits")
    panel.get_by_role("radio", name="Colour").check(force=True)
    panel.locator("vm-mixing").get_by_role("button", name="Hide").first.click()
    panel.locator("vm-mixing").get_by_role("button", name="Remove").nth(1).click()
    page.wait_for_url("**withlook=1/mode:color/mix:4:ff0000,-1:0000ff**")
    if mode != "side":
        viewer.ask("viewer.perform('blink')")
    wanted = beside_picture(viewer, 0)
    assert np.ptp(wanted[..., :3].astype(int), axis=2).max() > 100  # red, and nothing else
    assert not wanted[..., 1:3].any()
    again = view(field_url, query=page.url.split("?", 1)[1])
    display = beside(again, 0, "viewer.state.value.display")
    assert display == beside(viewer, 0, "viewer.state.value.display")
    if mode != "side":
        again.ask("viewer.perform('blink')")
    np.testing.assert_array_equal(beside_picture(again, 0), wanted)
    assert again.ask("element.state.display.mode") == "single"

    viewer.ask("viewer.openPanel('snapshot')")
    with page.expect_download() as download:
        page.get_by_role("button", name="Session").click()
    saved = tmp_path / "mix.session.json"
    download.value.save_as(saved)
    third = view(field_url, "b.fits")
    drop(third, saved)
    third.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'a.fits'")
    assert beside(third, 0, "viewer.state.value.display") == display


def test_a_look_of_its_own_waits_for_an_image_that_opens_late(field_url: str, open_page: Callable) -> None:
    page = open_page("about:blank")
    held: list[Any] = []
    page.route("**/images/cube.fits/wcs*", lambda route: held.append(route))
    page.goto(f"{field_url}?image=a.fits&compare=side&with=cube.fits&withlook=1/mode:color")
    page.wait_for_function(f"() => {COMPANION}[0]?.viewer?.image")
    viewer = Viewer(page)
    (asked,) = held  # once
    asked.continue_()
    display = beside(viewer, 0, "viewer.state.value.display")
    assert (display["mode"], [one["channel"] for one in display["color"]]) == ("color", [1, 3, 4])
    assert viewer.ask("element.state.compare.looks['cube.fits'].mode") == "color"


def test_the_name_of_an_image_beside_the_first_leads_to_the_library(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=b.fits")
    beside(viewer, 0, "null")
    viewer.page.get_by_role("button", name="b.fits").click()
    viewer.page.locator("vm-library-panel").wait_for()
    assert beside(viewer, 0, "viewer.state.value.panel") == ""


def test_going_back_gives_each_of_the_images_its_own_look_again(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=cube.fits&stretch=linear")
    assert beside(viewer, 0, "viewer.state.value.display.stretch") == "linear"
    before = viewer.ask("element.state")
    green = {"mode": "color", "color": [{"channel": 2, "color": "#00ff00"}], "stretch": "log"}
    beside(viewer, 0, "viewer.state.setDisplay(a[0])", green)
    assert viewer.ask("element.state.display.stretch") == "log"
    assert viewer.ask("element.state.compare.looks['cube.fits'].mode") == "color"
    viewer.ask("viewer.state.restore(a[0])", before)
    display = beside(viewer, 0, "viewer.state.value.display")
    assert (display["mode"], display["stretch"]) == ("single", "linear")
    assert viewer.ask("element.state") == before


VISIBLE = """() => [...document.querySelector('visiomatic-viewer').shadowRoot.querySelectorAll('.companion')]
  .filter((one) => getComputedStyle(one).visibility === 'visible').map((one) => one.image)"""


def test_images_blink_by_key_at_the_same_place_of_the_sky_and_share_their_look(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=blink,0&with=b.fits&at=400,300&zoom=1&gamma=2")
    page = viewer.page
    page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').shadowRoot.querySelector('.companion')?.viewer?.image"
    )
    companion = "element.shadowRoot.querySelector('.companion')"
    viewer.ask(f"{companion}.ready.then(() => null)")
    page.evaluate("() => document.querySelector('visiomatic-viewer').viewer.map.container.focus()")
    shown = []
    for key in ("b", "b", "Tab", "Shift+Tab"):
        page.keyboard.press(key)
        shown.append(page.evaluate(VISIBLE))
    assert shown == [["b.fits"], [], ["b.fits"], []]
    x, y = viewer.ask(f"(({{x, y}}) => [x, y])({companion}.viewer.map.center)")
    np.testing.assert_allclose((x, y), (440, 300), atol=0.01)
    viewer.ask("viewer.state.setDisplay({colormap: 'viridis'})")
    display = viewer.ask(f"{companion}.state.display")
    assert (display["colormap"], display["gamma"]) == ("viridis", 2)
    viewer.ask(f"{companion}.viewer.state.setDisplay({{contrast: 2}})")
    assert viewer.ask("element.state.display.contrast") == 2
    page.wait_for_url("**compare=blink,0&with=b.fits**")


def test_the_read_out_gives_the_values_of_the_image_that_is_seen_while_they_blink(
    field_url: str, view: Callable, field_images: Path
) -> None:
    viewer = view(field_url, "a.fits", "compare=blink,0&with=b.fits&at=400,300&zoom=2&frame=pixel")
    page = viewer.page
    viewer.ask("element.shadowRoot.querySelector('.companion').ready.then(() => null)")
    page.mouse.move(640, 400)
    x, y = (round(one) for one in viewer.pixel_under(640, 400))

    def value(name: str, column: int) -> None:
        number = fits.getdata(field_images / name)[y - 1, column - 1]
        page.wait_for_function(
            """(wanted) => {
              const card = document.querySelector('visiomatic-viewer').shadowRoot.querySelector('vm-readout');
              const text = card.shadowRoot.querySelector('.values dd span')?.innerText.replace('−', '-');
              return Math.abs(Number(text) - wanted) < 1e-3 * Math.abs(wanted);
            }""",
            arg=float(number),
        )

    value("a.fits", x)
    viewer.ask("viewer.map.container.focus()")
    page.keyboard.press("b")
    value("b.fits", x + 40)
    assert float(viewer.readout()["x"]) == pytest.approx(x + 40, abs=0.6)
    page.keyboard.press("f")
    page.mouse.move(700, 450)
    value("b.fits", x + 40)
    page.keyboard.press("b")
    value("a.fits", x)


def test_the_read_out_follows_the_pointer_on_an_image_beside_the_first(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=b.fits&at=400,300&zoom=1&show=-rail")
    companion = "element.shadowRoot.querySelector('.companion')"
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').shadowRoot.querySelector('.companion')?.viewer?.image"
    )
    viewer.ask(f"{companion}.ready.then(() => null)")
    box = viewer.ask(f"(({{x, y, width, height}}) => [x, y, width, height])({companion}.getBoundingClientRect())")
    viewer.page.mouse.move(box[0] + box[2] / 2 + 50, box[1] + box[3] / 2 + 20)
    viewer.page.wait_for_function(
        "() => Math.abs(document.querySelector('visiomatic-viewer').viewer.readout.x - 425) < 0.6"
    )
    assert viewer.ask("viewer.readout.y") == pytest.approx(290, abs=0.6)


def test_keys_on_an_image_beside_the_first_are_those_of_the_page(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=b.fits&at=400,300&zoom=1",
                  permissions=["clipboard-read", "clipboard-write"])  # fmt: skip
    beside(viewer, 0, "viewer.map.container.focus()")
    box = viewer.ask(f"(({{x, y, width, height}}) => [x, y, width, height])({COMPANION}[0].getBoundingClientRect())")
    page = viewer.page
    page.mouse.move(box[0] + box[2] / 2, box[1] + box[3] / 2)
    page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.readout?.values")
    page.keyboard.press("f")
    assert viewer.ask("viewer.readout.locked")
    page.keyboard.press("c")
    page.get_by_text("Position and values copied").wait_for()
    page.keyboard.press("+")
    page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.map.zoom > 1.9")
    page.wait_for_function(f"() => {COMPANION}[0].viewer.map.zoom > 1.9")
    page.keyboard.press("g")
    page.wait_for_url("**show=graticule**")


def test_while_images_blink_by_hand_panel_and_keys_are_those_of_the_one_that_is_seen(
    field_url: str, view: Callable
) -> None:
    viewer = view(field_url, "a.fits", "compare=blink,0&with=cube.fits&panel=display")
    beside(viewer, 0, "null")
    which = viewer.page.locator("vm-display-panel").get_by_role("combobox", name="Image")
    for seen, channel in (("cube.fits", 2), ("a.fits", 1), ("cube.fits", 3)):
        viewer.ask("viewer.map.container.focus()")
        viewer.page.keyboard.press("b")
        viewer.page.keyboard.press("]")
        which.locator("option:checked", has_text=seen).wait_for(state="attached")
        shown = beside(viewer, 0, "viewer.state.value.display.channel") if seen == "cube.fits" else 1
        assert shown == channel
    assert viewer.ask("element.state.display.channel") == 1


def test_another_first_image_leaves_the_look_of_the_others_and_the_address_says_so(
    field_url: str, view: Callable
) -> None:
    viewer = view(field_url, "a.fits", "compare=side&with=cube.fits&stretch=log&cmap=viridis")
    assert beside(viewer, 0, "viewer.state.value.display.stretch") == "log"
    viewer.ask("viewer.open('b.fits')")
    assert viewer.ask("element.state.display.stretch") != "log"
    display = beside(viewer, 0, "viewer.state.value.display")
    assert (display["stretch"], display["colormap"]) == ("log", "viridis")
    viewer.page.wait_for_url("**withlook=1/stretch:log/**")
    again = view(field_url, query=viewer.page.url.split("?", 1)[1])
    assert beside(again, 0, "viewer.state.value.display") == display
