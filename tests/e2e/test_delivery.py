"""What goes over the line until the first tile is asked for, how it is sent, and a page of one's own instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import Viewer

pytestmark = pytest.mark.browser

FIELD = "simulated-field-1024.fits"
BUDGET = 120_000  # bytes
PICTURE = re.compile(r"/tiles/|/view\.|/region\.")


class Line:
    """What a page has fetched, by address, with the bytes on the line (heads of answers included)."""

    def __init__(self, page: Any) -> None:
        self.order: list[str] = []
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._done)

    def _asked(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]
        self.order.append(event["request"]["url"])

    def _done(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")
        self.bytes[url] = self.bytes.get(url, 0) + int(event["encodedDataLength"])

    def before_the_first_picture(self) -> list[str]:
        first = next(number for number, url in enumerate(self.order) if PICTURE.search(url))
        return [url for url in self.order[:first] if not url.startswith(("data:", "blob:"))]


def test_the_first_tile_is_asked_for_after_few_bytes_and_without_panels(demo_url: str, open_page: Callable) -> None:
    page = open_page("about:blank")
    line = Line(page)
    page.goto(f"{demo_url}?image={FIELD}")
    Viewer(page)
    before = line.before_the_first_picture()
    sizes = {url: line.bytes.get(url, 0) for url in before}
    assert 20_000 < sum(sizes.values()) <= BUDGET, sizes
    names = " ".join(before)
    for late in ("display", "library", "header", "overlays", "plot", "snapshot", "help"):
        assert f"/{late}-" not in names
    Viewer(page).ask("element.viewer.openPanel('help')")
    page.locator("vm-help-panel").wait_for()
    assert any("/help-" in url for url in line.order)


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip")])
def test_every_file_of_the_client_is_sent_compressed_and_kept_for_ever(
    demo_url: str, project_root: Path, accepted: str, sent: str
) -> None:
    bundle = project_root / "src" / "visiomatic" / "client"
    files = [path for path in bundle.rglob("*") if path.suffix in (".js", ".css") and path.stat().st_size > 1024]
    assert len(files) > 10
    with httpx.Client(headers={"accept-encoding": accepted}) as client:
        for path in files:
            with client.stream("GET", f"{demo_url}client/{path.relative_to(bundle).as_posix()}") as answer:
                raw = b"".join(answer.iter_raw())
            assert answer.headers["content-encoding"] == sent, path.name
            assert len(raw) < 0.7 * path.stat().st_size, path.name
            if path.parent.name == "assets":
                assert "immutable" in answer.headers["cache-control"], path.name
                assert re.search(r"-[\w-]{8}\.\w+$", path.name)


def test_a_page_of_ones_own_replaces_that_of_the_server(
    start: Callable, open_page: Callable, project_root: Path, tmp_path: Path
) -> None:
    manual = (project_root / "docs" / "admin" / "embed.md").read_text(encoding="utf-8")
    template = next(block for block in re.findall(r"```html\n(.*?)```", manual, re.DOTALL) if "{{ image }}" in block)
    for folder in ("pages", "extra"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pages" / "base.html").write_text(template)
    (tmp_path / "extra" / "site.css").write_text("header { color: rgb(1, 2, 3) } visiomatic-viewer { height: 500px }")
    places = (
        "--template-dir",
        tmp_path / "pages",
        "--extra-dir",
        tmp_path / "extra",
        "--cache-dir",
        tmp_path / "cache",
    )
    command = start("demo", "--size", "256", "--no-browser", "--workers", "1", *places)
    page = open_page(f"{command.url()}?image=m13-dss.fits")
    viewer = Viewer(page)
    assert page.locator("header").inner_text() == "Our observatory"
    assert page.evaluate("getComputedStyle(document.querySelector('header')).color") == "rgb(1, 2, 3)"
    assert page.title().startswith("VisiOmatic ")
    assert viewer.ask("viewer.image.id") == "m13-dss.fits"
    assert viewer.ask("element.clientHeight") == 500
