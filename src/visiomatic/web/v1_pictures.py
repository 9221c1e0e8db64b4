"""Pictures and science tiles of `api/v1`, in plain ASGI: the hot way of our own client."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from visiomatic.encode import MAX_SIDE, compress
from visiomatic.errors import BadParameter, LimitExceeded, NotFound
from visiomatic.image import Image
from visiomatic.pixels import ScienceFormat, ScienceTile, science_tile
from visiomatic.render.look import Look, resolve
from visiomatic.tiles import Picture, View, render_region, render_tile, render_view
from visiomatic.types import Encoding, EncodingName, TileId, Window
from visiomatic.web.answers import Receive, Scope, Send, send_answer, send_error
from visiomatic.web.caching import IMMUTABLE, NEVER, REVALIDATE, accepts, address_version, entity_tag, header, matches
from visiomatic.web.cutouts import read_box, send_cutout
from visiomatic.web.errors import error_body, message_of, parameter_of, report, status_of
from visiomatic.web.params import (
    Pairs,
    channel_number,
    encoding,
    integer,
    numbers,
    one_of,
    read_style,
    split_query,
    split_version,
)
from visiomatic.web.paths import ImagePath
from visiomatic.web.pictures import send_picture
from visiomatic.web.pool import GivenUp
from visiomatic.web.site import Site

KINDS = frozenset({"tiles", "view", "region", "science"})
_MOST_DIGITS = 9  # of the index of a tile
_SCIENCE_MEDIA = {"npy": b"application/x-npy", "f32": b"application/octet-stream", "raw": b"application/octet-stream"}


def is_picture(path: ImagePath) -> bool:
    """Whether this path is answered here."""
    return bool(path.resource) and path.resource[0].partition(".")[0] in KINDS


class Pictures:
    """An ASGI application for paths that `is_picture` accepts."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, path: ImagePath, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            kind, _, extension = path.resource[0].partition(".")
            image = await self._site.image(path.image_id, receive)
            if kind == "tiles":
                await self._send_tile(image, path.resource, scope, receive, send)
            elif kind == "science":
                await self._send_science(image, path.resource, scope, receive, send)
            elif kind == "view":
                await self._send_view(image, extension, scope, receive, send)
            elif extension == "fits":
                await send_cutout(self._site, image, scope, receive, send)
            else:
                await self._send_region(image, extension, scope, receive, send)
        except GivenUp:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: every error becomes an answer in the one shape
            report(error)
            status = status_of(error)
            await send_error(send, status.code, error_body(status.name, message_of(error), parameter_of(error)))

    async def _send_tile(
        self, image: Image, resource: tuple[str, ...], scope: Scope, receive: Receive, send: Send
    ) -> None:
        style, version = split_version(scope["query_string"])
        look, quality, identity = read_style(style)
        tile, extension = _tile_id(image, resource)
        how = encoding(_picture_format(extension), quality)
        await send_picture(
            self._site, scope, receive, send,
            image=image,
            identity=f"tile|{tile.level},{tile.x},{tile.y}|{identity}",
            encoding=how,
            render=partial(_tile, image, tile, look, how, self._site.limits.region_pixels),
            immutable=version == address_version(image.version),
        )  # fmt: skip

    async def _send_view(self, image: Image, extension: str, scope: Scope, receive: Receive, send: Send) -> None:
        style, version = split_version(scope["query_string"])
        look, quality, identity = read_style(style)
        how = encoding(_picture_format(extension), quality)
        view = _view(image, split_query(style))
        limits = self._site.limits
        _check_picture(view.width, view.height, how, limits.picture_pixels, "size")
        await send_picture(
            self._site, scope, receive, send,
            image=image,
            identity=f"view|{view}|{identity}",
            encoding=how,
            render=partial(_view_picture, image, view, look, how, limits.region_pixels),
            immutable=version == address_version(image.version),
        )  # fmt: skip

    async def _send_region(self, image: Image, extension: str, scope: Scope, receive: Receive, send: Send) -> None:
        style, version = split_version(scope["query_string"])
        look, quality, identity = read_style(style)
        pairs = split_query(style)
        box, level = read_box(image, pairs), _shrink(pairs)
        how = encoding(_picture_format(extension), quality)
        width, height = -(-box.x1 >> level) - (box.x0 >> level), -(-box.y1 >> level) - (box.y0 >> level)
        _check_picture(width, height, how, self._site.limits.picture_pixels, "box")
        await send_picture(
            self._site, scope, receive, send,
            image=image,
            identity=f"region|{box}|{level}|{identity}",
            encoding=how,
            render=partial(_region, image, box, level, look, how, self._site.limits.region_pixels),
            immutable=version == address_version(image.version),
        )  # fmt: skip

    async def _send_science(
        self, image: Image, resource: tuple[str, ...], scope: Scope, receive: Receive, send: Send
    ) -> None:
        query, version = split_version(scope["query_string"])
        channel = channel_number("channel", dict(split_query(query)).get("channel", "1"))
        tile, extension = _tile_id(image, resource)
        kind = cast(ScienceFormat, one_of("format", extension, _SCIENCE_MEDIA))
        headers = scope["headers"]
        packed = accepts(header(headers, b"accept-encoding").decode("latin-1"), "zstd")
        tag = entity_tag(f"{image.identity}|science|{channel}|{tile}|{kind}|{packed}")
        policy = IMMUTABLE if version == address_version(image.version) else REVALIDATE
        kept = [(b"etag", tag), (b"cache-control", policy), (b"vary", b"accept-encoding")]
        if matches(header(headers, b"if-none-match"), tag):
            await send_answer(send, 304, kept)
            return
        work: Callable[[], tuple[ScienceTile, bytes]] = partial(_science, image, channel, tile, kind, packed)
        science, body = await self._site.flights.join(tag, partial(self._site.compute, image.id, work, receive))
        described = [
            (b"content-type", _SCIENCE_MEDIA[kind]),
            (b"x-dtype", science.dtype.str.encode()),
            (b"x-shape", b"%d,%d" % science.shape),
            *([(b"content-encoding", b"zstd")] if packed else []),
        ]
        await send_answer(send, 200, described + (kept if science.exact else [(b"cache-control", NEVER)]), body)


def _check_picture(width: int, height: int, how: Encoding, most: int, parameter: str) -> None:
    side = MAX_SIDE[how.format]
    if max(width, height) > side:
        raise LimitExceeded(f"a side of a {how.format} picture has at most {side} pixels", parameter)
    if width * height > most:
        raise LimitExceeded(f"{width} x {height} pixels are more than a picture's limit of {most}", parameter)


def _tile_id(image: Image, resource: tuple[str, ...]) -> tuple[TileId, str]:
    """``tiles/z/x/y.format`` as a tile of a level that exists (z = 0 is the coarsest), and the format."""
    _, z, x, last = resource
    y, _, extension = last.partition(".")
    for name, text in (("z", z), ("x", x), ("y", y)):
        if not text.isdecimal() or len(text) > _MOST_DIGITS:
            raise BadParameter(name, f"{name}: {text[:20]!r} is not a whole number, 0 or more", text)
    if int(z) >= image.level_count:
        raise NotFound(f"there is no level {z}: this image has {image.level_count}, 0 is the coarsest")
    return TileId(image.level_count - 1 - int(z), int(x), int(y)), extension


def _picture_format(extension: str) -> EncodingName:
    return cast(EncodingName, one_of("format", extension, MAX_SIDE))


def _view(image: Image, pairs: Pairs) -> View:
    """``box`` (edges in FITS pixels, default all) and ``size`` (``width,height`` or the longer side)."""
    values = dict(pairs)
    x1, y1, x2, y2 = 0.5, 0.5, image.width + 0.5, image.height + 0.5
    if "box" in values:
        x1, y1, x2, y2 = numbers("box", values["box"], 4)
    (x1, x2), (y1, y2) = sorted((x1, x2)), sorted((y1, y2))
    if x1 == x2 or y1 == y2 or max(map(abs, (x1, y1, x2, y2))) > 1e9:
        raise BadParameter("box", "box: this box is empty or too large", values.get("box"))
    width, height = _size(values.get("size", "256"), x2 - x1, y2 - y1)
    return View(x1 - 0.5, image.height + 0.5 - y2, x2 - 0.5, image.height + 0.5 - y1, width, height)


def _size(text: str, box_width: float, box_height: float) -> tuple[int, int]:
    if "," in text:
        width, height = text.split(",", 1)
        return integer("size", width, 1, 65_535), integer("size", height, 1, 65_535)
    longest = integer("size", text, 1, 65_535)
    scale = longest / max(box_width, box_height)
    return max(1, round(box_width * scale)), max(1, round(box_height * scale))


def _shrink(pairs: Pairs) -> int:
    text = dict(pairs).get("shrink", "1")
    shrink = integer("shrink", text, 1, 65_536)
    if shrink & (shrink - 1):
        raise BadParameter("shrink", f"shrink: {shrink} is not a power of two", text)
    return shrink.bit_length() - 1


def _tile(image: Image, tile: TileId, look: Look, how: Encoding, most: int) -> Picture:
    return render_tile(image, tile, resolve(look, image), how, most_pixels=most)


def _view_picture(image: Image, view: View, look: Look, how: Encoding, most: int) -> Picture:
    return render_view(image, view, resolve(look, image), how, most_pixels=most)


def _region(image: Image, box: Window, level: int, look: Look, how: Encoding, most: int) -> Picture:
    return render_region(image, box, level, resolve(look, image), how, most_pixels=most)


def _science(image: Image, channel: int, tile: TileId, kind: ScienceFormat, packed: bool) -> tuple[ScienceTile, bytes]:
    science = science_tile(image, channel, tile, kind)
    return science, compress(science.body) if packed else science.body
