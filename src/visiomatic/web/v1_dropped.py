"""`POST api/v1/dropped`: a FITS file that was dropped on the page comes to a server on the same computer.

Only servers that were told to take files do (see `Settings.dropped_files`). Pages of other sites cannot send any: the
media type makes browsers ask first, and the origin has to be the server's own; a name that was pointed at this computer
(rebinding) is refused too, because the host has to be a local one unless the option says otherwise.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from visiomatic.errors import BadParameter, NotAllowed
from visiomatic.tray import Arrival, Tray
from visiomatic.web import v1_models as models
from visiomatic.web.answers import to_json
from visiomatic.web.site import Site

MEDIA_TYPE = "application/fits"
CHUNK = 4 << 20  # bytes that are written at once
_LOCAL = re.compile(r"^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$", re.IGNORECASE)
_BODY = {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}

router = APIRouter(tags=["api/v1"])


@router.post(
    "/dropped",
    response_model=models.DroppedAnswer,
    summary="Take a FITS file, on servers that were started for it",
    openapi_extra={"requestBody": _BODY},
    responses={
        status: {"model": models.ErrorAnswer, "description": description}
        for status, description in (
            (403, "This server takes no files, or not from there"),
            (404, "The file holds no image that can be shown; the message gives the reason"),
            (413, "The file is larger than the server takes, or tells no length"),
            (422, "A name or a media type that cannot be used, or a body that is not complete"),
            (500, "The file cannot be written"),
            (503, "Not now: try again"),
        )
    },
)
async def take(
    request: Request, name: Annotated[str, Query(max_length=1000, description="Name of the file, without folders")]
) -> Response:
    site: Site = request.app.state.site
    arrival = permitted(request, site).begin(name, int(request.headers["content-length"]))
    try:
        await receive(request, site, arrival)
        image = await site.image(arrival.image_id)
    except BaseException:
        arrival.abort()
        raise
    answer: models.DroppedAnswer = {"id": image.id, "name": image.dataset.name}
    return Response(to_json(answer), 200, {"cache-control": "no-store"}, "application/json")


def permitted(request: Request, site: Site) -> Tray:
    """Where the file goes. Raises NotAllowed for whoever may not send files, BadParameter for another media type."""
    if site.tray is None:
        raise NotAllowed(
            "this server takes no files: open them with `visiomatic FILE`, or start it with --dropped-files yes"
        )
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        raise NotAllowed("files are taken from this server's own page only")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("files are taken from this server's own page only")
    if not site.takes_from_anywhere and not _LOCAL.match(host):
        raise NotAllowed("files are taken from a browser on this computer only")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise BadParameter("Content-Type", f"send the file as {MEDIA_TYPE}")
    return site.tray


async def receive(request: Request, site: Site, arrival: Arrival) -> None:
    """Write the body as it comes, in a thread."""
    parts: list[bytes] = []
    waiting = 0
    async for part in request.stream():
        parts.append(part)
        waiting += len(part)
        if waiting >= CHUNK:
            await site.compute(arrival.image_id, partial(arrival.write, b"".join(parts)))
            parts, waiting = [], 0
    await site.compute(arrival.image_id, partial(arrival.write, b"".join(parts)))
    await site.compute(arrival.image_id, arrival.finish)
