"""Server-sent events of one image: how far its overviews are, and that its file has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from visiomatic.errors import VisiomaticError
from visiomatic.image import Image
from visiomatic.web.answers import to_json
from visiomatic.web.caching import address_version
from visiomatic.web.site import Site

BUSY_SECONDS = 0.5  # between two looks while overviews are being made
IDLE_SECONDS = 2.0
HEARTBEAT_SECONDS = 20.0  # proxies close silent connections


async def stream_events(request: Request, site: Site, image_id: str) -> Response:
    image = await site.image(image_id, request.receive)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if request.scope.get("head"):
        return Response(media_type="text/event-stream", headers=headers)
    return StreamingResponse(_events(site, image), media_type="text/event-stream", headers=headers)


async def _events(site: Site, image: Image) -> AsyncIterator[bytes]:
    """The state now, then whatever changes; ends when the image cannot be opened any more."""
    told, silence = b"", 0.0
    while True:
        event = await site.compute(image.id, lambda image=image: _progress(image))  # type: ignore[misc]
        if event != told:
            yield event
            told, silence = event, 0.0
        elif silence >= HEARTBEAT_SECONDS:
            yield b": still here\n\n"
            silence = 0.0
        pause = IDLE_SECONDS if b'"preview":false' in event else BUSY_SECONDS
        await asyncio.sleep(pause)
        silence += pause
        if site.library.current(image.id) is image:
            continue
        try:
            newer = await site.image(image.id)
        except VisiomaticError as error:
            yield _event("changed", {"version": None, "message": str(error)})
            return
        if newer.version != image.version:
            yield _event("changed", {"version": address_version(newer.version)})
        image = newer


def _progress(image: Image) -> bytes:
    state = {"progress": round(image.progress, 4), "preview": image.is_preview, "notice": image.notice}
    return _event("progress", state)


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + to_json(data) + b"\n\n"
