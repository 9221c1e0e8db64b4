"""FITS cut-outs, sent block by block: a file of any size takes no memory."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from visiomatic.errors import LimitExceeded, NotFound, VisiomaticError
from visiomatic.fits.cutout import cutout
from visiomatic.image import Image
from visiomatic.types import Window
from visiomatic.web.answers import NOSNIFF, Receive, Scope, Send, send_answer
from visiomatic.web.caching import IMMUTABLE, REVALIDATE, address_version, entity_tag, header, matches
from visiomatic.web.errors import report
from visiomatic.web.params import Pairs, channel_number, integers, read_style, split_query, split_version
from visiomatic.web.pool import GivenUp, has_left
from visiomatic.web.site import Site


def read_box(image: Image, pairs: Pairs) -> Window:
    """``box`` in inclusive whole FITS pixels, clipped to the image; all of it by default."""
    text = dict(pairs).get("box", f"1,1,{image.width},{image.height}")
    x1, y1, x2, y2 = integers("box", text, 4)
    window = Window(x1 - 1, image.height - y2, x2, image.height - y1 + 1).clip(image.width, image.height)
    if window.is_empty:
        raise NotFound("the box is empty or outside of the image")
    return window


async def send_cutout(site: Site, image: Image, scope: Scope, receive: Receive, send: Send) -> None:
    """``box`` and repeated ``channel`` (all by default) as a FITS file with the stored numbers."""
    query, version = split_version(scope["query_string"])
    read_style(query)  # not needed here, yet wrong is wrong
    pairs = split_query(query)
    window = read_box(image, pairs)
    channels = [channel_number(name, value) for name, value in pairs if name == "channel"] or None
    box = window.x0 + 1, image.height - window.y1 + 1, window.x1, image.height - window.y0
    tag = entity_tag(f"{image.identity}|cutout|{box}|{channels}")
    kept = [(b"etag", tag), (b"cache-control", IMMUTABLE if version == address_version(image.version) else REVALIDATE)]
    if matches(header(scope["headers"], b"if-none-match"), tag):
        await send_answer(send, 304, kept)
        return
    file = await site.compute(image.id, partial(cutout, image.dataset, box, channels), receive)
    if file.size > site.limits.cutout_bytes:
        raise LimitExceeded(f"this cut-out has {file.size} bytes, more than {site.limits.cutout_bytes}", "box")
    headers = [
        (b"content-type", b"application/fits"),
        (b"content-length", b"%d" % file.size),
        (b"content-disposition", b'attachment; filename="%s"' % _file_name(image, box)),
        *kept,
        NOSNIFF,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(has_left(receive))
    try:
        while not gone.done():
            block = await site.compute(image.id, partial(next, file.blocks, None))
            await send({"type": "http.response.body", "body": block or b"", "more_body": block is not None})
            if block is None:
                break
    except (VisiomaticError, GivenUp) as error:  # too late for an answer: the file ends short of its Content-Length
        report(error)
    finally:
        gone.cancel()


def _file_name(image: Image, box: tuple[int, int, int, int]) -> bytes:
    stem = re.sub(r"\.(fits|fit|fts)(\.\w+)?$", "", image.dataset.name, flags=re.IGNORECASE)
    plain = re.sub(r"[^A-Za-z0-9_.+-]+", "_", stem)[:100]
    return f"{plain}_{box[0]}_{box[1]}_{box[2]}_{box[3]}.fits".encode()
