"""What is known of an image, as JSON: info, header, channels, statistics, histogram."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from visiomatic.image import Image
from visiomatic.library import Listing
from visiomatic.render.curves import PARAMETERS
from visiomatic.types import Card, Channel, Chip, Cuts, HduInfo, Stretch
from visiomatic.web import v1_models as models
from visiomatic.web.caching import address_version
from visiomatic.web.paths import quoted

PERCENTILES = (
    "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "25", "50", "75", "95", "97.5", "99",
    "99.5", "99.7", "99.75", "99.9", "99.95",
)  # fmt: skip
THUMBNAIL_SIZE = 160
EXACT = 2**53  # whole numbers up to here are exact in every reader of JSON
_COLORS = ("#0000ff", "#00ff00", "#ff0000")  # of the first, middle and last channel
_SOME_CHANNELS = 8  # up to here several channels are likely bands, beyond a cube


def listing(found: Listing) -> models.ImageListAnswer:
    images: list[models.ListedImage] = [
        {
            "id": one.id,
            "name": one.name,
            "bytes": one.bytes,
            "thumbnail": f"images/{quoted(one.id)}/view.jpg?size={THUMBNAIL_SIZE}",
            "modified": datetime.fromtimestamp(one.modified, UTC).isoformat(timespec="seconds"),
        }
        for one in found.images
    ]
    return {
        "directory": found.directory,
        "directories": list(found.directories),
        "images": images,
        "total": found.total,
        "offset": found.offset,
        "limit": found.limit,
    }


def info(image: Image) -> models.ImageAnswer:
    dataset = image.dataset
    image.prepare()
    return {
        "id": image.id,
        "name": dataset.name,
        "title": f"{dataset.name} - {dataset.object_name}" if dataset.object_name else dataset.name,
        "object": dataset.object_name,
        "version": address_version(image.version),
        "width": image.width,
        "height": image.height,
        "channels": channels(image),
        "dtype": dataset.dtype.name,
        "bitpix": dataset.bitpix,
        "tile_size": image.tile_size,
        "levels": image.level_count,
        "preview": image.is_preview,
        "progress": image.progress,
        "notice": image.notice,
        "warnings": list(dataset.warnings),
        "hdus": hdus(image),
        "chips": [_chip(image, chip) for chip in dataset.chips],
        "display": _display(image),
    }


def channels(image: Image) -> list[models.ChannelAnswer]:
    return [_channel(channel) for channel in image.dataset.channels]


def hdus(image: Image) -> list[models.HduAnswer]:
    return [_hdu(hdu) for hdu in image.dataset.hdus]


def header(image: Image) -> models.HeaderAnswer:
    own: list[models.HduCards] = [{"hdu": hdu, "cards": _cards(cards)} for hdu, cards in image.dataset.hdu_cards]
    return {"cards": _cards(image.dataset.cards), "hdus": own}


def statistics(image: Image, channel: int) -> models.StatisticsAnswer:
    found, background = image.statistics(channel), image.background(channel)
    summary = found.summary
    percents = found.percentiles([float(percent) for percent in PERCENTILES]).tolist()
    return {
        "channel": channel + 1,
        "min": _finite(summary.minimum),
        "max": _finite(summary.maximum),
        "mean": _finite(summary.mean),
        "median": _finite(summary.median),
        "sigma": _finite(summary.sigma),
        "mad": _finite(summary.mad),
        "background": _finite(background.level),
        "background_mad": _finite(background.mad),
        "n": summary.count,
        "nan": summary.nan,
        "kind": found.kind,
        "percentiles": {name: _finite(value) for name, value in zip(PERCENTILES, percents, strict=True)},
        "zscale": _pair(found.zscale_cuts),
        "default": _pair(found.default_cuts),
        "compatible": _pair(background.cuts),
        "unit": image.dataset.channels[channel].unit,
        "sample": found.is_sample,
    }


def histogram(image: Image, channel: int, bins: int, extent: tuple[float, float] | None) -> models.HistogramAnswer:
    low, high = extent if extent is not None else (None, None)
    found = image.statistics(channel).histogram(bins, low, high)
    return {
        "channel": channel + 1,
        "edges": (found.low, found.high),
        "counts": found.counts.tolist(),
        "below": found.below,
        "above": found.above,
        "nan": found.nan,
        "unit": image.dataset.channels[channel].unit,
    }


def unit_of(image: Image, chosen: list[int]) -> str | list[str]:
    """One unit when the (0-based) channels agree, else one for each."""
    units = [image.dataset.channels[channel].unit for channel in chosen]
    return units[0] if len(set(units)) == 1 else units


def chip_box(image: Image, chip: Chip) -> models.Box:
    """Edges in FITS pixels."""
    window = chip.window
    return window.x0 + 0.5, image.height - window.y1 + 0.5, window.x1 + 0.5, image.height - window.y0 + 0.5


def _channel(channel: Channel) -> models.ChannelAnswer:
    spectral: models.Spectral | None = None
    if channel.spectral_value is not None and math.isfinite(channel.spectral_value):
        spectral = {
            "value": channel.spectral_value,
            "unit": channel.spectral_unit,
            "type": channel.spectral_type,
        }
    return {
        "index": channel.index + 1,
        "label": channel.label,
        "unit": channel.unit,
        "filter": channel.filter,
        "stokes": channel.stokes,
        "spectral": spectral,
    }


def _hdu(hdu: HduInfo) -> models.HduAnswer:
    return {
        "index": hdu.index,
        "kind": hdu.kind,
        "name": hdu.name,
        "version": hdu.version,
        "shape": list(hdu.shape),
        "dtype": hdu.dtype,
        "unit": hdu.unit,
        "role": hdu.role,
        "selector": hdu.selector,
        "shown": hdu.shown,
    }


def _chip(image: Image, chip: Chip) -> models.ChipAnswer:
    return {"hdu": chip.hdu, "name": chip.name, "box": chip_box(image, chip)}


def _display(image: Image) -> models.DisplayAnswer:
    stretch = _first_stretch(image)
    given = [(channel.index + 1, channel.color) for channel in image.dataset.channels if channel.color]
    whole = {str(channel): (0.0, 255.0) for channel in (1, 2, 3)}
    return {
        "stretch": stretch.name,
        "stretch_parameter": PARAMETERS.get(stretch.name),
        "gamma": 1.0,
        "colormap": "grey",
        "mode": "color" if given or _is_picture(image) else "single",
        "channel": 1,
        "color": [{"channel": channel, "color": color} for channel, color in given or _first_colors(image)],
        "cuts": whole if _is_finished_picture(image) else None,
    }


def _is_picture(image: Image) -> bool:
    """True for the planes of a picture, named red, green, blue."""
    return [channel.label[:1].lower() for channel in image.dataset.channels] == ["r", "g", "b"]


def _is_finished_picture(image: Image) -> bool:
    """True for the planes of a picture in eight bits: somebody has chosen cuts and stretch already."""
    return _is_picture(image) and image.dataset.dtype.name == "uint8"


def _first_stretch(image: Image) -> Stretch:
    """Only whole numbers can be labels, so that only they cost a look at the pixels."""
    if _is_finished_picture(image):
        return Stretch("linear")
    if image.dataset.dtype.kind in "iu":
        return image.suitable_stretch(0)
    return Stretch("asinh")


def _first_colors(image: Image) -> list[tuple[int, str]]:
    count = image.channel_count
    if count == 1 or count > _SOME_CHANNELS:
        return []
    picked = (0, count - 1) if count == 2 else (0, count // 2, count - 1)
    colors = (_COLORS[0], _COLORS[2]) if count == 2 else _COLORS
    if _is_picture(image):
        colors = _COLORS[::-1]
    return [(channel + 1, color) for channel, color in zip(picked, colors, strict=True)]


def _cards(cards: tuple[Card, ...]) -> list[models.Card]:
    return [(card.keyword, _card_value(card.value), card.comment) for card in cards]


def _card_value(value: Any) -> Any:
    """Whole numbers that JSON does not carry exactly as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _pair(cuts: Cuts) -> models.Pair:
    return (cuts.low, cuts.high)
