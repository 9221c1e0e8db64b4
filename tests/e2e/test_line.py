"""The line between page and server: slow, broken, or carrying what nobody wants any more; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from .maps import BARE

pytestmark = pytest.mark.browser


LOWEST_ALPHA = """async () => {
  const canvas = document.querySelector('visiomatic-viewer').viewer.map.container.querySelector('canvas.picture');
  window.lowest = 255;
  const look = () => {
    const { data } = canvas.getContext('2d').getImageData(440, 200, 400, 400);
    for (let i = 3; i < data.length; i += 4) window.lowest = Math.min(window.lowest, data[i]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def test_on_a_slow_line_the_whole_view_comes_first_nothing_is_asked_twice_and_nothing_vanishes(
    map_url: str, view: Callable
) -> None:
    viewer = view(map_url, "noise.fits", BARE)
    session = viewer.page.context.new_cdp_session(viewer.page)
    slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url) if "/tiles/" in request.url else None)
    viewer.page.evaluate(LOWEST_ALPHA)
    viewer.ask("viewer.state.setDisplay({gamma: 2.2})")
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').viewer.map.previewCount > 0", timeout=60_000
    )
    viewer.page.set_default_timeout(60_000)
    viewer.settle()
    assert len(asked) == len(set(asked))
    assert viewer.page.evaluate("window.lowest") == 255  # what was seen stays until the new is there


FRAMES = 40
# Each frame of the page that is drawn while the slider moves is looked at: the smallest alpha, and how much it varies.
MOVE_SLIDER = """async (frames) => {
  const { viewer } = document.querySelector('visiomatic-viewer');
  const { map } = viewer, canvas = map.container.querySelector('canvas.picture');
  const before = map.previewCount, seen = [];
  let moving = true;
  const look = () => {
    const { data } = canvas.getContext('2d').getImageData(540, 300, 200, 200);
    let alpha = 255, low = 255, high = 0;
    for (let i = 0; i < data.length; i += 4) {
      alpha = Math.min(alpha, data[i + 3]);
      low = Math.min(low, data[i]);
      high = Math.max(high, data[i]);
    }
    seen.push([alpha, high - low]);
    if (moving) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  for (let i = 1; i <= frames; i++) {
    viewer.state.setDisplay({ contrast: 1 + i / frames }, { live: true });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const previews = map.previewCount - before;
  viewer.state.setDisplay({ contrast: 2 });
  await map.whenSettled();
  moving = false;
  return { previews, seen };
}"""


def test_while_a_slider_moves_the_view_follows_in_order_and_no_frame_is_blank(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "noise.fits", BARE)
    viewer.look_at(700, 500, 0)
    page = viewer.page
    events: list[tuple[str, str, float]] = []
    qualities: set[tuple[str, str]] = set()

    def note(what: str) -> Callable[[Any], None]:
        def add(request: Any) -> None:
            if found := re.search(r"/(tiles|view)[/.].*contrast=([\d.]+).*quality=(\d+)", request.url):
                events.append((what, found[1], float(found[2])))
                qualities.add((found[1], found[3]))

        return add

    page.on("request", note("asked"))
    page.on("requestfinished", note("answered"))
    page.on("requestfailed", note("failed"))
    shown = page.evaluate(MOVE_SLIDER, FRAMES)
    assert shown["previews"] >= 3
    assert min(alpha for alpha, _ in shown["seen"]) == 255
    assert min(spread for _, spread in shown["seen"]) > 100  # noise, not a blank
    views = [(what, look) for what, kind, look in events if kind == "view"]
    views = views[: len(views) // 2 * 2]  # the small picture of the whole image may still be on its way
    # One preview after the other, each of a newer look.
    assert [what for what, _ in views] == ["asked", "answered"] * (len(views) // 2)
    looks = [look for what, look in views if what == "asked"]
    assert looks == sorted(looks)
    # Tiles come at rest, of the last look alone or nearly so; none is given up.
    tiles = [(what, look) for what, kind, look in events if kind == "tiles"]
    assert {what for what, _ in tiles} == {"asked", "answered"}
    assert len({look for _, look in tiles}) <= 3
    assert ("answered", 2.0) in tiles
    # What moves may be coarse, what stays is not.
    assert qualities == {("view", "60"), ("tiles", "90")}


def test_a_late_answer_never_overwrites_a_newer_one(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits", BARE)
    page = viewer.page
    held: list[Any] = []
    page.route("**/tiles/**gamma=3*", lambda route: held.append(route))
    viewer.ask("viewer.state.setDisplay({gamma: 3})")
    viewer.until(lambda: held)
    viewer.ask("viewer.state.setDisplay({gamma: 1, colormap: 'viridis'})")
    # B is on the screen although A's requests hang: the preview does not wait for them.
    page.wait_for_function(
        """() => {
          const picture = document.querySelector('visiomatic-viewer').viewer.map.container.querySelector('canvas');
          const [r, g, b] = picture.getContext('2d').getImageData(picture.width / 2, picture.height / 2, 1, 1).data;
          return Math.abs(r - g) + Math.abs(g - b) > 40;
        }"""
    )
    assert len(held) <= 4
    for route in held:
        route.continue_()
    viewer.settle()
    page.wait_for_timeout(300)
    picture = viewer.canvas().astype(int)
    middle = picture[300:500, 500:780]
    assert (np.abs(middle[..., 0] - middle[..., 1]) + np.abs(middle[..., 1] - middle[..., 2])).min() > 20


def test_never_more_than_four_tiles_are_under_way_and_only_those_out_of_view_are_cancelled(
    map_url: str, view: Callable
) -> None:
    viewer = view(map_url, "noise.fits", BARE)
    page = viewer.page
    under_way, most, failed = set(), 0, []

    def begin(request: Any) -> None:
        nonlocal most
        if "/tiles/" in request.url:
            under_way.add(request)
            most = max(most, len(under_way))

    def end(request: Any) -> None:
        under_way.discard(request)

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", lambda request: (end(request), failed.append(request.url)))
    viewer.look_at(700, 500, 0)
    for gamma in (0.5, 0.6, 0.7, 0.8, 0.9):
        viewer.ask("viewer.state.setDisplay({gamma: a[0]})", gamma)
        page.wait_for_timeout(15)
    viewer.settle()
    assert 1 <= most <= 4
    assert failed == []


def test_a_server_that_stops_and_comes_back_costs_nothing_but_time(
    start: Callable, free_port: Callable, map_images: Path, tmp_path: Path, view: Callable, faults: list[str]
) -> None:
    port = free_port()
    options = ("--no-browser", "--workers", "1", "--port", str(port), "--cache-dir", tmp_path, map_images)
    server = start(*options)
    viewer = view(server.url(), "noise.fits")
    viewer.look_at(700, 500, 1)
    before = viewer.canvas()
    server.end()
    page = viewer.page
    page.evaluate("window.untouched = true")
    viewer.ask("viewer.map.setView(300, 300, 3, {animate: false})")
    page.locator("vm-banner").wait_for()
    # What was seen stays: the coarser picture, enlarged.
    after = viewer.canvas()
    assert before[..., 3].min() == 255
    assert (after[300:500, 500:780, 3] == 255).all()
    assert after[300:500, 500:780, 0].std() > 5
    start(*options).url()
    page.locator("vm-banner").wait_for(state="detached")
    viewer.settle()
    data = fits.getdata(map_images / "noise.fits")
    assert page.evaluate("window.untouched")
    drawn = viewer.canvas()[..., 0]
    found = viewer.ask("viewer.map.view.fromScreen(640, 400)")
    truth = int(data[round(found["y"]) - 1, round(found["x"]) - 1])
    assert abs(int(drawn[400, 640]) - truth) < 60
    faults[:] = [fault for fault in faults if "Failed to load resource" not in fault]


def test_dropped_requests_are_asked_again_and_what_was_seen_stays(
    map_url: str, map_images: Path, view: Callable, faults: list[str]
) -> None:
    viewer = view(map_url, "noise.fits", f"{BARE}&q=0")
    viewer.look_at(700, 500, 0)
    page = viewer.page
    asked: dict[str, int] = {}

    def lose_the_first(route: Any) -> None:
        url = route.request.url
        asked[url] = asked.get(url, 0) + 1
        if asked[url] == 1:
            route.abort("connectionreset")
        elif asked[url] == 2:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/tiles/**", lose_the_first)
    page.evaluate(LOWEST_ALPHA)
    viewer.ask("viewer.state.setDisplay({invert: true})")
    viewer.settle()
    assert page.evaluate("window.lowest") == 255
    assert max(asked.values()) == 3  # lost, refused for a moment, there: never more often than that
    assert sum(count == 3 for count in asked.values()) >= 20  # all in view; those around it may wait
    data = fits.getdata(map_images / "noise.fits")
    found = viewer.ask("viewer.map.view.fromScreen(640.5, 400.5)")
    truth = 255 - int(data[round(found["y"]) - 1, round(found["x"]) - 1])
    assert abs(int(viewer.canvas()[400, 640, 0]) - truth) <= 1
    page.locator("vm-banner").wait_for(state="detached")
    page.close()
    faults[:] = [fault for fault in faults if "Failed to load resource" not in fault]


# Requests for tiles of one look hang until they are given up.
HANG = """() => {
  const real = window.fetch;
  window.held = [];
  window.cancelled = [];
  window.fetch = (url, init) => {
    if (!/tiles.*gamma=2/.test(url) || window.passing) return real(url, init);
    window.held.push(url);
    return new Promise((_, reject) => init.signal.addEventListener('abort', () => {
      window.cancelled.push(url);
      reject(new DOMException('Aborted', 'AbortError'));
    }));
  };
}"""


def test_tiles_that_leave_the_view_are_cancelled_at_once(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "noise.fits", BARE)
    viewer.look_at(200, 900, 2)
    page = viewer.page
    page.evaluate(HANG)
    viewer.ask("viewer.state.setDisplay({gamma: 2})")
    held = page.evaluate("window.held")
    assert 1 <= len(held) <= 4
    viewer.ask("(window.passing = true, viewer.map.setView(1300, 200, 2, {animate: false}))")
    assert sorted(page.evaluate("window.cancelled")) == sorted(held)
    viewer.settle()
