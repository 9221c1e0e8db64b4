"""The pages, their files and their safety."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from visiomatic.web.pages import fill

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]


@pytest.fixture
def site(own: Own) -> tuple[Path, Client]:
    """An application with a client of its own making."""
    folder, _ = own()
    built = folder / "client"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>page</title>")
    (built / "assets" / "index-DooceXG_.js").write_text("let a = 1;\n" * 400)
    (built / "assets" / "packed-Abcdefgh.js").write_text("let b = 1;\n" * 400)
    (built / "assets" / "packed-Abcdefgh.js.gz").write_bytes(gzip.compress(b"let b = 1;\n" * 400))
    (built / "assets" / "packed-Abcdefgh.js.br").write_bytes(b"brotli")
    (built / "visiomatic.js").write_text("export {};")
    (folder / "secret.txt").write_text("secret")
    (built / "link.txt").symlink_to(folder / "secret.txt")
    return folder, own(client_dir=built)[1]


def test_the_page_is_that_of_the_built_client_under_a_strict_policy(site: tuple[Path, Client]) -> None:
    answer = site[1].get("/?image=m31.fits")
    assert "<title>page</title>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["cache-control"] == "no-cache"
    assert site[1].get("/", if_none_match=answer.headers["etag"]).status_code == 304


def test_hashed_files_are_kept_for_ever_and_sent_compressed(site: tuple[Path, Client]) -> None:
    _, client = site
    plain = client.get("/client/assets/index-DooceXG_.js", accept_encoding="identity")
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    squeezed = client.get("/client/assets/index-DooceXG_.js", accept_encoding="gzip")
    assert squeezed.headers["content-encoding"] == "gzip"
    assert squeezed.text == plain.text
    assert int(squeezed.headers["content-length"]) < len(plain.content)
    ready = client.app_bytes("/client/assets/packed-Abcdefgh.js", {"accept-encoding": "gzip, br"})
    assert ready == b"brotli"
    assert client.get("/client/visiomatic.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["nothing.js", "../secret.txt", "%2e%2e/secret.txt", "link.txt", "", "assets", "..%2fsecret.txt"]
)
def test_nothing_outside_of_the_client_is_served(site: tuple[Path, Client], name: str) -> None:
    answer = site[1].get(f"/client/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_without_a_built_client_the_page_says_what_to_do(own: Own, tmp_path: Path) -> None:
    _, client = own(client_dir=tmp_path / "nothing")
    answer = client.get("/")
    assert answer.status_code == 200
    assert "make run" in answer.text


def test_the_interface_is_described_without_another_server(client: Client) -> None:
    page = client.get("/docs")
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert "/api/v1/images/{image_id}/tiles" in page.text
    assert client.get("/docs/style.css").headers["content-type"].startswith("text/css")
    assert client.get("/redoc").headers["location"] == "docs"


def test_examples_on_the_page_work(own: Own) -> None:
    import re

    folder, client = own()
    write(folder / "m31.fits", sky(300, 400))
    links = re.findall(r'Try: <a href="([^"]+)"', client.get("/docs").text)
    assert len(links) > 20
    for link in links:
        if "/events" not in link:
            assert client.get("/" + link.replace("&amp;", "&")).status_code == 200, link


def test_templates_replace_the_page_and_the_banner(own: Own, tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("<p>{{ image }} at {{api_path}} {{unknown}}</p>")
    (tmp_path / "banner.html").write_text("<p>{{ package }} {{ version }}</p>")
    _, client = own(template_dir=tmp_path)
    assert client.get("/?image=%3Cb%3E.fits").text == "<p>&lt;b&gt;.fits at /api </p>"
    assert client.get("/api").text.startswith("<p>VisiOmatic ")
    assert fill("{{a}}{{ b }}", {"a": "1", "b": "'"}) == "1&#x27;"


def test_a_template_of_visiomatic_3_may_have_a_part_on_a_condition() -> None:
    template = "a{% if doc_url %}\n{{ doc_url }}{% endif %}b{% if x %}x{%endif%}c"
    assert fill(template, {"doc_url": "manual"}) == "a\nmanualbc"
    assert fill(template, {"doc_url": ""}) == "abc"


def test_the_extra_directory_is_off_unless_set(own: Own, tmp_path: Path) -> None:
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "regions.json").write_text("{}")
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "extra" / "link.txt").symlink_to(tmp_path / "outside.txt")
    _, closed = own()
    assert closed.get("/extra/extra/regions.json").status_code == 404
    _, open_one = own(extra_dir=tmp_path / "extra")
    assert open_one.get("/extra/regions.json").text == "{}"
    for name in ("../outside.txt", "%2e%2e/outside.txt", "link.txt"):
        assert open_one.get(f"/extra/{name}").status_code == 404


def test_the_manual_is_served_where_it_is_wanted(own: Own, tmp_path: Path) -> None:
    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "index.html").write_text("<h1>Manual</h1>")
    _, client = own(doc_dir=tmp_path / "manual", doc_path="/help")
    assert client.get("/help/").text == "<h1>Manual</h1>"


def test_a_template_is_told_where_the_manual_is_only_where_there_is_one(own: Own, tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("{{ root_path }}{{ doc_url }}")
    _, without = own(template_dir=tmp_path, doc_dir=tmp_path / "nothing")
    assert without.get("/").text == ""
    _, below = own(template_dir=tmp_path, doc_dir=tmp_path, root_path="/viewer")
    assert below.get("/viewer/").text == "/viewer/manual/"
    _, elsewhere = own(template_dir=tmp_path, userdoc_url="https://manual.example/")
    assert elsewhere.get("/").text == "https://manual.example/"


def test_there_is_an_icon(client: Client) -> None:
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/")


def test_nothing_can_be_killed(client: Client) -> None:
    assert client.get("/kill").status_code == 404


@pytest.mark.parametrize("built", [True, False])
def test_the_manual_is_linked_where_there_is_one(
    tmp_path: Path, make_client: Callable[..., Client], built: bool
) -> None:
    manual = tmp_path / "manual"
    if built:
        manual.mkdir()
        (manual / "index.html").write_text("<title>Manual</title>")
    client = make_client(tmp_path, doc_dir=manual)
    link = client.json("/api/v1/")["links"].get("manual")
    assert link == ("../../manual/" if built else None)
    assert client.get("/manual/").status_code == (200 if built else 404)
    client.close()


def test_a_manual_elsewhere_is_linked_as_it_is(own: Callable[..., tuple[Path, Client]]) -> None:
    client = own(userdoc_url="https://example.org/manual/")[1]
    assert client.json("/api/v1/")["links"]["manual"] == "https://example.org/manual/"
