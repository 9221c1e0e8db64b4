"""What is seen comes back exactly from an address or a session file; several images at once; files of one's own."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from .conftest import Viewer

pytestmark = pytest.mark.browser

HEIGHT, WIDTH, CHANNELS = 700, 900, 4


def sky(shift: float = 0.0) -> fits.Header:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.cunit = ["RA---TAN", "DEC--TAN"], ["deg", "deg"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [150.0, 2.0], [450.5 + shift, 350.5], [-1e-3, 1e-3]
    header = wcs.to_header()
    header["BUNIT"] = "adu"
    return header


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(5)
    cube = rng.gamma(2.0, 30.0, (CHANNELS, HEIGHT, WIDTH)).astype(np.float32)
    cube[:, 100:120, 200:230] = np.nan
    fits.writeto(folder / "cube.fits", cube, sky())
    for name, plane, shift in (("a.fits", cube[0], 0.0), ("b.fits", cube[1], 40.0)):
        fits.writeto(folder / name, plane, sky(shift))
    return folder


@pytest.fixture(scope="module")
def url(start: Callable, images: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    options = ("--no-browser", "--workers", "2", "--dropped-files", "yes")
    return str(start(*options, "--cache-dir", tmp_path_factory.mktemp("cache"), images).url())


def seen(viewer: Any) -> np.ndarray:
    """The picture and what is drawn over it, as it is on the screen."""
    if viewer.ask("element.state.plot.open"):
        viewer.page.locator("vm-plot").wait_for()  # its code comes when it is wanted, and draws the line on the map
    viewer.settle()
    found = viewer.ask(
        """(() => {
          const canvas = document.createElement('canvas'), {width, height} = viewer.map.view;
          Object.assign(canvas, {width, height});
          viewer.map.drawTo(canvas.getContext('2d'));
          return canvas.toDataURL('image/png');
        })()"""
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found.split(",", 1)[1]))).convert("RGBA"))


STATES: dict[str, dict[str, Any]] = {
    "one channel": {
        "view": {"x": 411.0123, "y": 333.4567, "zoom": 2.3456},
        "display": {"mode": "single", "channel": 3, "stretch": "log", "stretchParameter": 300, "colormap": "viridis",
                    "invert": True, "contrast": 1.31, "bias": 0.42, "gamma": 1.7, "cuts": {"3": [1.5, 222.25]},
                    "nan": "#402000", "quality": 0},
        "overlays": [{"kind": "profile", "id": "400.5,320,430,345.25", "color": "", "shown": True}],
        "show": {"graticule": True, "minimap": False},
        "plot": {"open": "profile:400.5,320,430,345.25", "logarithmic": True},
        "frame": "galactic", "degrees": True, "theme": "light",
    },
    "mixed": {
        "view": {"x": 455.3, "y": 299.9, "zoom": -0.4321},
        "display": {"mode": "color", "color": [{"channel": 1, "color": "#12ff56"}, {"channel": 4, "color": "#ff00aa"}],
                    "off": [{"channel": 2, "color": "#0000ff"}],
                    "saturation": 1.6, "cuts": {"1": "99%", "4": [3, 140]}, "defaultCuts": "minmax", "quality": 60},
    },
    "lupton": {
        "view": {"x": 100.25, "y": 600.5, "zoom": 1},
        "display": {"mode": "color", "lupton": {"q": 6.5, "stretch": 0.31}, "color": [
            {"channel": k, "color": color} for k, color in ((2, "#ff0000"), (3, "#00ff00"), (4, "#0000ff"))]},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_the_address_brings_back_the_same_picture_to_the_pixel(url: str, view: Callable, name: str) -> None:
    viewer = view(url, "cube.fits")
    before = seen(viewer)
    viewer.ask("element.state = a[0]", STATES[name])
    viewer.rest()
    wanted = seen(viewer)
    viewer.page.wait_for_url("**zoom=**")
    viewer.page.wait_for_function("(query) => location.search === '?' + query", arg=viewer.ask("element.address"))
    assert (wanted != before).any()
    again = view(url, query=viewer.page.url.split("?", 1)[1])
    np.testing.assert_array_equal(seen(again), wanted)
    mine, theirs = (one.ask("element.state") for one in (viewer, again))
    for part in ("display", "frame", "degrees", "show", "overlays", "panel", "plot", "theme"):
        assert theirs[part] == mine[part], part


def test_a_session_file_brings_back_the_same_picture(url: str, view: Callable, tmp_path: Path) -> None:
    viewer = view(url, "cube.fits", "panel=snapshot")
    viewer.ask("element.state = a[0]", STATES["one channel"])
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("button", name="Session").click()
    saved = tmp_path / "saved.session.json"
    download.value.save_as(saved)
    wanted = seen(viewer)
    again = view(url, "a.fits")
    drop(again, saved)
    again.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'cube.fits'")
    again.rest()
    np.testing.assert_array_equal(seen(again), wanted)
    assert json.loads(saved.read_text())["state"]["display"]["stretch"] == "log"
    again.page.locator("vm-plot").wait_for()
    assert again.page.get_attribute("visiomatic-viewer", "theme") == "light"


def test_a_session_file_has_the_theme_that_somebody_chose_and_an_address_has_not(
    url: str, view: Callable, tmp_path: Path
) -> None:
    viewer = view(url, "a.fits", "panel=preferences")
    viewer.page.get_by_role("radio", name="Light").click()
    viewer.ask("viewer.openPanel('snapshot')")
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("button", name="Session").click()
    saved = tmp_path / "light.session.json"
    download.value.save_as(saved)
    assert "theme" not in viewer.ask("element.address")
    again = view(url, "a.fits")
    assert again.page.get_attribute("visiomatic-viewer", "theme") is None
    drop(again, saved)
    again.page.wait_for_function("() => document.querySelector('visiomatic-viewer').getAttribute('theme') === 'light'")
    again.page.wait_for_url("**theme=light**")
    again.page.reload()
    again.page.wait_for_selector("visiomatic-viewer[theme=light]")
    assert again.page.evaluate("() => localStorage.getItem('visiomatic.theme')") is None


def test_a_channel_switched_off_in_the_mix_can_be_switched_on_again_after_a_reload(url: str, view: Callable) -> None:
    mix = "mode=color&mix=1:ff0000,3:0000ff&panel=display"
    viewer = view(url, "cube.fits", mix)
    viewer.page.locator("vm-mixing").get_by_role("button", name="Hide").first.click()
    viewer.page.wait_for_url("**mix=3:0000ff,-1:ff0000**")
    viewer.page.reload()
    viewer.page.locator("vm-mixing").get_by_role("button", name="Show").click()
    viewer.page.wait_for_url("**mix=1:ff0000,3:0000ff&**")


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


def test_the_channel_of_an_image_beside_the_first_is_its_own_and_comes_back(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "compare=side&with=b.fits&with=cube.fits")
    beside(viewer, 1, "viewer.map.container.focus()")
    viewer.page.keyboard.press("]")
    viewer.page.keyboard.press("]")
    viewer.page.wait_for_url("**withlook=2/ch:3**")
    again = view(url, query=viewer.page.url.split("?", 1)[1])
    beside(again, 1, "null")
    again.page.wait_for_function(f"() => {COMPANION}[1].viewer.state.value.display.channel === 3")
    assert again.ask("element.state.display.channel") == 1
    again.ask("element.state = {compare: {looks: {}}}")
    again.page.wait_for_function(f"() => {COMPANION}[1].viewer.state.value.display.channel === 1")


@pytest.mark.parametrize("mode", ["side", "blink,0"])
def test_the_mix_of_an_image_that_is_compared_comes_back_from_address_and_session(
    url: str, view: Callable, tmp_path: Path, mode: str
) -> None:
    viewer = view(url, "a.fits", f"compare={mode}&with=cube.fits&panel=display&at=400,300&zoom=0&q=0")
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
    again = view(url, query=page.url.split("?", 1)[1])
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
    third = view(url, "b.fits")
    drop(third, saved)
    third.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'a.fits'")
    assert beside(third, 0, "viewer.state.value.display") == display


def test_a_look_of_its_own_waits_for_an_image_that_opens_late(url: str, open_page: Callable) -> None:
    page = open_page("about:blank")
    held: list[Any] = []
    page.route("**/images/cube.fits/wcs*", lambda route: held.append(route))
    page.goto(f"{url}?image=a.fits&compare=side&with=cube.fits&withlook=1/mode:color")
    page.wait_for_function(f"() => {COMPANION}[0]?.viewer?.image")
    viewer = Viewer(page)
    (asked,) = held  # once
    asked.continue_()
    display = beside(viewer, 0, "viewer.state.value.display")
    assert (display["mode"], [one["channel"] for one in display["color"]]) == ("color", [1, 3, 4])
    assert viewer.ask("element.state.compare.looks['cube.fits'].mode") == "color"


def test_going_back_gives_each_of_the_images_its_own_look_again(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "compare=side&with=cube.fits&stretch=linear")
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


def drop(viewer: Any, *files: Path) -> None:
    """What a browser does when files are dragged onto the page and let go."""
    data = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files]
    viewer.ask(
        """(() => {
          const transfer = new DataTransfer();
          for (const [name, text] of a[0]) {
            transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
          }
          const how = {bubbles: true, cancelable: true, composed: true};
          const target = element.shadowRoot.querySelector('.field');
          target.dispatchEvent(new DragEvent('dragover', {...how, dataTransfer: transfer}));
          target.dispatchEvent(new DragEvent('drop', {...how, dataTransfer: transfer, clientX: 600, clientY: 300}));
        })()""",
        data,
    )


def test_a_fits_file_dropped_on_the_page_is_shown_and_back_leads_to_the_image_before(
    url: str, view: Callable, tmp_path: Path
) -> None:
    own = tmp_path / "my own.fits"
    data = np.arange(200 * 300, dtype=np.float32).reshape(200, 300)
    fits.writeto(own, data, sky())
    viewer = view(url, "a.fits")
    drop(viewer, own)
    viewer.page.wait_for_function("() => document.title.startsWith('my own')")
    viewer.settle()
    image = viewer.ask("viewer.image")
    assert (image["name"], image["width"], image["height"]) == ("my own.fits", 300, 200)
    assert viewer.ask("viewer.api.values(viewer.image.id, [[11, 22]], [1])")["positions"][0]["values"] == [data[21, 10]]
    viewer.page.wait_for_url("**dropped:**")
    viewer.page.go_back()
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'a.fits'")


def test_the_addresses_of_version_3_start_where_they_say(url: str, view: Callable) -> None:
    viewer = view(url, "cube.fits", "center=10:00:14.4+02:03:00&fov=0.2&mode=mono&channel=2")
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.map.zoom > 0.5")
    viewer.settle()
    x, y = WCS(sky()).wcs_world2pix(150.06, 2.05, 1)
    np.testing.assert_allclose(viewer.center, (x, y), atol=0.6)
    assert np.hypot(1280, 800) / 2**viewer.zoom * 1e-3 == pytest.approx(0.2, rel=0.02)
    display = viewer.ask("element.state.display")
    assert (display["mode"], display["channel"]) == ("single", 3)


def test_the_magnifier_shows_the_pixels_under_the_pointer(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "show=magnifier&stretch=linear&cuts=0,200&q=0&at=450,350&zoom=0")
    viewer.page.mouse.move(640, 400)
    column, row = (round(one) for one in viewer.pixel_under(640, 400))
    style = viewer.ask("viewer.styleQuery()")
    box = f"{column - 3.5},{row - 3.5},{column + 3.5},{row + 3.5}"
    viewer.page.wait_for_function(
        """async ([box, style]) => {
          const element = document.querySelector('visiomatic-viewer'), {viewer} = element;
          const canvas = element.shadowRoot.querySelector('vm-magnifier')?.shadowRoot.querySelector('canvas');
          if (!canvas?.width) return false;
          const url = viewer.api.url(`images/${viewer.image.id}/view.png?box=${box}&size=7,7&${style}`);
          const bitmap = await createImageBitmap(await (await fetch(url)).blob());
          const small = new OffscreenCanvas(7, 7).getContext('2d');
          small.drawImage(bitmap, 0, 0);
          const wanted = small.getImageData(0, 0, 7, 7).data;
          const {data} = canvas.getContext('2d').getImageData(0, 0, 160, 160);
          const at = (i, j) => data[4 * ((80 + 8 * (i - 3)) * 160 + 80 + 8 * (j - 3))];
          return [...Array(49).keys()].every((k) => Math.abs(at(k / 7 | 0, k % 7) - wanted[4 * k]) <= 1);
        }""",
        arg=[box, style],
    )
    viewer.page.keyboard.press("Shift+M")
    viewer.page.wait_for_function("() => !document.querySelector('visiomatic-viewer').state.show.magnifier")


VISIBLE = """() => [...document.querySelector('visiomatic-viewer').shadowRoot.querySelectorAll('.companion')]
  .filter((one) => getComputedStyle(one).visibility === 'visible').map((one) => one.image)"""


def test_images_blink_by_key_at_the_same_place_of_the_sky_and_share_their_look(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "compare=blink,0&with=b.fits&at=400,300&zoom=1&gamma=2")
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
    url: str, view: Callable, images: Path
) -> None:
    viewer = view(url, "a.fits", "compare=blink,0&with=b.fits&at=400,300&zoom=2&frame=pixel")
    page = viewer.page
    viewer.ask("element.shadowRoot.querySelector('.companion').ready.then(() => null)")
    page.mouse.move(640, 400)
    x, y = (round(one) for one in viewer.pixel_under(640, 400))

    def value(name: str, column: int) -> None:
        number = fits.getdata(images / name)[y - 1, column - 1]
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


def test_the_read_out_follows_the_pointer_on_an_image_beside_the_first(url: str, view: Callable) -> None:
    viewer = view(url, "a.fits", "compare=side&with=b.fits&at=400,300&zoom=1&show=-rail")
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
