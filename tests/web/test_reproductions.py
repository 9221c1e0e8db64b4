"""What VisiOmatic 3.0.7 did wrong, each with the smallest example of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from waiting import soon

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]


def level(value: float, gamma: float = 2.2) -> int:
    return int(np.floor(255.49 * np.clip(value, 0, 1) ** (1 / gamma)))


@pytest.mark.parametrize(
    ("tile", "size"), [("0,0", (129, 65)), ("1,0", (256, 129)), ("2,2", (1, 256)), ("2,5", (1, 1))]
)
def test_every_edge_tile_is_as_large_as_what_is_there(client: Client, tile: str, size: tuple[int, int]) -> None:
    picture = client.picture(f"/api?FIF=odd.fits&CHAN=1&JTL={tile}")
    assert picture.shape == size[::-1]


def test_one_bad_pixel_and_the_last_column_do_not_darken_coarse_levels(client: Client) -> None:
    bright = level(0.5)
    for tile in ("0,0", "1,0", "1,1", "2,0", "2,2", "2,5"):
        picture = client.picture(f"/api?FIF=edges.fits&CHAN=1&MINMAX=1:0,200&QLT=100&JTL={tile}")
        assert np.abs(picture.astype(int) - bright).max() <= 1
    full = client.picture("/api?FIF=edges.fits&CHAN=1&MINMAX=1:0,200&QLT=100&JTL=3,7")
    assert full[43, 88] < 60  # NaN is drawn as the low cut
    assert full[100, 200] == bright


def test_requests_leave_no_trace(client: Client) -> None:
    plain = "/api?FIF=cube.fits&CHAN=1&JTL=1,0"
    before, colour = client.get(plain).content, client.get("/api?FIF=cube.fits&JTL=1,0").content
    client.get("/api?FIF=cube.fits&MINMAX=1:0,1000000&MIX=1:1,0,0&JTL=1,0")
    client.get("/api?FIF=cube.fits&MINMAX=2:-5,5&MINMAX=3:0,1&MIX=3:0,1,0&INV&JTL=1,1")
    assert client.get(plain).content == before
    assert client.get("/api?FIF=cube.fits&JTL=1,0").content == colour


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("FIF=holes.fits&VAL=21,11", [None]),  # NaN
        ("FIF=holes.fits&CHAN=1&VAL=22,12", [None]),  # +Inf
        ("FIF=holes.fits&CHAN=1&VAL=0,1", [None]),
        ("FIF=holes.fits&CHAN=1&VAL=71,61", [None]),
        ("FIF=holes.fits&CHAN=2&VAL=1,1", [None]),
        ("FIF=cube.fits&CHAN=1&CHAN=9&VAL=-1000000,4", [None, None]),
        ("FIF=int64.fits&VAL=1,1", [2**53 + 1]),
        ("FIF=int64.fits&VAL=2,1", [-(2**63)]),
        ("FIF=int64.fits&VAL=1,2", [2**63 - 1]),
    ],
)
def test_values_are_numbers_or_null(client: Client, query: str, values: list[Any]) -> None:
    assert client.json(f"/api?{query}") == {"values": values}


def test_values_without_channels_are_those_of_all(client: Client, library: Path) -> None:
    data = fits.getdata(library / "cube.fits")
    assert client.json("/api?FIF=cube.fits&VAL=7,9") == {"values": [float(v) for v in data[:, 8, 6]]}
    assert client.json("/api?FIF=cube.fits&CHAN=4&CHAN=2&VAL=7,9") == {"values": [float(data[c, 8, 6]) for c in (3, 1)]}


@pytest.mark.parametrize(
    "query", ["CHAN=0&VAL=1,1", "CHAN=-1&JTL=0,0", "CHAN=x&JTL=0,0", "VAL=1", "VAL=a,b", "PFL=1,1"]
)
def test_bad_words_are_refused_with_their_name(client: Client, query: str) -> None:
    answer = client.get(f"/api?FIF=cube.fits&{query}")
    assert answer.status_code == 422
    (detail,) = answer.json()["detail"]
    assert detail["loc"] == ["query", query.partition("=")[0]]
    assert detail["msg"]


@pytest.mark.parametrize(
    ("tile", "status"),
    [
        ("0,1", 404), ("1,4", 404), ("1,99999999", 404), ("abc", 422), ("-1,0", 422), ("0,-1", 422), ("0", 422),
        ("1,2,3", 422), ("", 422),
    ],
)  # fmt: skip
def test_tiles_that_do_not_exist_are_not_found(client: Client, tile: str, status: int) -> None:
    for query in (f"FIF=field.fits&CHAN=1&JTL={tile}", f"JTL={tile}&FIF=field.fits"):
        assert client.get(f"/api?{query}").status_code == status


def test_a_level_beyond_the_last_is_full_resolution_as_it_was(client: Client) -> None:
    assert (
        client.get("/api?FIF=field.fits&CHAN=1&JTL=9,1").content
        == client.get("/api?FIF=field.fits&CHAN=1&JTL=1,1").content
    )


def test_the_full_region_is_the_full_frame_registered_with_the_tiles(client: Client) -> None:
    style = "/api?FIF=field.fits&CHAN=1&QLT=100"
    whole = client.picture(f"{style}&RGN=0,0:400,300").astype(int)
    assert whole.shape == (300, 400)
    for index, (y, x) in enumerate([(0, 0), (0, 256), (256, 0), (256, 256)]):
        tile = client.picture(f"{style}&JTL=1,{index}").astype(int)
        part = whole[y : y + 256, x : x + 256]
        assert part.shape == tile.shape
        assert np.abs(part - tile).max() <= 3
    assert client.picture(f"{style}&RGN=-5,-9:4000,3000").shape == (300, 400)
    assert client.picture(f"{style}&RGN=0,0:400,300&BIN=4").shape == (75, 100)
    assert client.picture(f"{style}&RGN=0,0:400,300&BIN=3").shape == (150, 200)
    assert client.picture(f"{style}&RGN=0,0:400,300&BIN=65536").shape == (1, 1)
    assert client.picture(f"{style}&RGN=10,20:11,21").shape == (1, 1)


@pytest.mark.parametrize("region", ["5,5:5,9", "9,9:1,1", "400,0:500,10", "1,1"])
def test_regions_without_a_pixel_are_refused(client: Client, region: str) -> None:
    answer = client.get(f"/api?FIF=field.fits&CHAN=1&RGN={region}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "RGN"]


def test_a_region_of_too_many_tiles_names_the_limit(own: Own) -> None:
    folder, client = own(max_region_tile_count=3)
    write(folder / "a.fits", sky(600, 600))
    answer = client.get("/api?FIF=a.fits&CHAN=1&RGN=0,0:600,600")
    assert answer.status_code == 413
    assert "limit of 3" in answer.json()["detail"][0]["msg"]
    assert client.get("/api?FIF=a.fits&CHAN=1&RGN=100,100:300,200").status_code == 200


def test_more_channels_than_the_limit_allows_name_the_limit(own: Own) -> None:
    folder, client = own(max_region_pixels=300_000)
    write(folder / "cube.fits", np.stack([sky(256, 256, seed) for seed in range(6)]))
    for url in (
        "/api?FIF=cube.fits&JTL=0,0",
        "/api/v1/images/cube.fits/region.png?mix=1:1,0,0&mix=2:1,0,0&mix=3:1,1,1&mix=4:1,1,1&mix=5:1,0,1",
    ):
        answer = client.get(url)
        assert answer.status_code == 413
        assert "300000 pixels" in answer.text
    assert client.get("/api?FIF=cube.fits&CHAN=3&JTL=0,0").status_code == 200


def test_a_profile_counts_from_one_and_holds_both_ends(client: Client, library: Path) -> None:
    data = fits.getdata(library / "field.fits")
    samples = client.json("/api?FIF=field.fits&CHAN=1&PFL=3,2:9,5")["profile"]
    assert len(samples) == 7
    assert (samples[0]["x"], samples[0]["y"]) == (3, 2)
    assert (samples[-1]["x"], samples[-1]["y"]) == (9, 5)
    for one in samples:
        assert one["values"] == [float(data[one["y"] - 1, one["x"] - 1])]
    back = client.json("/api?FIF=field.fits&CHAN=1&PFL=9,5:3,2")["profile"]
    assert [one["x"] for one in back] == [9, 8, 7, 6, 5, 4, 3]
    single = client.json("/api?FIF=cube.fits&PFL=3,2:3,2")["profile"]
    assert len(single) == 1
    assert len(single[0]["values"]) == 5


def test_a_profile_outside_and_of_missing_channels_holds_null(client: Client) -> None:
    samples = client.json("/api?FIF=field.fits&CHAN=1&CHAN=7&PFL=-1,1:1,1")["profile"]
    assert [one["values"][1] for one in samples] == [None] * 3
    assert [one["values"][0] is None for one in samples] == [True, True, False]


def test_an_endless_profile_is_refused(client: Client) -> None:
    answer = client.get("/api?FIF=field.fits&CHAN=1&PFL=1,1:9999999999,1")
    assert answer.status_code == 413
    assert answer.json()["detail"][0]["loc"] == ["query", "PFL"]


def test_a_rotated_header_keeps_its_sense_of_rotation(own: Own) -> None:
    folder, client = own()
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX1": 5.0, "CRPIX2": 6.0,
             "CDELT1": -0.001, "CDELT2": 0.001, "CROTA2": 30.0}  # fmt: skip
    path = write(folder / "turned.fits", sky(20, 20), **cards)
    header = client.json("/api?FIF=turned.fits&INFO")["header"]
    truth = WCS(fits.getheader(path)).pixel_scale_matrix
    found = [[header[f"CD{i}_{j}"] for j in (1, 2)] for i in (1, 2)]
    assert np.allclose(found, truth, rtol=1e-12)
    assert "CROTA2" not in header
    assert header["CRPIX1"] == 5.0


def test_a_header_without_world_coordinates_gets_none(client: Client) -> None:
    header = client.json("/api?FIF=field.fits&INFO")["header"]
    assert not [keyword for keyword in header if keyword.startswith(("CD", "CRPIX"))]
    assert header["NAXIS"] == 2
    assert "NAXIS3" not in header


@pytest.mark.parametrize("age", [0, -86_400, 86_400])
def test_a_replaced_file_shows_its_new_pixels_at_once(own: Own, age: int) -> None:
    folder, client = own()
    path = write(folder / "a.fits", np.full((50, 60), 3, np.float32))
    query = "/api?FIF=a.fits&CHAN=1&MINMAX=1:0,10"
    assert client.json("/api?FIF=a.fits&VAL=5,5") == {"values": [3.0]}
    before = client.get(f"{query}&JTL=0,0")
    write(folder / "b.fits", np.full((50, 60), 8, np.float32))
    os.utime(folder / "b.fits", (time.time() + age,) * 2)
    os.replace(folder / "b.fits", path)
    assert client.json("/api?FIF=a.fits&VAL=5,5") == {"values": [8.0]}
    after = client.get(f"{query}&JTL=0,0", if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert after.content != before.content
    path.unlink()
    assert client.get(f"{query}&JTL=0,0").status_code == 404


def test_a_file_written_anew_in_place_shows_its_new_pixels(own: Own) -> None:
    folder, client = own()
    path = write(folder / "a.fits", np.full((50, 60), 3, np.float32))
    assert client.json("/api?FIF=a.fits&VAL=5,5") == {"values": [3.0]}
    write(path, np.full((50, 60), 9, np.float32))
    assert client.json("/api?FIF=a.fits&VAL=5,5") == {"values": [9.0]}


def test_names_with_spaces_plus_and_accents_are_found(client: Client) -> None:
    name = "sub/deep%20er/ngc%2B1%20%C3%A9.fits"
    assert client.json(f"/api?FIF={name}&INFO")["full_size"] == [50, 40]
    assert client.get(f"/api?FIF={name}&CHAN=1&JTL=0,0").status_code == 200


def test_a_mosaic_inherits_from_the_primary_and_shows_its_gaps(own: Own) -> None:
    folder, client = own()
    primary = fits.PrimaryHDU()
    primary.header["OBJECT"], primary.header["FILTER"] = "M 42", "r"
    chips = []
    for name, section in (("A", "[1:40,1:30]"), ("B", "[51:90,1:30]")):
        chip = fits.ImageHDU(sky(30, 40), name=name)
        chip.header["DETSEC"], chip.header["DATASEC"] = section, "[1:40,1:30]"
        chips.append(chip)
    fits.HDUList([primary, *chips]).writeto(folder / "mosaic.fits")
    info = client.json("/api?FIF=mosaic.fits&INFO")
    assert info["object_name"] == "M 42"
    assert info["header"]["FILTER"] == "r"
    assert info["full_size"] == [90, 30]
    assert [one["detslice"] for one in info["images"]] == [[[1, 40, 1], [1, 30, 1]], [[51, 90, 1], [1, 30, 1]]]
    assert client.json("/api?FIF=mosaic.fits&VAL=45,15") == {"values": [None]}
    assert client.json("/api?FIF=mosaic.fits&VAL=51,1") == {"values": [float(chips[1].data[0, 0])]}
    low, high = info["images"][0]["min_max"][0]
    style = "/api?FIF=mosaic.fits&CHAN=1&QLT=100"
    assert client.get(f"{style}&JTL=0,0").content == client.get(f"{style}&MINMAX=1:{low!r},{high!r}&JTL=0,0").content
    tile = client.get("/api/v1/images/mosaic.fits/tiles/0/0/0.png")
    picture = np.asarray(Image.open(BytesIO(tile.content)))
    assert picture[15, 45].tolist() == [0, 0, 0, 0]
    assert picture[15, 20, 3] == 255


def test_json_is_json_for_images_without_a_number_and_repeated_cards_are_kept(own: Own) -> None:
    folder, client = own()
    path = write(folder / "empty.fits", np.full((30, 40), np.nan, np.float32))
    with fits.open(path, mode="update") as hdus:
        for line in ("first", "second"):
            hdus[0].header["HISTORY"] = line
    info = client.json("/api?FIF=empty.fits&INFO")
    assert info["images"][0]["background_level"] == [None]
    assert info["images"][0]["min_max"] == [[None, None]]
    assert info["header"]["HISTORY"] == "first\nsecond"
    cards = client.json("/api/v1/images/empty.fits/header")["cards"]
    assert [card[1] for card in cards if card[0] == "HISTORY"] == ["first", "second"]
    statistics = client.json("/api/v1/images/empty.fits/statistics")
    assert statistics["mean"] is None
    assert statistics["kind"] == "empty"
    assert client.get("/api?FIF=empty.fits&CHAN=1&JTL=0,0").status_code == 200


def test_a_slow_disk_under_one_image_delays_nobody_else(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    import visiomatic.image as room

    folder, client = own()
    for name in ("slow.fits", "other.fits"):
        write(folder / name, sky(300, 400))
    held, holding, real = threading.Event(), [], room.open_dataset

    class HeldPlane:
        def __init__(self, plane: Any) -> None:
            self._plane = plane

        def __getattr__(self, name: str) -> Any:
            return getattr(self._plane, name)

        def raster(self, window: Any) -> Any:
            holding.append(window)
            held.wait(60)
            return self._plane.raster(window)

    def open_slowly(path: str, section: str = "", **how: Any) -> Any:
        dataset = real(path, section, **how)
        if path.endswith("slow.fits"):
            dataset.planes = lambda channel, planes=dataset.planes: HeldPlane(planes(channel))
        return dataset

    monkeypatch.setattr(room, "open_dataset", open_slowly)
    slow = [f"/api?FIF=slow.fits&CHAN=1&MINMAX=1:0,{200 + n}&JTL=1,0" for n in range(30)]
    quick = [
        "/", "/docs", "/api", "/api/v1/", "/api/v1/images",
        "/api?FIF=other.fits&CHAN=1&JTL=1,0", "/api?FIF=other.fits&VAL=3,3", "/api/v1/images/other.fits",
        "/api/v1/images/other.fits/tiles/1/0/0.jpg",
    ]  # fmt: skip

    async def ask() -> tuple[list[int], int, list[int]]:
        import asyncio

        waiting = [asyncio.ensure_future(client._http.get(url)) for url in slow]
        await soon(lambda: holding)
        answered = [(await asyncio.wait_for(client._http.get(url), 60)).status_code for url in quick]
        done = sum(one.done() for one in waiting)
        held.set()
        return answered, done, [answer.status_code for answer in await asyncio.gather(*waiting)]

    answered, done, late = client.run(ask())
    assert answered == [200] * len(quick)
    assert done == 0
    assert late == [200] * len(slow)
