"""Files that are dropped on the page of a local server: taken from there alone, bounded, gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.tray import make_folder

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]
OWN_PAGE = {"host": "localhost:8009", "origin": "http://localhost:8009", "content-type": "application/fits"}


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    path = write(tmp_path / "away" / "night.fits", sky(60, 80))
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture
def local(own: Own, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Client]:
    """The tray's folder, and a server as the command starts it for a browser on this computer."""
    tray = tmp_path_factory.mktemp("tray")
    return tray, own(drop_dir=tray, max_dropped_bytes=200_000)[1]


def drop(client: Client, content: Any, name: str = "night.fits", **headers: str) -> Any:
    own = OWN_PAGE | {key.replace("_", "-"): value for key, value in headers.items()}
    return client.request("POST", f"/api/v1/dropped?name={name}", content=content, headers=own)


def test_a_dropped_file_is_an_image_like_any_other(local: tuple[Path, Client], file: bytes) -> None:
    tray, client = local
    answer = drop(client, file)
    assert answer.status_code == 200, answer.text
    image_id = answer.json()["id"]
    assert image_id.startswith("dropped:")
    info = client.json(f"/api/v1/images/{image_id.replace('/', '%2F')}")
    assert (info["name"], info["width"], info["height"]) == ("night.fits", 80, 60)
    value = client.json(f"/api/v1/images/{image_id.replace('/', '%2F')}/values?at=3,4")["positions"][0]["values"][0]
    with fits.open(next(tray.glob("*/night.fits"))) as hdus:
        assert value == pytest.approx(float(hdus[0].data[3, 2]))
    assert client.json("/api/v1/images")["total"] == 0  # it is opened, never listed


def test_the_page_is_told_whether_files_are_taken(local: tuple[Path, Client], client: Client) -> None:
    assert local[1].json("/api/v1/")["limits"]["dropped_bytes"] == 200_000
    assert client.json("/api/v1/")["limits"]["dropped_bytes"] == 0


def test_a_server_that_was_not_started_for_it_takes_nothing(client: Client, file: bytes) -> None:
    answer = drop(client, file)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"host": "evil.example:8009", "origin": "http://evil.example:8009"},  # a name pointed at this computer
        {"sec_fetch_site": "cross-site"},
        {"host": "localhost.evil.example", "origin": "http://localhost.evil.example"},
    ],
)
def test_pages_of_other_sites_cannot_leave_a_file(
    local: tuple[Path, Client], file: bytes, headers: dict[str, str]
) -> None:
    tray, client = local
    assert drop(client, file, **headers).status_code == 403
    assert list(tray.iterdir()) == []


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_could_send_is_refused(local: tuple[Path, Client], file: bytes, media: str) -> None:
    tray, client = local
    assert drop(client, file, content_type=media).status_code == 422
    assert list(tray.iterdir()) == []


def test_no_other_origin_is_allowed_to_ask(local: tuple[Path, Client]) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = local[1].request("OPTIONS", "/api/v1/dropped", headers=asked)
    assert "access-control-allow-origin" not in answer.headers


def test_what_holds_no_image_is_refused_with_the_reason_and_not_kept(local: tuple[Path, Client]) -> None:
    tray, client = local
    answer = drop(client, b"GIF89a" + b"\0" * 5000, "cat.fits")
    assert answer.status_code == 404
    assert "cat.fits" in answer.json()["error"]["message"]
    assert str(tray) not in answer.text
    assert list(tray.iterdir()) == []


def test_a_file_beyond_the_limit_is_refused_before_it_comes(local: tuple[Path, Client]) -> None:
    tray, client = local
    answer = drop(client, b"x" * 200_001)
    assert answer.status_code == 413
    assert list(tray.iterdir()) == []


def test_a_file_without_a_length_is_refused(local: tuple[Path, Client], file: bytes) -> None:
    async def parts() -> Any:
        yield file

    assert drop(local[1], parts()).status_code == 413


def test_the_oldest_files_make_room(local: tuple[Path, Client]) -> None:
    tray, client = local
    large = fits.PrimaryHDU(np.zeros((150, 150), np.float32))
    ids = []
    for name in ("a.fits", "b.fits", "c.fits"):
        large.writeto(tray / "x", overwrite=True)
        content = (tray / "x").read_bytes()
        (tray / "x").unlink()
        ids.append(drop(client, content, name).json()["id"])
        for age, place in enumerate(sorted(tray.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)):
            os.utime(place, (1e9 - age, 1e9 - age))
    assert sorted(path.name for path in tray.glob("*/*")) == ["b.fits", "c.fits"]
    assert client.get(f"/api/v1/images/{ids[0].replace('/', '%2F')}").status_code == 404
    assert client.get(f"/api/v1/images/{ids[2].replace('/', '%2F')}").status_code == 200


@pytest.mark.parametrize("name", ["../../evil.fits", "a%2Fb%2Fnight.fits", "C:%5Cdata%5Cnight.fits"])
def test_folders_in_a_name_are_not_followed(local: tuple[Path, Client], file: bytes, name: str) -> None:
    tray, client = local
    assert drop(client, file, name).status_code == 200
    assert [path.parent.parent for path in tray.glob("*/*.fits")] == [tray]


@pytest.mark.parametrize("name", ["", ".", ".hidden.fits", "a%00b.fits", "x" * 300])
def test_a_name_that_no_file_should_have_is_refused(local: tuple[Path, Client], file: bytes, name: str) -> None:
    assert drop(local[1], file, name).status_code == 422


@pytest.mark.parametrize("path", ["../secret.fits", "%2E%2E/secret.fits", "/etc/passwd", "x/../../secret.fits"])
def test_an_id_of_a_dropped_file_leads_nowhere_else(local: tuple[Path, Client], path: str) -> None:
    tray, client = local
    write(tray.parent / "secret.fits", sky(8, 8))
    assert client.get(f"/api/v1/images/{('dropped:' + path).replace('/', '%2F')}").status_code == 404


def test_a_dropped_list_opens_no_file_of_this_computer(own: Own, tmp_path_factory: pytest.TempPathFactory) -> None:
    tray, elsewhere = tmp_path_factory.mktemp("tray"), tmp_path_factory.mktemp("elsewhere")
    secret, shown = write(elsewhere / "secret.fits", sky(8, 8)), write(elsewhere / "shown.fits", sky(8, 8))
    client = own(drop_dir=tray, files=(str(shown),))[1]
    listing = f'[[channel]]\nfile = "{secret}"\n'.encode()
    assert drop(client, listing, "list.toml").status_code == 404
    assert list(tray.iterdir()) == []


def test_a_folder_is_private_and_those_of_dead_servers_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    left = tmp_path / f"visiomatic-dropped-{gone.pid}-abc"
    left.mkdir()
    mine = make_folder()
    assert make_folder().is_dir()
    assert mine.is_dir()
    assert not left.exists()
    if os.name == "posix":
        assert mine.stat().st_mode & 0o077 == 0
