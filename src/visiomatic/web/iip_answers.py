"""Documents of the compatible route: INFO, obj, VAL, PFL."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import LimitExceeded
from visiomatic.fits.wcs_cards import BrokenWcs, Keywords, celestial_axes, linear_terms, planar, wcs_keywords
from visiomatic.fits.write_cards import card_bytes
from visiomatic.image import Image
from visiomatic.pixels import line_pixels, values_at
from visiomatic.pyramid.statistics import Background
from visiomatic.types import Card, Chip
from visiomatic.web.answers import finite_or_none
from visiomatic.web.iip_query import Defaults, Point

_REPLACED = ("CDELT1", "CDELT2", "CROTA1", "CROTA2", "PC1_1", "PC1_2", "PC2_1", "PC2_2",
             "PC001001", "PC001002", "PC002001", "PC002002")  # fmt: skip
_COMMENTARY = ("COMMENT", "HISTORY", "")


def information(image: Image, defaults: Defaults, saturation: float) -> dict[str, Any]:
    """The JSON of INFO, key by key as VisiOmatic 3 gave it, and how exact the pictures are."""
    dataset = image.dataset
    return {
        "type": "visiomatic",
        "version": "3.0",
        "image_name": dataset.name,
        "object_name": dataset.object_name,
        "full_size": [image.width, image.height],
        "tile_size": [image.tile_size, image.tile_size],
        "tile_levels": image.level_count,
        "channels": image.channel_count,
        "bits_per_channel": 32,
        "brightness": defaults.brightness,
        "contrast": defaults.contrast,
        "color_saturation": saturation,
        "gamma": defaults.gamma,
        "quality": defaults.quality,
        "preview": image.is_preview,
        "progress": image.progress,
        "notice": image.notice,
        "header": flat_header(dataset.cards),
        "images": _images(image),
    }


def flat_header(cards: tuple[Card, ...]) -> dict[str, Any]:
    """The cards as a dictionary: the last of repeated ones counts, commentary is joined, the WCS matrix is CD."""
    header: dict[str, Any] = {}
    for card in cards:
        if card.keyword in _COMMENTARY:
            line = str(card.value or "")
            header[card.keyword] = f"{header[card.keyword]}\n{line}" if card.keyword in header else line
        else:
            header[card.keyword] = _json_value(card.value)
    try:
        keywords = planar(wcs_keywords(cards))
        if celestial_axes(keywords) is None:
            return header
        matrix = _pixel_matrix(keywords)
    except BrokenWcs:
        return header
    for keyword in _REPLACED:
        header.pop(keyword, None)
    for row in (0, 1):
        for column in (0, 1):
            header[f"CD{row + 1}_{column + 1}"] = float(matrix[row, column])
    return header


def _pixel_matrix(keywords: Keywords) -> NDArray[np.float64]:
    """CD of the two axes, whichever way the header writes it; CROTA2 as AIPS means it."""
    matrix = linear_terms(keywords)[:2, :2]
    angle = math.radians(float(keywords.get("CROTA2", 0.0)))
    cosine, sine = math.cos(angle), math.sin(angle)
    turned = np.array([[cosine, -sine], [sine, cosine]]) @ matrix
    return np.asarray(turned if angle else matrix, np.float64)


def _images(image: Image) -> list[dict[str, Any]]:
    backgrounds = [_background(image, channel) for channel in range(image.channel_count)]
    common = {
        "background_level": [one.level if one else None for one in backgrounds],
        "background_mad": [one.mad if one else None for one in backgrounds],
        "min_max": [[one.cuts.low, one.cuts.high] if one else [None, None] for one in backgrounds],
    }
    headers = dict(image.dataset.hdu_cards)
    if image.dataset.chips:
        return [_chip(image, chip, common) for chip in image.dataset.chips]
    whole = [[1, image.width, 1], [1, image.height, 1]]
    raw = next(iter(headers.values()), image.dataset.cards)
    size = [image.width, image.height, image.channel_count]
    return [{"size": size, "dataslice": whole, "detslice": whole, **common, "header": _plain_header(raw)}]


def _background(image: Image, channel: int) -> Background | None:
    """None for a channel without a finite value, of which the sample of VisiOmatic 3 says zero."""
    background = image.background(channel)
    if background.level == background.mad == 0.0 and image.statistics(channel).kind == "empty":
        return None
    return background


def _chip(image: Image, chip: Chip, common: dict[str, Any]) -> dict[str, Any]:
    window, (x, y) = chip.window, chip.data_origin
    horizontal = [window.x0 + 1, window.x1, 1]
    vertical = [image.height - window.y1 + 1, image.height - window.y0, 1]
    return {
        "size": [window.width, window.height, image.channel_count],
        "dataslice": [[x, x + window.width - 1, 1], [y, y + window.height - 1, 1]],
        "detslice": [_turned(horizontal, chip.flip_x), _turned(vertical, chip.flip_y)],
        **common,
        "header": _plain_header(chip.cards),
    }


def _turned(extent: list[int], flip: bool) -> list[int]:
    return [extent[1], extent[0], -1] if flip else extent


def _plain_header(cards: tuple[Card, ...]) -> dict[str, Any]:
    return {card.keyword: _json_value(card.value) for card in cards}


def _json_value(value: Any) -> Any:
    """Whole numbers beyond 64 bits as text."""
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value


def header_text(image: Image) -> str:
    """The answer to ``obj``: plain lines, among them what OpenSeadragon needs."""
    levels = range(image.level_count - 1, -1, -1)
    sizes = ",".join(f"{max(1, image.width >> r)} {max(1, image.height >> r)}" for r in levels)
    cuts = [image.background(channel).cuts for channel in range(image.channel_count)]
    header = b"".join(card_bytes(card) for card in image.dataset.cards).decode("ascii")
    lines = [
        "IIP:1.0",
        f"Max-size:{image.width} {image.height}",
        f"Tile-size:{image.tile_size} {image.tile_size}",
        f"Resolution-number:{image.level_count}",
        f"Resolutions:{sizes}",
        "Bits-per-channel:32",
        f"Min-Max-sample-values:{[one.low for one in cuts]} {[one.high for one in cuts]}",
        f"subject/{len(header)}:{header}",
    ]
    return "\r\n".join(lines) + "\r\n"


def values(image: Image, at: Point, channels: tuple[int, ...]) -> dict[str, Any]:
    """VAL: one number for each channel (all of them when none is asked for), null where there is none."""
    x, y = np.array([at[0]]), np.array([at[1]])
    return {"values": [_number(column[0]) for column in _columns(image, channels, x, y)]}


def profile(image: Image, line: tuple[Point, Point], channels: tuple[int, ...], most: int) -> dict[str, Any]:
    """PFL: the pixels of a line, both ends included, 1-based as they were asked for."""
    (x1, y1), (x2, y2) = line
    count = (max(abs(x2 - x1), abs(y2 - y1)) + 1) * (len(channels) or image.channel_count)
    if count > most:
        raise LimitExceeded(f"this profile has {count} values, more than the limit of {most}", "PFL")
    x, y = line_pixels(line[0], line[1])
    rows = zip(*_columns(image, channels, x, y), strict=True)
    return {
        "profile": [
            {"x": px, "y": py, "values": [_number(value) for value in row]}
            for px, py, row in zip(x.tolist(), y.tolist(), rows, strict=True)
        ]
    }


def _columns(image: Image, channels: tuple[int, ...], x: Any, y: Any) -> list[Any]:
    """Values of each channel at the pixels; None outside, for NaN, and for channels that do not exist."""
    wanted = channels or tuple(range(image.channel_count))
    there = tuple(sorted({channel for channel in wanted if channel < image.channel_count}))
    found = dict(zip(there, values_at(image, there, x, y), strict=True))
    return [found.get(channel, [None] * len(x)) for channel in wanted]


def _number(value: Any) -> int | float | None:
    """A JSON number; null for what is masked, NaN or infinite."""
    if value is None or value is np.ma.masked:
        return None
    number = value.item()
    return number if isinstance(number, int) else finite_or_none(number)
