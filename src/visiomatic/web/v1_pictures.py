"""Pictures and science tiles of `api/v1`, in plain ASGI: the hot way of our own client."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
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
from visiomatic.web.paths import PicturePath
from visiomatic.web.pictures import Wanted, send_picture
from visiomatic.web.pool import GivenUp
from visiomatic.web.site import Site

Render = Callable[[Look, Encoding, int], Picture]  # look, encoding, most pixels to read
_MOST_DIGITS = 9  # of the index of a tile
_FULL_COLOR = 75  # quality of JPEG from which each pixel keeps a colour of its own
_SCIENCE_MEDIA = {"npy": b"application/x-npy", "f32": b"application/octet-stream", "raw": b"application/octet-stream"}


class Pictures:
    """The application behind the paths of pictures."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._read = {"tiles": self._tile, "view": self._view, "region": self._region}

    async def __call__(self, path: PicturePath, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            site = self._site
            image = await site.image(path.image_id, receive)
            if path.kind == "science":
                await self._send_science(image, path, scope, receive, send)
            elif path.kind == "region" and path.extension == "fits":
                await send_cutout(site, image, scope, receive, send)
            else:
                await send_picture(site, self._wanted(image, path, scope["query_string"]), scope, receive, send)
        except GivenUp:
            return
        except Exception as error:  # noqa: BLE001 - the last resort: every error becomes an answer in the one shape
            report(error)
            status = status_of(error)
            await send_error(send, status.code, error_body(status.name, message_of(error), parameter_of(error)))

    def _wanted(self, image: Image, path: PicturePath, query_string: bytes) -> Wanted:
        query, version = split_version(query_string)
        look, quality, identity = read_style(query)
        how = _encoding(path.extension, quality)
        what, render = self._read[path.kind](image, path, query, how)
        picture = partial(render, look, how, self._site.limits.region_pixels)
        return Wanted(image, f"{what}|{identity}", how, picture, version == address_version(image.version))

    def _tile(self, image: Image, path: PicturePath, query: bytes, how: Encoding) -> tuple[str, Render]:
        tile = _tile_id(path.place, image.level_count)
        return f"tile|{tile.level},{tile.x},{tile.y}", partial(_tile, image, tile)

    def _view(self, image: Image, path: PicturePath, query: bytes, how: Encoding) -> tuple[str, Render]:
        view = _view(image, split_query(query))
        _check_picture(view.width, view.height, how, self._site.limits.picture_pixels, "size")
        return f"view|{view}", partial(_view_picture, image, view)

    def _region(self, image: Image, path: PicturePath, query: bytes, how: Encoding) -> tuple[str, Render]:
        pairs = split_query(query)
        box, level = read_box(image, pairs), _shrink(pairs)
        width, height = -(-box.x1 >> level) - (box.x0 >> level), -(-box.y1 >> level) - (box.y0 >> level)
        _check_picture(width, height, how, self._site.limits.picture_pixels, "box")
        return f"region|{box}|{level}", partial(_region, image, box, level)

    async def _send_science(self, image: Image, path: PicturePath, scope: Scope, receive: Receive, send: Send) -> None:
        query, version = split_version(scope["query_string"])
        channel = channel_number("channel", dict(split_query(query)).get("channel", "1"))
        tile = _tile_id(path.place, image.level_count)
        kind = cast(ScienceFormat, one_of("format", path.extension, _SCIENCE_MEDIA))
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


@lru_cache(maxsize=16_384)
def _tile_id(place: tuple[str, ...], level_count: int) -> TileId:
    """z, x and y as a tile of a level that exists (z = 0 is the coarsest)."""
    for name, text in zip("zxy", place, strict=True):
        if not text.isdecimal() or len(text) > _MOST_DIGITS:
            raise BadParameter(name, f"{name}: {text[:20]!r} is not a whole number, 0 or more", text)
    z, x, y = map(int, place)
    if z >= level_count:
        raise NotFound(f"there is no level {z}: this image has {level_count}, 0 is the coarsest")
    return TileId(level_count - 1 - z, x, y)


@lru_cache(maxsize=512)
def _encoding(extension: str, quality: int) -> Encoding:
    """Low qualities are for what moves: colour at half the resolution is a third fewer bytes in half the time."""
    name = cast(EncodingName, one_of("format", extension, MAX_SIDE))
    return encoding(name, quality, subsample=name == "jpg" and quality < _FULL_COLOR)


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
