"""A page with a viewer on it, as the tests of the whole program see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from servers import answering
from waiting import until

from .fields import make_fields
from .maps import HEIGHT, WIDTH
from .pictures import make_cube
from .sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What never happens ends a test after half a minute, in the page itself: nothing else can interrupt a script.
HEAD = """
  const element = document.querySelector('visiomatic-viewer'), viewer = element.viewer;
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('waited for 30 seconds')), 30000));
"""
SETTLED = "element.ready.then(() => element.viewer.map.whenSettled())"


AT_REST = """new Promise((resolve) => {
  let frames = 0;
  const look = () => {
    frames = !viewer.map.isMoving && viewer.map.isSettled ? frames + 1 : 0;
    if (frames === 4) resolve(null);
    else requestAnimationFrame(look);
  };
  look();
})"""


class Viewer:
    """What a person does with the viewer, and what the page's own scripts can ask it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.settle()

    def settle(self) -> None:
        """Wait until everything in view is drawn."""
        self.page.evaluate(f"() => {{ {HEAD} return Promise.race([late, {SETTLED}]).then(() => null); }}")

    def ask(self, expression: str, *values: Any) -> Any:
        """Evaluate JavaScript with ``element`` (the element), ``viewer`` (behind it) and ``a`` (*values*)."""
        script = f"(a) => {{ {HEAD} return Promise.race([late, (async () => ({expression}))()]); }}"
        return self.page.evaluate(script, list(values))

    def rest(self) -> None:
        """Wait until the map neither moves nor begins to, and everything in view is drawn."""
        self.page.evaluate(f"() => {{ {HEAD} return Promise.race([late, {AT_REST}]); }}")

    def look_at(self, x: float, y: float, zoom: float) -> None:
        """Put a FITS pixel in the middle; zoom is log2 of screen pixels per image pixel."""
        self.ask("viewer.map.setView(a[0], a[1], a[2], {animate: false})", x, y, zoom)
        self.settle()

    @property
    def center(self) -> tuple[float, float]:
        found = self.ask("viewer.map.center")
        return found["x"], found["y"]

    @property
    def zoom(self) -> float:
        return float(self.ask("viewer.map.zoom"))

    def pixel_under(self, left: float, top: float) -> tuple[float, float]:
        """The FITS pixel at a place of the window, from the view alone."""
        box = self.ask(
            "(({x, y, width, height}) => [x, y, width, height])(viewer.map.container.getBoundingClientRect())"
        )
        (x, y), scale = self.center, 2**self.zoom
        return x + (left - box[0] - box[2] / 2) / scale, y - (top - box[1] - box[3] / 2) / scale

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        """Where a FITS pixel is in the window."""
        left, top = self.ask(
            "(({x, y}, box) => [x + box.x, y + box.y])(viewer.map.view.toScreen(a[0], a[1]),"
            " viewer.map.container.getBoundingClientRect())", x, y)  # fmt: skip
        return left, top

    def readout(self) -> dict[str, str]:
        """What the card says, by name: position and values."""
        card = "element.shadowRoot.querySelector('vm-readout').shadowRoot"
        names, texts = (
            self.ask(f"[...{card}.querySelectorAll('{tag}')].map((e) => e.innerText)") for tag in ("dt", "dd")
        )
        return dict(zip(names, texts, strict=True))

    def read_until(self, agrees: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """What the card says, once it is as expected: it follows the hand a moment later."""
        said: dict[str, str] = {}

        def look() -> bool:
            nonlocal said
            said = self.readout()
            return len(said) > 2 and agrees(said)

        self.until(look, lambda: f"the read-out says {said}")
        return said

    def until(self, condition: Callable[[], object], *what: Callable[[], object]) -> None:
        """Wait for what is seen from here, while the page goes on."""
        until(condition, *what, pause=lambda: self.page.wait_for_timeout(20))

    def picture(self, left: int, top: int, width: int, height: int) -> np.ndarray:
        """What is on the screen, as (rows, columns, 3) bytes."""
        clip = {"x": left, "y": top, "width": width, "height": height}
        return np.asarray(Image.open(io.BytesIO(self.page.screenshot(clip=clip))).convert("RGB"))

    def canvas(self) -> np.ndarray:
        """The image's own canvas, one array element for one device pixel: (rows, columns, 4)."""
        found = self.ask("viewer.map.container.querySelector('canvas.picture').toDataURL('image/png')")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(found.split(",", 1)[1]))).convert("RGBA"))

    def save(self, path: Path) -> None:
        self.page.screenshot(path=str(path))


@pytest.fixture
def view(open_page: Callable[..., Page]) -> Callable[..., Viewer]:
    """A function that opens an image of a server: its base URL, the image id, further parameters of the address."""

    def show(url: str, image: str = "", query: str = "", **options: Any) -> Viewer:
        parts = [f"image={quote(image)}" if image else "", query]
        return Viewer(open_page(f"{url}?{'&'.join(filter(None, parts))}", **options))

    return show


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Another web site."""
    with answering(Site()) as site:
        yield site


@pytest.fixture(scope="module")
def url(start: Callable, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that shows the `folder` of a module, and asks no other."""
    options = ("--no-browser", "--workers", "1", "--outside-services", "none")
    return str(start(*options, "--cache-dir", tmp_path_factory.mktemp("cache"), folder).url())


@pytest.fixture(scope="session")
def demo_url(start: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that shows the demonstration images, the field with 1024 pixels along a side."""
    cache = tmp_path_factory.mktemp("demo")
    command = start("demo", "--size", "1024", "--cache-dir", cache, "--no-browser", "--workers", "1")
    return str(command.url())


@pytest.fixture(scope="session")
def real_url(start: Callable, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that shows the files of real telescopes as a library."""
    cache = tmp_path_factory.mktemp("real")
    return str(start("--cache-dir", cache, "--workers", "2", real_data).url())


@pytest.fixture(scope="session")
def cube(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A folder with `deep/cube.fits` and `field.fits`, its first channel, and the numbers."""
    folder = tmp_path_factory.mktemp("stars")
    return folder, make_cube(folder)


@pytest.fixture(scope="session")
def map_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a smooth slope, in which a seam shows at once, and a picture of noise without repetition."""
    folder = tmp_path_factory.mktemp("images")
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    fits.writeto(folder / "slope.fits", (x + y).astype(np.float32))
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    noise[0, 0], noise[0, 1] = 0, 255
    fits.writeto(folder / "noise.fits", noise)
    return folder


@pytest.fixture(scope="session")
def map_url(start: Callable, map_images: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    command = start("--no-browser", "--workers", "2", "--cache-dir", tmp_path_factory.mktemp("cache"), map_images)
    return str(command.url())


@pytest.fixture(scope="session")
def field_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fields of one sky."""
    folder = tmp_path_factory.mktemp("fields")
    make_fields(folder)
    return folder


@pytest.fixture(scope="session")
def field_url(start: Callable, field_images: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server that shows them, and takes further files."""
    options = ("--no-browser", "--workers", "2", "--dropped-files", "yes")
    return str(start(*options, "--cache-dir", tmp_path_factory.mktemp("cache"), field_images).url())
