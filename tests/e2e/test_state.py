"""What is seen comes back exactly from an address or a session file; files of one's own."""

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

from .fields import drop, sky

pytestmark = pytest.mark.browser


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
def test_the_address_brings_back_the_same_picture_to_the_pixel(field_url: str, view: Callable, name: str) -> None:
    viewer = view(field_url, "cube.fits")
    before = seen(viewer)
    viewer.ask("element.state = a[0]", STATES[name])
    viewer.rest()
    wanted = seen(viewer)
    viewer.page.wait_for_url("**zoom=**")
    viewer.page.wait_for_function("(query) => location.search === '?' + query", arg=viewer.ask("element.address"))
    assert (wanted != before).any()
    again = view(field_url, query=viewer.page.url.split("?", 1)[1])
    np.testing.assert_array_equal(seen(again), wanted)
    mine, theirs = (one.ask("element.state") for one in (viewer, again))
    for part in ("display", "frame", "degrees", "show", "overlays", "panel", "plot", "theme"):
        assert theirs[part] == mine[part], part


def test_a_session_file_brings_back_the_same_picture(field_url: str, view: Callable, tmp_path: Path) -> None:
    viewer = view(field_url, "cube.fits", "panel=snapshot")
    viewer.ask("element.state = a[0]", STATES["one channel"])
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("button", name="Session").click()
    saved = tmp_path / "saved.session.json"
    download.value.save_as(saved)
    wanted = seen(viewer)
    again = view(field_url, "a.fits")
    drop(again, saved)
    again.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'cube.fits'")
    again.rest()
    np.testing.assert_array_equal(seen(again), wanted)
    assert json.loads(saved.read_text())["state"]["display"]["stretch"] == "log"
    again.page.locator("vm-plot").wait_for()
    assert again.page.get_attribute("visiomatic-viewer", "theme") == "light"


def test_a_session_file_has_the_theme_that_somebody_chose_and_an_address_has_not(
    field_url: str, view: Callable, tmp_path: Path
) -> None:
    viewer = view(field_url, "a.fits", "panel=preferences")
    viewer.page.get_by_role("radio", name="Light").click()
    viewer.ask("viewer.openPanel('snapshot')")
    with viewer.page.expect_download() as download:
        viewer.page.get_by_role("button", name="Session").click()
    saved = tmp_path / "light.session.json"
    download.value.save_as(saved)
    assert "theme" not in viewer.ask("element.address")
    again = view(field_url, "a.fits")
    assert again.page.get_attribute("visiomatic-viewer", "theme") is None
    drop(again, saved)
    again.page.wait_for_function("() => document.querySelector('visiomatic-viewer').getAttribute('theme') === 'light'")
    again.page.wait_for_url("**theme=light**")
    again.page.reload()
    again.page.wait_for_selector("visiomatic-viewer[theme=light]")
    assert again.page.evaluate("() => localStorage.getItem('visiomatic.theme')") is None


def test_a_channel_switched_off_in_the_mix_comes_back_after_a_reload(field_url: str, view: Callable) -> None:
    mix = "mode=color&mix=1:ff0000,3:0000ff&panel=display"
    viewer = view(field_url, "cube.fits", mix)
    viewer.page.locator("vm-mixing").get_by_role("button", name="Hide").first.click()
    viewer.page.wait_for_url("**mix=3:0000ff,-1:ff0000**")
    viewer.page.reload()
    viewer.page.locator("vm-mixing").get_by_role("button", name="Show").click()
    viewer.page.wait_for_url("**mix=1:ff0000,3:0000ff&**")


def test_a_fits_file_dropped_on_the_page_is_shown_and_back_leads_to_the_image_before(
    field_url: str, view: Callable, tmp_path: Path
) -> None:
    own = tmp_path / "my own.fits"
    data = np.arange(200 * 300, dtype=np.float32).reshape(200, 300)
    fits.writeto(own, data, sky())
    viewer = view(field_url, "a.fits")
    drop(viewer, own)
    viewer.page.wait_for_function("() => document.title.startsWith('my own')")
    viewer.settle()
    image = viewer.ask("viewer.image")
    assert (image["name"], image["width"], image["height"]) == ("my own.fits", 300, 200)
    assert viewer.ask("viewer.api.values(viewer.image.id, [[11, 22]], [1])")["positions"][0]["values"] == [data[21, 10]]
    viewer.page.wait_for_url("**dropped:**")
    viewer.page.go_back()
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.image.id === 'a.fits'")


def test_the_addresses_of_version_3_start_where_they_say(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "cube.fits", "center=10:00:14.4+02:03:00&fov=0.2&mode=mono&channel=2")
    viewer.page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer.map.zoom > 0.5")
    viewer.settle()
    x, y = WCS(sky()).wcs_world2pix(150.06, 2.05, 1)
    np.testing.assert_allclose(viewer.center, (x, y), atol=0.6)
    assert np.hypot(1280, 800) / 2**viewer.zoom * 1e-3 == pytest.approx(0.2, rel=0.02)
    display = viewer.ask("element.state.display")
    assert (display["mode"], display["channel"]) == ("single", 3)


def test_the_magnifier_shows_the_pixels_under_the_pointer(field_url: str, view: Callable) -> None:
    viewer = view(field_url, "a.fits", "show=magnifier&stretch=linear&cuts=0,200&q=0&at=450,350&zoom=0")
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
