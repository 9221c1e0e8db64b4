"""A hundred thousand sources over an image: frames a second while a real mouse drags the map of the real page.

Frames are those that Chromium asks the page to draw (requestAnimationFrame), beside those of the same drag without a
catalogue, so that the figure tells of the catalogue and not of the machine.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from images import folder, sky_image
from opening import line
from page import SETTLED, opened
from playwright.async_api import Page
from server import get, visiomatic

COUNT = 100_000
SIDE = 4096
SECONDS = 2.0
GOAL = 59  # of the 60 that the screen shows
VIEWS = (("all of them in view, as dots", -2), ("3,700 of them in view, as symbols", 0.5))
COUNT_FRAMES = """() => {
  window.frames_ = [];
  const tick = (now) => { window.frames_.push(now); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
ADDED = """(count) => {
  const panel = document.querySelector('visiomatic-viewer').shadowRoot.querySelector('vm-sidebar').shadowRoot
    .querySelector('vm-overlays-panel');
  return panel?.shadowRoot.querySelector('.count')?.textContent === count.toLocaleString('en');
}"""


class Pan(NamedTuple):
    """What one drag showed."""

    rate: float  # frames a second
    longest: float  # ms between two frames


def main() -> int:
    """Measure and print; the exit code is always 0."""
    print(f"{'':<66}{'measured':>10}{'goal':>9}")
    image = sky_image(SIDE, 1)
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(image, Path(cache), core="0,1") as port:
        get(port, f"/api/v1/images/{image.name}/view.jpg?size=64,64")
        sources = catalogue(Path(cache))
        without, added, with_them = asyncio.run(measure(f"http://127.0.0.1:{port}/?panel=overlays", sources))
    line(f"{COUNT:,} sources from a file: until they are drawn, ms", added)
    for (name, _), plain, pan in zip(VIEWS, without, with_them, strict=True):
        line(f"panning, {name}: frames a second", pan.rate, GOAL)
        line("  the same without a catalogue", plain.rate)
        line("  longest time between two frames, ms", pan.longest)
        line("  the same without a catalogue", plain.longest)
    return 0


def catalogue(where: Path) -> Path:
    """Random sources in pixels of the image."""
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1, SIDE, (2, COUNT))
    rows = np.stack([x, y, rng.uniform(12, 24, COUNT)], axis=1)
    path = where / "sources.csv"
    np.savetxt(path, rows, "%.3f", ",", header="X_IMAGE,Y_IMAGE,MAG_AUTO", comments="")
    return path


async def measure(url: str, sources: Path) -> tuple[list[Pan], float, list[Pan]]:
    """Panning without the catalogue, how long it takes to be drawn (ms), and panning with it."""
    async with opened(url) as page:
        await page.evaluate(COUNT_FRAMES)
        without = [await pan(page, zoom) for _, zoom in VIEWS]
        start = time.perf_counter()
        await page.locator("vm-overlays-panel input[type=file]").set_input_files(sources)
        await page.wait_for_function(ADDED, arg=COUNT)
        added = (time.perf_counter() - start) * 1e3
        with_them = [await pan(page, zoom) for _, zoom in VIEWS]
    return without, added, with_them


async def pan(page: Page, zoom: float) -> Pan:
    """Drag to and fro; frames between the first move and the last."""
    look = (
        "(zoom) => document.querySelector('visiomatic-viewer').viewer.map.setView(2048, 2048, zoom, {animate: false})"
    )
    await page.evaluate(look, zoom)
    await page.evaluate(SETTLED)
    await page.mouse.move(900, 600)
    await page.mouse.down()
    await page.evaluate("() => { window.frames_.length = 0; }")
    start = time.monotonic()
    while (passed := time.monotonic() - start) < SECONDS:
        phase = passed % 2
        await page.mouse.move(900 - 200 * min(phase, 2 - phase), 600 - 100 * min(phase, 2 - phase))
        await asyncio.sleep(max(0, 0.016 - (time.monotonic() - start - passed)))
    frames = np.array(await page.evaluate("() => window.frames_"))
    await page.mouse.up()
    await page.evaluate(SETTLED)
    return Pan(float((len(frames) - 1) / (frames[-1] - frames[0]) * 1e3), float(np.diff(frames).max()))


if __name__ == "__main__":
    sys.exit(main())
