"""OpenSeadragon draws our images with its tile source for IIP servers: tested in Chromium."""

from __future__ import annotations

import http.server
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
import pytest

from servers import answering

from .pictures import (
    HEIGHT,
    LEVELS,
    WIDTH,
    Watched,
    assert_alike,
    at_level,
    grey,
    on_screen,
    screen,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.node]

VIEWER = """<!doctype html><html><head><meta charset="utf-8">
<title>OpenSeadragon</title><link rel="icon" href="data:,"></head>
<body style="margin: 0; background: #102030"><div id="viewer" style="width: 1280px; height: 800px"></div>
<script src="{client}openseadragon.min.js"></script><script>
var given = new URLSearchParams(location.search), viewer = OpenSeadragon({{
  id: 'viewer', showNavigationControl: false, imageSmoothingEnabled: false, animationTime: 0, minPixelRatio: 1,
  crossOriginPolicy: 'Anonymous', tileSources: {{iipsrv: '{api}', image: given.get('image'),
    format: given.get('format'), transform: JSON.parse(given.get('transform') || 'null')}}}});
</script></body></html>"""


@pytest.fixture(scope="module")
def seadragon(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library alone."""
    library = project_root / "client" / "node_modules" / "openseadragon" / "build" / "openseadragon"
    if not library.is_dir():
        pytest.skip("the client's packages are not here")
    folder = tmp_path_factory.mktemp("openseadragon")
    shutil.copy(library / "openseadragon.min.js", folder)
    return folder


@pytest.fixture(scope="module")
def seadragon_url(start: Callable, seadragon: Path, cube: tuple[Path, np.ndarray]) -> str:
    """Our server with a page of OpenSeadragon, which answers pages of other sites, too."""
    (seadragon / "base.html").write_text(VIEWER.format(client="{{ root_path }}/client/", api="{{ api_path }}"))
    pages = ["--client-dir", seadragon, "--template-dir", seadragon, "--cors-origins", "*"]
    return str(start("--workers", "1", "--cache-dir", seadragon / "cache", *pages, cube[0]).url())


class Seadragon(Watched):
    """A page of OpenSeadragon."""

    def settle(self) -> None:
        # OpenSeadragon learns of a new view in its next frame: until then it calls the old one complete.
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.page.wait_for_function(
            "viewer.world.getItemAt(0)?.getFullyLoaded() && !viewer.world.needsDraw() && !viewer.isAnimating?.()"
        )
        self.wait_for_answers()

    def look_at(self, x: int, y: int, zoom: float) -> tuple[int, int]:
        """Put the corner between pixels in the middle; returns the pixel of the level in the window's corner."""
        self.page.evaluate(
            """([x, y, zoom]) => { const { viewport } = viewer;
              viewport.zoomTo(viewport.imageToViewportZoom(zoom), null, true);
              viewport.panTo(viewport.imageToViewportCoordinates(x, y), true); }""",
            [x, y, zoom],
        )
        self.settle()
        return round(x * zoom) - 640, round(y * zoom) - 400

    def assert_drawn(self, whole: np.ndarray, corner: tuple[int, int]) -> None:
        part, wanted = on_screen(whole, *corner)
        assert_alike(screen(self.page)[part], wanted)


@pytest.fixture
def dragon(open_page: Callable[..., Page]) -> Iterator[Callable[..., Seadragon]]:
    opened: list[Seadragon] = []

    def show(url: str, image: str, **more: str) -> Seadragon:
        opened.append(Seadragon(open_page, f"{url}?{urlencode({'image': image, **more})}"))
        opened[-1].settle()
        return opened[-1]

    yield show
    for page in opened:
        page.assert_no_errors()


@pytest.fixture(scope="module")
def cuts(seadragon_url: str) -> list[list[float]]:
    """Those that the server takes of itself for the channels of the cube."""
    with urlopen(f"{seadragon_url}api?FIF=deep/cube.fits&INFO") as answer:
        return list(json.load(answer)["images"][0]["min_max"])


def test_openseadragon_draws_every_level_the_right_way_round(
    dragon: Callable, seadragon_url: str, cube: tuple[Path, np.ndarray], cuts: list[list[float]]
) -> None:
    page = dragon(seadragon_url, "field.fits")
    size = page.page.evaluate("(({x, y}) => [x, y])(viewer.world.getItemAt(0).getContentSize())")
    assert size == [WIDTH, HEIGHT]
    shown = (screen(page.page) != (0x10, 0x20, 0x30)).any(axis=2)
    assert shown.any(axis=1).sum() == 800
    assert abs(shown.any(axis=0).sum() - 800 * WIDTH / HEIGHT) <= 1
    for halvings in range(LEVELS):
        corner = page.look_at(592, 448, 0.5**halvings)
        page.assert_drawn(grey(at_level(cube[1][0], halvings), cuts[0]), corner)
        assert page.tiles(LEVELS - 1 - halvings)


def test_openseadragon_changes_the_look(
    dragon: Callable, seadragon_url: str, cube: tuple[Path, np.ndarray], cuts: list[list[float]]
) -> None:
    look = {"contrast": 2, "gamma": 1.5, "invert": True, "quality": 98, "minmax": "3:120,700", "colormap": "GREY"}
    page = dragon(seadragon_url, "deep/cube.fits&CHAN=3", transform=json.dumps(look))
    corner = page.look_at(600, 452, 0.5)
    wanted = 255 - grey(2 * (at_level(cube[1][2], 1) - 120) / 580, [0, 1], 1.5)
    page.assert_drawn(wanted, corner)


@pytest.mark.parametrize(("kind", "word"), [("png", "PTL"), ("webp", "WTL")])
def test_openseadragon_gets_tiles_in_other_formats(
    dragon: Callable, seadragon_url: str, cube: tuple[Path, np.ndarray], cuts: list[list[float]], kind: str, word: str
) -> None:
    page = dragon(seadragon_url, "field.fits", format=kind)
    corner = page.look_at(600, 452, 1)
    page.assert_drawn(grey(at_level(cube[1][0], 0), cuts[0]), corner)
    assert page.tiles(LEVELS - 1, word=word)
    assert not page.tiles(LEVELS - 1)


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path: Path, seadragon: Path, seadragon_url: str) -> Iterator[str]:
    """Another site, whose page shows our images."""
    shutil.copy(seadragon / "openseadragon.min.js", tmp_path)
    (tmp_path / "index.html").write_text(VIEWER.format(client="", api=f"{seadragon_url}api"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path)))
    with answering(server) as site:
        yield f"http://127.0.0.1:{site.server_port}/"


def test_openseadragon_on_another_site_draws_our_images(
    dragon: Callable, elsewhere: str, cube: tuple[Path, np.ndarray], cuts: list[list[float]]
) -> None:
    page = dragon(elsewhere, "field.fits")
    corner = page.look_at(600, 452, 0.5)
    page.assert_drawn(grey(at_level(cube[1][0], 1), cuts[0]), corner)
