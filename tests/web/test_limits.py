"""Limits: each is an option, is told in the list of limits, and names itself when it is reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, make_client: Callable[..., Client]) -> Client:
    """A server that allows little."""
    folder = tmp_path_factory.mktemp("narrow")
    write(folder / "a.fits", np.stack([sky(300, 400, seed) for seed in range(3)]))
    for n in range(5):
        write(folder / f"more{n}.fits", sky(10, 10))
    return make_client(
        folder, max_picture_pixels=65_536, max_cutout_bytes=100_000, max_positions=20, max_region_pixels=150_000,
        max_listing=2, max_region_tile_count=1, request_time_limit=60.0,
    )  # fmt: skip


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 413
    body = answer.json()
    if "detail" in body:
        return str(body["detail"][0]["msg"])
    assert body["error"]["code"] == "limit_exceeded"
    assert body["error"]["parameter"]
    return str(body["error"]["message"])


@pytest.mark.parametrize(
    ("request_", "limit"),
    [
        ("view.png?size=300,300", "65536"),
        ("region.png?box=1,1,400,300", "65536"),
        ("region.fits", "100000"),
        ("values?" + "&".join(["at=1,1"] * 21), "20"),
        ("values?at=1,1&" + "&".join(["channel=1"] * 21), "20"),
        ("profile?line=1,1:50,1", "20"),
        ("profile?line=1,1:12,1&channel=1&channel=2", "20"),
        ("profile?line=1,1:50,1&interpolate=1", "20"),
        ("spectrum?box=1,1,400,300", "150000"),
        ("region-statistics?polygon=" + ",".join(f"{x},{299 * (x % 2) + 1}" for x in range(1, 600)), "150000"),
        ("view.jpg?size=250&mix=1:1,0,0&mix=2:0,1,0&mix=3:0,0,1", "150000"),
    ],
)
def test_a_limit_is_named_where_it_is_reached(narrow: Client, request_: str, limit: str) -> None:
    assert limit in refusal(narrow.get(f"/api/v1/images/a.fits/{request_}"))


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("CHAN=1&RGN=0,0:400,300", "1"),
        ("CHAN=1&PFL=1,1:50,1", "20"),
        ("PFL=1,1:7,1", "20"),
        ("JTL=1,0", "150000"),
    ],
)
def test_the_old_interface_has_the_same_limits(narrow: Client, words: str, limit: str) -> None:
    assert limit in refusal(narrow.get(f"/api?FIF=a.fits&{words}"))


@pytest.mark.parametrize(("route", "body"), [("sky", "pixels"), ("pixel", "sky")])
def test_positions_in_a_body_count_too(narrow: Client, route: str, body: str) -> None:
    answer = narrow.request("POST", f"/api/v1/images/a.fits/{route}", json={body: [[1, 1]] * 21})
    assert "20" in refusal(answer)
    assert narrow.request("POST", f"/api/v1/images/a.fits/{route}", json={body: [[1, 1]] * 20}).status_code == 200


def test_what_is_just_within_the_limits_is_answered(narrow: Client) -> None:
    for request_ in (
        "view.png?size=256,256", "region.png?box=1,1,256,256", "region.fits?box=1,1,80,80", "profile?line=1,1:18,1",
        "values?" + "&".join(["at=1,1"] * 20), "spectrum?box=1,1,200,200", "region-statistics",
    ):  # fmt: skip
        assert narrow.get(f"/api/v1/images/a.fits/{request_}").status_code == 200, request_


def test_a_page_of_a_list_is_no_longer_than_allowed(narrow: Client) -> None:
    page = narrow.json("/api/v1/images?limit=1000")
    assert (len(page["images"]), page["limit"], page["total"]) == (2, 2, 6)
    rest = narrow.json("/api/v1/images?offset=4")["images"]
    assert [one["id"] for one in rest] == ["more3.fits", "more4.fits"]


def test_all_limits_are_told(narrow: Client) -> None:
    told = narrow.json("/api/v1/")["limits"]
    expected = {
        "picture_pixels": 65_536, "region_tiles": 1, "cutout_bytes": 100_000, "positions": 20, "region_pixels": 150_000,
        "listing": 2, "seconds": 60.0,
    }  # fmt: skip
    assert expected.items() <= told.items()
