"""`api/v1`: what its routes answer."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]
FIELD = "/api/v1/images/field.fits"
CUBE = "/api/v1/images/cube.fits"
TAN = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 120.0, "CRVAL2": -30.0, "CRPIX1": 100.0, "CRPIX2": 80.0,
    "CD1_1": -2e-4, "CD1_2": 1e-5, "CD2_1": 1e-5, "CD2_2": 2e-4, "RADESYS": "ICRS",
}  # fmt: skip


def test_the_service_tells_its_limits(client: Client) -> None:
    answer = client.json("/api/v1/")
    assert answer["name"] == "VisiOmatic"
    assert answer["auto_image"] is None
    assert answer["limits"]["positions"] == 100_000


def test_images_are_listed_page_by_page(client: Client) -> None:
    answer = client.json("/api/v1/images?limit=2")
    assert answer["directories"] == ["sub"]
    assert len(answer["images"]) == 2
    assert answer["total"] > 2
    assert set(answer["images"][0]) == {"id", "name", "bytes", "thumbnail", "modified"}
    found = client.json("/api/v1/images?search=ngc%2B1")["images"]
    assert [one["id"] for one in found] == ["sub/deep er/ngc+1 é.fits"]
    assert max(client.picture(f"/api/v1/{found[0]['thumbnail']}").shape) == 160
    assert client.get("/api/v1/images?directory=../..").status_code == 404


@pytest.mark.parametrize("form", ["sub%2Fdeep%20er%2Fngc%2B1%20%C3%A9.fits", "sub/deep%20er/ngc+1%20%C3%A9.fits"])
def test_an_id_is_one_encoded_segment_or_a_plain_path(client: Client, form: str) -> None:
    assert client.json(f"/api/v1/images/{form}")["id"] == "sub/deep er/ngc+1 é.fits"
    assert client.json(f"/api/v1/images/{form}/header")["cards"]
    assert client.picture(f"/api/v1/images/{form}/tiles/0/0/0.png").shape == (40, 50)


def test_info_tells_what_an_image_is(client: Client) -> None:
    answer = client.json(CUBE)
    assert (answer["width"], answer["height"], answer["levels"], answer["tile_size"]) == (400, 300, 2, 256)
    assert [channel["index"] for channel in answer["channels"]] == [1, 2, 3, 4, 5]
    assert answer["title"] == "cube.fits - T"
    assert answer["preview"] is False
    assert answer["progress"] == 1.0
    assert answer["display"]["stretch"] == "asinh"
    assert answer["display"]["color"] == [
        {"channel": 1, "color": "#0000ff"}, {"channel": 3, "color": "#00ff00"}, {"channel": 5, "color": "#ff0000"},
    ]  # fmt: skip
    assert [hdu["shown"] for hdu in answer["hdus"]] == [True]
    assert client.json(f"{CUBE}/channels")["channels"] == answer["channels"]
    assert client.json(f"{CUBE}/hdus")["hdus"] == answer["hdus"]


def test_the_planes_of_a_picture_open_in_their_colours_as_they_are(own: Own) -> None:
    folder, client = own()
    write(folder / "picture.fits", np.arange(3 * 40 * 50).reshape(3, 40, 50).astype(np.uint8), CTYPE3="RGB")
    display = client.json("/api/v1/images/picture.fits")["display"]
    assert [channel["color"] for channel in display["color"]] == ["#ff0000", "#00ff00", "#0000ff"]
    assert (display["mode"], display["stretch"]) == ("color", "linear")
    assert display["cuts"] == {"1": [0.0, 255.0], "2": [0.0, 255.0], "3": [0.0, 255.0]}


def test_a_mask_opens_linear(own: Own) -> None:
    folder, client = own()
    write(folder / "mask.fits", (sky(80, 90) > 105).astype(np.int16))
    assert client.json("/api/v1/images/mask.fits")["display"]["stretch"] == "linear"
    statistics = client.json("/api/v1/images/mask.fits/statistics")
    assert statistics["kind"] == "labels"
    assert statistics["default"] == [0.0, 1.0]
    explicit = client.picture("/api/v1/images/mask.fits/tiles/0/0/0.png?stretch=linear&cuts=0,1")
    assert np.array_equal(client.picture("/api/v1/images/mask.fits/tiles/0/0/0.png"), explicit)


def test_statistics_agree_with_numpy_where_all_pixels_are_read(client: Client, library: Path) -> None:
    data = fits.getdata(library / "field.fits").astype(np.float64)
    answer = client.json(f"{FIELD}/statistics")
    assert answer["sample"] is False
    assert answer["n"] == data.size
    assert answer["unit"] == "adu"
    assert answer["mean"] == pytest.approx(data.mean(), rel=1e-6)
    assert answer["median"] == pytest.approx(np.median(data), rel=1e-6)
    assert answer["percentiles"]["99"] == pytest.approx(np.percentile(data, 99), rel=1e-5)
    for name in ("zscale", "default", "compatible"):
        assert answer[name][0] < answer[name][1]


def test_a_histogram_counts_every_pixel_once(client: Client, library: Path) -> None:
    data = fits.getdata(library / "field.fits")
    whole = client.json(f"{FIELD}/histogram?bins=50")
    assert len(whole["counts"]) == 50
    assert sum(whole["counts"]) + whole["below"] + whole["above"] + whole["nan"] == data.size
    part = client.json(f"{FIELD}/histogram?bins=10&range=100,120")
    assert part["counts"] == np.histogram(data, 10, (100, 120))[0].tolist()
    assert client.json(f"{FIELD}/histogram?bins=10&range=120,100") == part
    assert client.json(f"{FIELD}/histogram?range=5,5")["edges"] == [4.5, 5.5]
    assert client.get(f"{FIELD}/histogram?range=5").status_code == 422


def test_values_are_exact(client: Client, library: Path) -> None:
    cube = fits.getdata(library / "cube.fits")
    answer = client.json(f"{CUBE}/values?at=3,4&at=400,300&at=401,1&channel=2&channel=5")
    assert answer["channels"] == [2, 5]
    assert [row["values"] for row in answer["positions"]] == [
        [float(cube[1, 3, 2]), float(cube[4, 3, 2])],
        [float(cube[1, 299, 399]), float(cube[4, 299, 399])],
        [None, None],
    ]
    holes = client.json("/api/v1/images/holes.fits/values?at=21,11&at=22,12&at=23,13")
    assert [row["values"] for row in holes["positions"]] == [[None], ["Infinity"], ["-Infinity"]]
    large = client.get("/api/v1/images/int64.fits/values?at=1,1&at=2,1&at=2,2").text
    assert json.loads(large)["positions"][0] == {"x": 1, "y": 1, "values": [2**53 + 1], "exact": [str(2**53 + 1)]}
    assert json.loads(large)["positions"][1]["exact"] == [str(-(2**63))]
    assert "exact" not in json.loads(large)["positions"][2]


def test_whole_numbers_of_64_bits_stay_exact_everywhere(own: Own) -> None:
    folder, client = own()
    large = np.array([[[2**53 + 1, 2**62 + 3], [7, -(2**63) + 1]], [[2**63 - 1, 2**53 + 3], [1, 2]]], np.int64)
    write(folder / "a.fits", large)
    base = "/api/v1/images/a.fits"
    line = client.json(f"{base}/profile?line=1,1:2,1&channel=1&channel=2")
    assert line["exact"] == [[str(v) for v in large[channel, 0].tolist()] for channel in (0, 1)]
    point = client.json(f"{base}/spectrum?at=1,1")
    assert point["values"] == large[:, 0, 0].tolist()
    assert point["exact"] == [str(v) for v in large[:, 0, 0].tolist()]
    statistics = client.json(f"{base}/region-statistics")
    numbers = large[0].ravel().tolist()
    assert statistics["exact"] == {"sum": str(sum(numbers)), "min": str(min(numbers)), "max": str(max(numbers))}
    science = client.get(f"{base}/science/0/0/0.npy?channel=2", accept_encoding="identity").content
    assert np.array_equal(np.load(io.BytesIO(science)), large[1][::-1])
    cut = fits.getdata(io.BytesIO(client.get(f"{base}/region.fits").content))
    assert np.array_equal(cut, large)


def test_brightness_moves_values_by_a_part_of_the_cuts(client: Client) -> None:
    brighter = client.picture(f"{FIELD}/view.png?cuts=100,140&stretch=linear&brightness=25")
    assert np.abs(brighter.astype(int) - client.picture(f"{FIELD}/view.png?cuts=90,130&stretch=linear")).max() <= 1
    for how in ("stretch=asinh", "lupton=8,1"):
        style = f"view.png?color=1:ff0000&color=3:00ff00&{how}"
        darker = client.picture(f"{CUBE}/{style}&cuts=100,140&brightness=-50")
        assert np.abs(darker.astype(int) - client.picture(f"{CUBE}/{style}&cuts=120,160")).max() <= 1
    assert client.get(f"{FIELD}/view.png?brightness=101").status_code == 422


def test_profiles_tell_distances_on_the_sky(own: Own) -> None:
    folder, client = own()
    path = write(folder / "a.fits", sky(160, 200), **TAN)
    answer = client.json("/api/v1/images/a.fits/profile?line=10,20:150,120")
    data = fits.getdata(path)
    assert answer["values"][0] == [float(data[y - 1, x - 1]) for x, y in zip(answer["x"], answer["y"], strict=True)]
    wcs = WCS(fits.getheader(path))
    ends = SkyCoord(*wcs.wcs_pix2world([10, 150], [20, 120], 1), unit="deg")
    assert answer["sky_distance"][-1] == pytest.approx(ends[0].separation(ends[1]).arcsec, rel=1e-9)
    smooth = client.json("/api/v1/images/a.fits/profile?line=10,20:150,120&interpolate=1")
    assert smooth["interpolated"] is True
    assert smooth["sky_distance"][-1] == pytest.approx(ends[0].separation(ends[1]).arcsec, rel=1e-9)
    assert smooth["distance"][-1] == pytest.approx(math.hypot(140, 100))
    write(folder / "plain.fits", sky(20, 30))
    assert client.json("/api/v1/images/plain.fits/profile?line=1,1:3,3")["sky_distance"] is None


def test_spectra_at_a_pixel_and_in_regions(client: Client, library: Path) -> None:
    cube = fits.getdata(library / "cube.fits").astype(np.float64)
    point = client.json(f"{CUBE}/spectrum?at=7,9")
    assert point["values"] == cube[:, 8, 6].tolist()
    assert point["pixels"] == 1
    mean = client.json(f"{CUBE}/spectrum?box=1,1,10,20&statistic=mean")
    assert mean["pixels"] == 200
    assert np.allclose(mean["values"], cube[:, :20, :10].mean((1, 2)))
    some = client.json(f"{CUBE}/spectrum?circle=50,50,10&statistic=median&channel=4&channel=2")
    assert some["channels"] == [4, 2]
    assert client.json(f"{CUBE}/spectrum?at=9999,1")["values"] == [None] * 5


def test_region_statistics(client: Client, library: Path) -> None:
    data = fits.getdata(library / "field.fits").astype(np.float64)
    answer = client.json(f"{FIELD}/region-statistics?box=11,21,30,60")
    part = data[20:60, 10:30]
    assert answer["n"] == part.size
    assert answer["mean"] == pytest.approx(part.mean())
    assert answer["area"] is None
    assert client.json(f"{FIELD}/region-statistics?polygon=0,0,100,0,0,100")["n"] > 0
    assert client.json(f"{FIELD}/region-statistics")["n"] == data.size
    for bad in ("?box=1,1,2", "?circle=1,1,0", "?polygon=1,1,2,2", "?box=1,1,1e300,2"):
        assert client.get(f"{FIELD}/region-statistics{bad}").status_code == 422, bad


def test_positions_go_to_the_sky_and_back(own: Own) -> None:
    folder, client = own()
    path = write(folder / "a.fits", sky(160, 200), **TAN)
    pixels = [[1, 1], [100, 80], [200.25, 159.5]]
    answer = client.request("POST", "/api/v1/images/a.fits/sky", json={"pixels": pixels}).json()["sky"]
    truth = WCS(fits.getheader(path)).wcs_pix2world(np.array(pixels), 1)
    assert np.allclose(answer, truth, rtol=0, atol=1e-12)
    back = client.request("POST", "/api/v1/images/a.fits/pixel", json={"sky": answer}).json()["pixels"]
    assert np.allclose(back, pixels, atol=1e-9)
    galactic = client.request("POST", "/api/v1/images/a.fits/sky", json={"pixels": pixels, "frame": "galactic"}).json()
    expected = SkyCoord(truth, unit="deg").galactic
    assert np.allclose(galactic["sky"], np.stack([expected.l.deg, expected.b.deg], -1), atol=1e-8)
    far = client.request("POST", "/api/v1/images/a.fits/pixel", json={"sky": [[300, 30]]}).json()["pixels"]
    assert far == [None]
    description = client.json("/api/v1/images/a.fits/wcs")
    assert description["sky"]["projection"] == "TAN"
    assert description["reason"] == ""
    assert client.json("/api/v1/images/a.fits/wcs/grid?n=9")["grid"]


def test_an_image_without_sky_says_why(client: Client) -> None:
    answer = client.json(f"{FIELD}/wcs")
    assert answer["sky"] is None
    assert "no world coordinates" in answer["reason"]
    assert client.request("POST", f"{FIELD}/sky", json={"pixels": [[1, 1]]}).json() == {"sky": [None]}
    assert client.json(f"{FIELD}/wcs/grid") == {"grid": None}


def test_science_tiles_come_with_their_type_and_packed_on_request(client: Client, library: Path) -> None:
    from numcodecs import zstd

    data = fits.getdata(library / "field.fits")
    answer = client.get(f"{FIELD}/science/1/0/0.npy", accept_encoding="identity")
    assert np.array_equal(np.load(io.BytesIO(answer.content)), data[::-1][:256, :256])
    raw = client.get(f"{FIELD}/science/1/1/0.raw", accept_encoding="identity")
    assert (raw.headers["x-dtype"], raw.headers["x-shape"]) == ("<f4", "256,144")
    packed = client.app_bytes(f"{FIELD}/science/1/1/0.raw", {"accept-encoding": "zstd"})
    assert zstd.decompress(packed) == raw.content
    refused = client.app_bytes(f"{FIELD}/science/1/1/0.raw", {"accept-encoding": "gzip, zstd;q=0"})
    assert refused == raw.content


def test_jpeg_of_low_quality_has_colour_at_half_the_resolution_but_not_on_the_compatible_api(client: Client) -> None:
    def sampling(url: str) -> tuple[int, int]:
        image = Image.open(io.BytesIO(client.get(url).content))
        return image.layer[0][1:3]  # of luma, in samples of chroma

    for colors in ("color=1:ff0000&color=2:00ff00", "channel=1&colormap=viridis"):
        assert sampling(f"{CUBE}/tiles/0/0/0.jpg?{colors}") == (1, 1)
        assert sampling(f"{CUBE}/view.jpg?{colors}&quality=75") == (1, 1)
        assert sampling(f"{CUBE}/view.jpg?{colors}&quality=74") == (2, 2)
    assert sampling("/api?FIF=cube.fits&CMP=jet&QLT=50&JTL=0,0") == (1, 1)


def test_the_whole_view_and_regions_have_the_asked_size(client: Client) -> None:
    assert client.picture(f"{FIELD}/view.png?size=100").shape == (75, 100)
    assert client.picture(f"{FIELD}/view.jpg?size=123,45&box=10.5,20.5,110.5,60.5").shape == (45, 123)
    assert client.picture(f"{FIELD}/region.png?box=1,1,100,50").shape == (50, 100)
    assert client.picture(f"{FIELD}/region.png?box=1,1,400,300&shrink=8").shape == (38, 50)
    for bad in (
        "region.png?shrink=3",
        "region.png?box=500,1,600,2",
        "view.png?box=1,1,1,2",
        "view.png?size=0",
        "view.gif",
    ):
        assert client.get(f"{FIELD}/{bad}").status_code in (404, 422), bad
    for url, limit in (("view.png?size=9000,9000", "limit of 16777216"), ("view.webp?size=17000,2", "most 16383")):
        answer = client.get(f"{FIELD}/{url}")
        assert answer.status_code == 413
        assert limit in answer.json()["error"]["message"]


def test_a_view_has_fits_y_upwards_and_is_registered_with_tiles(client: Client, library: Path) -> None:
    style = "cuts=80,180&stretch=linear"
    whole = client.picture(f"{FIELD}/view.png?size=400,300&{style}")
    assert np.array_equal(whole[:256, :256], client.picture(f"{FIELD}/tiles/1/0/0.png?{style}"))
    assert np.array_equal(whole[256:, 256:], client.picture(f"{FIELD}/tiles/1/1/1.png?{style}"))
    region = client.picture(f"{FIELD}/region.png?box=11,21,60,100&{style}")
    assert np.array_equal(region, whole[200:280, 10:60])
    data = fits.getdata(library / "field.fits")
    assert np.abs(whole - np.floor(255.49 * np.clip((data[::-1] - 80.0) / 100, 0, 1))).max() <= 1


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter"),
    [
        ("images/nothing.fits", 404, "image_not_found", None),
        ("images/broken.fits", 404, "not_an_image", None),
        ("images/notes.txt/header", 404, "not_an_image", None),
        ("images/..%2F..%2Fetc%2Fpasswd", 404, "image_not_found", None),
        ("images/%00", 404, "image_not_found", None),
        ("images/field.fits/tiles/5/0/0.png", 404, "not_found", None),
        ("images/field.fits/tiles/0/1/0.png", 404, "not_found", None),
        ("images/field.fits/tiles/-1/0/0.png", 422, "bad_parameter", "z"),
        ("images/field.fits/tiles/0/0/0.png?channel=2", 404, "not_found", None),
        ("images/field.fits/tiles/0/0/0.png?stretch=cubic", 422, "bad_parameter", "stretch"),
        ("images/field.fits/statistics?channel=9", 404, "not_found", None),
        ("images/field.fits/statistics?channel=0", 422, "bad_parameter", "channel"),
        ("images/field.fits/statistics?channel=x", 422, "bad_parameter", "channel"),
        ("images/field.fits/values", 422, "bad_parameter", "at"),
        ("images/field.fits/values?at=1", 422, "bad_parameter", "at"),
        ("images/field.fits/profile?line=1,1", 422, "bad_parameter", "line"),
        ("images/field.fits/profile?line=1,1:900000,1", 413, "limit_exceeded", "line"),
        ("nothing", 404, "not_found", None),
    ],
)
def test_errors_have_one_shape(client: Client, path: str, status: int, code: str, parameter: str | None) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error.get("parameter") == parameter
    assert error["message"]
    assert "/tmp" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_bodies_that_cannot_be_read_are_refused_by_name(client: Client) -> None:
    for body in ({}, {"pixels": [[1]]}, {"pixels": "x"}, {"pixels": [[1, 2]], "frame": "mars"}):
        answer = client.request("POST", f"{FIELD}/sky", json=body)
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "bad_parameter"
    assert client.request("POST", f"{FIELD}/sky", content=b'{"pixels": [[NaN, 1]]}').status_code == 422
    many = {"pixels": [[1, 1]] * 100_001}
    assert client.request("POST", f"{FIELD}/sky", json=many).status_code == 413
    assert client.request("POST", f"{FIELD}/sky", content=b" " * (17 << 20)).status_code == 413
    assert client.request("DELETE", f"{FIELD}/sky").json()["error"]["code"] == "method_not_allowed"


def test_colormaps_are_listed_with_colours(client: Client) -> None:
    maps = client.json("/api/v1/colormaps")
    assert len(maps) > 100
    assert all(len(one["colors"]) == 16 for one in maps)


def test_one_file_is_announced_and_answers_every_name_on_the_old_route(own: Own, tmp_path: Path) -> None:
    path = write(tmp_path / "only.fits", sky(20, 30))
    write(tmp_path / "other.fits", sky(20, 30))
    _, client = own(files=(str(path),))
    assert client.json("/api/v1/")["auto_image"] == "only.fits"
    assert client.json("/api?FIF=anything&INFO")["image_name"] == "only.fits"
    assert client.get("/api/v1/images/other.fits").status_code == 404
    assert [one["id"] for one in client.json("/api/v1/images")["images"]] == ["only.fits"]


def read_events(client: Client, url: str, count: int, between: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The first *count* events, *between* being called after the first."""

    async def listen() -> list[tuple[str, Any]]:
        import asyncio

        found: list[tuple[str, Any]] = []
        sent = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            text = message.get("body", b"").decode()
            if text.startswith("event: "):
                name, data = text.strip().split("\n")
                found.append((name[7:], json.loads(data[6:])))
                if len(found) == 1:
                    between()
                if len(found) >= count:
                    sent.set()

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": url,
            "raw_path": url.encode(), "query_string": b"", "headers": [], "scheme": "http", "server": ("viewer", 80),
            "client": ("me", 1), "root_path": "", "state": {},
        }  # fmt: skip
        await asyncio.wait_for(client.app(scope, receive, send), 30)
        return found

    found: list[tuple[str, Any]] = client.run(listen())
    return found


def test_events_tell_progress_and_that_the_file_changed(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visiomatic.web.events.IDLE_SECONDS", 0.05)
    folder, client = own()
    path = write(folder / "a.fits", sky(30, 40))
    version = client.json("/api/v1/images/a.fits")["version"]
    events = read_events(client, "/api/v1/images/a.fits/events", 2, lambda: write(path, sky(50, 60)))
    assert events[0] == ("progress", {"progress": 1.0, "preview": False, "notice": ""})
    assert events[1][0] == "changed"
    assert events[1][1]["version"] not in (None, version)
