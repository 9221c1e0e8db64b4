"""JSON answers of `api/v1`: made in a thread, compressed for those who understand it, not sent twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from fastapi import Request, Response

from visiomatic.image import Image
from visiomatic.web.answers import to_json
from visiomatic.web.caching import NEVER, REVALIDATE, entity_tag, matches
from visiomatic.web.site import Site

_LEAST_PACKED = 4096  # bytes; below, compressing does not pay


async def constant(request: Request, site: Site, image_id: str, write: Callable[[Image], object]) -> Response:
    """An answer that is the same for one version of a file, so that clients need not load it again."""
    image = await site.image(image_id, request.receive)
    identity = f"{image.identity}|{request.url.path}|{request.url.query}"
    return await unchanging(request, site, image.id, identity, lambda: write(image))


async def unchanging(
    request: Request, site: Site, key: str, identity: str, write: Callable[[], object], *, keep: bool = False
) -> Response:
    """An answer that is always the same for *identity*; kept in memory if wanted."""
    packs = _packs(request)
    tag = entity_tag(f"{identity}|{packs}")
    headers = {"etag": tag.decode(), "cache-control": REVALIDATE.decode()}
    if matches(request.headers.get("if-none-match", "").encode(), tag):
        return Response(status_code=304, headers=headers)
    body = site.answers.get(tag)
    if body is None:
        body = await site.compute(key, lambda: _written(write, packs), request.receive)
        if keep:
            site.answers.put(tag, body)
    return _response(body, headers)


async def passing(request: Request, site: Site, key: str, write: Callable[[], object]) -> Response:
    """An answer that may be another one in a moment."""
    packs = _packs(request)
    body = await site.compute(key, lambda: _written(write, packs), request.receive)
    return _response(body, {"cache-control": NEVER.decode()})


def _packs(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _written(write: Callable[[], object], packs: bool) -> bytes:
    body = to_json(write())
    return gzip.compress(body, 4, mtime=0) if packs and len(body) >= _LEAST_PACKED else body


def _response(body: bytes, headers: dict[str, str]) -> Response:
    headers["vary"] = "Accept-Encoding"
    if body.startswith(b"\x1f\x8b"):  # what no JSON begins with
        headers["content-encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)
