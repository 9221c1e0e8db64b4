"""What a viewer is told while exact overviews are being made, and when they cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from visiomatic.pyramid import levels
from waiting import until

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]
V1 = "/api/v1/images/large.fits"
INFO = "/api?FIF=large.fits&INFO"
TILE = f"{V1}/tiles/0/0/0.png"


@pytest.fixture
def large(own: Own, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An image that is treated like one of many gigabytes that nobody has read yet; nothing is built by itself."""
    monkeypatch.setattr(levels, "_QUICK_BYTES", 0)
    monkeypatch.setattr(levels, "COMPUTED_LEVEL", 1)
    monkeypatch.setattr(levels, "_COMPUTED_PIXELS", 0)
    folder, client = own()
    write(folder / "large.fits", sky(1100, 1300))
    monkeypatch.setattr(builder(client), "submit", lambda work: None)
    return client


def builder(client: Client):  # type: ignore[no-untyped-def]
    return client.app._rest.state.site.library._factory.cache.builder  # type: ignore[attr-defined]


def test_a_preview_is_marked_and_its_cuts_are_those_of_the_exact_picture(
    large: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cuts() -> list[object]:
        found = large.json(f"{V1}/statistics")
        return [found["default"], found["zscale"], large.json(INFO)["images"][0]["min_max"]]

    first = large.get(INFO)
    assert first.json()["preview"] is True
    assert first.json()["progress"] == 0.0
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    assert large.json(V1)["preview"] is True
    assert large.get(TILE).headers["cache-control"] == "no-store"
    rough, before = large.get(TILE).content, cuts()
    monkeypatch.undo()
    until(lambda: large.json(V1)["progress"] == 1.0)
    exact = large.get(INFO)
    assert (exact.json()["preview"], exact.json()["progress"], exact.json()["notice"]) == (False, 1.0, "")
    assert large.get(INFO, if_none_match=exact.headers["etag"]).status_code == 304
    assert large.get(TILE).headers["cache-control"] == "no-cache"
    assert large.get(TILE).content != rough
    assert cuts() == before


def test_a_cache_that_cannot_be_written_is_said_and_keeps_nobody_from_viewing(own: Own, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder, client = own(cache_dir=tmp_path / "file" / "cache")
    write(folder / "large.fits", sky(1100, 1300))
    until(lambda: client.json(V1)["notice"] != "")
    until(lambda: client.json(V1)["progress"] == 1.0)
    told = client.json(V1)
    assert "not a directory" in told["notice"]
    assert "in memory" in told["notice"]
    assert str(tmp_path) not in told["notice"]
    assert client.json(INFO)["notice"] == told["notice"]
    assert told["preview"] is False
    assert client.get(TILE).headers["cache-control"] == "no-cache"
