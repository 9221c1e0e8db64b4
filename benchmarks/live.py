"""The live view: how the map follows a slider that is dragged, counted in what the browser showed.

A real mouse drags the slider "Gamma" of the real page; the frames come from Chromium's screencast. A frame counts as an
update when the map in it differs from the frame before.
"""

import asyncio
import base64
import io
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from images import folder, sky_image
from opening import line
from page import HEIGHT, SETTLED, WIDTH, opened
from PIL import Image
from playwright.async_api import CDPSession, Page
from server import get, visiomatic

SECONDS = 3.0  # of dragging
SHRINK = 2  # frames are watched at half the size: making them costs the same processors
CLEAR = (slice(60, 390), slice(220, 470))  # of the map in them, where nothing lies over it
CHANGED = 0.25  # mean difference of two frames, in levels, that a new look makes at least
BLOCK = 25
ROUNDS = 2  # the better one counts: other work on the machine only ever disturbs
SLIDER = ".track:has([aria-label=Gamma])"
COUNT_REQUESTS = """() => {
  const real = window.fetch;
  const count = (window.tilesTogether = { now: 0, most: 0 });
  window.fetch = (...asked) => {
    const answer = real(...asked);
    if (!String(asked[0]).includes('/tiles/')) return answer;
    count.most = Math.max(count.most, ++count.now);
    return answer.finally(() => count.now--);
  };
}"""
WATCH_RELEASE = """() => addEventListener('pointerup', () => {
  const start = performance.now(), { map } = document.querySelector('visiomatic-viewer').viewer;
  map.whenSettled().then(() => requestAnimationFrame(() => { window.finalAfter = performance.now() - start; }));
}, { once: true })"""
CASES = (
    ("half size, grey", 1, "at=2000,2000&zoom=-1"),
    ("1:1, grey", 1, "at=2000,2000&zoom=0"),
    ("1:1, colours of three channels", 3, "at=2000,2000&zoom=0&mode=color"),
)


class Frame(NamedTuple):
    time: float
    map: np.ndarray


class Drag(NamedTuple):
    """What one drag showed."""

    updates: float  # a second
    gap: float  # longest time without an update, ms
    final: float  # ms from release to the picture of full quality
    blank: int
    torn: int
    together: int  # most tile requests under way


def main() -> int:
    """Measure and print; the exit code is 1 when a frame was blank or torn."""
    print(f"{'':<66}{'measured':>10}{'goal':>9}")
    good = True
    for name, channels, query in CASES:
        image = sky_image(4096, channels)
        with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(image, Path(cache), core="0,1") as port:
            get(port, f"/api/v1/images/{image.name}/view.jpg?size=64,64")
            rounds = [asyncio.run(drag(f"http://127.0.0.1:{port}/?{query}")) for _ in range(ROUNDS)]
        good = report(name, rounds) and good
    return 0 if good else 1


def report(name: str, rounds: list[Drag]) -> bool:
    line(f"{name}: updates a second while a slider moves", max(seen.updates for seen in rounds), 20)
    line("  longest time without an update, ms", min(seen.gap for seen in rounds))
    line("  final quality after release, ms", min(seen.final for seen in rounds), 250, at_most=True)
    line("  tile requests under way, at most", max(seen.together for seen in rounds), 4, at_most=True)
    whole = line("  blank frames", sum(seen.blank for seen in rounds), 0, at_most=True)
    return line("  torn frames", sum(seen.torn for seen in rounds), 0, at_most=True) and whole


async def drag(url: str) -> Drag:
    async with opened(url) as page:
        await page.keyboard.press("d")
        await page.locator(SLIDER).first.wait_for()
        await page.evaluate(SETTLED)
        await page.evaluate(COUNT_REQUESTS)
        await move(page, 0.5)  # what is compiled and learnt at the first use
        await page.evaluate(SETTLED)
        await page.evaluate(WATCH_RELEASE)
        frames, start, end = await watched(page)
        final = await page.wait_for_function("() => window.finalAfter")
        together = await page.evaluate("() => window.tilesTogether.most")
        return judge(frames, start, end, await final.json_value(), together)


async def watched(page: Page) -> tuple[list[Frame], float, float]:
    """Drag while the screen is watched; when the drag began and ended."""
    session = await page.context.new_cdp_session(page)
    pictures: list[tuple[float, str]] = []
    session.on("Page.screencastFrame", lambda event: keep(session, pictures, event))
    size = {"maxWidth": WIDTH // SHRINK, "maxHeight": HEIGHT // SHRINK}
    await session.send("Page.startScreencast", {"format": "jpeg", "quality": 80, "everyNthFrame": 2, **size})
    start = time.time()
    await move(page, SECONDS)
    end = time.time()
    await page.evaluate(SETTLED)
    await page.wait_for_timeout(300)
    await session.send("Page.stopScreencast")
    return [Frame(when, decoded(data)) for when, data in sorted(pictures)], start, end


def keep(session: CDPSession, pictures: list[tuple[float, str]], event: dict) -> None:
    pictures.append((event["metadata"]["timestamp"], event["data"]))
    acknowledged = session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
    asyncio.ensure_future(acknowledged).add_done_callback(lambda done: done.exception())


async def move(page: Page, seconds: float) -> None:
    """Drag the slider to and fro; the mouse tells its moves 60 times a second and waits for nobody."""
    box = await page.locator(SLIDER).first.bounding_box()
    left, width, y = box["x"] + 12, box["width"] - 24, box["y"] + box["height"] / 2
    session = await page.context.new_cdp_session(page)
    await page.mouse.move(left, y)
    await page.mouse.down()
    start, told = time.monotonic(), []
    while (passed := time.monotonic() - start) < seconds:
        phase = passed / 1.5 % 2
        event = {
            "type": "mouseMoved",
            "x": left + width * min(phase, 2 - phase),
            "y": y,
            "button": "left",
            "buttons": 1,
        }
        told.append(asyncio.ensure_future(session.send("Input.dispatchMouseEvent", event)))
        await asyncio.sleep(1 / 60)
    await asyncio.gather(*told)
    await page.mouse.up()


def decoded(data: str) -> np.ndarray:
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("L")
    return np.asarray(picture, np.float32)[CLEAR]


def judge(frames: list[Frame], start: float, end: float, final: float, together: int) -> Drag:
    pairs = itertools.pairwise(frames)
    changes = [new.time for old, new in pairs if np.abs(new.map - old.map).mean() > CHANGED]
    moving = [start, *[when for when in changes if start <= when <= end], end]
    gaps = [(b - a) * 1e3 for a, b in itertools.pairwise(moving)]
    contrast = statistics.median(frame.map.std() for frame in frames)
    blank = sum(bool(frame.map.std() < contrast / 5) for frame in frames)
    return Drag((len(moving) - 2) / (end - start), max(gaps), final, blank, sum(map(torn, frames)), together)


def torn(frame: Frame) -> bool:
    """True when a part of the map shows another look: the sky of this image has the same brightness everywhere."""
    rows, columns = (size // BLOCK for size in frame.map.shape)
    blocks = frame.map[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    sky = np.median(blocks, axis=(1, 3))
    return bool((np.abs(sky - np.median(sky)) > 8).mean() > 0.05)  # clusters of stars fill less


if __name__ == "__main__":
    sys.exit(main())
