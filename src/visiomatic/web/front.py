"""The first thing a request meets: which application answers it, HEAD, OPTIONS, other origins.

Tiles go straight to their handlers; everything else goes through the framework.
"""

from __future__ import annotations

from collections.abc import Awaitable
from functools import lru_cache
from typing import Any

from fastapi import FastAPI

from visiomatic.web.answers import JSON, Header, Message, Receive, Scope, Send, send_answer, send_error, to_json
from visiomatic.web.caching import header
from visiomatic.web.errors import error_body
from visiomatic.web.iip import Iip
from visiomatic.web.paths import PicturePath, picture_path, quoted, split_image_path
from visiomatic.web.v1_pictures import Pictures

METHODS = b"GET, HEAD, OPTIONS"
MOST_BODY_BYTES = 16 << 20
POSTED = b"POST, OPTIONS"
_MOST_REMEMBERED = 400  # bytes of one path: nobody fills the memory with long ones
_EXPOSED = b"ETag, Content-Disposition, Retry-After, X-Dtype, X-Shape"


class Front:
    """The ASGI application of a worker."""

    def __init__(
        self, api_path: str, iip: Iip, pictures: Pictures, rest: FastAPI, cors_origins: tuple[str, ...], root_path: str
    ) -> None:
        self._api, self._api_slash = api_path, f"{api_path}/"
        self._images = f"{api_path}/v1/images/"
        self._dropped = f"{api_path}/v1/dropped"
        self._iip, self._pictures, self._rest = iip, pictures, rest
        self._origins = frozenset(origin.encode() for origin in cors_origins)
        self._root = root_path
        # Tiles are asked for again and again: in other styles, by others.
        self._remembered_picture = lru_cache(maxsize=16_384)(self._read_picture)

    def openapi(self) -> dict[str, Any]:
        """The description of all routes."""
        return self._rest.openapi()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._rest(scope, receive, send)
        if self._origins:
            origin = header(scope["headers"], b"origin")
            if origin:
                send = self._for_origin(origin, send)
        method = scope["method"]
        if method == "POST":
            return self._post(scope, receive, send)
        if method == "HEAD":
            return self._route({**scope, "method": "GET", "head": True}, receive, without_body(send))
        if method == "OPTIONS":
            return self._options(scope, send)
        return self._route(scope, receive, send)

    def _route(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        raw: bytes = scope["raw_path"]
        picture = (self._remembered_picture if len(raw) < _MOST_REMEMBERED else self._read_picture)(raw)
        if picture is not None:
            return self._pictures(picture, scope, receive, send) if scope["method"] == "GET" else _refuse(send)
        path = self._below_root(scope["path"])
        if path.startswith(self._images) and len(path) > len(self._images):
            # The framework sees the id as one segment, still encoded.
            image_id, resource = split_image_path(self._below_root(raw.decode("latin-1"))[len(self._images) :])
            path = self._images + "/".join([quoted(image_id), *resource])
        elif path == self._api or path == self._api_slash:
            return self._iip(scope, receive, send) if scope["method"] == "GET" else _refuse(send)
        return self._rest({**scope, "path": path, "root_path": self._root}, receive, send)

    def _read_picture(self, raw_path: bytes) -> PicturePath | None:
        path = self._below_root(raw_path.decode("latin-1"))
        return picture_path(path[len(self._images) :]) if path.startswith(self._images) else None

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bodies are read whole: larger ones than any sensible list of positions are not read at all, but for files."""
        length = header(scope["headers"], b"content-length")
        is_file = self._below_root(scope["path"]) == self._dropped
        if not length.isdigit() or (int(length) > MOST_BODY_BYTES and not is_file):
            error = error_body("limit_exceeded", f"the body must tell its length, at most {MOST_BODY_BYTES} bytes")
            await send_error(send, 413, error)
            return
        await self._route(scope, receive, send)

    def _below_root(self, path: str) -> str:
        """The path without the prefix under which a proxy publishes the server, if it is there."""
        return path[len(self._root) :] if self._root and path.startswith(self._root + "/") else path

    async def _options(self, scope: Scope, send: Send) -> None:
        methods = POSTED if scope["path"].endswith(("/sky", "/pixel", self._dropped)) else METHODS
        headers: list[Header] = [(b"allow", methods)]
        if header(scope["headers"], b"access-control-request-method"):
            asked = header(scope["headers"], b"access-control-request-headers")
            headers += [
                (b"access-control-allow-methods", methods),
                (b"access-control-allow-headers", asked or b"*"),
                (b"access-control-max-age", b"86400"),
            ]
        await send_answer(send, 204, headers)

    def _for_origin(self, origin: bytes, send: Send) -> Send:
        """Answers that the page at *origin* may read, when the server's options allow it."""
        everyone = b"*" in self._origins
        if everyone:
            extra: list[Header] = [(b"access-control-allow-origin", b"*")]
        elif origin in self._origins:
            extra = [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        else:
            extra = [(b"vary", b"Origin")]
        if everyone or origin in self._origins:
            extra.append((b"access-control-expose-headers", _EXPOSED))

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        return wrapped


async def _refuse(send: Send) -> None:
    body = to_json(error_body("method_not_allowed", "only GET is possible here"))
    await send_answer(send, 405, [(b"content-type", JSON), (b"allow", METHODS)], body)


def without_body(send: Send) -> Send:
    """Sends the head of an answer only, with the Content-Length of the whole."""
    done = False

    async def wrapped(message: Any) -> None:
        nonlocal done
        if message["type"] == "http.response.start":
            await send(message)
        elif not done:
            done = True
            await send({"type": "http.response.body", "body": b""})

    return wrapped
