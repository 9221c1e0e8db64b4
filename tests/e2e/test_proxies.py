"""Behind path prefixes: nginx, Apache and Caddy as the manual configures them, Jupyter's proxy, a tunnel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import numpy as np
import pytest
from astropy.io import fits

from .conftest import Viewer
from .pictures import CARDS
from .proxies import PROGRAMS, find, jupyter, running, sample

pytestmark = pytest.mark.browser

NAMES = ["plain.fits", "deep/a + b é.fits[1]"]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    (folder / "deep").mkdir()
    data = np.random.default_rng(5).normal(100, 10, (400, 500)).astype(np.float32)
    header = fits.Header(CARDS)
    fits.PrimaryHDU(data, header).writeto(folder / "plain.fits")
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(data, header)]).writeto(folder / "deep" / "a + b é.fits")
    return folder


@pytest.fixture(scope="module")
def port(start: Callable, images: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A server that knows nothing of proxies."""
    options = ("--cache-dir", tmp_path_factory.mktemp("cache"), "--no-browser", "--workers", "1")
    return int(urlsplit(start(*options, images).url()).port)


@pytest.fixture(scope="module", params=["nginx", "apache", "caddy", "jupyter"])
def outside(
    request: pytest.FixtureRequest, port: int, free_port: Callable, project_root: Path, tmp_path_factory: Any
) -> Iterator[str]:
    """The address under which a proxy publishes the server."""
    if request.param == "jupyter":
        with jupyter("/user/ada/proxy/8009/", port) as proxy:
            yield f"http://127.0.0.1:{proxy.server_port}/user/ada/proxy/8009/"
            assert proxy.lost == []
        return
    if find(PROGRAMS[request.param][1]) is None:
        pytest.skip(f"{request.param} is not installed")
    manual = (project_root / "docs" / "admin" / "publish.md").read_text(encoding="utf-8")
    public = free_port()
    folder = tmp_path_factory.mktemp(request.param)
    with running(request.param, sample(manual, request.param, port), public, folder):
        yield f"http://127.0.0.1:{public}/sky/"


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_found_below_a_prefix(outside: str, open_page: Callable, name: str) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{outside}?image={quote(name)}")
    viewer = Viewer(page)
    for panel in ("display", "library", "header"):  # loaded only now; the histogram, thumbnails, the cards
        viewer.ask("element.viewer.openPanel(a[0])", panel)
        page.locator(f"vm-{panel}-panel").wait_for()
    page.get_by_text("BITPIX").first.wait_for()
    viewer.look_at(250, 200, 1)
    assert viewer.picture(500, 300, 200, 200).std() > 5
    assert viewer.ask("(await element.skyAt(250, 200)).length") == 2
    assert {url for url in asked if not url.startswith((outside, "blob:", "data:"))} == set()
    assert page.url.startswith(outside)


def test_the_address_without_its_last_slash_leads_to_the_page(outside: str) -> None:
    if "proxy/8009" in outside:
        pytest.skip("Jupyter redirects by itself")
    answer = httpx.get(outside.rstrip("/"), follow_redirects=True)
    assert answer.status_code == 200
    assert str(answer.url) == outside


def test_a_prefix_that_the_proxy_leaves_in_place_is_told_to_the_server(
    start: Callable, images: Path, tmp_path: Path, open_page: Callable
) -> None:
    options = ("--cache-dir", tmp_path, "--no-browser", "--workers", "1", "--root-path", "/sky")
    url = str(start(*options, images).url())
    base = f"{url.split('/sky')[0].rstrip('/')}/sky/"
    viewer = Viewer(open_page(f"{base}?image={quote(NAMES[1])}"))
    viewer.ask("element.viewer.openPanel('display')")
    viewer.page.locator("vm-display-panel").wait_for()
    assert httpx.get(f"{base}openapi.json").json()["servers"] == [{"url": "/sky"}]


def test_what_a_proxy_spells_anew_still_names_the_image(outside: str) -> None:
    encoded = quote(NAMES[1], safe="")
    info = httpx.get(f"{outside}api/v1/images/{encoded}").json()
    assert info["id"] == NAMES[1]
    answer = httpx.post(f"{outside}api/v1/images/{encoded}/sky", json={"pixels": [[1, 1], [2, 3]]})
    assert answer.status_code == 200, answer.text
