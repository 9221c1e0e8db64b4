"""Answers as ASGI messages, without a framework: pictures, JSON, errors."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import orjson

from visiomatic.web.errors import RETRY_SECONDS

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = b"application/json"
NOSNIFF: Header = (b"x-content-type-options", b"nosniff")


async def send_answer(send: Send, status: int, headers: Sequence[Header], body: bytes = b"") -> None:
    """A whole answer; Content-Length is added (but not to 304, which has none)."""
    whole = [*headers, NOSNIFF]
    if status != 304:
        whole.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})


async def send_json(send: Send, status: int, content: object, headers: Sequence[Header] = ()) -> None:
    await send_answer(send, status, [(b"content-type", JSON), *headers], to_json(content))


async def send_error(send: Send, status: int, content: object) -> None:
    retry = [(b"retry-after", RETRY_SECONDS[status])] if status in RETRY_SECONDS else []
    await send_json(send, status, content, [(b"cache-control", b"no-store"), *retry])


def to_json(content: object) -> bytes:
    """JSON that every parser reads: NaN and infinities are null (arrays and NumPy numbers are understood)."""
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)


def finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
