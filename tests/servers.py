"""Servers of any kind while tests use them: asked, counted, ended."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseServer
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

Server = TypeVar("Server", bound=BaseServer)


def ask(
    url: str, path: str = "", method: str = "GET", body: bytes | str | None = None, headers: Mapping[str, str] = {}
) -> tuple[int, bytes]:
    """Status and body, by a connection of its own: the system hands connections to any worker."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
    try:
        connection.request(method, parts.path + path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def workers_of(parent: int) -> list[int]:
    """The child processes, from Linux's list."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if not children.exists():
        pytest.skip("this system does not list child processes")
    return [int(word) for word in children.read_text().split()]


def ended_each(start: Callable[..., Any], *options: str) -> Iterator[Callable[..., Any]]:
    """The body of a fixture: *start* with *options* before all others; what it started ends with the test."""
    commands = []

    def run(*arguments: object, **variables: Any) -> Any:
        commands.append(start(*options, *arguments, **variables))
        return commands[-1]

    yield run
    for command in commands:
        command.end()


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """A server of this very process that answers while the block runs."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
