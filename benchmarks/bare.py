"""The least that an ASGI server can do: path /N answers with N bytes. Served by Granian as our own application is."""

from typing import Any

import uvloop  # noqa: F401 - as in our own workers; tells at once when it is missing

HEADERS = (b"content-type", b"image/jpeg"), (b"x-content-type-options", b"nosniff")


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with as many bytes as the path says."""
    if scope["type"] != "http":
        return
    body = bytes(int(scope["path"][1:] or 0))
    headers = [*HEADERS, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
