"""The real command and a real browser: what is drawn, what the read-out says, what the hand does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

pytestmark = pytest.mark.browser

FILES = [
    "image/w5.fits",
    "int/gc_2mass_k.fits",
    "wcs/tpv.fits",
    "wcs/sipsample.fits",
    "cube/m31_rgb_cube.fits",
]
FIELD = "simulated-field-1024.fits"
PATCH = 240  # screen pixels along a side that are compared
MIDDLE = (640, 400)


@pytest.fixture(params=[FIELD, *FILES])
def shown(request: pytest.FixtureRequest, view: Callable) -> tuple[Any, str, Path]:
    """A viewer with an image, its id, and the file it was read from."""
    image = request.param
    if image == FIELD:
        url = request.getfixturevalue("demo_url")
        path = request.getfixturevalue("demo_file")
    else:
        url, path = request.getfixturevalue("real_url"), request.getfixturevalue("real_data") / image
    return view(url, image), image, path


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same field as the server's: the simulation is reproducible."""
    from visiomatic.demo import make_library

    return make_library(tmp_path_factory.mktemp("field"), 1024, 1, lambda part: None) / FIELD


def plane(path: Path) -> np.ndarray:
    """Mean over channels of the first image, as astropy reads it; row 0 is FITS row 1."""
    with fits.open(path) as hdus:
        data = next(hdu.data for hdu in hdus if hdu.data is not None and hdu.data.ndim >= 2)
    return data.reshape(-1, *data.shape[-2:]).astype(float).mean(axis=0)


def sky_of(path: Path) -> WCS:
    with fits.open(path) as hdus:
        header = next(hdu.header for hdu in hdus if hdu.header.get("NAXIS", 0) >= 2)
    return WCS(header, naxis=2)


def ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values.ravel())).astype(float)


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_what_is_drawn_is_the_image_the_right_way_up_and_to_the_pixel(
    shown: tuple[Any, str, Path], artefacts: Path
) -> None:
    viewer, image, path = shown
    viewer.save(artefacts / f"{Path(image).stem}.png")
    data = plane(path)
    height, width = data.shape
    # One screen pixel for one image pixel, the middle of the screen on the corner between four pixels.
    x, y = width // 2 + 0.5, height // 2 + 0.5
    viewer.look_at(x, y, 0)
    half = min(PATCH // 2, width // 2 - 2, height // 2 - 2)
    drawn = viewer.picture(MIDDLE[0] - half, MIDDLE[1] - half, 2 * half, 2 * half).astype(float).sum(axis=2)

    def likeness(dx: int, dy: int) -> float:
        rows = slice(height // 2 - half + dy, height // 2 + half + dy)
        columns = slice(width // 2 - half + dx, width // 2 + half + dx)
        part = data[rows, columns][::-1]
        good = np.isfinite(part)
        return float(np.corrcoef(ranks(part[good]), ranks(drawn[good]))[0, 1])

    here = likeness(0, 0)
    assert here > 0.8
    assert here > max(likeness(dx, dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)))
    assert here > 0.1 + abs(float(np.corrcoef(ranks(data[::-1]), ranks(data))[0, 1])) or here > 0.95


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_sky_coordinates_equal_astropy_everywhere_and_lead_back(shown: tuple[Any, str, Path]) -> None:
    viewer, _, path = shown
    wcs = sky_of(path)
    height, width = plane(path).shape
    for x, y in ((1.0, 1.0), (width, height), (width / 2, height / 3), (width * 0.8, 2.25)):
        truth = wcs.pixel_to_world(x - 1, y - 1).icrs
        found = viewer.ask("await element.skyAt(a[0], a[1])", x, y)
        assert SkyCoord(*found, unit="deg").separation(truth).arcsec < 1e-4
        back = viewer.ask("await element.pixelAt(a[0], a[1])", *found)
        np.testing.assert_allclose(back, (x, y), atol=1e-3)


@pytest.mark.filterwarnings("ignore::astropy.wcs.FITSFixedWarning")
def test_the_read_out_under_the_cursor_is_what_astropy_says(shown: tuple[Any, str, Path]) -> None:
    viewer, _, path = shown
    data = plane(path)
    height, width = data.shape
    viewer.look_at(width / 2, height / 2, 3)
    left, top = MIDDLE[0] + 37, MIDDLE[1] - 21
    viewer.page.mouse.move(left, top)
    x, y = viewer.pixel_under(left + 0.5, top + 0.5)
    truth = sky_of(path).pixel_to_world(x - 1, y - 1).icrs
    scale = viewer.ask("viewer.sky.pixelScale(a[0], a[1])", x, y)

    def agrees(said: dict[str, str]) -> bool:
        read = SkyCoord(said["RA"], said["Dec"].replace("−", "-"), unit=("hourangle", "deg"))
        return bool(read.separation(truth).arcsec < scale * 0.2)

    viewer.read_until(agrees)


def test_the_value_under_the_cursor_is_that_of_the_file(real_url: str, real_data: Path, view: Callable) -> None:
    viewer = view(real_url, "int/gc_2mass_k.fits")
    viewer.look_at(300, 400, 3)
    viewer.page.mouse.move(MIDDLE[0] + 30, MIDDLE[1] + 50)
    x, y = (int(np.floor(v + 0.5)) for v in viewer.pixel_under(MIDDLE[0] + 30.5, MIDDLE[1] + 50.5))
    truth = fits.getdata(real_data / "int/gc_2mass_k.fits")[y - 1, x - 1]
    viewer.read_until(lambda said: abs(number(said["Value"]) - truth) < 1e-3 * abs(truth))


def number(text: str) -> float:
    """A value as the read-out writes it, before its unit."""
    return float(re.match(r"-?[\d.]+(e[+-]?\d+)?", text.replace("−", "-"))[0])


def test_the_wheel_zooms_about_the_cursor(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    before, place = viewer.zoom, (800, 300)
    held = viewer.pixel_under(*place)
    viewer.page.mouse.move(*place)
    for _ in range(4):
        viewer.page.mouse.wheel(0, -120)
        viewer.page.wait_for_timeout(60)
    viewer.rest()
    viewer.settle()
    assert viewer.zoom > before + 0.5
    np.testing.assert_allclose(viewer.pixel_under(*place), held, atol=1.5 / 2**before)


def test_dragging_moves_the_image_with_the_hand(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    viewer.look_at(512, 512, 1)
    held = viewer.pixel_under(700, 500)
    mouse = viewer.page.mouse
    mouse.move(700, 500)
    mouse.down()
    for step in range(1, 11):
        mouse.move(700 - 12 * step, 500 - 6 * step)
        viewer.page.wait_for_timeout(20)
    viewer.page.wait_for_timeout(300)  # the hand rests: no throw
    mouse.up()
    viewer.rest()
    np.testing.assert_allclose(viewer.pixel_under(580, 440), held, atol=1.0)


def test_what_is_seen_is_in_the_address_and_comes_back(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    viewer.look_at(300.5, 700.25, 2)
    viewer.ask("element.state = {display: {stretch: 'log', colormap: 'viridis', mode: 'single', channel: 2}}")
    viewer.page.wait_for_function("() => location.search.includes('viridis')")
    address = viewer.page.url.split("?", 1)[1]
    again = view(demo_url, query=address)
    np.testing.assert_allclose(again.center, (300.5, 700.25), atol=0.1)
    display = again.ask("element.state.display")
    assert (display["stretch"], display["colormap"], display["channel"]) == ("log", "viridis", 2)


def test_the_library_lists_the_images_and_opens_one(demo_url: str, view: Callable, open_page: Callable) -> None:
    page = open_page(demo_url)
    page.get_by_text("m13-dss").first.click()
    page.wait_for_function("() => document.querySelector('visiomatic-viewer').viewer?.image?.name?.includes('m13')")
    page.wait_for_url("**m13-dss.fits**")


def test_pixels_are_squares_of_exact_colour_when_enlarged(demo_url: str, view: Callable) -> None:
    viewer = view(demo_url, FIELD)
    viewer.look_at(500.5, 500.5, 5)  # 32 screen pixels for one
    block = viewer.picture(MIDDLE[0] + 2, MIDDLE[1] + 2, 28, 28)
    assert np.ptp(block.reshape(-1, 3), axis=0).max() <= 2


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize(("name", "width", "height"), [("desktop", 1400, 900), ("phone", 390, 844)])
def test_the_page_is_there_in_dark_and_light_on_desktop_and_phone(
    demo_url: str, view: Callable, artefacts: Path, scheme: str, name: str, width: int, height: int
) -> None:
    viewer = view(
        demo_url, FIELD, viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=name == "phone"
    )
    viewer.save(artefacts / f"field-{name}-{scheme}.png")
    assert viewer.ask("element.getBoundingClientRect().width") == width
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= width
