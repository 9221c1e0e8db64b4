"""`<visiomatic-viewer>` in somebody else's page: another origin, a strict policy, two of them, browsers of 2021."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from .sites import Site

pytestmark = pytest.mark.browser

HEIGHT, WIDTH = 300, 400
OLD_BROWSER = """
  delete Document.prototype.adoptedStyleSheets;
  delete ShadowRoot.prototype.adoptedStyleSheets;
  delete CSSStyleSheet.prototype.replace;
  delete CSSStyleSheet.prototype.replaceSync;
"""


def tan_header() -> fits.Header:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.cunit = ["RA---TAN", "DEC--TAN"], ["deg", "deg"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [150.0, 2.0], [200.5, 150.5], [-1e-3, 1e-3]
    return wcs.to_header()


@pytest.fixture(scope="module")
def url(start: Callable, site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server whose images the other site may show."""
    folder = tmp_path_factory.mktemp("images")
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    fits.writeto(folder / "a.fits", columns, tan_header())
    fits.writeto(folder / "b.fits", rows, tan_header())
    options = ("--cors-origins", site.origin, "--no-browser", "--workers", "1")
    return str(start(*options, "--cache-dir", tmp_path_factory.mktemp("cache"), folder).url())


@pytest.fixture
def embed(open_page: Callable, url: str, site: Site) -> Callable[..., Any]:
    """A function that opens a page of the other site with this body."""

    def show(body: str, before: str = "") -> Any:
        site.allow(url)
        script = f'<script type="module" src="{url}client/visiomatic.js"></script>'
        site.pages["/post"] = f"<!doctype html><title>Post</title><body>{body}{script}"
        page = open_page("about:blank")
        if before:
            page.add_init_script(before)
        page.goto(f"{site.origin}/post")
        page.evaluate("() => Promise.all([...document.querySelectorAll('visiomatic-viewer')].map((one) => one.ready))")
        return page

    return show


TWO = """
  <visiomatic-viewer id="a" image="a.fits" height="300"></visiomatic-viewer>
  <visiomatic-viewer id="b" image="b.fits" show="-rail,-readout,graticule" theme="light"></visiomatic-viewer>
"""


@pytest.fixture(params=["", OLD_BROWSER], ids=["now", "2021"])
def two(request: pytest.FixtureRequest, embed: Callable) -> Any:
    return embed(TWO, request.param)


def test_two_viewers_on_a_page_of_another_site_are_independent(two: Any) -> None:
    two.evaluate("() => { a.state = { view: { x: 100, y: 120, zoom: 2 } }; b.image = 'a.fits'; }")
    two.evaluate("() => Promise.all([a, b].map((one) => one.viewer.map.whenSettled()))")
    two.wait_for_function("() => Math.abs(a.viewer.map.zoom - 2) < 1e-6 && b.viewer.image.id === 'a.fits'")
    assert two.evaluate("a.viewer.map.center.x") == pytest.approx(100, abs=1)
    assert two.evaluate("b.viewer.map.zoom") != 2
    assert two.locator("#b vm-readout").count() == 0
    assert two.locator("#a vm-readout").count() == 1
    two.locator("#a vm-rail [data-id=display]").click()
    two.locator("#a vm-display-panel").wait_for()
    for name in "ab":
        box = two.locator(f"#{name}").bounding_box()
        map_box = two.locator(f"#{name} .stage .map").bounding_box()
        assert map_box == box


def test_skies_and_events_reach_the_page(embed: Callable) -> None:
    page = embed('<visiomatic-viewer id="a" image="a.fits" at="50,60" zoom="3"></visiomatic-viewer>')
    sky = page.evaluate("a.skyAt(200.5, 150.5)")
    assert sky == pytest.approx([150.0, 2.0], abs=1e-9)
    assert page.evaluate("a.pixelAt(150, 2)") == pytest.approx([200.5, 150.5], abs=1e-6)
    assert page.evaluate("a.viewer.map.center.x") == pytest.approx(50, abs=1)
    page.evaluate(
        """() => {
          window.heard = [];
          for (const type of ['viewchange', 'statechange', 'imagechange', 'ready', 'error']) {
            document.addEventListener(type, (event) => heard.push([type, event.target.id, event.detail]));
          }
          a.state = { display: { stretch: 'log' }, view: { x: 80, y: 90, zoom: 3 } };
        }"""
    )
    page.wait_for_function("() => heard.some(([type]) => type === 'viewchange')")
    heard = page.evaluate("heard")
    assert {target for _, target, _ in heard} == {"a"}
    states = [detail["state"]["display"]["stretch"] for kind, _, detail in heard if kind == "statechange"]
    assert "log" in states
    view = next(detail for kind, _, detail in heard if kind == "viewchange")
    assert (view["x"], view["y"]) == pytest.approx((80, 90), abs=1)
    page.evaluate("() => { a.image = 'b.fits'; }")
    page.wait_for_function("() => heard.some(([type]) => type === 'imagechange')")


def test_a_missing_image_rejects_ready_and_says_so(embed: Callable, faults: list[str]) -> None:
    page = embed('<visiomatic-viewer id="a" image="a.fits"></visiomatic-viewer>')
    message = page.evaluate(
        """async () => {
          const lost = document.createElement('visiomatic-viewer');
          const heard = new Promise((resolve) => {
            lost.addEventListener('error', (event) => resolve(event.detail.message));
          });
          lost.image = 'nowhere.fits';
          document.body.append(lost);
          await lost.ready.catch(() => undefined);
          return heard;
        }"""
    )
    assert "nowhere.fits" in message
    for _ in range(200):  # the image and its sky: the browser tells of either when it comes
        if sum("404" in fault for fault in faults) == 2:
            break
        page.wait_for_timeout(50)
    faults[:] = [fault for fault in faults if "404" not in fault]


def test_a_viewer_can_be_taken_away_and_put_back(embed: Callable) -> None:
    page = embed('<visiomatic-viewer id="a" image="a.fits"></visiomatic-viewer>')
    page.evaluate("() => { window.kept = a; a.remove(); }")
    page.wait_for_timeout(200)
    page.evaluate("() => document.body.append(kept)")
    page.wait_for_function("() => kept.viewer?.image?.id === 'a.fits' && kept.viewer.map.isSettled")


def test_images_beside_each_other_follow_the_same_place_of_the_sky(embed: Callable) -> None:
    page = embed('<visiomatic-viewer id="a" image="a.fits"></visiomatic-viewer>')
    page.evaluate("() => { a.state = { compare: { mode: 'side', images: ['b.fits'] } }; }")
    page.wait_for_function("() => a.shadowRoot.querySelector('.companion')?.viewer?.image?.id === 'b.fits'")
    page.evaluate("() => a.shadowRoot.querySelector('.companion').ready")
    page.evaluate("() => a.viewer.map.setView(150, 100, 2, { animate: false })")
    page.wait_for_function(
        """() => {
          const { map } = a.shadowRoot.querySelector('.companion').viewer;
          return Math.abs(map.center.x - 150) < 1 && Math.abs(map.zoom - 2) < 1e-6;
        }"""
    )
    page.evaluate("() => { a.state = { compare: { mode: 'none' } }; }")
    page.wait_for_function("() => !a.shadowRoot.querySelector('.companion')")


PLACED = """
  <visiomatic-viewer id="a" image="a.fits" place="minimap:top-left, rail:right, scale:bottom-right"
    show="none,minimap,rail,scale" panels="info,display"></visiomatic-viewer>
  <visiomatic-viewer id="b" image="a.fits" show="none"></visiomatic-viewer>
"""


def test_a_page_says_what_floats_over_the_image_and_where(embed: Callable) -> None:
    page = embed(PLACED)

    def box(selector: str) -> dict[str, float]:
        return page.locator(selector).bounding_box()

    viewer, rail, minimap, scale = (box(f"#a{part}") for part in ("", " vm-rail .rail", " vm-minimap", " vm-scalebar"))
    assert rail["x"] + rail["width"] > viewer["x"] + viewer["width"] - 12
    assert minimap["x"] < viewer["x"] + 20
    assert minimap["y"] < viewer["y"] + 20
    assert scale["x"] > viewer["x"] + viewer["width"] / 2
    assert scale["x"] + scale["width"] < rail["x"]
    assert page.evaluate("[...a.shadowRoot.querySelector('vm-sidebar').panels].map(({ id }) => id)") == [
        "info", "display",
    ]  # fmt: skip
    for part in ("title", "readout", "buttons", "colorbar"):
        assert page.locator(f"#a [part={part}]").count() == 0
    page.locator("#a vm-rail [data-id=display]").click()
    panel = box("#a vm-panel")
    assert panel["x"] + panel["width"] <= rail["x"]
    page.evaluate("() => { a.place = 'minimap:bottom-left'; }")
    page.wait_for_function("() => a.shadowRoot.querySelector('.bottom-left vm-minimap')")
    bare = "[part]:not([part=map])"
    assert page.locator(f"#b {bare}").count() == 0


def test_colours_and_parts_can_be_those_of_the_page(embed: Callable, project_root: Path) -> None:
    page = embed('<visiomatic-viewer id="a" image="a.fits" panels="display"></visiomatic-viewer>')
    manual = (project_root / "docs" / "admin" / "embed.md").read_text(encoding="utf-8")
    found = page.evaluate(
        """async () => {
          const sheet = new CSSStyleSheet();
          const parts = [...a.shadowRoot.querySelectorAll('[part]')].map((part) => part.getAttribute('part'));
          sheet.replaceSync('visiomatic-viewer { --vm-surface: rgb(1, 2, 3); --vm-radius: 3px }' +
            parts.map((part) => `visiomatic-viewer::part(${part}) { outline: 3px solid rgb(9, 8, 7) }`).join(' '));
          document.adoptedStyleSheets = [sheet];
          const style = (selector) => getComputedStyle(a.shadowRoot.querySelector(selector));
          return { parts, surface: style('.buttons').backgroundColor, radius: style('.buttons').borderRadius,
            outlines: parts.map((part) => style(`[part=${part}]`).outlineColor) };
        }"""
    )
    assert set(found["parts"]) == {
        "map", "title", "readout", "scale", "colorbar", "minimap", "buttons", "sidebar",
    }  # fmt: skip
    assert set(found["outlines"]) == {"rgb(9, 8, 7)"}
    assert (found["surface"], found["radius"]) == ("rgb(1, 2, 3)", "3px")
    for name in found["parts"]:
        assert f"`{name}`" in manual
    tokens = (project_root / "client" / "src" / "ui" / "tokens.ts").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"^ +(--vm-[\w-]+):", tokens, re.MULTILINE) if f"`{name}`" not in manual] == []
