"""The examples of the manual, as they stand there: in a browser, on another site, under a strict policy."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .sites import EXAMPLE_SERVER, Site, pages_of

pytestmark = pytest.mark.browser

SHOWN = "(one) => one.ready.then(() => one.viewer.map.whenSettled())"


@pytest.fixture(scope="module")
def server(start: Callable, site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    options = ("--cache-dir", tmp_path_factory.mktemp("cache"), "--no-browser", "--workers", "1")
    return str(start("demo", "--size", "512", "--cors-origins", site.origin, *options).url())


@pytest.fixture(scope="module")
def changes(server: str) -> dict[str, str]:
    """What differs from the text in the manual: the address of the server, and a smaller field."""
    return {EXAMPLE_SERVER: server, "simulated-field-4096": "simulated-field-512"}


@pytest.fixture
def show(
    open_page: Callable, site: Site, server: str, changes: dict[str, str], project_root: Path
) -> Callable[[str], Any]:
    """A function that opens an example and waits until its viewers show their images."""
    site.pages = pages_of(project_root / "docs" / "examples", changes)
    site.allow(server, f"frame-src {server};")

    def open_one(name: str) -> Any:
        page = open_page(f"{site.origin}/{name}")
        page.evaluate(f"() => Promise.all([...document.querySelectorAll('visiomatic-viewer')].map({SHOWN}))")
        return page

    return open_one


def brightness(page: Any, locator: Any) -> np.ndarray:
    import io

    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("L")).astype(float)


def test_a_viewer_in_a_blog_post_leaves_the_scrolling_to_the_page(show: Callable, artefacts: Path) -> None:
    page = show("blog.html")
    page.screenshot(path=str(artefacts / "example-blog.png"), full_page=True)
    viewer = page.locator("visiomatic-viewer")
    assert brightness(page, viewer)[100:300, 200:400].std() > 5
    assert [one.get_attribute("data-id") for one in page.locator("vm-rail button").all()] == ["display", "info"]
    accent = "getComputedStyle(document.querySelector('visiomatic-viewer')).getPropertyValue('--vm-accent')"
    assert page.evaluate(accent).strip() == "#e0a040"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_viewers_of_a_portal_show_every_image_and_follow_each_other(show: Callable, artefacts: Path) -> None:
    page = show("portal.html")
    page.wait_for_function("() => document.querySelectorAll('visiomatic-viewer').length === 2")
    page.evaluate(f"() => Promise.all([...document.querySelectorAll('visiomatic-viewer')].map({SHOWN}))")
    page.screenshot(path=str(artefacts / "example-portal.png"), full_page=True)
    for card in page.locator("article").all():
        assert brightness(page, card.locator("visiomatic-viewer"))[50:250, 100:300].std() > 5
    page.locator("visiomatic-viewer").first.hover()
    page.wait_for_function("() => document.querySelector('article p').textContent.includes('°')")


def test_a_wiki_shows_an_image_in_a_frame(show: Callable, artefacts: Path) -> None:
    page = show("wiki.html")
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe")
    frame.locator("visiomatic-viewer .title").wait_for()
    inside = next(one for one in page.frames if one != page.main_frame)
    inside.evaluate(f"() => ({SHOWN})(document.querySelector('visiomatic-viewer'))")
    page.screenshot(path=str(artefacts / "example-wiki.png"), full_page=True)
    assert frame.locator("vm-rail").count() == 0
    assert inside.evaluate("document.querySelector('visiomatic-viewer').state.display.colormap") == "viridis"


@pytest.fixture(scope="module")
def built(
    project_root: Path, changes: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], dict[str, str]]:
    """The React example, type-checked and built with React itself."""
    client = project_root / "client"
    node = shutil.which("node")
    if node is None or not (client / "node_modules" / "react").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    folder = tmp_path_factory.mktemp("react")
    for path in (project_root / "docs" / "examples" / "react").iterdir():
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / path.name).write_text(text, encoding="utf-8")
    shutil.copy(project_root / "src" / "visiomatic" / "client" / "visiomatic.d.ts", folder)
    (folder / "node_modules").symlink_to(client / "node_modules")
    types = "--noEmit --strict --jsx react-jsx --lib es2021,dom,dom.iterable --module esnext --moduleResolution bundler"
    bin_folder = client / "node_modules"
    for program, *options in (
        ("typescript/bin/tsc", "--ignoreConfig", *types.split(), "main.tsx"),
        ("vite/bin/vite.js", "build", "--base", "./", "--logLevel", "error"),
    ):
        command = [node, str(bin_folder / program), *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return lambda: pages_of(folder / "dist", {})


@pytest.mark.node
def test_a_react_application_shows_images_and_hears_of_positions(
    built: Callable, open_page: Callable, site: Site, server: str, artefacts: Path
) -> None:
    site.pages = built()
    # React writes `style` through the object model, which a policy allows.
    site.allow(server)
    page = open_page(f"{site.origin}/index.html")
    page.locator("visiomatic-viewer").wait_for()
    page.evaluate(f"() => ({SHOWN})(document.querySelector('visiomatic-viewer'))")
    page.screenshot(path=str(artefacts / "example-react.png"))
    page.locator("visiomatic-viewer .map").hover()
    page.wait_for_function("() => document.querySelector('output').textContent.includes('°')")
    page.get_by_label("Inverted").check()
    page.wait_for_function("() => document.querySelector('visiomatic-viewer').state.display.invert")
    page.get_by_label("Image", exact=True).select_option("simulated-field-512.fits")
    page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').viewer.image?.id === 'simulated-field-512.fits'"
    )
