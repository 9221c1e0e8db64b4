"""Catalogues and regions over a real image in a real browser, asked of services that keep to their standards."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table
from astropy.time import Time
from astropy.wcs import WCS

from visiomatic.cli import main

from .services import Services, serving

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, COUNT = 400, 300, 40
CARDS = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.1, "CRVAL2": 2.2, "CRPIX1": 200.5, "CRPIX2": 150.5,
         "CD1_1": -2e-4, "CD1_2": 5e-5, "CD2_1": 5e-5, "CD2_2": 2e-4}  # fmt: skip
EXPOSURE = {"DATE-OBS": "2004-01-02T03:04:05", "EXPTIME": 3600.0, "TELESCOP": "CFHT 3.6m", "OBJECT": "field"}
TURNED = CARDS | {"CD1_1": 2e-4, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": -2e-4}
EVIL = '<img src=x onerror="window.stolen=1">'


@pytest.fixture(scope="module")
def wcs() -> WCS:
    return WCS(fits.Header(CARDS))


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    """FITS pixels of the stars: far enough from each other and from the controls of the page."""
    x, y = np.meshgrid(np.linspace(60, 340, 8), np.linspace(60, 240, 5))
    return np.stack([x.ravel(), y.ravel()], axis=1)


@pytest.fixture(scope="module")
def services(wcs: WCS, places: np.ndarray) -> Iterator[Services]:
    ra, dec = wcs.all_pix2world(places, 1).T
    names = [f"star {k}" for k in range(COUNT)]
    names[0] = EVIL
    kmag = MaskedColumn(np.linspace(8, 16, COUNT).round(2), mask=[k == 5 for k in range(COUNT)])
    stars = Table({"name": names, "ra": ra, "dec": dec, "Kmag": kmag})
    movers = Table({"Name": ["Ceres", "Pallas"], "ra": ra[:2], "dec": dec[:2], "VMag": [9.0, 10.0],
                    "dRA": [72.0, 0.0], "dDEC": [0.0, -36.0]})  # fmt: skip
    with serving(stars, movers) as running:
        yield running


@pytest.fixture(scope="module")
def url(start: Callable, tmp_path_factory: pytest.TempPathFactory, services: Services) -> str:
    folder = tmp_path_factory.mktemp("sky")
    fits.PrimaryHDU(np.zeros((HEIGHT, WIDTH), np.int16), fits.Header(CARDS | EXPOSURE)).writeto(folder / "field.fits")
    fits.PrimaryHDU(np.zeros((HEIGHT, WIDTH), np.int16), fits.Header(TURNED)).writeto(folder / "turned.fits")
    offered = tmp_path_factory.mktemp("offered")
    (offered / "pointing.reg").write_text("image\nbox(200,150,100,60,0) # color=cyan width=3 text={pointing}\n")
    options = ("--no-browser", "--workers", "1", "--overlay-dir", offered, "--outside-services", f"{services.url}/scs")
    return str(start(*options, folder).url())


@pytest.fixture
def shown(url: str, view: Callable, services: Services, faults: list[str]) -> Iterator[Callable[..., Any]]:
    """A viewer with the panel of overlays open; VizieR and SkyBoT are ours."""
    services.asked.clear()

    def show(**options: Any) -> Any:
        viewer = view(url, "field.fits", **options)
        for host, path in (("vizier.cds.unistra.fr", ""), ("ssp.imcce.fr", "/skybot")):
            viewer.page.route(f"https://{host}/**", elsewhere(services, path))
        viewer.ask("viewer.openPanel('overlays')")
        viewer.look_at(WIDTH / 2, HEIGHT / 2, 1)
        return viewer

    yield show
    faults[:] = [fault for fault in faults if not fault.startswith(("outside: https://vizier", "outside: https://ssp"))]


def elsewhere(services: Services, path: str) -> Callable[[Any], None]:
    """Answers for a service of the network, openly as it does."""

    def answer(route: Any) -> None:
        parts = urlsplit(route.request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = services.answer(path or parts.path, query)
        route.fulfill(body=body, headers={"access-control-allow-origin": "*"})

    return answer


def has_colour(viewer: Any, x: float, y: float, colour: str, reach: int = 22) -> bool:
    """True when something near a FITS pixel is drawn in a colour."""
    left, top = (round(v) - reach for v in viewer.on_screen(x, y))
    part = viewer.picture(left, top, 2 * reach, 2 * reach).astype(int)
    wanted = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])
    return bool((np.abs(part - wanted).max(axis=2) < 60).any())


def listed(viewer: Any) -> list[str]:
    panel = viewer.page.locator("vm-overlays-panel")
    return [text.strip() for text in panel.locator(".item .name").all_inner_texts()]


def choose_catalogue(viewer: Any, name: str) -> None:
    page = viewer.page
    page.locator("vm-overlays-panel").get_by_role("button", name="Catalogue").first.click()
    page.get_by_placeholder("Search catalogues").fill(name)
    page.keyboard.press("Enter")


def counted(viewer: Any, text: str) -> None:
    viewer.page.locator("vm-overlays-panel .count").get_by_text(text, exact=True).wait_for()


def test_a_catalogue_of_the_field_in_view_is_drawn_where_astropy_has_its_stars(
    shown: Callable, services: Services, places: np.ndarray, artefacts: Path
) -> None:
    viewer = shown()
    choose_catalogue(viewer, "2MASS")
    counted(viewer, str(COUNT))
    viewer.page.mouse.move(900, 700)
    viewer.save(artefacts / "overlays-catalogue.png")
    path, query = services.asked[0]
    assert (path, query["-source"], query["-out.max"]) == ("/viz-bin/asu-tsv", "II/246/out", "10001")
    for x, y in places[10:14]:
        assert has_colour(viewer, x, y, "#fa250c")
    assert not has_colour(viewer, 95, 82, "#fa250c", 6)


def test_what_a_catalogue_says_of_a_source_is_shown_as_text(
    shown: Callable, places: np.ndarray, artefacts: Path
) -> None:
    viewer = shown()
    choose_catalogue(viewer, "2MASS")
    counted(viewer, str(COUNT))
    viewer.page.mouse.click(*viewer.on_screen(*places[0]))
    popup = viewer.page.locator("vm-popup")
    popup.get_by_role("heading", name=EVIL).wait_for()
    viewer.save(artefacts / "overlays-popup.png")
    assert popup.locator("img").count() == 0
    assert viewer.page.evaluate("() => window.stolen") is None
    link = popup.get_by_role("link").get_attribute("href")
    assert link.count("-source=") == 1
    assert popup.get_by_text("Kmag (mag)").count() == 1
    viewer.page.keyboard.press("Escape")
    popup.wait_for(state="detached")


def at_rest(viewer: Any, place: np.ndarray) -> tuple[float, float]:
    """Where a place is on the screen when the map no longer moves: it makes room for a pop-up."""
    viewer.rest()
    return viewer.on_screen(*place)


def test_on_a_phone_a_tapped_source_tells_its_columns_within_the_screen(
    shown: Callable, places: np.ndarray, artefacts: Path
) -> None:
    viewer = shown(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark")
    choose_catalogue(viewer, "2MASS")
    # Those in view: a phone shows half of the image.
    viewer.page.locator("vm-overlays-panel .count").get_by_text(re.compile(r"^\d+$")).wait_for()
    viewer.ask("viewer.openPanel('')")
    viewer.page.locator("vm-overlays-panel").wait_for(state="hidden")
    for place in places[[18, 20]]:
        viewer.page.touchscreen.tap(*at_rest(viewer, place))
        card = viewer.page.locator("vm-popup .card")
        viewer.page.locator("vm-popup").get_by_text("Kmag (mag)").wait_for()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        viewer.save(artefacts / "overlays-phone.png")
        viewer.page.locator("vm-popup").get_by_role("button", name="Close").tap()
        card.wait_for(state="detached")


def test_an_overlay_is_hidden_coloured_brought_back_by_the_address_and_removed(
    shown: Callable, services: Services, places: np.ndarray, view: Callable
) -> None:
    viewer = shown()
    choose_catalogue(viewer, "2MASS")
    counted(viewer, str(COUNT))
    panel = viewer.page.locator("vm-overlays-panel")
    panel.get_by_role("button", name="Hide 2MASS").click()
    assert not has_colour(viewer, *places[10], "#fa250c")
    panel.get_by_role("button", name="Show 2MASS").click()
    assert has_colour(viewer, *places[10], "#fa250c")
    field = services.asked[0][1]["-c"], services.asked[0][1]["-c.bd"]
    saved = viewer.ask("viewer.state.value.overlays")
    viewer.look_at(WIDTH / 2 + 40, HEIGHT / 2, 2)  # the field that was asked stays what it was
    panel.get_by_role("button", name="Remove 2MASS").click()
    assert listed(viewer) == []
    assert not has_colour(viewer, *places[12], "#fa250c")
    viewer.ask("void viewer.state.set({overlays: a[0]}, {source: 'url'})", [{**saved[0], "color": "#00ff88"}])
    counted(viewer, str(COUNT))
    again = services.asked[1][1]["-c"], services.asked[1][1]["-c.bd"]
    asked, once = ([float(v) for v in one[1].split("x")] for one in (again, field))
    np.testing.assert_allclose(asked, once, rtol=1e-3)
    assert has_colour(viewer, *places[12], "#00ff88")
    assert "o=catalog:twomass@" in viewer.ask("element.address")


def test_moving_objects_are_asked_for_the_middle_of_the_exposure_and_drawn_along_their_way(
    shown: Callable, services: Services, places: np.ndarray, wcs: WCS, artefacts: Path
) -> None:
    viewer = shown()
    choose_catalogue(viewer, "SkyBoT")
    counted(viewer, "2")
    _, query = services.asked[0]
    truth = Time("2004-01-02T03:04:05", scale="utc").jd + 1800 / 86400
    assert float(query["-ep"]) == pytest.approx(truth, abs=1e-5)
    assert query["-loc"] == "568"
    viewer.page.mouse.move(900, 700)
    viewer.save(artefacts / "overlays-skybot.png")
    # 72 arcsec along right ascension during an hour: 36 arcsec to either side.
    ra, dec = wcs.all_pix2world([places[0]], 1)[0]
    for side in (-34, 34):
        end = wcs.all_world2pix([[ra + side / 3600 / np.cos(np.radians(dec)), dec]], 1)[0]
        assert has_colour(viewer, *end, "#f5b464", 4)


def test_a_service_that_browsers_may_not_ask_answers_through_the_server(
    shown: Callable, services: Services, faults: list[str]
) -> None:
    viewer = shown()
    field = viewer.page.get_by_label("Table of VizieR, or address of a cone search")
    field.fill(f"{services.url}/scs?cat=x")
    field.press("Enter")
    counted(viewer, str(COUNT))
    # The page itself may not ask this address; the server may.
    assert [(path, query["cat"]) for path, query in services.asked] == [("/scs", "x")]
    assert any("Content Security Policy" in fault for fault in faults)
    faults.clear()


def test_a_question_under_way_can_be_cancelled(shown: Callable, services: Services) -> None:
    viewer = shown()
    field = viewer.page.get_by_label("Table of VizieR, or address of a cone search")
    viewer.page.unroute("https://vizier.cds.unistra.fr/**")
    viewer.page.route("https://vizier.cds.unistra.fr/**", lambda route: None)  # no answer
    field.fill("slow/table")
    field.press("Enter")
    viewer.page.locator("vm-overlays-panel").get_by_role("button", name="Cancel slow/table").click()
    assert listed(viewer) == []
    assert viewer.ask("viewer.state.value.overlays") == []
    assert viewer.page.get_by_role("alert").all_inner_texts() in ([], [""])


def write(table: Table, path: Path, form: str, **options: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.write(path, format=form, **options)
    return path


def make_files(services: Services, folder: Path) -> list[Path]:
    stars = services.stars
    points = [
        {
            "type": "Feature",
            "properties": {"name": str(row["name"])},
            "geometry": {"type": "Point", "coordinates": [float(row["ra"]), float(row["dec"])]},
        }
        for row in stars
    ]
    geojson, regions = folder / "g.geojson", folder / "r.reg"
    geojson.write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    regions.write_text("fk5\n" + "".join(f'circle({row["ra"]},{row["dec"]},5")\n' for row in stars))
    plain = write(stars, folder / "a.csv", "ascii.csv")
    return [
        plain,
        write(stars, folder / "b.tsv", "ascii.tab"),
        write(stars, folder / "c.fits", "fits"),
        write(stars, folder / "d.vot", "votable"),
        write(stars, folder / "e.vot", "votable", tabledata_format="binary"),
        write(stars, folder / "f.vot", "votable", tabledata_format="binary2"),
        geojson,
        regions,
        converted(folder, "a.csv"),
        converted(folder, "r.reg"),
    ]


def converted(folder: Path, name: str) -> Path:
    """What the command makes of a file."""
    target = folder / f"{name}.geojson"
    assert main(["convert", str(folder / name), str(target)]) == 0
    return target


def test_files_of_every_kind_are_drawn_at_the_same_places(
    shown: Callable, services: Services, places: np.ndarray, tmp_path: Path, artefacts: Path
) -> None:
    viewer = shown()
    for path in make_files(services, tmp_path):
        viewer.page.locator("vm-overlays-panel input[type=file]").set_input_files(path)
        counted(viewer, str(COUNT))
        assert listed(viewer) == [path.name]
        colour = viewer.page.locator("vm-overlays-panel vm-swatch").evaluate("(swatch) => swatch.value")
        for x, y in places[[9, 30]]:
            assert has_colour(viewer, x, y, colour), path.name
        viewer.page.locator("vm-overlays-panel").get_by_role("button", name=f"Remove {path.name}").click()
    assert viewer.ask("viewer.state.value.overlays") == []


def test_a_file_dropped_on_the_image_is_drawn_and_stays_when_another_image_opens(
    shown: Callable, services: Services, places: np.ndarray, wcs: WCS
) -> None:
    viewer = shown()
    row = services.stars[12]
    text = f'icrs;circle({row["ra"]},{row["dec"]},8") # color=#ff00ff'
    viewer.page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], 'mine.reg'));
            const map = document.querySelector('visiomatic-viewer').viewer.map.container;
            for (const type of ['dragenter', 'dragover', 'drop'])
              map.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, composed: true}));
        }""",
        text,
    )
    counted(viewer, "1")
    assert has_colour(viewer, *places[12], "#ff00ff")
    viewer.ask("viewer.open('turned.fits')")
    viewer.look_at(WIDTH / 2, HEIGHT / 2, 1)
    other = WCS(fits.Header(TURNED))
    assert has_colour(viewer, *other.all_world2pix([[row["ra"], row["dec"]]], 1)[0], "#ff00ff")


def test_regions_that_the_site_offers_are_chosen_from_the_panel_and_part_of_the_address(
    shown: Callable, view: Callable, url: str
) -> None:
    viewer = shown()
    viewer.page.get_by_role("button", name="Catalogues and regions of this site").click()
    viewer.page.get_by_role("option", name="pointing.reg").click()
    counted(viewer, "1")
    assert has_colour(viewer, 250, 150, "#00ffff", 4)
    viewer.page.wait_for_url("**o=regions:~pointing.reg**")
    again = view(f"{url}{viewer.page.url.removeprefix(url)}".split("?")[0], query=viewer.page.url.split("?")[1])
    again.page.locator("vm-overlays-panel .count").get_by_text("1", exact=True).wait_for()
    again.settle()
    assert has_colour(again, 250, 150, "#00ffff", 4)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(shown: Callable, tmp_path: Path) -> None:
    viewer = shown()
    bad = tmp_path / "notes.csv"
    bad.write_text("flux,size\n1,2\n")
    viewer.page.locator("vm-overlays-panel input[type=file]").set_input_files(bad)
    viewer.page.get_by_text("notes.csv has no columns with positions").first.wait_for()
    assert listed(viewer) == []


def test_a_crowd_of_sources_is_drawn_as_dots_in_the_view_and_in_what_is_saved_of_it(
    shown: Callable, tmp_path: Path, artefacts: Path
) -> None:
    x, y = np.meshgrid(np.linspace(10, 100, 150), np.linspace(10, 100, 150))
    np.savetxt(tmp_path / "crowd.csv", np.c_[x.ravel(), y.ravel()], "%.3f", ",", header="X_IMAGE,Y_IMAGE", comments="")
    viewer = shown()
    viewer.page.locator("vm-overlays-panel input[type=file]").set_input_files(tmp_path / "crowd.csv")
    counted(viewer, "22,500")
    viewer.look_at(WIDTH / 2, HEIGHT / 2, 1)
    color = viewer.page.evaluate(
        """() => {
          const {viewer} = document.querySelector('visiomatic-viewer'), canvas = document.createElement('canvas');
          Object.assign(canvas, {width: viewer.map.view.width, height: viewer.map.view.height});
          viewer.map.drawTo(canvas.getContext('2d'));
          const at = (x, y) => {
            const place = viewer.map.view.toScreen(x, y);
            return [...canvas.getContext('2d').getImageData(place.x, place.y, 1, 1).data].slice(0, 3);
          };
          return [at(55, 55), at(120, 55)];
        }"""
    )
    viewer.save(artefacts / "overlays-dots.png")
    assert 180 > max(color[0]) > 60 > max(color[1])  # the image is seen through them
    left, top = (round(v) for v in viewer.on_screen(55, 55))
    assert 180 > viewer.picture(left, top, 1, 1).max() > 60


def test_the_sources_in_view_are_stepped_through_by_keys_and_read_aloud(shown: Callable, artefacts: Path) -> None:
    viewer = shown()
    choose_catalogue(viewer, "2MASS")
    counted(viewer, str(COUNT))
    page, popup = viewer.page, viewer.page.locator("vm-popup")
    page.keyboard.press("Escape")
    viewer.look_at(WIDTH / 2, HEIGHT / 2, 1)
    page.evaluate("() => document.querySelector('visiomatic-viewer').viewer.map.container.focus()")
    live = page.locator("visiomatic-viewer [aria-live=polite].quiet")
    page.keyboard.press("e")
    popup.get_by_role("heading", name=EVIL).wait_for()
    for key, name, rank in (("e", "star 1", 2), ("e", "star 2", 3), ("E", "star 1", 2)):
        page.keyboard.press(key)
        popup.get_by_role("heading", name=name, exact=True).wait_for()
        assert f"{name}. 2MASS, {rank} of {COUNT}. " in live.inner_text()
    assert "Kmag (mag) 8.21" in live.inner_text()
    viewer.save(artefacts / "overlays-step.png")
    page.keyboard.press("Enter")
    page.wait_for_function(
        """() => {
          let at = document.activeElement;
          while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at.matches('.card[role=dialog]');
        }"""
    )
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert viewer.ask("viewer.map.container.matches(':focus')")
    page.keyboard.press("E")
    page.keyboard.press("E")
    popup.get_by_role("heading", name="star 5", exact=True).wait_for()  # without a brightness, hence last


def test_a_key_for_the_next_source_says_so_when_there_is_none_in_view(shown: Callable) -> None:
    viewer = shown()
    choose_catalogue(viewer, "2MASS")
    counted(viewer, str(COUNT))
    viewer.look_at(WIDTH, HEIGHT, 5)
    viewer.page.evaluate("() => document.querySelector('visiomatic-viewer').viewer.map.container.focus()")
    viewer.page.keyboard.press("e")
    viewer.page.get_by_text("Nothing of a catalogue or of regions is in view").wait_for()
    assert viewer.page.locator("vm-popup").count() == 0
