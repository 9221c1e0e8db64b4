"""How clients of other IIP servers write their requests."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from .conftest import Client

OPENSEADRAGON = "obj=IIP,1.0&obj=Max-size&obj=Tile-size&obj=Resolution-number&obj=Resolutions"
TILE = "/api?FIF=field.fits&CHAN=1"


@pytest.mark.parametrize(
    "words",
    [
        "obj",
        "OBJ=IIP,1.0&OBJ=Max-size&OBJ=Tile-size&OBJ=Resolution-number",
        "obj=IIP,1.0&obj=max-size&obj=tile-size&obj=resolution-number&obj=bits-per-channel&obj=min-max-sample-values",
        "obj=IIP%2C1.0&obj=Max-size",
        "obj=Basic-info&obj=Summary-info",
        f"{OPENSEADRAGON}&JTL=0,0",
    ],
)
def test_objects_are_answered_however_they_are_asked_for(client: Client, words: str) -> None:
    answer = client.get(f"/api?FIF=cube.fits&{words}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == client.get(f"/api?FIF=cube.fits&{OPENSEADRAGON}").text


@pytest.mark.parametrize(
    ("image", "size", "resolutions"),
    [
        ("field.fits", "400 300", "200 150,400 300"),
        ("cube.fits", "400 300", "200 150,400 300"),
        ("odd.fits", "513 257", "128 64,256 128,513 257"),
        ("constant.fits", "20 20", "20 20"),
        ("int64.fits", "2 2", "2 2"),
    ],
)
def test_the_objects_are_what_openseadragon_reads(client: Client, image: str, size: str, resolutions: str) -> None:
    lines = dict(line.split(":", 1) for line in client.get(f"/api?FIF={image}&{OPENSEADRAGON}").text.splitlines())
    assert lines["IIP"] == "1.0"
    assert lines["Max-size"] == size
    assert lines["Tile-size"] == "256 256"
    assert lines["Resolution-number"] == str(len(resolutions.split(",")))
    assert lines["Resolutions"] == resolutions


def test_words_of_other_servers_are_passed_over(client: Client) -> None:
    plain = client.get(f"{TILE}&JTL=1,0").content
    others = "SDS=0,90&CTW=[1,0,0;0,1,0;0,0,1]&CNV=[0,0,0;0,1,0;0,0,0]&SHD=45,45&COL=grey&ROT=90"
    assert client.get(f"{TILE}&{others}&JTL=1,0").content == plain


def test_colour_maps_may_be_written_in_capitals(client: Client) -> None:
    hot = client.get(f"{TILE}&CMP=hot&JTL=1,0")
    assert client.get(f"{TILE}&CMP=HOT&JTL=1,0").content == hot.content
    assert hot.content != client.get(f"{TILE}&CMP=GREY&JTL=1,0").content
    assert client.get(f"{TILE}&CMP=Rainbow&JTL=1,0").status_code == 422


@pytest.mark.parametrize(("word", "kind"), [("PTL", "png"), ("WTL", "webp")])
@pytest.mark.parametrize("style", ["&CHAN=1", "&CHAN=1&CMP=jet", "&MIX=1:1,0,0&MIX=5:0,0,1", ""])
def test_tiles_come_in_other_formats_and_look_the_same(client: Client, word: str, kind: str, style: str) -> None:
    address = f"/api?FIF=cube.fits{style}&QLT=100"
    answer = client.get(f"{address}&{word}=1,1")
    assert answer.headers["content-type"] == f"image/{kind}"
    picture = Image.open(BytesIO(answer.content))
    assert picture.format == kind.upper()
    wanted = Image.open(BytesIO(client.get(f"{address}&JTL=1,1").content))
    assert picture.size == wanted.size == (144, 256)
    found, wanted = (np.asarray(one.convert("RGBA")).astype(float) for one in (picture, wanted))
    assert (found[..., 3] == 255).all()
    assert np.abs(found - wanted).mean() < 3  # both are lossy, WebP has half of the colours' resolution


@pytest.mark.parametrize(("tile", "status"), [("1,99", 404), ("abc", 422), ("-1,0", 422), ("", 422)])
def test_these_tiles_are_refused_as_others_are(client: Client, tile: str, status: int) -> None:
    answer = client.get(f"{TILE}&PTL={tile}")
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["detail"][0]["loc"] == ["query", "PTL"]
