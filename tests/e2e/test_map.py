"""The map under the hand, in a real browser before the real command: nothing torn, nothing blank, nothing lost."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 1501, 1099  # odd, so that every level has a lone row and column
BARE = "show=-title,-readout,-scale,-compass,-minimap,-colorbar&mode=single&stretch=linear&cuts=minmax"
AT_REST = (
    "() => { const v = document.querySelector('visiomatic-viewer').viewer; return !v.map.isMoving && v.map.isSettled; }"
)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a smooth slope, in which a seam shows at once, and a picture of noise without repetition."""
    folder = tmp_path_factory.mktemp("images")
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    fits.writeto(folder / "slope.fits", (x + y).astype(np.float32))
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    noise[0, 0], noise[0, 1] = 0, 255
    fits.writeto(folder / "noise.fits", noise)
    return folder


@pytest.fixture(scope="module")
def url(start: Callable, images: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    command = start("--no-browser", "--workers", "2", "--cache-dir", tmp_path_factory.mktemp("cache"), images)
    return str(command.url())


def rest(viewer: Any) -> None:
    viewer.page.wait_for_function(AT_REST)
    viewer.page.wait_for_timeout(60)


def canvas(viewer: Any) -> np.ndarray:
    """The picture's own canvas, one array element for one device pixel: (rows, columns, 4)."""
    found = viewer.ask("viewer.map.container.querySelector('canvas.picture').toDataURL('image/png')")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found.split(",", 1)[1]))).convert("RGBA"))


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_there_are_no_seams_between_tiles_at_any_zoom_and_resolution(url: str, view: Callable, ratio: float) -> None:
    viewer = view(url, "slope.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    for zoom in (-1.37, -0.8, -0.21, 0.0, 0.33, 1.71):
        viewer.look_at(750.3, 550.7, zoom)
        picture = canvas(viewer).astype(float)
        covered = picture[..., 3] == 255
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        inside = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        assert covered[inside].all()
        grey = picture[(*inside, 0)]
        step = 255 / (WIDTH + HEIGHT) / (2**zoom * ratio)
        for axis in (0, 1):
            # Enlarged pixels are squares, so neighbours differ by a whole step or not at all.
            assert np.abs(np.diff(grey, axis=axis)).max() <= 1 + np.ceil(max(step, 255 / (WIDTH + HEIGHT)))


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_one_image_pixel_to_one_device_pixel_is_the_image_itself(
    url: str, images: Path, view: Callable, ratio: float
) -> None:
    viewer = view(url, "noise.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    viewer.look_at(700, 500, -np.log2(ratio))
    drawn = canvas(viewer)[..., 0]
    data = fits.getdata(images / "noise.fits")[::-1]
    (x, y), (rows, columns) = viewer.center, drawn.shape
    left, top = round(x - 0.5 - 1280 * ratio / 2), round(HEIGHT + 0.5 - y - 800 * ratio / 2)
    row, column = max(0, -top), max(0, -left)
    shown = data[max(0, top) : top + rows, max(0, left) : left + columns]
    np.testing.assert_array_equal(drawn[row : row + shown.shape[0], column : column + shown.shape[1]], shown)


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_the_pixel_under_the_cursor_is_the_one_that_is_drawn_there(
    url: str, images: Path, view: Callable, ratio: float
) -> None:
    viewer = view(url, "noise.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    data = fits.getdata(images / "noise.fits")
    for zoom in (5, 3.3):
        viewer.look_at(321.2, 654.4, zoom)
        drawn = canvas(viewer)[..., 0]
        for left, top in ((101, 77), (640, 400), (1200.5, 733.25)):
            found = viewer.ask("viewer.map.view.fromScreen(a[0], a[1])", left, top)
            inner = [abs(value - round(value)) for value in (found["x"], found["y"])]
            if max(inner) < 0.45:  # not on the very edge between two pixels
                truth = data[round(found["y"]) - 1, round(found["x"]) - 1]
                assert drawn[int(top * ratio), int(left * ratio)] == truth


def test_an_image_opens_whole_in_the_middle_and_stays_so_when_the_window_changes(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits")
    for width, height in ((1280, 800), (500, 900), (1280, 800)):
        viewer.page.set_viewport_size({"width": width, "height": height})
        rest(viewer)
        assert viewer.center == pytest.approx(((WIDTH + 1) / 2, (HEIGHT + 1) / 2), abs=1)
        margin = 24
        assert 2**viewer.zoom == pytest.approx(min((width - margin) / WIDTH, (height - margin) / HEIGHT), rel=0.05)


def test_the_keyboard_moves_and_zooms(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits")
    viewer.look_at(700, 500, 0)
    viewer.page.locator(".map").focus()

    def press(key: str) -> tuple[float, float, float]:
        viewer.page.keyboard.press(key)
        rest(viewer)
        return (*viewer.center, viewer.zoom)

    assert press("ArrowRight") == pytest.approx((780, 500, 0), abs=1)
    assert press("ArrowUp") == pytest.approx((780, 580, 0), abs=1)
    assert press("+") == pytest.approx((780, 580, 1), abs=1)
    assert press("-") == pytest.approx((780, 580, 0), abs=1)
    assert press("Alt+ArrowLeft") == pytest.approx((779, 580, 0), abs=0.6)
    x, y, _ = press("0")
    assert (x, y) == pytest.approx(((WIDTH + 1) / 2, (HEIGHT + 1) / 2), abs=1)
    viewer.page.wait_for_function("() => !location.search.includes('zoom=')")


def test_a_double_click_zooms_in_there_and_a_right_drag_changes_contrast(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits")
    viewer.look_at(700, 500, 0)
    held = viewer.pixel_under(900, 300)
    viewer.page.mouse.dblclick(900, 300)
    rest(viewer)
    assert viewer.zoom == pytest.approx(1)
    np.testing.assert_allclose(viewer.pixel_under(900, 300), held, atol=1)
    before = viewer.center
    mouse = viewer.page.mouse
    mouse.move(600, 400)
    mouse.down(button="right")
    mouse.move(650, 300, steps=5)
    mouse.up(button="right")
    display = viewer.ask("element.state.display")
    assert display["contrast"] > 1.3
    assert display["bias"] < 0.5
    assert viewer.center == pytest.approx(before)


def test_two_fingers_zoom_about_what_is_between_them(url: str, view: Callable) -> None:
    viewer = view(
        url, "slope.fits", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    viewer.look_at(700, 500, -1)
    held = viewer.pixel_under(200, 500)
    session = viewer.page.context.new_cdp_session(viewer.page)

    def touch(kind: str, gap: float | None) -> None:
        points = [] if gap is None else [{"x": 200 - gap, "y": 500, "id": 0}, {"x": 200 + gap, "y": 500, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        viewer.page.wait_for_timeout(20)

    touch("touchStart", 40)
    for gap in range(44, 124, 4):
        touch("touchMove", gap)
    touch("touchEnd", None)
    rest(viewer)
    assert viewer.zoom == pytest.approx(-1 + np.log2(3), abs=0.15)
    np.testing.assert_allclose(viewer.pixel_under(200, 500), held, atol=4)


def test_a_long_press_reads_the_value_under_the_finger(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    viewer.look_at(700, 500, 0)
    x, y = viewer.pixel_under(100, 600)
    session = viewer.page.context.new_cdp_session(viewer.page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 100, "y": 600}]})
    viewer.page.wait_for_function(
        f"() => Math.abs(document.querySelector('visiomatic-viewer').viewer.readout.x - {x}) < 2"
    )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expected = round(x) - 1 + round(y) - 1
    viewer.page.wait_for_function(
        f"() => Math.abs(document.querySelector('visiomatic-viewer').viewer.readout.values?.[0] - {expected}) <= 4"
    )


def test_back_undoes_a_move_and_forward_does_it_again(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits")
    page = viewer.page
    for x in (300, 900):
        viewer.look_at(x, 500, 1)
        page.wait_for_function(f"() => location.search.includes('at={x}')")
    page.go_back()
    rest(viewer)
    assert viewer.center == pytest.approx((300, 500), abs=1)
    page.go_forward()
    rest(viewer)
    assert viewer.center == pytest.approx((900, 500), abs=1)


def test_a_file_that_is_replaced_is_shown_anew_at_the_same_place(url: str, images: Path, view: Callable) -> None:
    changing = images / "changing.fits"
    fits.writeto(changing, np.full((300, 300), 10, np.uint8), overwrite=True)
    viewer = view(url, "changing.fits", f"{BARE}&cuts=1:0,255&q=0")
    viewer.look_at(100, 120, 2)
    assert canvas(viewer)[400, 640, 0] == pytest.approx(10, abs=1)
    changing.unlink()
    fits.writeto(changing, np.full((300, 300), 200, np.uint8))
    version = viewer.ask("viewer.image.version")
    viewer.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    viewer.page.wait_for_function(
        f"() => document.querySelector('visiomatic-viewer').viewer.image.version !== '{version}'"
    )
    viewer.settle()
    assert canvas(viewer)[400, 640, 0] == pytest.approx(200, abs=1)
    assert viewer.center == pytest.approx((100, 120), abs=1)


def test_on_a_slow_line_the_whole_view_comes_first_and_nothing_is_asked_twice(url: str, view: Callable) -> None:
    viewer = view(url, "noise.fits", BARE)
    session = viewer.page.context.new_cdp_session(viewer.page)
    slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url) if "/tiles/" in request.url else None)
    viewer.ask("viewer.state.setDisplay({gamma: 2.2})")
    viewer.page.wait_for_function(
        "() => document.querySelector('visiomatic-viewer').viewer.map.previewCount > 0", timeout=60_000
    )
    viewer.page.set_default_timeout(60_000)
    viewer.settle()
    assert len(asked) == len(set(asked))


FRAMES = 40
MOVE_SLIDER = """async (frames) => {
  const { viewer } = document.querySelector('visiomatic-viewer');
  const before = viewer.map.previewCount;
  for (let i = 0; i < frames; i++) {
    viewer.state.setDisplay({ contrast: 1 + i / frames }, { live: true });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const previews = viewer.map.previewCount - before;
  viewer.state.setDisplay({ contrast: 2 });
  await viewer.map.whenSettled();
  return previews;
}"""


def test_while_a_slider_moves_the_view_follows_and_no_frame_is_blank(url: str, view: Callable) -> None:
    viewer = view(url, "noise.fits", BARE)
    page = viewer.page
    session = page.context.new_cdp_session(page)
    frames: list[bytes] = []

    def keep(event: dict[str, Any]) -> None:
        frames.append(base64.b64decode(event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
    tiles: list[str] = []
    page.on("request", lambda request: tiles.append(request.url) if "/tiles/" in request.url else None)
    previews = page.evaluate(MOVE_SLIDER, FRAMES)
    session.send("Page.stopScreencast")
    assert previews >= 3
    assert len(frames) >= 3
    for frame in frames:
        middle = np.asarray(Image.open(io.BytesIO(frame)).convert("L"))[200:600, 340:940]
        assert middle.std() > 10  # noise, not a blank
        assert (middle > 60).mean() > 0.2
    looks = {found[1] for tile in tiles if (found := re.search(r"contrast=([\d.]+)", tile))}
    assert len(looks) <= 3  # tiles are fetched at rest, not for every step


def test_a_late_answer_never_overwrites_a_newer_one(url: str, view: Callable) -> None:
    viewer = view(url, "slope.fits", BARE)
    page = viewer.page
    held: list[Any] = []
    page.route("**/tiles/**gamma=3*", lambda route: held.append(route))
    viewer.ask("viewer.state.setDisplay({gamma: 3})")
    page.wait_for_timeout(100)
    assert 0 < len(held) <= 4
    viewer.ask("viewer.state.setDisplay({gamma: 1, colormap: 'viridis'})")
    # B is on the screen although A's requests hang: the preview does not wait for them.
    page.wait_for_function(
        """() => {
          const picture = document.querySelector('visiomatic-viewer').viewer.map.container.querySelector('canvas');
          const [r, g, b] = picture.getContext('2d').getImageData(picture.width / 2, picture.height / 2, 1, 1).data;
          return Math.abs(r - g) + Math.abs(g - b) > 40;
        }"""
    )
    for route in held:
        route.continue_()
    viewer.settle()
    page.wait_for_timeout(300)
    picture = canvas(viewer).astype(int)
    middle = picture[300:500, 500:780]
    assert (np.abs(middle[..., 0] - middle[..., 1]) + np.abs(middle[..., 1] - middle[..., 2])).min() > 20


def test_never_more_than_four_tiles_are_under_way_and_only_those_out_of_view_are_cancelled(
    url: str, view: Callable
) -> None:
    viewer = view(url, "noise.fits", BARE)
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
    start: Callable, free_port: Callable, images: Path, tmp_path: Path, view: Callable, faults: list[str]
) -> None:
    port = free_port()
    options = ("--no-browser", "--workers", "1", "--port", str(port), "--cache-dir", tmp_path, images)
    server = start(*options)
    viewer = view(server.url(), "noise.fits")
    viewer.look_at(700, 500, 1)
    before = canvas(viewer)
    server.end()
    page = viewer.page
    page.evaluate("window.untouched = true")
    viewer.ask("viewer.map.setView(300, 300, 3, {animate: false})")
    page.locator("vm-banner").wait_for()
    # What was seen stays: the coarser picture, enlarged.
    after = canvas(viewer)
    assert before[..., 3].min() == 255
    assert (after[300:500, 500:780, 3] == 255).all()
    assert after[300:500, 500:780, 0].std() > 5
    start(*options).url()
    page.locator("vm-banner").wait_for(state="detached")
    viewer.settle()
    data = fits.getdata(images / "noise.fits")
    assert page.evaluate("window.untouched")
    drawn = canvas(viewer)[..., 0]
    found = viewer.ask("viewer.map.view.fromScreen(640, 400)")
    truth = int(data[round(found["y"]) - 1, round(found["x"]) - 1])
    assert abs(int(drawn[400, 640]) - truth) < 60
    faults[:] = [fault for fault in faults if "Failed to load resource" not in fault]
