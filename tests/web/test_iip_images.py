"""The compatible route: what may be opened, where it lies on the sky, odd shapes, cuts of channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from .conftest import HEADERS, Client, sky, write

Own = Callable[..., tuple[Path, Client]]
CORNERS = [[0.5, 0.5], [40.5, 0.5], [0.5, 30.5], [40.5, 30.5], [20.0, 15.0]]


@pytest.fixture(scope="module")
def fenced(tmp_path_factory: pytest.TempPathFactory, make_client: Callable[..., Client]) -> Iterator[Any]:
    """A library beside a folder of secrets, with symbolic links that lead there."""
    place = tmp_path_factory.mktemp("place")
    root, secret = place / "library", place / "beside" / "secret.fits"
    for path in (root / "field.fits", root / "sub" / "inner.fits", secret):
        write(path, sky(20, 30))
    (root / "notes.txt").write_text("no image")
    (root / "out").symlink_to(secret.parent)
    (root / "secret.fits").symlink_to(secret)
    client = make_client(root)
    yield root, client
    client.close()


@pytest.mark.parametrize("name", HEADERS)
def test_corners_lie_where_astropy_puts_them(own: Own, name: str) -> None:
    folder, client = own()
    path = write(folder / "a.fits", sky(30, 40), **HEADERS[name])
    body = {"pixels": CORNERS, "frame": "native"}
    found = client.request("POST", "/api/v1/images/a.fits/sky", json=body).json()["sky"]
    truth = WCS(fits.getheader(path)).all_pix2world(CORNERS, 1)
    assert np.abs(np.array(found) - truth).max() < 1e-9


@pytest.mark.parametrize("name", HEADERS)
def test_the_flat_header_of_info_leads_to_the_same_sky(own: Own, name: str) -> None:
    folder, client = own()
    path = write(folder / "a.fits", sky(30, 40), **HEADERS[name])
    flat = client.json("/api?FIF=a.fits&INFO")["header"]
    header = fits.Header({keyword: value for keyword, value in flat.items() if keyword not in ("COMMENT", "HISTORY")})
    truth = WCS(fits.getheader(path)).all_pix2world(CORNERS, 1)
    assert np.abs(WCS(header).all_pix2world(CORNERS, 1) - truth).max() < 1e-9


@pytest.mark.parametrize(
    "name",
    [
        "{root}/field.fits", "{root}/../{folder}/field.fits", "sub/../../{folder}/field.fits", "%2e%2e/field.fits",
        "..%2ffield.fits", "..", ".", "./", "sub", "sub/", "/", "//field.fits", "out/secret.fits", "secret.fits",
        "field.fits%00", "%00", "field.fits%0a", "nothing.fits", "a%5C..%5Cfield.fits", "/etc/passwd", "notes.txt",
    ],
)  # fmt: skip
def test_nothing_outside_is_opened_and_no_path_told(fenced: tuple[Path, Client], name: str) -> None:
    root, client = fenced
    asked = name.format(root=root, folder=root.name)
    for words in ("INFO", "CHAN=1&JTL=0,0", "VAL=1,1", "obj"):
        answer = client.get(f"/api?FIF={asked}&{words}")
        assert answer.status_code == (422 if name.endswith("%0a") else 404), asked
        (detail,) = answer.json()["detail"]
        assert str(root.parent) not in answer.text.replace(asked, "")
        assert detail["msg"]
    assert client.get("/api?FIF=field.fits&INFO").status_code == 200


@pytest.mark.parametrize(("height", "width"), [(8192, 10), (10, 8192), (1, 3000), (3000, 1)])
def test_narrow_images_have_a_tile_at_every_level(own: Own, height: int, width: int) -> None:
    folder, client = own()
    write(folder / "a.fits", np.full((height, width), 100, np.float32))
    info = client.json("/api?FIF=a.fits&INFO")
    assert info["tile_levels"] == (max(height, width) - 1).bit_length() - 7
    for level in range(info["tile_levels"]):
        factor = 2 ** (info["tile_levels"] - 1 - level)
        size = min(256, -(-height // factor)), min(256, -(-width // factor))
        tile = client.picture(f"/api?FIF=a.fits&CHAN=1&MINMAX=1:0,100&QLT=100&JTL={level},0")
        assert tile.shape == size
        assert tile.min() >= 254


def test_any_cuts_of_the_channel_count_and_those_of_others_do_not(client: Client) -> None:
    tile = "/api?FIF=cube.fits&CHAN=2&JTL=1,0"
    wanted = client.get(f"{tile}&MINMAX=2:90,150").content
    assert client.get(f"{tile}&MINMAX=1:0,1&MINMAX=2:90,150").content == wanted
    assert client.get(f"{tile}&MINMAX=1:0,1&MINMAX=3:5,6").content == client.get(tile).content
    colour = "/api?FIF=cube.fits&JTL=1,0"
    assert client.get(f"{colour}&MINMAX=9:0,1&MIX=9:1,1,1").status_code in (200, 404)
    assert client.get(f"{colour}&MINMAX=0:0,1").status_code == 422


def test_inverted_cuts_are_a_threshold_in_grey_and_in_colour(client: Client, library: Path) -> None:
    data = fits.getdata(library / "cube.fits")[0][::-1][:256, :256]
    white = np.where(data > 115, 255, 0)
    grey = client.picture("/api?FIF=cube.fits&CHAN=1&MINMAX=1:115,100&PTL=1,0")
    colour = client.picture("/api?FIF=cube.fits&MIX=1:9,0,0&MIX=2:0,0,0&MIX=5:0,0,0&MINMAX=1:115,100&PTL=1,0")
    assert np.array_equal(grey, white)
    assert np.array_equal(colour[..., 0], white)
    assert not colour[..., 1:].any()
