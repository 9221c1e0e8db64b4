"""The compatible route: what clients of VisiOmatic 3 and of IIP servers ask at `/api`."""

from __future__ import annotations

from functools import lru_cache, partial
from html import escape

from visiomatic import __version__
from visiomatic.errors import BadParameter, LimitExceeded, NotFound
from visiomatic.image import Image
from visiomatic.pyramid.grid import tile_grid
from visiomatic.render.look import Look, resolve
from visiomatic.tiles import Picture, render_region, render_tile
from visiomatic.types import Encoding, TileId, Window
from visiomatic.web.answers import JSON, Receive, Scope, Send, send_answer, send_error, send_json, to_json
from visiomatic.web.caching import NEVER, REVALIDATE, entity_tag, header, matches
from visiomatic.web.errors import compatible_body, report, status_of
from visiomatic.web.iip_answers import header_text, information, profile, values
from visiomatic.web.iip_query import IipQuery, read_query, read_tile
from visiomatic.web.params import encoding as tile_encoding
from visiomatic.web.pictures import Wanted, send_picture
from visiomatic.web.pool import GivenUp
from visiomatic.web.site import Site


class Iip:
    """An ASGI application for the one path."""

    def __init__(self, site: Site, banner: bytes) -> None:
        self._site = site
        self._banner = banner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query: IipQuery | None = None
        try:
            style, tile = _split_tile(scope["query_string"])
            query = read_query(style, self._site.defaults)
            await self._answer(query, query.tile if tile is None else read_tile(tile), scope, receive, send)
        except GivenUp:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: every error becomes an answer in the known shape
            report(error)
            image_id = query.image_id if query else None
            await send_error(send, status_of(error).code, compatible_body(error, image_id))

    async def _answer(
        self, query: IipQuery, tile: tuple[int, int] | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """In the order in which VisiOmatic 3 looks at the words."""
        site = self._site
        if query.image_id is None:
            await send_answer(send, 200, [(b"content-type", b"text/html; charset=utf-8")], self._banner)
            return
        image = await site.image(site.library.auto_image or query.image_id, receive)
        if query.wants_header or query.wants_info:
            await self._send_document(image, query.wants_header, scope, receive, send)
        elif query.profile is not None:
            line, most = query.profile, site.limits.positions
            answer = await site.compute(image.id, partial(profile, image, line, query.channels, most), receive)
            await send_json(send, 200, answer, [(b"cache-control", REVALIDATE)])
        elif query.value is not None:
            answer = await site.compute(image.id, partial(values, image, query.value, query.channels), receive)
            await send_json(send, 200, answer, [(b"cache-control", REVALIDATE)])
        elif tile is not None:
            await self._send_tile(image, query, tile, scope, receive, send)
        elif query.region is not None:
            await self._send_region(image, query, scope, receive, send)
        else:
            await send_json(send, 200, None)

    async def _send_tile(
        self, image: Image, query: IipQuery, wanted: tuple[int, int], scope: Scope, receive: Receive, send: Send
    ) -> None:
        level = max(0, image.level_count - 1 - wanted[0])  # beyond the last level there is full resolution
        columns, rows = _grid(image.width, image.height, image.tile_size, level)
        y, x = divmod(wanted[1], columns)
        if y >= rows:
            raise NotFound(f"there is no tile {wanted[1]} at level {wanted[0]}: it has {columns * rows}")
        tile, encoding = TileId(level, x, y), tile_encoding(query.tile_format, query.quality)
        render = partial(_tile, image, tile, query.look, encoding, self._site.limits.region_pixels)
        picture = Wanted(image, f"iip|{level},{x},{y}|{query.identity}", encoding, render)
        await send_picture(self._site, picture, scope, receive, send)

    async def _send_region(self, image: Image, query: IipQuery, scope: Scope, receive: Receive, send: Send) -> None:
        assert query.region is not None
        (x0, y0), (x1, y1) = query.region
        box, shrink, limits = Window(x0, y0, x1, y1).clip(image.width, image.height), query.shrink, self._site.limits
        if box.is_empty:
            raise BadParameter("RGN", "RGN: the region is empty or outside of the image", f"{x0},{y0}:{x1},{y1}")
        size = image.tile_size << shrink
        tiles = (-(-box.x1 // size) - box.x0 // size) * (-(-box.y1 // size) - box.y0 // size)
        if tiles > limits.region_tiles:
            raise LimitExceeded(f"the region covers {tiles} tiles, more than the limit of {limits.region_tiles}", "RGN")
        encoding = Encoding("jpg", query.quality)
        render = partial(_region, image, box, shrink, query.look, encoding, limits.region_pixels)
        picture = Wanted(image, f"iip region|{box}|{shrink}|{query.identity}", encoding, render)
        await send_picture(self._site, picture, scope, receive, send)

    async def _send_document(self, image: Image, plain: bool, scope: Scope, receive: Receive, send: Send) -> None:
        """INFO or obj: constant for a version of the file, but for INFO while overviews are being made."""
        site, media, state = self._site, b"text/plain; charset=utf-8" if plain else JSON, ""
        if not plain:
            preview, state = await site.compute(image.id, partial(_overview_state, image), receive)
            if preview:
                approximate = await site.compute(image.id, partial(_information, image, site), receive)
                await send_answer(send, 200, [(b"content-type", media), (b"cache-control", NEVER)], approximate)
                return
        tag = entity_tag(f"{image.identity}|{'obj' if plain else 'INFO'}|{state}")
        headers = [(b"etag", tag), (b"cache-control", REVALIDATE)]
        if matches(header(scope["headers"], b"if-none-match"), tag):
            await send_answer(send, 304, headers)
            return
        body = site.answers.get(tag)
        if body is None:
            write = partial(_header_text, image) if plain else partial(_information, image, site)
            body = await site.flights.join(tag, partial(site.compute, image.id, write, receive))
            site.answers.put(tag, body)
        await send_answer(send, 200, [(b"content-type", media), *headers], body)


@lru_cache(maxsize=1024)
def _grid(width: int, height: int, tile_size: int, level: int) -> tuple[int, int]:
    return tile_grid(width, height, tile_size, level, floored=True)


def _split_tile(query: bytes) -> tuple[bytes, str | None]:
    """The query without the tile at its end, which alone differs from request to request while somebody pans."""
    style, word, tile = query.rpartition(b"&JTL=")
    if not word or b"&" in tile or b"%" in tile or b"+" in tile:
        return query, None
    return style, tile.decode("ascii", "replace")


def _tile(image: Image, tile: TileId, look: Look, encoding: Encoding, most: int) -> Picture:
    style = resolve(_existing(look, image), image)
    return render_tile(image, tile, style, encoding, floored=True, most_pixels=most)


def _region(image: Image, box: Window, level: int, look: Look, encoding: Encoding, most: int) -> Picture:
    style = resolve(_existing(look, image), image)
    return render_region(image, box, level, style, encoding, most_pixels=most)


def _existing(look: Look, image: Image) -> Look:
    """VisiOmatic 3 drew the first channel in place of one that does not exist."""
    if look.channel is not None and look.channel >= image.channel_count:
        return look._replace(channel=0)
    return look


def _overview_state(image: Image) -> tuple[bool, str]:
    image.prepare()
    return image.is_preview, image.notice


def _information(image: Image, site: Site) -> bytes:
    return to_json(information(image, site.defaults, site.saturation))


def _header_text(image: Image) -> bytes:
    return header_text(image).encode("latin-1", "replace")


def banner_page() -> bytes:
    """What the bare path shows: that a server is here, and which."""
    text = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>VisiOmatic</title>"
        f"<h1>VisiOmatic {escape(__version__)}</h1><p>This is the image server. "
        "<a href='./'>Viewer</a> &middot; <a href='docs'>Interface</a></p></html>"
    )
    return text.encode()
