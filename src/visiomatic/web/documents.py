"""JSON answers of `api/v1`: made in a thread, compressed for those who understand it, not sent twice."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial

from fastapi import Request, Response

from visiomatic.image import Image
from visiomatic.web.answers import to_json
from visiomatic.web.caching import IMMUTABLE, NEVER, REVALIDATE, accepts, address_version, entity_tag, matches
from visiomatic.web.params import canonical_query, split_version
from visiomatic.web.site import Site

_LEAST_PACKED = 4096  # bytes; below, compressing does not pay


async def constant(request: Request, site: Site, image_id: str, write: Callable[[Image], object]) -> Response:
    """An answer that is the same for one version of a file: for ever, when the address names that version."""
    image = await site.image(image_id, request.receive)
    query, version = split_version(request.scope["query_string"])
    identity = f"{image.identity}|{request.url.path}|{canonical_query(query)}"
    policy = IMMUTABLE if version == address_version(image.version) else REVALIDATE
    return await unchanging(request, site, image.id, identity, lambda: write(image), policy=policy)


async def unchanging(
    request: Request,
    site: Site,
    key: str,
    identity: str,
    write: Callable[[], object],
    *,
    keep: bool = False,
    policy: bytes = REVALIDATE,
) -> Response:
    """An answer that is always the same for *identity*, made once for all who ask meanwhile; kept if wanted."""
    packs = _packs(request)
    tag = entity_tag(f"{identity}|{packs}")
    headers = {"etag": tag.decode(), "cache-control": policy.decode(), "vary": "Accept-Encoding"}
    if matches(request.headers.get("if-none-match", "").encode(), tag):
        return Response(status_code=304, headers=headers)
    body = site.answers.get(tag)
    if body is None:
        start = partial(site.compute, key, lambda: _written(write, packs), request.receive)
        body = await site.flights.join(tag, start)
        if keep:
            site.answers.put(tag, body)
    return _response(body, headers)


async def passing(request: Request, site: Site, key: str, write: Callable[[], object]) -> Response:
    """An answer that may be another one in a moment."""
    packs = _packs(request)
    body = await site.compute(key, lambda: _written(write, packs), request.receive)
    return _response(body, {"cache-control": NEVER.decode(), "vary": "Accept-Encoding"})


def _packs(request: Request) -> bool:
    return accepts(request.headers.get("accept-encoding", ""), "gzip")


def _written(write: Callable[[], object], packs: bool) -> bytes:
    body = to_json(write())
    return gzip.compress(body, 4, mtime=0) if packs and len(body) >= _LEAST_PACKED else body


def _response(body: bytes, headers: dict[str, str]) -> Response:
    if body.startswith(b"\x1f\x8b"):  # what no JSON begins with
        headers["content-encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)
