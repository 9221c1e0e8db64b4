"""What the read-out says, and where the go-to box leads: against astropy and the numbers of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import Angle, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from .conftest import Viewer

pytestmark = pytest.mark.browser

SCALE = 2.0  # arcsec per pixel
ZERO_POINTS = (25.3, 27.1)
CARDS = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 202.4696, "CRVAL2": 47.1953, "CRPIX1": 300.5, "CRPIX2": 200.5,
    "CD1_1": -SCALE / 3600, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE / 3600, "BUNIT": "adu",
    "LTM1_1": 0.5, "LTM2_2": 0.5, "LTV1": 10.0, "LTV2": -3.0,
    "DTM1_1": 1.0, "DTM2_2": 1.0, "DTV1": -2048.0, "DTV2": 7.0,
}  # fmt: skip
SESAME = "<Sesame><Target><Resolver><jradeg>202.45</jradeg><jdedeg>47.2</jdedeg></Resolver></Target></Sesame>"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two exposures of one field, each with a zero point of its own."""
    folder = tmp_path_factory.mktemp("readout")
    found = []
    for number, zero in enumerate(ZERO_POINTS):
        data = np.random.default_rng(number).normal(100 + 50 * number, 3, (400, 600)).astype(np.float32)
        path = folder / f"band{number}.fits"
        fits.writeto(path, data, fits.Header(CARDS | {"PHOTZP": zero}))
        found.append(path)
    return found


@pytest.fixture(scope="module")
def url(start: Callable, files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    options = ("--no-browser", "--workers", "1", "--outside-services", "none", "--cache-dir")
    return str(start(*options, tmp_path_factory.mktemp("cache"), *files).url())


def number(text: str) -> float:
    found = re.match(r"[−-]?[\d.]+", text)
    return float(found[0].replace("−", "-")) if found else float("nan")


def choose(viewer: Any, label: str, value: str) -> None:
    viewer.page.get_by_label(label, exact=True).select_option(value)


def test_every_channel_has_its_quantities_with_the_zero_point_of_its_own_file(
    url: str, files: list[Path], view: Callable
) -> None:
    viewer = view(url, "", "mode=color")
    viewer.look_at(300, 200, 4)
    viewer.page.mouse.move(700, 420)
    x, y = (round(value) for value in viewer.pixel_under(700.5, 420.5))
    values = [float(fits.getdata(path)[y - 1, x - 1]) for path in files]
    skies = [float(np.median(fits.getdata(path))) for path in files]
    names = list(viewer.readout())[2:]
    assert len(names) == 2
    nets = [value - sky for value, sky in zip(values, skies, strict=True)]
    area = 5 * np.log10(SCALE)
    bright = [z - 2.5 * np.log10(v) + area for z, v in zip(ZERO_POINTS, values, strict=True)]
    for mode, expected, margin in (("raw", values, 1e-3), ("brightness", bright, 2e-3), ("net", nets, 0.5)):
        choose(viewer, "Quantity", mode)
        found = viewer.read_until(
            lambda now, expected=expected, margin=margin: all(
                abs(number(now[name]) - truth) < margin for name, truth in zip(names, expected, strict=True)
            ),
        )
        assert all(("mag/arcsec²" if mode == "brightness" else "adu") in found[name] for name in names)


def test_the_position_is_given_in_every_frame(url: str, files: list[Path], view: Callable) -> None:
    viewer = view(url)
    viewer.look_at(300, 200, 4)
    viewer.page.mouse.move(650, 500)
    x, y = viewer.pixel_under(650.5, 500.5)
    truth = WCS(fits.getheader(files[0])).pixel_to_world(x - 1, y - 1)

    def near(names: tuple[str, str], expected: tuple[float, float], margin: float) -> Callable[[dict[str, str]], bool]:
        return lambda now: all(
            name in now and abs(Angle(now[name].replace("−", "-"), "deg").deg - value) < margin
            for name, value in zip(names, expected, strict=True)
        )

    choose(viewer, "Frame of the position", "galactic")
    galactic = viewer.read_until(near(("l", "b"), (truth.galactic.l.deg, truth.galactic.b.deg), 2e-4))
    assert all(re.fullmatch(r"[+-]?\d+\.\d+", galactic[name]) for name in ("l", "b"))  # as DS9 and Aladin say them
    choose(viewer, "Frame of the position", "fk5")
    assert viewer.read_until(lambda now: "h" in now.get("RA", ""))["Dec"].count("′") == 1
    choose(viewer, "Frame of the position", "pixel")
    viewer.read_until(near(("x", "y"), (x, y), 0.06))
    choose(viewer, "Frame of the position", "physical")
    physical = (x - 10) / 0.5, (y + 3) / 0.5
    viewer.read_until(near(("x", "y"), physical, 0.15))
    choose(viewer, "Frame of the position", "detector")
    viewer.read_until(near(("x", "y"), (physical[0] - 2048, physical[1] + 7), 0.15))


def test_somebody_may_want_degrees_everywhere_or_nowhere(url: str, view: Callable) -> None:
    viewer = view(url, "", "frame=galactic&panel=preferences&show=graticule")
    spelling = viewer.page.get_by_role("radiogroup", name="Spelling of positions")
    for choice, frame, pattern in (
        ("12ʰ34ᵐ56ˢ", "galactic", r"\d+°\d\d′[\d.]+″"),
        ("188.7°", "icrs", r"\d+\.\d+"),
        ("Usual", "icrs", r"\d+h\d+m[\d.]+s"),
        ("Usual", "ecliptic", r"\d+\.\d+"),
    ):
        spelling.get_by_role("radio", name=choice).check(force=True)
        choose(viewer, "Frame of the position", frame)
        viewer.read_until(lambda now, pattern=pattern: re.fullmatch(pattern, next(iter(now.values()))) is not None)
    assert viewer.ask("element.state.degrees") is None
    assert "deg=" not in viewer.ask("element.address")


def test_axes_that_are_no_angles_and_right_ascensions_of_any_equinox_are_said_as_they_are(
    start: Callable, tmp_path: Path, view: Callable
) -> None:
    speed = {"CTYPE1": "X", "CTYPE2": "VELO", "CUNIT1": "mm", "CUNIT2": "m/s", "CRVAL1": 10.0, "CRVAL2": -200.0,
             "CRPIX1": 32.5, "CRPIX2": 24.5, "CDELT1": 0.5, "CDELT2": 2.0}  # fmt: skip
    old = CARDS | {"RADESYS": "FK5", "EQUINOX": 1975.0, "CRPIX1": 32.5, "CRPIX2": 24.5}
    for name, cards in (("speed", speed), ("old", old)):
        fits.writeto(tmp_path / f"{name}.fits", np.zeros((48, 64), np.int16), fits.Header(cards))
    url = start("--no-browser", "--workers", "1", "--cache-dir", tmp_path / "cache", tmp_path).url()
    viewer = view(url, "speed.fits", "frame=native")
    viewer.page.mouse.move(640, 400)
    x, y = viewer.pixel_under(640.5, 400.5)
    wanted = 10 + 0.5 * (x - 32.5), -200 + 2 * (y - 24.5)
    viewer.read_until(lambda now: np.allclose([number(text) for text in list(now.values())[:2]], wanted, atol=0.1))
    viewer = view(url, "old.fits", "frame=native")
    viewer.page.mouse.move(640, 400)
    viewer.read_until(lambda now: next(iter(now.values())).startswith("13h29m5"))


def test_a_held_read_out_stays_and_is_copied(url: str, files: list[Path], view: Callable) -> None:
    viewer = view(url, permissions=["clipboard-read", "clipboard-write"])
    viewer.look_at(300, 200, 3)
    page = viewer.page
    page.mouse.move(703, 421)
    x, y = viewer.pixel_under(703.5, 421.5)
    value = float(fits.getdata(files[0])[round(y) - 1, round(x) - 1])
    held = viewer.read_until(lambda now: abs(number(now["band0"]) - value) < 1e-3)
    page.keyboard.press("f")
    page.mouse.move(400, 300)
    viewer.rest()
    assert viewer.readout() == held
    page.keyboard.press("c")
    page.wait_for_function("() => navigator.clipboard.readText().then((text) => text.includes('adu'))")
    copied = page.evaluate("navigator.clipboard.readText()")
    ra, dec = re.search(r"RA (\S+)\s+Dec (\S+)", copied).groups()
    there = SkyCoord(*viewer.ask("viewer.skyAt(a[0], a[1])", x, y), unit="deg")
    assert SkyCoord(ra, dec, unit=("hourangle", "deg")).separation(there).arcsec < SCALE / 4
    page.keyboard.press("f")
    page.mouse.move(410, 300)
    viewer.read_until(lambda now: now != held)


def go(viewer: Any, text: str) -> None:
    box = viewer.page.get_by_label("Go to a position, a pixel or an object")
    box.fill(text)
    box.press("Enter")


def arrived(viewer: Any, x: float, y: float) -> None:
    viewer.page.wait_for_function(
        """([x, y]) => {
          const { map } = document.querySelector('visiomatic-viewer').viewer;
          return !map.isMoving && Math.hypot(map.center.x - x, map.center.y - y) < 1;
        }""",
        arg=[x, y],
    )


def test_the_go_to_box_leads_to_positions_in_all_spellings(url: str, files: list[Path], view: Callable) -> None:
    viewer = view(url)
    viewer.look_at(300, 200, 1)
    wcs = WCS(fits.getheader(files[0]))
    place = SkyCoord(202.5, 47.15, unit="deg")
    x, y = (float(value) + 1 for value in wcs.world_to_pixel(place))
    galactic = place.galactic
    for text in (
        "13:30:00 +47:09:00",
        "13h30m00s +47d09m00s",
        "202.5, 47.15",
        f"gal {galactic.l.deg:.7f} {galactic.b.deg:.7f}",
        f"x {x:.2f}, y {y:.2f}",
    ):
        viewer.look_at(300, 200, 1)
        go(viewer, text)
        arrived(viewer, x, y)
    go(viewer, "10:00:00 -30:00:00")
    viewer.page.get_by_role("alert").filter(has_text="not on this image").wait_for()


def test_names_are_resolved_by_cds_directly_then_through_the_server_and_being_offline_is_said(
    url: str, files: list[Path], view: Callable, faults: list[str]
) -> None:
    viewer = view(url)
    page = viewer.page
    x, y = (float(v) + 1 for v in WCS(fits.getheader(files[0])).world_to_pixel(SkyCoord(202.45, 47.2, unit="deg")))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "nph-sesame" in request.url else None)
    cross = {"access-control-allow-origin": "*"}
    page.route("https://cds.unistra.fr/**", lambda route: route.fulfill(body=SESAME, headers=cross))
    go(viewer, "M 51")
    arrived(viewer, x, y)
    assert len(asked) == 1
    viewer.look_at(300, 200, 1)
    # The browser's line to CDS is cut; this server may not ask anybody, and says so.
    page.unroute("https://cds.unistra.fr/**")
    page.route("https://cds.unistra.fr/**", lambda route: route.abort())
    go(viewer, "NGC 5194")
    page.get_by_role("alert").filter(has_text="outside-services").wait_for()
    # Another server may: the answer comes that way.
    page.route("**/api/v1/outside?**", lambda route: route.fulfill(body=SESAME))
    go(viewer, "NGC 5194")
    arrived(viewer, x, y)
    assert "/api/v1/outside?url=https" in asked[-1]
    page.unroute("**/api/v1/outside?**")
    page.route("**/api/v1/outside?**", lambda route: route.abort())
    go(viewer, "NGC 5195")
    page.get_by_role("alert").filter(has_text="offline").wait_for()
    page.close()
    faults[:] = [fault for fault in faults if "cds.unistra.fr" not in fault and "Failed to load" not in fault]


def test_the_scale_bar_and_the_compass_are_true_at_the_centre(start: Callable, tmp_path: Path, view: Callable) -> None:
    turn = np.radians(25)
    cosine, sine = SCALE / 3600 * np.cos(turn), SCALE / 3600 * np.sin(turn)
    matrix = {"CD1_1": -cosine, "CD1_2": sine, "CD2_1": sine, "CD2_2": cosine, "CRVAL2": 60.0}
    header = fits.Header(CARDS | matrix)
    fits.writeto(tmp_path / "north.fits", np.random.default_rng(5).normal(size=(400, 600)).astype(np.float32), header)
    command = start("--no-browser", "--workers", "1", "--cache-dir", tmp_path / "cache", tmp_path / "north.fits")
    viewer = view(command.url())
    viewer.look_at(120, 90, 0.7)
    viewer.rest()
    bar = viewer.page.get_by_role("img", name=re.compile("Scale: "))
    label = bar.get_attribute("aria-label").removeprefix("Scale: ")
    length = float(re.search(r" h([\d.]+) ", bar.locator("path").first.get_attribute("d"))[1])
    arcsec = number(label) * {"″": 1, "′": 60, "°": 3600}[label[-1]]
    wcs = WCS(header)
    ends = [wcs.pixel_to_world(119 + side * length / 2 / 2**0.7, 89) for side in (-1, 1)]
    assert ends[0].separation(ends[1]).arcsec == pytest.approx(arcsec, rel=2e-3)
    spoken = viewer.page.get_by_role("img", name=re.compile("North is ")).get_attribute("aria-label")
    middle = wcs.pixel_to_world(119, 89)
    (x0, y0), (x1, y1) = (
        wcs.world_to_pixel(place) for place in (middle, middle.directional_offset_by(0 * u.deg, 1 * u.arcsec))
    )
    angle = np.degrees(np.arctan2(-(x1 - x0), y1 - y0))
    side = "left" if angle > 0 else "right"
    assert spoken == f"North is {round(abs(angle))}° {side} of up"


def test_a_sky_that_the_browser_gets_wrong_is_left_to_the_server_and_the_page_says_so(
    url: str, files: list[Path], open_page: Callable
) -> None:
    page = open_page("about:blank")

    def spoil(route: Any) -> None:
        answer = route.fetch()
        body = answer.json()
        body["sky"]["cd"][0][0] *= 1.001
        route.fulfill(response=answer, json=body)

    page.route("**/wcs", spoil)
    page.goto(url)
    viewer = Viewer(page)
    assert viewer.ask("viewer.sky.method") == "server"
    viewer.look_at(50, 60, 4)
    page.mouse.move(650, 500)
    x, y = viewer.pixel_under(650.5, 500.5)
    truth = WCS(fits.getheader(files[0])).pixel_to_world(x - 1, y - 1)

    def agrees(now: dict[str, str]) -> bool:
        if "RA" not in now or "–" in now["RA"]:
            return False
        read = SkyCoord(now["RA"], now["Dec"].replace("−", "-"), unit=("hourangle", "deg"))
        return bool(read.separation(truth).arcsec < SCALE / 4)

    viewer.read_until(agrees)
    page.keyboard.press("i")
    page.get_by_text("astropy on the server").first.wait_for()
