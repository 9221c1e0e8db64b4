"""The last stretch of every picture: known to the client already, in the cache, being made, or made now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from visiomatic.encode import MEDIA_TYPES
from visiomatic.image import Image
from visiomatic.tiles import Picture
from visiomatic.types import Encoding
from visiomatic.web.answers import Header, Receive, Scope, Send, send_answer
from visiomatic.web.caching import IMMUTABLE, NEVER, REVALIDATE, entity_tag, header, matches
from visiomatic.web.site import Site


class Wanted(NamedTuple):
    """A picture that somebody asks for."""

    image: Image
    identity: str  # one text for all requests of the same picture of this image
    encoding: Encoding
    render: Callable[[], Picture]  # for a thread
    is_immutable: bool = False  # the address names the version of the file


async def send_picture(site: Site, wanted: Wanted, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the picture.

    Pictures that were made from a preview are never kept, neither here nor anywhere on the way.
    """
    image, identity, encoding, render, is_immutable = wanted
    tag = entity_tag(f"{image.identity}|{identity}|{encoding.format}")
    kept = [(b"etag", tag), _IMMUTABLE if is_immutable else _REVALIDATE]
    known = header(scope["headers"], b"if-none-match")
    if known and matches(known, tag):
        await send_answer(send, 304, kept)
        return
    body = site.answers.get(tag)
    if body is None:
        body, _, exact = await site.flights.join(tag, partial(site.compute, image.id, render, receive))
        if not exact:
            await send_answer(send, 200, [_CONTENT_TYPE[encoding.format], (b"cache-control", NEVER)], body)
            return
        site.answers.put(tag, body)
    await send_answer(send, 200, [_CONTENT_TYPE[encoding.format], *kept], body)


_IMMUTABLE: Header = (b"cache-control", IMMUTABLE)
_REVALIDATE: Header = (b"cache-control", REVALIDATE)
_CONTENT_TYPE: dict[str, Header] = {name: (b"content-type", media.encode()) for name, media in MEDIA_TYPES.items()}
