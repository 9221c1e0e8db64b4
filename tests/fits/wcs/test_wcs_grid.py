"""World coordinates beyond formulas: look-up tables, -TAB, TNX and ZPX, through the spline grid."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sky_cases import equatorial, header, scattered_pixels, separation, unit_vectors

from visiomatic.fits.cards import parse_cards
from visiomatic.fits.wcs import Sky, read_sky
from visiomatic.fits.wcs_grid import SplineGrid, best_grid
from visiomatic.types import Card

BOX = (0.5, 0.5, 400.5, 300.5)


def opened(path: Path) -> tuple[Sky, Any]:
    """Our sky and astropy's WCS of the primary image of a file."""
    from astropy.io import fits
    from astropy.wcs import WCS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(path) as hdus:
            first = hdus[0].header
            truth = WCS(first, hdus)
            cards = parse_cards(first.tostring(endcard=False, padding=False).encode())
            found, reason = read_sky(cards, first["NAXIS1"], first["NAXIS2"], path=path)
    assert found is not None, reason
    return found, truth


def write_tables(path: Path) -> None:
    """Smooth distortions of two pixels in CPDIS tables, and a detector correction in D2IM."""
    from astropy.wcs import WCS, DistortionLookupTable

    def table(values: NDArray[np.float64]) -> Any:
        return DistortionLookupTable(values.astype(np.float32), (1, 1), (1, 1), (16.0, 16.0))

    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval = equatorial("TAN"), [150.0, 2.0]
    wcs.wcs.crpix, wcs.wcs.cdelt = [512.0, 512.0], [-5e-5, 5e-5]
    y, x = np.mgrid[0:65, 0:65] / 64 * np.pi
    wcs.cpdis1, wcs.cpdis2 = table(2 * np.sin(x) * np.cos(y)), table(1.5 * np.cos(x + y))
    wcs.det2im1 = table(0.05 * np.sin(4 * x))
    hdus = wcs.to_fits(relax=True)
    hdus[0].data = np.zeros((1024, 1024), np.uint8)
    hdus.writeto(path)


def write_tab(path: Path) -> None:
    """Positions in a table of a binary table extension (-TAB of FITS paper III)."""
    from astropy.io import fits

    lon, lat = np.meshgrid(np.linspace(10, 11, 11), np.linspace(-5, -4.2, 9))
    values = np.stack([lon + 0.02 * np.sin(3 * lat), lat], -1)[None]
    column = fits.Column("COORDS", format=f"{values.size}D", dim="(2,11,9)", array=values)
    primary = fits.PrimaryHDU(np.zeros((90, 110), np.uint8))
    for axis, name in ((1, "RA---TAB"), (2, "DEC--TAB")):
        values_of_axis = {
            f"CTYPE{axis}": name, f"CRPIX{axis}": 1.0, f"CRVAL{axis}": 1.0, f"CDELT{axis}": 0.09,
            f"CUNIT{axis}": "deg", f"PS{axis}_0": "WCS-TABLE", f"PS{axis}_1": "COORDS", f"PV{axis}_3": axis,
        }  # fmt: skip
        primary.header.update(values_of_axis)
    fits.HDUList([primary, fits.BinTableHDU.from_columns([column], name="WCS-TABLE")]).writeto(path)


@pytest.mark.parametrize("write", [write_tables, write_tab])
def test_tables_in_other_hdus_are_followed_both_ways(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "tables.fits"
    write(path)
    found, truth = opened(path)
    width, height = found.placement.box[2] - 0.5, found.placement.box[3] - 0.5
    pixels = np.clip(scattered_pixels(int(width), int(height)), 1.0, [[width], [height]])
    world = np.stack(found.pixel_to_sky(*pixels, frame="native"))
    valid = np.isfinite(world[0])
    assert valid.mean() > 0.9
    assert separation(world, np.array(truth.all_pix2world(*pixels, 1)))[valid].max() < 1e-9
    again = np.stack(found.sky_to_pixel(*world[:, valid], frame="native")) - pixels[:, valid]
    assert np.isfinite(again[0]).mean() > 0.9  # the rim of a table may round outwards
    assert np.nanmax(np.abs(again)) < 1e-6


def test_tables_reach_the_browser_as_a_grid_good_to_a_hundredth_of_a_pixel(tmp_path: Path) -> None:
    write_tables(tmp_path / "tables.fits")
    found, _ = opened(tmp_path / "tables.fits")
    description = found.describe()
    assert description["projection"] == ""
    assert description["grid"]["error"] < 0.01
    assert description["grid"]["nodes"] == [65, 65]


def test_without_the_file_the_sky_is_that_of_the_rest_of_the_header(tmp_path: Path) -> None:
    write_tables(tmp_path / "tables.fits")
    whole, _ = opened(tmp_path / "tables.fits")
    cards = tuple(Card(name, value) for name, value in whole._transform.keywords.items())
    rest, reason = read_sky(cards, 1024, 1024)
    assert rest is not None, reason
    there, here = (np.stack(sky.pixel_to_sky(512.0, 512.0, "native"))[:, None] for sky in (whole, rest))
    assert 0 < separation(there, here)[0] < 3 * 0.18


POLYNOMIAL = (
    "3. 4. 4. 2. -0.015 0.015 -0.014 0.014 1.2E-5 -3.3E-5 2.1E-5 0.9E-5 -1.7E-5 1.1E-5 -0.4E-5 0.8E-5 0.6E-5 -0.2E-5"
)


def irregular(kind: str, shift: int = 0) -> tuple[Card, ...]:
    """IRAF's TNX or ZPX: coefficients as text, cut into cards of 68 characters wherever that falls."""
    cards = header(equatorial(kind), (266.7, -30.16), (200.0, 180.0), cd=(-7.4e-5, 1e-6, 1e-6, 7.4e-5))
    for axis, name in ((1, "lngcor"), (2, "latcor")):
        axtype = ("ra", "dec")[axis - 1] + " " * shift
        power = "projp0=0. projp1=1. projp2=0. projp3=337. " if kind == "ZPX" else ""
        text = f'wtype={kind.lower()} axtype={axtype} {power}{name} = "{POLYNOMIAL} "'
        cards |= {f"WAT{axis}_{i // 68 + 1:03d}": text[i : i + 68].rstrip() for i in range(0, len(text), 68)}
    return tuple(Card(key, value) for key, value in cards.items())


@pytest.mark.parametrize("kind", ["TNX", "ZPX"])
def test_iraf_s_polynomials_reach_the_browser_as_a_grid(kind: str) -> None:
    found, reason = read_sky(irregular(kind), 400, 360)
    assert found is not None, reason
    pixels = scattered_pixels(400, 360)
    world = np.stack(found.pixel_to_sky(*pixels))
    plain = header(equatorial("TAN"), (266.7, -30.16), (200.0, 180.0), cd=(-7.4e-5, 1e-6, 1e-6, 7.4e-5))
    undistorted, _ = read_sky(tuple(Card(key, value) for key, value in plain.items()), 400, 360)
    assert undistorted is not None
    assert 0.05 < separation(world, np.stack(undistorted.pixel_to_sky(*pixels))).max() < 5.0  # it was understood
    description = found.describe()
    assert description["projection"] == ""
    assert description["grid"]["error"] < 1e-4
    assert np.abs(np.stack(found.sky_to_pixel(*world)) - pixels).max() < 1e-6


def test_it_does_not_matter_where_iraf_s_text_is_cut_into_cards() -> None:
    pixels = scattered_pixels(400, 360)
    positions = []
    for shift in range(40):
        found, reason = read_sky(irregular("TNX", shift), 400, 360)
        assert found is not None, f"shift {shift}: {reason}"
        positions.append(np.stack(found.pixel_to_sky(*pixels)))
    assert max(separation(position, positions[0]).max() for position in positions) < 1e-9


def test_a_spline_passes_through_its_nodes_and_is_exact_for_cubics() -> None:
    def cubic(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = pixels / 100.0
        return np.stack([x**3 - 2 * x * y**2 + y, y**3 + x * y - 1])

    grid = SplineGrid(cubic, BOX, 9)
    pixels = np.random.default_rng(2).uniform([[0.5], [0.5]], [[400.5], [300.5]], (2, 500))
    assert np.abs(grid(pixels) - cubic(pixels)).max() < 1e-12


def test_the_grid_grows_until_it_is_good_enough() -> None:
    def wavy(periods: float) -> Any:
        def world(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
            x, y = pixels
            lonlat = np.stack([x * 1e-3 + 2e-3 * np.sin(x * periods * 2 * np.pi / 400), y * 1e-3])
            return unit_vectors(lonlat)

        return world

    pixel = np.radians(1e-3)
    smooth, rough, hopeless = (best_grid(wavy(periods), BOX, pixel) for periods in (0.5, 5.0, 150.0))
    assert smooth is not None
    assert rough is not None
    assert smooth["nodes"][0] < rough["nodes"][0]
    assert max(smooth["error"], rough["error"]) < 0.01
    assert hopeless is None


def test_where_the_sky_ends_inside_the_image_there_is_no_grid() -> None:
    cards = header(("GLON-AIT", "GLAT-AIT"), (0.0, 0.0), (200.5, 100.5), (-0.9, 0.9))
    found, _ = read_sky(tuple(Card(k, v) for k, v in cards.items()), 400, 200)
    assert found is not None
    assert found.grid(33) is None
    assert found.describe()["grid"] is None
