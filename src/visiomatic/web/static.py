"""Files of the built client: hashed ones for ever, compressed when the browser understands it."""

from __future__ import annotations

import gzip
import mimetypes
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from fastapi import Request, Response

from visiomatic.errors import NotFound
from visiomatic.web.caching import IMMUTABLE, REVALIDATE, entity_tag, matches

_HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.\w+$")
_TEXT = re.compile(r"^text/|javascript|json|xml|wasm|manifest")
_LEAST_BYTES = 1024  # below, compressing does not pay
_PACKED = (("br", ".br"), ("gzip", ".gz"))


class StaticFile(NamedTuple):
    body: bytes
    headers: dict[str, str]


def file_response(folder: Path, name: str, request: Request, extra: Mapping[str, str] | None = None) -> Response:
    """The file *name* below *folder*. Raises NotFound, also for what lies outside."""
    file = read_file(folder, name, request.headers.get("accept-encoding", ""))
    headers = {**file.headers, **(extra or {})}
    if matches(request.headers.get("if-none-match", "").encode(), file.headers["etag"].encode()):
        return Response(status_code=304, headers=headers)
    return Response(file.body, headers=headers)


def read_file(folder: Path, name: str, accepted: str) -> StaticFile:
    """The best representation of a file for a browser that accepts these encodings."""
    root = os.path.realpath(folder)
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(root + os.sep) or not os.path.isfile(path):
        raise NotFound(f"there is no file {name[:100]!r}")
    for encoding, suffix in _PACKED:
        if encoding in accepted and os.path.isfile(path + suffix):
            return _representation(path, path + suffix, encoding, os.stat(path + suffix).st_mtime_ns)
    packed = "gzip" if "gzip" in accepted and _TEXT.search(_media_type(path)) else ""
    return _representation(path, path, packed, os.stat(path).st_mtime_ns)


@lru_cache(maxsize=256)
def _representation(path: str, stored: str, encoding: str, mtime_ns: int) -> StaticFile:
    """*stored* is the file that is read: *path* itself or its compressed neighbour. *mtime_ns* tells versions apart."""
    body = Path(stored).read_bytes()
    if stored == path and len(body) < _LEAST_BYTES:
        encoding = ""
    if stored == path and encoding:
        body = gzip.compress(body, 6, mtime=0)
    headers = {
        "content-type": _media_type(path),
        "cache-control": (IMMUTABLE if _HASHED.search(path) else REVALIDATE).decode(),
        "etag": entity_tag(f"{path}|{mtime_ns}|{encoding}").decode(),
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }
    return StaticFile(body, headers | ({"content-encoding": encoding} if encoding else {}))


def _media_type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if kind in ("application/javascript", "text/javascript"):
        kind = "text/javascript"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
