"""HTTP itself: caches, HEAD, OPTIONS, other origins, headers, identical requests."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visiomatic.tiles import render_tile
from visiomatic.web.caching import Flights
from waiting import soon

from .conftest import Client, sky, write

Own = Callable[..., tuple[Path, Client]]


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One element for each request that has come to where it may share the work of another."""
    seen, join = [], Flights.join

    def note(flights: Flights[Any, Any], key: Any, *start: Any) -> Any:
        seen.append(key)
        return join(flights, key, *start)

    monkeypatch.setattr(Flights, "join", note)
    return seen


TILES = ["/api?FIF=field.fits&CHAN=1&JTL=1,0", "/api/v1/images/field.fits/tiles/1/0/0.jpg"]
CONSTANT = [
    *TILES,
    "/api?FIF=field.fits&INFO",
    "/api?FIF=field.fits&obj",
    "/api?FIF=field.fits&CHAN=1&RGN=0,0:10,10",
    "/api/v1/images/field.fits/view.png?size=64",
    "/api/v1/images/field.fits/region.png?box=1,1,9,9",
    "/api/v1/images/field.fits/region.fits?box=1,1,9,9",
    "/api/v1/images/field.fits/science/0/0/0.npy",
    "/api/v1/images/field.fits/header",
    "/api/v1/images/field.fits/statistics",
    "/api/v1/images/field.fits/values?at=3,3",
    "/api/v1/colormaps",
]


@pytest.mark.parametrize("url", CONSTANT)
def test_what_a_client_has_is_not_sent_again(client: Client, url: str) -> None:
    first = client.get(url)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    assert re.fullmatch(r'"[0-9a-f]+"', first.headers["etag"])
    again = client.get(url, if_none_match=f'"other", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(url, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("url", CONSTANT)
def test_head_is_get_without_the_body(client: Client, url: str) -> None:
    whole, head = client.get(url), client.request("HEAD", url)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "etag", "cache-control"):
        assert head.headers[name] == whole.headers[name]
    assert "content-length" in head.headers


def test_a_known_tile_is_not_rendered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = [client.get(url).headers["etag"] for url in TILES]

    def fail(*_: Any, **__: Any) -> Any:
        raise AssertionError("rendered")

    for room in ("iip", "v1_pictures"):
        monkeypatch.setattr(f"visiomatic.web.{room}.render_tile", fail)
    for url, tag in zip(TILES, tags, strict=True):
        assert client.get(url, if_none_match=tag).status_code == 304
        assert client.get(url).status_code == 200  # from the cache of answers


def test_a_version_in_the_address_makes_an_answer_immutable(client: Client) -> None:
    version = client.json("/api/v1/images/field.fits")["version"]
    for url in (TILES[1], "/api/v1/images/field.fits/view.png", "/api/v1/images/field.fits/science/0/0/0.npy"):
        assert "immutable" in client.get(f"{url}?gamma=1&v={version}").headers["cache-control"]
        assert "immutable" in client.get(f"{url}?v={version}").headers["cache-control"]
        assert "immutable" in client.get(f"{url}?v={version}&gamma=1").headers["cache-control"]
        assert client.get(f"{url}?v=older").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("what", ["header", "values?at=3,3", "statistics", "wcs", "region.fits?box=1,1,9,9"])
def test_documents_of_a_named_version_are_immutable(client: Client, what: str) -> None:
    version = client.json("/api/v1/images/field.fits")["version"]
    url = f"/api/v1/images/field.fits/{what}{'&' if '?' in what else '?'}v="
    assert "immutable" in client.get(f"{url}{version}").headers["cache-control"]
    assert client.get(f"{url}older").headers["cache-control"] == "no-cache"
    assert client.get(f"{url}older").headers["etag"] == client.get(f"{url}{version}").headers["etag"]


def test_the_order_of_parameters_makes_no_other_document(client: Client) -> None:
    base = "/api/v1/images/cube.fits/values"
    first = client.get(f"{base}?at=3,4&at=5,6&channel=2").headers["etag"]
    assert client.get(f"{base}?channel=2&at=3%2C4&at=5,6").headers["etag"] == first
    assert client.get(f"{base}?at=5,6&at=3,4&channel=2").headers["etag"] != first  # answers come in the order asked


def test_identical_documents_in_flight_are_made_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, joined: list[Any]
) -> None:
    from visiomatic.web import v1_images

    calls, held, header = [], threading.Event(), v1_images.header

    def slow(image: Any) -> Any:
        calls.append(image)
        held.wait(60)
        return header(image)

    monkeypatch.setattr("visiomatic.web.v1_images.header", slow)

    async def ask() -> list[Any]:
        url = "/api/v1/images/odd.fits/header"
        waiting = [asyncio.ensure_future(client._http.get(url)) for _ in range(5)]
        await soon(lambda: max(Counter(joined).values(), default=0) == 5)
        held.set()
        return list(await asyncio.gather(*waiting))

    answers = client.run(ask())
    assert len(calls) == 1
    assert len({answer.content for answer in answers}) == 1


def test_equal_looks_share_one_entity_tag(client: Client) -> None:
    one = client.get(f"{TILES[1]}?gamma=2&cuts=1:0,300&channel=1").headers["etag"]
    other = client.get(f"{TILES[1]}?channel=1&cuts=1:0.0,3e2&gamma=2.0&unknown=1").headers["etag"]
    assert one == other
    assert (
        client.get("/api?FIF=field.fits&CHAN=1&GAM=2&CNT=1&JTL=1,0").headers["etag"]
        == client.get("/api?JTL=1,0&CNT=1.0&GAM=2.0&CHAN=1&FIF=field.fits").headers["etag"]
    )


def test_identical_requests_in_flight_are_rendered_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, joined: list[Any]
) -> None:
    calls, held = [], threading.Event()

    def slow(*what: Any, **how: Any) -> Any:
        calls.append(what)
        held.wait(60)
        return render_tile(*what, **how)

    monkeypatch.setattr("visiomatic.web.v1_pictures.render_tile", slow)
    url = f"{TILES[1]}?gamma=1.2345"

    async def ask() -> list[Any]:
        waiting = [asyncio.ensure_future(client._http.get(url)) for _ in range(6)]
        await soon(lambda: max(Counter(joined).values(), default=0) == 6)
        held.set()
        return list(await asyncio.gather(*waiting))

    answers = client.run(ask())
    assert len(calls) == 1
    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}


def test_a_request_whose_client_left_is_never_rendered(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, client = own()
    write(folder / "a.fits", sky(300, 400))
    client.json("/api/v1/images/a.fits")
    rendered, held = [], threading.Event()

    def slow(image: Any, tile: Any, style: Any, *rest: Any, **how: Any) -> Any:
        rendered.append(style.gamma)
        held.wait(60)
        return render_tile(image, tile, style, *rest, **how)

    monkeypatch.setattr("visiomatic.web.v1_pictures.render_tile", slow)

    async def call(gamma: str, leaves: asyncio.Event) -> list[Any]:
        sent: list[Any] = []
        first = True

        async def receive() -> dict[str, Any]:
            nonlocal first
            if first:
                first = False
                return {"type": "http.request", "body": b"", "more_body": False}
            await leaves.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        path = "/api/v1/images/a.fits/tiles/1/0/0.jpg"
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": f"gamma={gamma}".encode(), "headers": [],
        }  # fmt: skip
        await client.app(scope, receive, send)
        return sent

    async def ask() -> tuple[list[Any], list[Any]]:
        stay, leave = asyncio.Event(), asyncio.Event()
        busy = [asyncio.ensure_future(call(f"1.{n}", stay)) for n in range(2)]
        gone = [asyncio.ensure_future(call(f"2.{n}", leave)) for n in range(3)]
        await soon(lambda: len(rendered) == 2)
        leave.set()
        lost = await asyncio.gather(*gone)
        held.set()
        return list(lost), list(await asyncio.gather(*busy))

    lost, answered = client.run(ask())
    assert lost == [[], [], []]
    assert [messages[0]["status"] for messages in answered] == [200, 200]
    assert sorted(rendered) == [1.0, 1.1]


def test_work_beyond_the_time_limit_is_answered(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, client = own(request_time_limit=0.1)
    write(folder / "a.fits", sky(30, 40))
    client.json("/api/v1/images/a.fits")
    held = threading.Event()
    monkeypatch.setattr("visiomatic.web.v1_pictures.render_tile", lambda *_, **__: held.wait(60))
    answer = client.get("/api/v1/images/a.fits/tiles/0/0/0.jpg")
    held.set()
    assert answer.status_code == 503
    assert "0.1 seconds" in answer.json()["error"]["message"]
    assert answer.headers["retry-after"] == "1"


def test_pictures_of_a_preview_are_never_kept(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:

    folder, client = own()
    write(folder / "a.fits", sky(300, 400))
    monkeypatch.setattr(
        "visiomatic.web.v1_pictures.render_tile", lambda *what, **how: render_tile(*what, **how)._replace(exact=False)
    )
    answer = client.get("/api/v1/images/a.fits/tiles/0/0/0.jpg")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    monkeypatch.undo()
    assert client.get("/api/v1/images/a.fits/tiles/0/0/0.jpg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("url", [*CONSTANT, "/", "/docs", "/openapi.json", "/api/v1/nothing", "/api?FIF=nothing&INFO"])
def test_every_answer_tells_its_length_and_type(client: Client, url: str) -> None:
    answer = client.get(url, accept_encoding="identity")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-type"]


def test_large_documents_are_sent_compressed_to_those_who_understand(client: Client) -> None:
    for url in ("/api/v1/colormaps", "/api/v1/images/cube.fits/profile?line=1,1:400,300"):
        plain, packed = client.get(url, accept_encoding="identity"), client.get(url, accept_encoding="gzip")
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.json() == plain.json()
        assert packed.headers["etag"] != plain.headers["etag"]
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
        assert client.get(url, accept_encoding="gzip", if_none_match=packed.headers["etag"]).status_code == 304
    assert "content-encoding" not in client.get("/api/v1/images/field.fits/values?at=1,1").headers
    refused = client.get("/api/v1/colormaps", accept_encoding="gzip;q=0, identity")
    assert "content-encoding" not in refused.headers


def test_a_slash_more_or_less_does_not_matter(client: Client) -> None:
    assert client.get("/api/?FIF=field.fits&INFO").content == client.get("/api?FIF=field.fits&INFO").content
    assert client.get("/api/v1").content == client.get("/api/v1/").content


def test_tiles_are_image_jpeg(client: Client) -> None:
    for url in TILES:
        assert client.get(url).headers["content-type"] == "image/jpeg"
        assert client.get(url).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("url", ["/api", "/", "/api/v1/images", *TILES])
def test_options_tells_what_is_allowed(client: Client, url: str) -> None:
    answer = client.request("OPTIONS", url)
    assert answer.status_code == 204
    assert "GET" in answer.headers["allow"]
    assert "HEAD" in answer.headers["allow"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("url", ["/api", *TILES, "/api/v1/images", "/api/v1/images/field.fits"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_other_methods_are_not_allowed(client: Client, url: str, method: str) -> None:
    answer = client.request(method, url)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("url", [*TILES, "/api/v1/", "/api/v1/nothing", "/"])
def test_other_origins_read_answers_only_when_they_are_listed(own: Own, client: Client, url: str) -> None:
    friend, stranger = "https://friend.example", "https://stranger.example"
    assert "access-control-allow-origin" not in client.get(url, origin=friend).headers
    folder, listed = own(cors_origins=(friend,))
    write(folder / "field.fits", sky(300, 400))
    answer = listed.get(url, origin=friend)
    assert answer.headers["access-control-allow-origin"] == friend
    assert "etag" in answer.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-origin" not in listed.get(url, origin=stranger).headers
    assert "Origin" in listed.get(url, origin=stranger).headers["vary"]
    before = {"origin": friend, "access-control-request-method": "GET", "access-control-request-headers": "x-a"}
    flight = listed.request("OPTIONS", url, headers=before)
    assert flight.headers["access-control-allow-origin"] == friend
    assert "GET" in flight.headers["access-control-allow-methods"]
    _, everyone = own(cors_origins=("*",))
    assert everyone.get(url, origin=stranger).headers["access-control-allow-origin"] == "*"


def test_answers_are_the_same_below_a_root_path(own: Own) -> None:
    folder, client = own(root_path="/sky")
    write(folder / "sub" / "a.fits", sky(30, 40))
    for prefix in ("/sky", ""):
        assert client.json(f"{prefix}/api/v1/images/sub%2Fa.fits")["id"] == "sub/a.fits"
        assert client.get(f"{prefix}/api/v1/images/sub%2Fa.fits/tiles/0/0/0.jpg").status_code == 200
        assert client.get(f"{prefix}/api?FIF=sub/a.fits&CHAN=1&JTL=0,0").status_code == 200
        assert client.get(f"{prefix}/").status_code == 200


def test_many_different_tiles_at_once_are_all_answered(client: Client) -> None:
    urls = [f"/api?FIF=cube.fits&CHAN={1 + n % 5}&CNT={1 + n / 100}&JTL=1,{n % 4}" for n in range(120)]
    answers = client.together(urls)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 120
