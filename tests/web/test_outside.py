"""Services elsewhere, asked for the page: only those listed, nothing private, nothing endless."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from servers import answering
from visiomatic.errors import ConfigurationError, NotAllowed
from visiomatic.web.outside import KNOWN, Outside, is_public, public_addresses, services

from .conftest import Client

SESAME = """<?xml version="1.0" encoding="UTF-8"?>
<Sesame xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Target option="SNV"><name>M 51</name><!-- Q2 #1 -->
  <Resolver name="S=Simbad (CDS, via client/server)"><otype>GiP</otype>
    <jpos>13:29:52.698 +47:11:42.93</jpos><jradeg>202.469575</jradeg><jdedeg>47.1952583</jdedeg>
    <oname>M  51</oname><nrefs>4557</nrefs>
  </Resolver></Target></Sesame>
"""
VIZIER = (
    "#\n#   VizieR Astronomical Server vizier.cds.unistra.fr\n_RAJ2000\t_DEJ2000\tKmag\ndeg\tdeg\tmag\n---\t---\t---\n"
)


class Service(ThreadingHTTPServer):
    """A service on this machine that answers as those of Strasbourg do, and misbehaves on demand."""

    daemon_threads = True
    release: threading.Event

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Service
    asked: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path == "/open/slow":
            self.server.release.wait(20)
        status, body, more = {
            "/open/sesame/-ox/SNV": (200, SESAME, {"Set-Cookie": "a=b"}),
            "/open/asu-tsv": (200, VIZIER, {}),
            "/open/large": (200, "x" * 70_000, {}),
            "/open/broken": (500, "<html>oops", {}),
            "/open/moved": (302, "", {"Location": "/open/asu-tsv"}),
            "/open/away": (302, "", {"Location": "http://127.0.0.1:9/secret"}),
            "/open/up": (302, "", {"Location": "/secret"}),
            "/open/round": (302, "", {"Location": "/open/round"}),
        }.get(path, (200, "secret", {}))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with answering(Service(("127.0.0.1", 0), Answers)) as server:
        server.release = threading.Event()
        yield server
        server.release.set()


@pytest.fixture(scope="module")
def asker(library: Path, make_client: Callable[..., Client], service: Service) -> Iterator[Client]:
    client = make_client(library, outside_services=("sesame", f"{service.url}/open"))
    yield client
    client.run(client.app._rest.state.site.outside.close())  # type: ignore[attr-defined]
    client.close()


def ask(client: Client, url: str, **headers: str) -> Any:
    return client.get(f"/api/v1/outside?url={quote(url, safe='')}", **headers)


def test_a_listed_service_is_asked_and_its_answer_handed_on_as_bytes(asker: Client, service: Service) -> None:
    answer = ask(asker, f"{service.url}/open/sesame/-ox/SNV?M%2051", cookie="session=1", authorization="Basic x")
    assert (answer.status_code, answer.text) == (200, SESAME)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    path, headers = Answers.asked[-1]
    assert path == "/open/sesame/-ox/SNV?M%2051"
    assert not {"cookie", "authorization"} & {name.lower() for name in headers}
    assert headers["host"] == service.url.removeprefix("http://")


def test_answers_may_come_from_another_address_of_the_same_service_only(asker: Client, service: Service) -> None:
    assert ask(asker, f"{service.url}/open/moved").text == VIZIER
    for path in ("away", "up"):
        answer = ask(asker, f"{service.url}/open/{path}")
        assert answer.status_code == 403, path
        assert "secret" not in answer.text
    assert "without end" in ask(asker, f"{service.url}/open/round").json()["error"]["message"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://cds.unistra.fr/",
        "https://cds.unistra.fr/cgi-bin/nph-sesame-other",
        "https://cds.unistra.fr:8443/cgi-bin/nph-sesame",
        "http://cds.unistra.fr/cgi-bin/nph-sesame",
        "https://cds.unistra.fr.example.org/cgi-bin/nph-sesame",
        "https://vizier.cds.unistra.fr/viz-bin/asu-tsv",
        "http://localhost:{port}/open/sesame",
        "http://127.0.0.1:{port}/secret",
        "http://127.0.0.1:{port}/openness",
        "http://127.1:{port}/open/x",
    ],
)
def test_what_is_not_listed_is_not_asked(asker: Client, service: Service, url: str) -> None:
    before = len(Answers.asked)
    answer = ask(asker, url.replace("{port}", str(service.server_address[1])))
    assert answer.status_code == 403
    assert "outside-services" in answer.json()["error"]["message"]
    assert len(Answers.asked) == before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "M 51",
        "file:///etc/passwd",
        "//cds.unistra.fr/x",
        "https://user:word@cds.unistra.fr/cgi-bin/nph-sesame",
        "https://cds.unistra.fr@127.0.0.1/cgi-bin/nph-sesame",
        "https://cds.unistra.fr/cgi-bin/nph-sesame/../x",
        "https://cds.unistra.fr/cgi-bin/nph-sesame/%2e%2e/x",
        "https://cds.unistra.fr/cgi-bin/nph-sesame\\..\\x",
        "https://cds.unistra.fr/cgi-bin/nph-sesame?a\r\nHost: b",
        "https://cds.unistra.fr:99999/cgi-bin/nph-sesame",
        "https://[::1/cgi-bin",
        "https://cdsé.unistra.fr/cgi-bin/nph-sesame",
    ],
)
def test_what_is_no_plain_address_is_refused(asker: Client, url: str) -> None:
    answer = ask(asker, url)
    assert answer.status_code == 422
    assert answer.json()["error"]["parameter"] == "url"


def test_a_service_that_fails_is_told_with_its_name(asker: Client, service: Service, free_port: Callable) -> None:
    answer = ask(asker, f"{service.url}/open/broken")
    assert (answer.status_code, answer.json()["error"]["message"]) == (502, "127.0.0.1 answered 500")
    outside = Outside(services([f"http://127.0.0.1:{free_port()}/"]), 5)
    asker.app._rest.state.site.outside, kept = outside, asker.app._rest.state.site.outside  # type: ignore[attr-defined]
    try:
        url = f"http://127.0.0.1:{outside._allowed[0].port}/x"
        assert ask(asker, url).json()["error"]["code"] == "outside_error"
        assert "cannot be reached" in ask(asker, url).json()["error"]["message"]
    finally:
        asker.app._rest.state.site.outside = kept  # type: ignore[attr-defined]
        asker.run(outside.close())


def test_time_and_size_of_an_answer_are_limited(service: Service, asker: Client) -> None:
    async def code(path: str, **limits: Any) -> str:
        outside = Outside(services([f"{service.url}/open"]), **limits)
        try:
            await outside.ask(f"{service.url}/open/{path}")
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        finally:
            await outside.close()
        return "answered"

    assert asker.run(code("large", seconds=60, max_bytes=70_000)) == "answered"
    assert asker.run(code("large", seconds=60, max_bytes=69_999)) == "LimitExceeded"
    assert asker.run(code("slow", seconds=0.2)) == "OutsideTimeout"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("130.79.128.5", True),
        ("2001:660:2406:12::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_private_addresses_are_told_from_public_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_listed_name_that_leads_to_this_machine_is_refused(asker: Client) -> None:
    with pytest.raises(NotAllowed, match="private network"):
        asker.run(public_addresses("localhost", 80, {"localhost"}))
    assert asker.run(public_addresses("127.0.0.1", 80, {"127.0.0.1"})) == ["127.0.0.1"]


def test_services_are_listed_by_name_or_address() -> None:
    assert [one.host for one in services(KNOWN)] == ["cds.unistra.fr", "vizier.cds.unistra.fr", "ssp.imcce.fr"]
    assert services(["none"]) == ()
    assert services(["https://host.example:8080"])[0][1:] == ("host.example", 8080, "/")
    with pytest.raises(ConfigurationError, match="gopher"):
        services(["gopher://host/"])
