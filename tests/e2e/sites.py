"""Another web site than the image server, for pages that embed the viewer."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

EXAMPLE_SERVER = "https://images.example.org/"  # as the manual's examples name it


class Site(ThreadingHTTPServer):
    """Answers with `pages` (path to text), everything under the policy `policy`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages: dict[str, str] = {}
        self.policy = "default-src 'none'"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def allow(self, server: str, more: str = "") -> None:
        """A policy that allows scripts, styles and requests of this site and of the image server, nothing else."""
        self.policy = (
            f"default-src 'none'; script-src 'self' {server}; style-src 'self' {server}; "
            f"connect-src {server}; img-src 'self' {server} data: blob:; {more}"
        )


class _Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        text = self.server.pages.get(path)
        self.send_response(204 if text is None else 200)
        kind = mimetypes.guess_type(path)[0] or "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        if text is not None:
            self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def pages_of(folder: Path, changes: Mapping[str, str]) -> dict[str, str]:
    """The text files of a folder by path, with words replaced."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix not in (".html", ".js", ".css"):
            continue
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        found["/" + path.relative_to(folder).as_posix()] = text
    return found
