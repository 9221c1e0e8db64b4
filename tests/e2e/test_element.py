"""`<visiomatic-viewer>` in somebody else's page: another origin, a strict policy, two of them, browsers of 2021."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

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


class Site(ThreadingHTTPServer):
    """Another site: one page with a policy that allows scripts, styles and requests only of the image server."""

    page = ""
    policy = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        found = self.path == "/post"
        self.send_response(200 if found else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        if found:
            self.wfile.write(self.server.page.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


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
        site.policy = (
            f"default-src 'none'; script-src {url}; style-src {url}; connect-src {url}; img-src {url} data: blob:"
        )
        script = f'<script type="module" src="{url}client/visiomatic.js"></script>'
        site.page = f"<!doctype html><title>Post</title><body>{body}{script}"
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


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_serious(url: str, open_page: Callable, project_root: Path, scheme: str) -> None:
    axe = project_root / "client" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("axe-core is not installed in client/node_modules")
    page = open_page(f"{url}?image=a.fits", color_scheme=scheme, bypass_csp=True)
    page.evaluate("async () => { const one = document.querySelector('visiomatic-viewer'); await one.ready; }")
    page.wait_for_timeout(500)
    page.add_script_tag(path=str(axe))
    found = page.evaluate("async () => (await axe.run()).violations")
    bad = [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found]
    assert [one for one in bad if one[1] in ("serious", "critical")] == []
