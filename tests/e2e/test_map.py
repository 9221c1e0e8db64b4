"""The map under the hand, in a real browser before the real command: nothing torn, nothing blank, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from .maps import BARE, HEIGHT, WIDTH

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("ratio", [1, 1.25, 2, 3])
def test_there_are_no_seams_between_tiles_at_any_zoom_and_resolution(
    map_url: str, view: Callable, ratio: float
) -> None:
    viewer = view(map_url, "slope.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    for zoom in (-1.37, -0.8, -0.21, 0.0, 0.33, 1.71):
        viewer.look_at(750.3, 550.7, zoom)
        picture = viewer.canvas().astype(float)
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
    map_url: str, map_images: Path, view: Callable, ratio: float
) -> None:
    viewer = view(map_url, "noise.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    viewer.look_at(700, 500, -np.log2(ratio))
    drawn = viewer.canvas()[..., 0]
    data = fits.getdata(map_images / "noise.fits")[::-1]
    (x, y), (rows, columns) = viewer.center, drawn.shape
    left, top = round(x - 0.5 - 1280 * ratio / 2), round(HEIGHT + 0.5 - y - 800 * ratio / 2)
    row, column = max(0, -top), max(0, -left)
    shown = data[max(0, top) : top + rows, max(0, left) : left + columns]
    np.testing.assert_array_equal(drawn[row : row + shown.shape[0], column : column + shown.shape[1]], shown)


@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_the_pixel_under_the_cursor_is_the_one_that_is_drawn_there(
    map_url: str, map_images: Path, view: Callable, ratio: float
) -> None:
    viewer = view(map_url, "noise.fits", f"{BARE}&q=0", device_scale_factor=ratio)
    data = fits.getdata(map_images / "noise.fits")
    for zoom in (5, 3.3):
        viewer.look_at(321.2, 654.4, zoom)
        drawn = viewer.canvas()[..., 0]
        for left, top in ((101, 77), (640, 400), (1200.5, 733.25)):
            found = viewer.ask("viewer.map.view.fromScreen(a[0], a[1])", left, top)
            inner = [abs(value - round(value)) for value in (found["x"], found["y"])]
            if max(inner) < 0.45:  # not on the very edge between two pixels
                truth = data[round(found["y"]) - 1, round(found["x"]) - 1]
                assert drawn[int(top * ratio), int(left * ratio)] == truth


def test_an_image_opens_whole_in_the_middle_and_stays_so_when_the_window_changes(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits")
    for width, height in ((1280, 800), (500, 900), (1280, 800)):
        viewer.page.set_viewport_size({"width": width, "height": height})
        viewer.rest()
        assert viewer.center == pytest.approx(((WIDTH + 1) / 2, (HEIGHT + 1) / 2), abs=1)
        margin = 24
        assert 2**viewer.zoom == pytest.approx(min((width - margin) / WIDTH, (height - margin) / HEIGHT), rel=0.05)


def test_the_keyboard_moves_and_zooms(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits")
    viewer.look_at(700, 500, 0)
    viewer.page.locator(".map").focus()

    def press(key: str) -> tuple[float, float, float]:
        viewer.page.keyboard.press(key)
        viewer.rest()
        return (*viewer.center, viewer.zoom)

    assert press("ArrowRight") == pytest.approx((780, 500, 0), abs=1)
    assert press("ArrowUp") == pytest.approx((780, 580, 0), abs=1)
    assert press("+") == pytest.approx((780, 580, 1), abs=1)
    assert press("-") == pytest.approx((780, 580, 0), abs=1)
    assert press("Alt+ArrowLeft") == pytest.approx((779, 580, 0), abs=0.6)
    x, y, _ = press("0")
    assert (x, y) == pytest.approx(((WIDTH + 1) / 2, (HEIGHT + 1) / 2), abs=1)
    viewer.page.wait_for_function("() => !location.search.includes('zoom=')")


def test_a_double_click_zooms_in_there_and_a_right_drag_changes_contrast(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits")
    viewer.look_at(700, 500, 0)
    held = viewer.pixel_under(900, 300)
    viewer.page.mouse.dblclick(900, 300)
    viewer.rest()
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


def test_two_fingers_zoom_about_what_is_between_them(map_url: str, view: Callable) -> None:
    viewer = view(
        map_url,
        "slope.fits",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
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
    viewer.rest()
    assert viewer.zoom == pytest.approx(-1 + np.log2(3), abs=0.15)
    np.testing.assert_allclose(viewer.pixel_under(200, 500), held, atol=4)


def test_a_long_press_reads_the_value_under_the_finger(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
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


def test_back_undoes_a_move_and_forward_does_it_again(map_url: str, view: Callable) -> None:
    viewer = view(map_url, "slope.fits")
    page = viewer.page
    for x in (300, 900):
        viewer.look_at(x, 500, 1)
        page.wait_for_function(f"() => location.search.includes('at={x}')")
    page.go_back()
    viewer.rest()
    assert viewer.center == pytest.approx((300, 500), abs=1)
    page.go_forward()
    viewer.rest()
    assert viewer.center == pytest.approx((900, 500), abs=1)


def test_a_file_that_is_replaced_is_shown_anew_at_the_same_place(
    map_url: str, map_images: Path, view: Callable
) -> None:
    changing = map_images / "changing.fits"
    fits.writeto(changing, np.full((300, 300), 10, np.uint8), overwrite=True)
    viewer = view(map_url, "changing.fits", f"{BARE}&cuts=1:0,255&q=0")
    viewer.look_at(100, 120, 2)
    assert viewer.canvas()[400, 640, 0] == pytest.approx(10, abs=1)
    changing.unlink()
    fits.writeto(changing, np.full((300, 300), 200, np.uint8))
    version = viewer.ask("viewer.image.version")
    viewer.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    viewer.page.wait_for_function(
        f"() => document.querySelector('visiomatic-viewer').viewer.image.version !== '{version}'"
    )
    viewer.settle()
    assert viewer.canvas()[400, 640, 0] == pytest.approx(200, abs=1)
    assert viewer.center == pytest.approx((100, 120), abs=1)


def test_enlarged_pixels_are_exact_and_what_has_no_data_leaves_no_rings(
    map_url: str, map_images: Path, view: Callable
) -> None:
    data = np.random.default_rng(2).normal(100, 1, (300, 300)).astype(np.float32)
    data[100:200, 100:200] = np.nan
    fits.writeto(map_images / "hole.fits", data, overwrite=True)
    viewer = view(map_url, "hole.fits", f"{BARE}&cuts=1:50,150")
    viewer.look_at(100, 150, 0)
    viewer.look_at(100, 150, 3)
    viewer.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => /tiles.*[.]png/.test(name))"
    )
    viewer.settle()
    picture = viewer.canvas()
    for left in range(300, 636, 8):
        found = viewer.ask("viewer.map.view.fromScreen(a[0], 400.5)", left)
        value = data[round(found["y"]) - 1, round(found["x"]) - 1]
        inside = abs(found["x"] - round(found["x"])) < 0.4 and found["x"] < 100.4
        if inside:
            assert abs(int(picture[400, left, 0]) - 255 * (value - 50) / 100) <= 1
    right = viewer.ask("viewer.map.view.toScreen(100.5, 150)")["x"]
    hole = picture[380:420, int(right) + 1 : int(right) + 200]
    assert len(np.unique(hole.reshape(-1, 4), axis=0)) == 1  # its colour, or nothing at all: no rings
