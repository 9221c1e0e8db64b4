"""Profiles, spectra and saved pictures, by mouse, touch and keyboard, against NumPy and astropy."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, DEPTH = 400, 300, 24
SKY = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.1, "CRVAL2": 2.2, "CRPIX1": 200.5, "CRPIX2": 150.5,
       "CDELT1": -2e-4, "CDELT2": 2e-4}  # fmt: skip
AXIS = {"CTYPE3": "FREQ", "CUNIT3": "Hz", "CRVAL3": 1.42e9, "CRPIX3": 1.0, "CDELT3": -1e6, "BUNIT": "Jy/beam"}
REGION = "image;circle(300,220,20) # color=#ff00ff width=4"


@pytest.fixture(scope="module")
def cube() -> np.ndarray:
    """(channel, row, column); row 0 is FITS row 1."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[1 : HEIGHT + 1, 1 : WIDTH + 1]
    ramp = np.stack([x + 2 * y + 100 * c for c in range(DEPTH)]).astype(np.float32)
    return ramp + rng.normal(0, 5, ramp.shape).astype(np.float32)


@pytest.fixture(scope="module")
def url(start: Callable, tmp_path_factory: pytest.TempPathFactory, cube: np.ndarray) -> str:
    folder = tmp_path_factory.mktemp("cubes")
    fits.PrimaryHDU(cube, fits.Header(SKY | AXIS)).writeto(folder / "cube.fits")
    return str(start("--no-browser", "--workers", "1", folder).url())


@pytest.fixture
def shown(url: str, view: Callable) -> Callable[..., Any]:
    def show(panel: str, query: str = "", **options: Any) -> Any:
        viewer = view(url, "cube.fits", query, **options)
        viewer.ask("viewer.openPanel(a[0])", panel)
        viewer.look_at(WIDTH / 2, HEIGHT / 2, 1)
        return viewer

    return show


def drag_line(viewer: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = viewer.page.mouse
    viewer.page.get_by_role("button", name="Draw a line").click()
    mouse.move(*viewer.on_screen(*start))
    mouse.down()
    mouse.move(*viewer.on_screen((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    mouse.move(*viewer.on_screen(*end))
    mouse.up()


def saved(viewer: Any, name: str) -> bytes:
    with viewer.page.expect_download() as waiting:
        viewer.page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_bytes()


def table(content: bytes) -> dict[str, np.ndarray]:
    rows = list(csv.reader(io.StringIO(content.decode())))
    return dict(zip(rows[0], np.array(rows[1:], float).T, strict=True))


def bilinear(plane: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    i, j = np.floor(x - 1).astype(int), np.floor(y - 1).astype(int)
    u, v = x - 1 - i, y - 1 - j
    return (plane[j, i] * (1 - u) + plane[j, i + 1] * u) * (1 - v) + (
        plane[j + 1, i] * (1 - u) + plane[j + 1, i + 1] * u
    ) * v


def test_a_dragged_line_gives_the_values_along_it_with_their_distance_on_the_sky(
    shown: Callable, cube: np.ndarray, artefacts: Path
) -> None:
    viewer = shown("plots")
    drag_line(viewer, (150.5, 120.5), (300.5, 200.5))
    viewer.page.locator("vm-plot .u-over").wait_for()
    viewer.save(artefacts / "plots-profile.png")
    numbers = table(saved(viewer, "Save the numbers as CSV"))
    (distance, x, y, ra, dec), values = list(numbers.values())[:5], list(numbers.values())[5]
    np.testing.assert_allclose((x[0], y[0], x[-1], y[-1]), (150.5, 120.5, 300.5, 200.5), atol=0.6)
    np.testing.assert_allclose(values, bilinear(cube[0], x, y), rtol=1e-4)
    sky = WCS(fits.Header(SKY)).pixel_to_world(x - 1, y - 1)
    assert SkyCoord(ra, dec, unit="deg").separation(sky).arcsec.max() < 1e-3
    unit = 60 if "′" in next(iter(numbers)) else 1
    np.testing.assert_allclose(distance, sky[0].separation(sky).arcsec / unit, rtol=1e-3, atol=1e-6)
    picture = np.asarray(Image.open(io.BytesIO(saved(viewer, "Save the plot as PNG"))).convert("RGB"))
    (artefacts / "plots-profile-saved.png").write_bytes(saved(viewer, "Save the plot as PNG"))
    assert picture.shape[0] > 150
    assert np.ptp(picture[:30].reshape(-1, 3), axis=0).max() > 100  # a title stands above the plot


def test_all_channels_of_a_colour_picture_are_plotted_in_their_colours(shown: Callable) -> None:
    viewer = shown("plots", "mode=color&mix=1:ff0000,5:00ff00,9:0000ff")
    drag_line(viewer, (150.5, 120.5), (300.5, 200.5))
    viewer.page.locator("vm-plot .u-over").wait_for()
    legend = viewer.page.locator("vm-plot .legend .dot")
    legend.nth(2).wait_for()
    colours = [legend.nth(k).evaluate("(dot) => getComputedStyle(dot).backgroundColor") for k in range(3)]
    assert colours == ["rgb(255, 0, 0)", "rgb(0, 255, 0)", "rgb(0, 0, 255)"]


def seen(viewer: Any) -> tuple[float, float]:
    """First and last value of the axis that the plot shows."""
    low, high = viewer.page.locator("vm-plot").evaluate("(plot) => [plot.plot.scales.x.min, plot.plot.scales.x.max]")
    return low, high


def test_a_plot_is_zoomed_by_wheel_box_and_keys_and_shown_whole_again(shown: Callable) -> None:
    viewer = shown("plots")
    drag_line(viewer, (150.5, 120.5), (300.5, 200.5))
    over = viewer.page.locator("vm-plot .u-over")
    over.wait_for()
    viewer.page.wait_for_function("() => true")
    whole = seen(viewer)
    box = over.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    viewer.page.mouse.move(*middle)
    viewer.page.mouse.wheel(0, -400)
    wheeled = seen(viewer)
    assert wheeled[1] - wheeled[0] < 0.8 * (whole[1] - whole[0])
    viewer.page.mouse.move(box["x"] + box["width"] * 0.25, middle[1])
    viewer.page.mouse.down()
    viewer.page.mouse.move(box["x"] + box["width"] * 0.5, middle[1], steps=4)
    viewer.page.mouse.up()
    boxed = seen(viewer)
    assert (boxed[1] - boxed[0]) == pytest.approx((wheeled[1] - wheeled[0]) / 4, rel=0.05)
    viewer.page.get_by_role("button", name="All of the plot").click()
    assert seen(viewer) == whole
    plot = viewer.page.locator("vm-plot [role=application]")
    plot.focus()
    plot.press("End")
    plot.press("+")
    plot.press("+")
    keyed = seen(viewer)
    assert keyed[1] == whole[1]
    assert keyed[0] > whole[0]
    plot.press("Home")  # what is read comes into sight
    assert seen(viewer)[0] == whole[0]
    plot.press("0")
    assert seen(viewer) == whole
    plot.press("Escape")
    viewer.page.locator("vm-plot").wait_for(state="detached")


def test_the_line_stays_on_the_map_and_a_click_opens_its_plot_again_as_does_the_address(
    shown: Callable, view: Callable, url: str
) -> None:
    viewer = shown("plots")
    drag_line(viewer, (150.5, 120.5), (300.5, 200.5))
    viewer.page.locator("vm-plot").wait_for()
    viewer.page.get_by_role("button", name="Close the plot").click()
    viewer.page.locator("vm-plot").wait_for(state="detached")
    viewer.page.mouse.click(*viewer.on_screen(225.5, 160.5))
    viewer.page.locator("vm-plot").wait_for()
    viewer.page.wait_for_url("**o=profile:**")
    viewer.page.wait_for_url("**open=profile:**")
    again = view(url, query=viewer.page.url.split("?")[1])
    again.page.locator("vm-plot").wait_for()
    again.page.get_by_role("button", name="Close the plot").click()
    again.page.wait_for_function("() => !location.search.includes('open=')")
    closed = view(url, query=again.page.url.split("?")[1])
    assert closed.ask("viewer.state.value.overlays.length") == 1
    assert closed.page.locator("vm-plot").count() == 0


def test_a_spectrum_stands_over_its_axis(shown: Callable, cube: np.ndarray, artefacts: Path) -> None:
    viewer = shown("plots")
    viewer.page.get_by_role("button", name="Pick a point").click()
    viewer.page.mouse.click(*viewer.on_screen(220, 140))
    viewer.page.locator("vm-plot .u-over").wait_for()
    viewer.save(artefacts / "plots-spectrum.png")
    numbers = table(saved(viewer, "Save the numbers as CSV"))
    assert next(iter(numbers)) == "Frequency (MHz)"
    frequency, channel, values = numbers.values()
    np.testing.assert_allclose(frequency * 1e6, 1.42e9 - 1e6 * (channel - 1), rtol=1e-9)
    assert (np.diff(frequency) > 0).all()
    np.testing.assert_allclose(values, cube[channel.astype(int) - 1, 139, 219], rtol=1e-4)


def test_every_control_of_a_plot_does_what_it_says(shown: Callable, cube: np.ndarray) -> None:
    viewer = shown("plots")
    page, panel = viewer.page, viewer.page.locator("vm-plots-panel")
    panel.get_by_role("button", name="Across the view").click()
    page.locator("vm-plot .u-over").wait_for()
    for name, text in (("start x", "100"), ("start y", "51"), ("end x", "140"), ("end y", "51")):
        field = panel.get_by_role("textbox", name=name)
        field.fill(text)
        field.press("Enter")
    panel.get_by_role("switch", name="Interpolated").click()
    page.wait_for_url("**o=profile:100,51,140,51&plot=nearest&open=profile:100,51,140,51")
    page.wait_for_load_state("networkidle")
    numbers = list(table(saved(viewer, "Save the numbers as CSV")).values())
    np.testing.assert_allclose(numbers[5], cube[0, 50, 99:140], rtol=1e-6)  # each pixel as it is, none between
    page.get_by_role("button", name="log", exact=True).click()
    page.wait_for_url("**plot=nearest,log**")
    page.get_by_role("button", name="Close the plot").click()
    page.locator("vm-plot").wait_for(state="detached")
    panel.get_by_role("button", name="At the centre").click()
    page.locator("vm-plot .u-over").wait_for()
    assert [one["kind"] for one in viewer.ask("viewer.state.value.overlays")] == ["profile", "spectrum"]
    page.get_by_role("button", name="Remove it from the image").click()
    panel.get_by_role("button", name="Remove Profile").click()
    assert viewer.ask("viewer.state.value.overlays") == []


def test_a_spectrum_by_touch_and_its_plot_under_two_fingers(shown: Callable, artefacts: Path) -> None:
    viewer = shown("plots", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    viewer.page.get_by_role("button", name="Pick a point").tap()
    viewer.page.touchscreen.tap(*viewer.on_screen(200, 150))
    over = viewer.page.locator("vm-plot .u-over")
    over.wait_for()
    viewer.rest()
    viewer.settle()
    viewer.save(artefacts / "plots-phone.png")
    assert viewer.on_screen(200, 150)[1] < viewer.page.locator("vm-plot-card .card").bounding_box()["y"]
    whole = seen(viewer)
    box = over.bounding_box()
    y = box["y"] + box["height"] / 2
    touch(viewer.page, [(box["x"] + 0.4 * box["width"], y), (box["x"] + 0.6 * box["width"], y)],
          [(box["x"] + 0.2 * box["width"], y), (box["x"] + 0.8 * box["width"], y)])  # fmt: skip
    pinched = seen(viewer)
    assert pinched[1] - pinched[0] < 0.6 * (whole[1] - whole[0])


def touch(page: Any, start: list[tuple[float, float]], end: list[tuple[float, float]]) -> None:
    """Fingers go from one place to another."""
    session = page.context.new_cdp_session(page)
    for step in range(11):
        share = step / 10
        points = [
            {"x": a[0] + (b[0] - a[0]) * share, "y": a[1], "id": k}
            for k, (a, b) in enumerate(zip(start, end, strict=True))
        ]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


# ------------------------------------------------------------------------------------------------------ snapshots


def with_region(shown: Callable, tmp_path: Path) -> Any:
    path = tmp_path / "mine.reg"
    path.write_text(REGION)
    viewer = shown("overlays")
    viewer.page.locator("vm-overlays-panel input[type=file]").set_input_files(path)
    viewer.page.locator("vm-overlays-panel .count").get_by_text("1", exact=True).wait_for()
    viewer.ask("viewer.openPanel('snapshot')")
    return viewer


def pink(picture: np.ndarray) -> np.ndarray:
    return (np.abs(picture.astype(int) - (255, 0, 255)).max(axis=2) < 80).nonzero()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_whole_image_at_native_resolution_has_its_overlays_in_or_out(
    shown: Callable, tmp_path: Path, kind: str
) -> None:
    viewer = with_region(shown, tmp_path)
    page = viewer.page
    for choice in ("Whole image", "Native", kind):
        page.get_by_role("radio", name=choice).check(force=True)
    content = saved(viewer, "Save picture")
    picture = Image.open(io.BytesIO(content))
    assert picture.format == kind
    assert picture.size == (WIDTH, HEIGHT)
    rows, columns = pink(np.asarray(picture.convert("RGB")))
    # The circle of 20 pixels around FITS (300, 220): row 80 from the top, column 299 from the left.
    np.testing.assert_allclose(np.hypot(rows - (HEIGHT - 220), columns - 299), 20, atol=3)
    page.get_by_role("switch", name="With overlays").click()
    plain = np.asarray(Image.open(io.BytesIO(saved(viewer, "Save picture"))).convert("RGB"))
    assert pink(plain)[0].size == 0
    assert plain.shape == (HEIGHT, WIDTH, 3)
    if kind == "PNG":  # brighter to the upper right, as the numbers are
        assert plain[5, -5].mean() > plain[-5, 5].mean() + 100


def test_the_view_as_on_the_screen_is_saved_with_and_without_overlays(shown: Callable, tmp_path: Path) -> None:
    viewer = with_region(shown, tmp_path)
    first = np.asarray(Image.open(io.BytesIO(saved(viewer, "Save picture"))).convert("RGB"))
    assert first.shape == (800, 1280, 3)
    rows, columns = pink(first)
    left, top = viewer.on_screen(300, 220)
    np.testing.assert_allclose(np.hypot(rows + 0.5 - top, columns + 0.5 - left), 40, atol=3)
    viewer.page.get_by_role("switch", name="With overlays").click()
    assert pink(np.asarray(Image.open(io.BytesIO(saved(viewer, "Save picture"))).convert("RGB")))[0].size == 0


def test_the_cut_out_of_the_view_has_the_pixels_and_the_sky_of_the_file(shown: Callable, cube: np.ndarray) -> None:
    viewer = shown("snapshot")
    viewer.look_at(150, 200, 3)
    with fits.open(io.BytesIO(saved(viewer, "Save as FITS"))) as hdus:
        header, data = hdus[0].header, hdus[0].data
        wcs, whole = WCS(header, naxis=2), WCS(fits.Header(SKY))
        corner = wcs.pixel_to_world(0, 0)
        x, y = (round(float(v)) for v in whole.world_to_pixel(corner))
        assert data.shape[0] == DEPTH
        np.testing.assert_array_equal(data, cube[:, y : y + data.shape[1], x : x + data.shape[2]])
        assert whole.pixel_to_world(x, y).separation(corner).arcsec < 1e-4
    half = 1280 / 8 / 2
    assert x == pytest.approx(max(0, 150 - half - 1), abs=1)


def test_the_page_prints_the_image_without_its_controls(shown: Callable, artefacts: Path) -> None:
    viewer = shown("snapshot")
    viewer.page.emulate_media(media="print")
    viewer.save(artefacts / "snapshot-print.png")
    for control in ("vm-sidebar", "vm-minimap", "vm-readout"):
        assert not viewer.page.locator(control).is_visible()
    assert viewer.page.locator("vm-colorbar").is_visible()
    assert viewer.page.locator("canvas").first.is_visible()
