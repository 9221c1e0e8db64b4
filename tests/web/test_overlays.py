"""Catalogues and regions that a site offers: only the files of their directory, as data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

REGIONS = '{"type": "Point", "coordinates": [10, 20]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    made = tmp_path / "overlays"
    (made / "deeper").mkdir(parents=True)
    (made / "pointings 1.geojson").write_text(REGIONS)
    (made / "page.html").write_text("<script>alert(1)</script>")
    (made / ".hidden").write_text("hidden")
    (made / "link").symlink_to(tmp_path / "secret.txt")
    return made


def test_the_files_of_the_directory_are_listed_and_handed_out_as_data(make_client: Callable, folder: Path) -> None:
    client = make_client(folder.parent, overlay_dir=folder)
    listed = client.json("/api/v1/overlays")["overlays"]
    assert {"name": "pointings 1.geojson", "bytes": len(REGIONS)} in listed
    assert {one["name"] for one in listed} == {"pointings 1.geojson", "page.html"}
    answer = client.get("/api/v1/overlays/pointings%201.geojson")
    assert answer.text == REGIONS
    page = client.get("/api/v1/overlays/page.html")
    assert page.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in page.headers["content-security-policy"]
    again = client.get("/api/v1/overlays/page.html", if_none_match=page.headers["etag"])
    assert again.status_code == 304
    client.close()


@pytest.mark.parametrize("name", ["none.csv", ".hidden", "..%2Fsecret.txt", "link", "deeper", "%2Fetc%2Fpasswd"])
def test_nothing_else_is_handed_out(make_client: Callable, folder: Path, name: str) -> None:
    client = make_client(folder.parent, overlay_dir=folder)
    answer = client.get(f"/api/v1/overlays/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")
    assert str(folder.parent) not in answer.text
    client.close()


def test_without_a_directory_nothing_is_offered(make_client: Callable, folder: Path) -> None:
    client = make_client(folder.parent)
    assert client.json("/api/v1/overlays") == {"overlays": []}
    assert client.get("/api/v1/overlays/page.html").status_code == 404
    client.close()
