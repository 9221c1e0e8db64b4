"""``visiomatic convert`` against astropy and astropy's regions."""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import FK4, Angle, SkyCoord
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

from visiomatic.cli import main
from visiomatic.overlays.angles import angle_from

RA, DEC = np.array([10.5, 359.999, 202.25]), np.array([-5.25, 89.0, 47.125])
STARS = Table({"name": ["A", "B <b>", "C"], "RA": RA * u.deg, "Dec": DEC * u.deg, "mag": [12.5, np.nan, 3.0]})


@pytest.fixture
def convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    """Write a file, convert it with the command, give the features; what the command said is in ``convert.said``."""

    def run(name: str, content: str | bytes, *options: str) -> list[dict[str, Any]]:
        source, target = tmp_path / name, tmp_path / "out.geojson"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        code = main(["convert", str(source), str(target), *options])
        run.said = "".join(capsys.readouterr())
        if code:
            raise ValueError(run.said)
        return json.loads(target.read_text())["features"]

    return run


def points(features: list[dict[str, Any]]) -> np.ndarray:
    return np.array([one["geometry"]["coordinates"] for one in features])


def as_bytes(table: Table, path: Path, form: str, **options: Any) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.write(path, format=form, **options)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "form", "options"),
    [
        ("in.csv", "ascii.csv", {}),
        ("in.tsv", "ascii.tab", {}),
        ("in.fits", "fits", {}),
        ("in.vot", "votable", {}),
        ("in.vot", "votable", {"tabledata_format": "binary"}),
        ("in.vot", "votable", {"tabledata_format": "binary2"}),
    ],
)
def test_a_table_of_any_format_becomes_points_with_its_columns_as_properties(
    convert: Callable, tmp_path: Path, name: str, form: str, options: dict[str, Any]
) -> None:
    found = convert(name, as_bytes(STARS, tmp_path / "table", form, **options))
    np.testing.assert_allclose(points(found), np.stack([RA, DEC], axis=1), atol=1e-9)
    assert [one["properties"] for one in found] == [
        {"name": "A", "mag": 12.5},
        {"name": "B <b>"},
        {"name": "C", "mag": 3.0},
    ]


def test_names_of_nineteen_digits_are_kept_to_the_last_one(convert: Callable, tmp_path: Path) -> None:
    name = 4057481720127104641
    stars = Table({"source_id": [name], "ra": [1.0], "dec": [2.0]})
    for form in ("ascii.csv", "fits", "votable"):
        (one,) = convert("in.dat", as_bytes(stars, tmp_path / f"table.{form}", form))
        assert one["properties"] == {"source_id": str(name)}


def test_a_packed_table_is_unpacked_by_its_content(convert: Callable) -> None:
    assert len(convert("in.csv", gzip.compress(b"ra,dec\n1,2\n"))) == 1


def test_sexagesimal_and_galactic_columns_lead_to_icrs(convert: Callable) -> None:
    truth = SkyCoord([202.5, 10.0] * u.deg, [47.25, -3.5] * u.deg)
    rows = "\n".join(truth.to_string("hmsdms", sep=":", precision=8)).replace(" ", ",")
    np.testing.assert_allclose(points(convert("a.csv", f"RAJ2000,DEJ2000\n{rows}\n"))[:, 0], truth.ra.deg, atol=1e-9)
    rows = "\n".join(f"{one.l.deg},{one.b.deg}" for one in truth.galactic)
    found = points(convert("b.csv", f"GLON,GLAT\n{rows}\n"))
    assert SkyCoord(*found.T, unit="deg").separation(truth).arcsec.max() < 1e-5


def test_named_columns_are_read_in_the_named_frame(convert: Callable) -> None:
    found = points(convert("a.csv", "u,v\n100,20\n", "--ra", "u", "--dec", "v", "--frame", "fk4"))
    truth = SkyCoord(100, 20, unit="deg", frame="fk4").icrs
    assert SkyCoord(*found[0], unit="deg").separation(truth).arcsec < 1e-5


def test_the_answer_of_vizier_keeps_its_rows(convert: Callable) -> None:
    head = "#\n# comment\n_RAJ2000\t_DEJ2000\tKmag\ndeg\tdeg\tmag\n------\t------\t----\n"
    text = f"{head} 266.1\t-29.1\t10.5\n266.2\t-29.2\t\n"
    found = convert("v.tsv", text)
    assert [one["properties"] for one in found] == [{"Kmag": 10.5}, {}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "ra,dec\n1,2\n# note\n3,four\n", "a.csv, line 4, column dec: 'four' is no angle"),
        ("a.csv", "ra,dec\n1,2\n3,95\n", "a.csv, line 3, column dec: 95 is no latitude"),
        ("a.csv", "ra,dec,mag\n1,2\n", "a.csv, line 2, column 2: 2 cells under 3 names"),
        ("a.csv", 'ra,dec\n1,"2\n', "a.csv, line 2"),
        ("a.csv", "flux,size\n1,2\n", "no columns of positions"),
        ("a.csv", "x,y\n1,2\n", "--image"),
        ("a.vot", "<VOTABLE><RESOURCE><TABLE>", "a.vot: a VOTable that cannot be read"),
        ("a.xml", "<html/>", "a.xml: XML, but no VOTable"),
        ("a.bin", b"ra,dec\n1,\xff\xfe\n", "a.bin, line 2: neither UTF-8"),
        ("a.fits", b"SIMPLE  = nonsense", "a.fits: a FITS file"),
        ("a.reg", "fk5\n\n  circle(1,2,x)\n", "a.reg, line 3, column 3: circle: 'x' is no length"),
        ("a.reg", "fk5;circle(1,2,3);blob(1,2)", "a.reg, line 1, column 19: not understood: 'blob(1,2)'"),
        ("a.reg", "icrs\nellipse(1,2,3)\n", "a.reg, line 2, column 1: ellipse: 3 numbers are too few"),
        ("a.reg", "icrs\npolygon(1,2,3,4,5)\n", "line 2, column 1: polygon"),
        ("a.reg", "image;circle(1,2,3)", "--image"),
        ("a.reg", "fk5;circle(1,2,3p)", "--image"),
        ("a.reg", "fk5;circle(1,92,3)", "'92' is no position"),
        ("a.csv", "", "no table"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_column(
    convert: Callable, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(ValueError, match=r"\S") as error:
        convert(name, content)
    assert said in str(error.value)
    assert str(error.value).count("\n") == 1


def test_rows_without_a_position_are_counted_aloud(convert: Callable) -> None:
    assert len(convert("a.csv", "ra,dec\n1,2\n,\nnan,3\n")) == 1
    assert "2 rows" in convert.said


def test_the_file_itself_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ra,dec\n1,2\n")
    assert main(["convert", str(path), str(path)]) == 2
    assert main(["convert", str(tmp_path / "none.csv"), str(tmp_path / "o")]) == 1
    assert "none.csv" in capsys.readouterr().err
    assert path.read_text() == "ra,dec\n1,2\n"


@pytest.mark.parametrize("text", ["12:30:45.5", "-00:30:00", "1h30m15s", "12d30m36s", "−3.5", "+4", "0.5r"])
@pytest.mark.parametrize("hours", [True, False])
def test_angles_are_read_as_astropy_reads_them(text: str, hours: bool) -> None:
    plain = text.replace("−", "-")
    is_text = ":" in text or "h" in text
    unit = u.rad if text.endswith("r") else u.hourangle if is_text and (hours or "h" in text) else u.deg
    truth = Angle(plain.removesuffix("r"), unit).deg
    assert angle_from(text, hours=hours) == pytest.approx(truth, abs=1e-10)


# ------------------------------------------------------------------------------------------------------- regions

FRAMES = {"galactic": "galactic", "fk4": FK4(equinox="B1950")}
SHAPES = [
    "circle(202.5,47.2,3.5')",
    "ellipse(202.5,47.2,30\",12\",25)",
    "box(202.5,47.2,60\",20\",25)",
    "polygon(202.5,47.2,202.6,47.2,202.6,47.3)",
    "annulus(202.5,47.2,10\",20\")",
    "ellipse(202.5,47.2,10\",5\",20\",10\",30)",
    "box(202.5,47.2,10\",5\",20\",10\",30)",
    "point(202.5,47.2)",
    "line(202.5,47.2,202.6,47.3)",
    "text(202.5,47.2) # text={here}",
    "circle(13:30:00,+47:12:00,0.001r)",
]  # fmt: skip


def plane(frame: str = "icrs") -> WCS:
    """A quarter of an arcsec a pixel; north of the frame is up: astropy's regions turn nothing between frames."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["GLON-TAN", "GLAT-TAN"] if frame == "galactic" else ["RA---TAN", "DEC--TAN"]
    if frame == "fk4":
        wcs.wcs.radesys, wcs.wcs.equinox = "FK4", 1950.0
    wcs.wcs.crval = [202.5, 47.2]
    wcs.wcs.crpix, wcs.wcs.cdelt = [500.5, 500.5], [-0.25 / 3600, 0.25 / 3600]
    return wcs


@pytest.mark.parametrize("frame", ["fk5", "icrs", "galactic", "fk4"])
@pytest.mark.parametrize("shape", SHAPES)
def test_regions_are_where_astropys_regions_have_them(convert: Callable, shape: str, frame: str) -> None:
    regions = pytest.importorskip("regions")
    if ":" in shape and frame == "galactic":
        pytest.skip("sexagesimal hours are not galactic")
    text = f"# Region file format: DS9\n{frame}\n{shape}\n"
    (one,) = convert("a.reg", text)
    (truth,) = regions.Regions.parse(text, format="ds9")
    center = getattr(truth, "center", getattr(truth, "start", None))
    wcs = plane(frame)
    first = (center if center is not None else truth.vertices[0]).transform_to(FRAMES.get(frame, "icrs"))
    wcs.wcs.crval = [first.spherical.lon.deg, first.spherical.lat.deg]
    found = [xy for rings in rings_of(one) for xy in rings_to_pixels(rings, wcs)]
    expected = truth.to_pixel(wcs)
    assert agrees(expected, found), (expected, found)


def rings_of(one: dict[str, Any]) -> list[list[list[list[float]]]]:
    kind, coordinates = one["geometry"]["type"], one["geometry"]["coordinates"]
    return {"Point": [[[coordinates]]], "LineString": [[coordinates]], "Polygon": [coordinates]}.get(kind, coordinates)


def rings_to_pixels(rings: list[list[list[float]]], wcs: WCS) -> list[np.ndarray]:
    return [np.stack(wcs.world_to_pixel(SkyCoord(*np.array(ring).T, unit="deg")), axis=1) for ring in rings]


def agrees(truth: Any, rings: list[np.ndarray]) -> bool:
    """Each vertex of ours lies on the outline of the true region, within a hundredth of its size."""
    kind = type(truth).__name__
    if "Polygon" in kind:
        corners = np.stack(truth.vertices.xy, axis=1)
        return all(np.hypot(*(corners - corner).T).min() < 0.02 for corner in rings[0]) and len(rings[0]) == 4
    if "Line" in kind:
        return np.allclose(rings[0], [truth.start.xy, truth.end.xy], atol=0.02)
    if "Point" in kind or "Text" in kind:
        return np.allclose(rings[0][0], truth.center.xy, atol=0.02)
    return all(_on_outline(truth, kind, ring) for ring in rings)


def _on_outline(truth: Any, kind: str, ring: np.ndarray) -> bool:
    x, y = (ring - truth.center.xy).T
    angle = getattr(truth, "angle", 0 * u.deg).to_value(u.rad)
    p, q = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    if "Circle" in kind:
        radii = [truth.radius] if kind == "CirclePixelRegion" else [truth.inner_radius, truth.outer_radius]
        return any(np.allclose(np.hypot(p, q), r, rtol=2e-3) for r in radii)
    if kind in ("EllipsePixelRegion", "RectanglePixelRegion"):
        sizes = [(truth.width, truth.height)]
    else:
        sizes = [(truth.inner_width, truth.inner_height), (truth.outer_width, truth.outer_height)]
    if "Ellipse" in kind:
        return any(np.allclose(np.hypot(2 * p / a, 2 * q / b), 1, rtol=5e-3) for a, b in sizes)
    return any(np.allclose(np.maximum(np.abs(2 * p / a), np.abs(2 * q / b)), 1, rtol=5e-3) for a, b in sizes)


def test_regions_in_pixels_take_their_place_from_the_image(convert: Callable, tmp_path: Path) -> None:
    wcs = plane()
    header = wcs.to_header()
    header["LTM1_1"], header["LTM2_2"], header["LTV1"], header["LTV2"] = 0.5, 0.5, 10.0, 20.0
    image = tmp_path / "image.fits"
    fits.PrimaryHDU(np.zeros((1000, 1000), np.float32), header).writeto(image)
    text = 'image;circle(300,400,8)\nphysical;point(100,200)\nimage;circle(300,400,2")\nfk5;circle(202.5,47.2,8i)'
    circle, point, small, sky = convert("a.reg", text, "--image", str(image))
    for found, radius in ((circle, 8), (small, 8), (sky, 8)):
        (ring,) = rings_to_pixels(found["geometry"]["coordinates"], wcs)
        np.testing.assert_allclose(np.hypot(*(ring - ring[:-1].mean(axis=0)).T), radius, atol=0.02)
    np.testing.assert_allclose(
        np.mean(rings_to_pixels(circle["geometry"]["coordinates"], wcs)[0][:-1], axis=0), (299, 399), atol=0.01
    )
    ((x, y),) = rings_to_pixels([[point["geometry"]["coordinates"]]], wcs)[0]
    assert (x, y) == pytest.approx((100 * 0.5 + 10 - 1, 200 * 0.5 + 20 - 1), abs=0.01)


PANDAS = [
    'panda(202.5,47.2,30,120,3,10",40",2)',
    'epanda(202.5,47.2,30,120,3,10",5",40",20",2,15)',
    'bpanda(202.5,47.2,30,120,3,10",5",40",20",2,15)',
]


@pytest.mark.parametrize("kind", PANDAS)
def test_pandas_are_sectors_that_fill_their_ring_once(convert: Callable, kind: str) -> None:
    (one,) = convert("a.reg", f"icrs\n{kind}\n")
    sectors = [rings_to_pixels(rings, plane())[0] for rings in rings_of(one)]
    assert len(sectors) == 6
    area = sum(abs(float(np.sum(s[:-1, 0] * s[1:, 1] - s[1:, 0] * s[:-1, 1]))) / 2 for s in sectors)
    directions = np.radians(np.linspace(30, 120, 20001)[:-1] + 90 / 40000)
    own = directions - (0 if kind.startswith("p") else np.radians(15))
    per_arcsec = 4.0

    def reach(a: float, b: float) -> np.ndarray:
        if kind.startswith("b"):
            return np.minimum(a / 2 / np.abs(np.cos(own)), b / 2 / np.abs(np.sin(own)))
        return a * b / np.hypot(b * np.cos(own), a * np.sin(own))

    (a1, b1), (a2, b2) = ((10, 10), (40, 40)) if kind.startswith("p") else ((10, 5), (40, 20))
    truth = float(np.mean(reach(a2, b2) ** 2 - reach(a1, b1) ** 2)) / 2 * np.radians(90) * per_arcsec**2
    assert area == pytest.approx(truth, rel=5e-3)


def test_the_look_of_a_region_is_kept(convert: Callable) -> None:
    text = (
        "global color=green width=2\nicrs;-circle(1,2,3\") # color=#f00 text={a; b} tag={one} tag={two}\n"
        "box(1,2,3\",3\",0) {\"color\":\"violet\",\"text\":\"js9\"}; # vector(1,2,5\",30) vector=1 dash=1\n"
        "text(1,2,\"hello; you\")\n"
    )  # fmt: skip
    circle, box, vector, label = (one["properties"] for one in convert("a.reg", text))
    assert circle == {"shape": "circle", "name": "a; b", "color": "#f00", "width": 2.0, "included": False,
                      "tags": "one, two"}  # fmt: skip
    assert (box["color"], box["name"]) == ("violet", "js9")
    assert (vector["shape"], vector["dashed"], vector["color"]) == ("vector", True, "#00ff00")
    assert label["name"] == "hello; you"


def test_a_region_over_right_ascension_zero_stays_one_piece_and_turns_to_the_left(convert: Callable) -> None:
    (one,) = convert("a.reg", 'icrs\nannulus(0.001,10,10",20")\n')
    for ring, sign in zip(one["geometry"]["coordinates"], (1, -1), strict=True):
        x, y = np.array(ring).T
        assert np.ptp(x) < 1
        assert np.sign(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) == sign
        assert ring[0] == ring[-1]


def test_circles_of_many_degrees_have_their_radius_everywhere(convert: Callable) -> None:
    (one,) = convert("a.reg", "icrs\ncircle(40,80,15)\n")
    ring = SkyCoord(*np.array(one["geometry"]["coordinates"][0]).T, unit="deg")
    np.testing.assert_allclose(ring.separation(SkyCoord(40, 80, unit="deg")).deg, 15, atol=1e-7)


def test_every_region_file_of_the_real_set_is_converted(convert: Callable, real_data: Path) -> None:
    image = real_data / "image/m13.fits"
    counts = {}
    for path in sorted((real_data / "overlay").glob("*.reg")):
        counts[path.stem] = len(convert(path.name, path.read_bytes(), "--image", str(image)))
    assert counts["ds9.fk5"] == counts["ds9.galactic"] == counts["ds9.icrs"] == counts["ds9.image"] == 36
    assert counts["a2142"] == 540


@pytest.mark.filterwarnings("ignore")
def test_real_catalogues_are_where_astropy_reads_them(convert: Callable, real_data: Path) -> None:
    for name, form, columns in (
        ("w5_psc.csv", "ascii.csv", ("ra", "dec")),
        ("gaia_galactic_centre.vot", "votable", ("ra", "dec")),
        ("segmap_catalog.fits", "fits", None),
    ):
        path = real_data / "table" / name
        truth = Table.read(path, format=form)
        found = points(convert(name, path.read_bytes()))
        assert len(found) == len(truth)
        if columns and set(columns) <= set(truth.colnames):
            np.testing.assert_allclose(found, np.stack([np.asarray(truth[c]) for c in columns], axis=1), atol=1e-8)
