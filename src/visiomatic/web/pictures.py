"""The last stretch of every picture: known to the client already, in the cache, being made, or made now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from visiomatic.encode import MEDIA_TYPES
from visiomatic.image import Image
from visiomatic.tiles import Picture
from visiomatic.types import Encoding
from visiomatic.web.answers import Receive, Scope, Send, send_answer
from visiomatic.web.caching import IMMUTABLE, NEVER, REVALIDATE, entity_tag, header, matches
from visiomatic.web.site import Site


async def send_picture(
    site: Site,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    image: Image,
    identity: str,
    encoding: Encoding,
    render: Callable[[], Picture],
    immutable: bool = False,
) -> None:
    """Answer with the picture that *render* makes in a thread.

    *identity* is one text for all requests of the same picture of this image. Pictures that were made from a preview
    are never kept, neither here nor anywhere on the way.
    """
    tag = entity_tag(f"{image.identity}|{identity}|{encoding.format}")
    policy = IMMUTABLE if immutable else REVALIDATE
    known = header(scope["headers"], b"if-none-match")
    if known and matches(known, tag):
        await send_answer(send, 304, [(b"etag", tag), (b"cache-control", policy)])
        return
    body = site.answers.get(tag)
    if body is None:
        picture = await site.flights.join(tag, partial(site.compute, image.id, render, receive))
        body = picture.body
        if not picture.exact:
            await send_answer(send, 200, [(b"content-type", _media_type(encoding)), (b"cache-control", NEVER)], body)
            return
        site.answers.put(tag, body)
    headers = [(b"content-type", _media_type(encoding)), (b"etag", tag), (b"cache-control", policy)]
    await send_answer(send, 200, headers, body)


_MEDIA = {name: media.encode() for name, media in MEDIA_TYPES.items()}


def _media_type(encoding: Encoding) -> bytes:
    return _MEDIA[encoding.format]
