"""Numbers at positions, along lines and in regions, and positions on the sky, as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from visiomatic.errors import BadParameter, LimitExceeded, NotFound
from visiomatic.fits.wcs import Sky
from visiomatic.fits.wcs_pixels import LinearMap, pixel_maps
from visiomatic.image import Image
from visiomatic.pixels import Masked, profile, values_at
from visiomatic.regions import (
    Region,
    Statistic,
    box_region,
    corners_of,
    ellipse_region,
    polygon_region,
    region_spectrum,
    region_statistics,
)
from visiomatic.web import v1_models as models
from visiomatic.web.params import numbers
from visiomatic.web.v1_images import EXACT, chip_box, unit_of

Floats = NDArray[np.float64]
_FAR = 1e9  # pixels; no image is larger
_SHAPES = {"box": 4, "circle": 3, "ellipse": 5, "polygon": None}


def check_channels(image: Image, asked: list[int] | None, default: list[int]) -> list[int]:
    """1-based channels as asked for, as 0-based ones that exist."""
    if not asked:
        return default
    for channel in asked:
        if channel > image.channel_count:
            raise NotFound(f"there is no channel {channel}: the image has {image.channel_count}")
    return [channel - 1 for channel in asked]


def check_count(count: int, most: int, what: str, parameter: str) -> None:
    if count > most:
        raise LimitExceeded(f"{count} {what} are more than the limit of {most}", parameter)


def read_positions(name: str, texts: list[str]) -> list[tuple[float, float]]:
    """Each ``x,y``."""
    return [_point(name, numbers(name, text, 2)) for text in texts]


def read_line(text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """``x1,y1:x2,y2``."""
    first, colon, second = text.partition(":")
    if not colon:
        raise BadParameter("line", "line: write x1,y1:x2,y2", text)
    return _point("line", numbers("line", first, 2)), _point("line", numbers("line", second, 2))


def read_region(image: Image, shapes: dict[str, str | None], most: int) -> Region:
    """The first shape that is given; the whole image without any."""
    given = [_shape(image, name, text, most) for name, text in shapes.items() if text is not None]
    return given[0] if given else box_region(image, 1, 1, image.width, image.height)


def _shape(image: Image, name: str, text: str, most: int) -> Region:
    found = numbers(name, text, _SHAPES[name])
    if max(map(abs, found)) > _FAR:
        raise BadParameter(name, f"{name}: these positions are too far away", text)
    if name == "polygon":
        return polygon_region(image, corners_of(found), most)
    if name == "box":
        x1, y1, x2, y2 = found
        return box_region(image, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    x, y, a, b, angle = found if name == "ellipse" else (*found, found[2], 0.0)
    if not (a > 0 and b > 0):
        raise BadParameter(name, f"{name}: radii are more than 0", text)
    return ellipse_region(image, x, y, a, b, angle)


def values(image: Image, positions: list[tuple[float, float]], channels: list[int]) -> models.ValuesAnswer:
    x = np.array([math.floor(position[0] + 0.5) for position in positions], np.int64)
    y = np.array([math.floor(position[1] + 0.5) for position in positions], np.int64)
    columns = values_at(image, channels, x, y)
    shown = zip(*[json_values(column) for column in columns], strict=True)
    answers: list[models.PositionAnswer] = []
    for at_x, at_y, row in zip(x.tolist(), y.tolist(), shown, strict=True):
        answer: models.PositionAnswer = {"x": at_x, "y": at_y, "values": list(row)}
        if _has_large(row):
            answer["exact"] = _as_text(row)
        answers.append(answer)
    return {"positions": answers, "channels": [one + 1 for one in channels], "unit": unit_of(image, channels)}


def line_profile(
    image: Image,
    line: tuple[tuple[float, float], tuple[float, float]],
    channels: list[int],
    *,
    interpolate: bool,
    most: int,
) -> models.ProfileAnswer:
    length = math.ceil(math.dist(*line)) + 2
    check_count(length * len(channels), most, "values", "line")
    found = profile(image, channels, *line, interpolate=interpolate)
    sky, shown = image.sky, [json_values(column) for column in found.values]
    answer: models.ProfileAnswer = {
        "channels": [channel + 1 for channel in channels],
        "x": found.x.tolist(),
        "y": found.y.tolist(),
        "distance": found.distance.tolist(),
        "sky_distance": _along_sky(sky, line, len(found.x)) if sky is not None and sky.pixel_scale else None,
        "values": shown,
        "unit": unit_of(image, channels),
        "interpolated": interpolate,
    }
    if any(_has_large(column) for column in shown):
        answer["exact"] = [_as_text(column) for column in shown]
    return answer


def _along_sky(sky: Sky, line: tuple[tuple[float, float], tuple[float, float]], count: int) -> list[float | None]:
    """Arcsec from the start of the straight line to *count* even steps on it, step by step along great circles."""
    x, y = (np.linspace(first, last, count) for first, last in zip(*line, strict=True))
    lon, lat = (np.radians(angle) for angle in sky.pixel_to_sky(x, y, "native"))
    vectors = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chords = np.linalg.norm(np.diff(vectors, axis=1), axis=0)
    steps = np.degrees(2 * np.arcsin(np.clip(chords / 2, 0, 1))) * 3600
    return cast("list[float | None]", json_values(np.ma.MaskedArray(np.concatenate(([0.0], np.cumsum(steps))))))


def point_spectrum(image: Image, at: tuple[float, float], channels: list[int]) -> models.SpectrumAnswer:
    x, y = math.floor(at[0] + 0.5), math.floor(at[1] + 0.5)
    inside = 1 <= x <= image.width and 1 <= y <= image.height
    dtype = image.dataset.dtype
    if inside and dtype.kind in "iu" and dtype.itemsize == 8:  # more than a float holds
        columns = values_at(image, channels, np.array([x]), np.array([y]))
        return _spectrum(image, channels, [json_values(column)[0] for column in columns], "value", 1)
    found = image.dataset.spectrum(x, y, channels) if inside else np.full(len(channels), np.nan)
    return _spectrum(image, channels, json_values(np.ma.MaskedArray(found)), "value", int(inside))


def spectrum_of_region(
    image: Image, region: Region, statistic: Statistic, channels: list[int], most: int
) -> models.SpectrumAnswer:
    found, pixels = region_spectrum(image, channels, region, statistic, most)
    return _spectrum(image, channels, json_values(np.ma.MaskedArray(found)), statistic, pixels)


def _spectrum(
    image: Image, channels: list[int], values: list[models.Value], statistic: str, pixels: int
) -> models.SpectrumAnswer:
    described = [image.dataset.channels[channel] for channel in channels]
    spectral: models.SpectralAxis | None = None
    if described and described[0].spectral_value is not None:
        spectral = {
            "type": described[0].spectral_type,
            "unit": described[0].spectral_unit,
            "values": [one.spectral_value for one in described],
        }
    answer: models.SpectrumAnswer = {
        "channels": [channel + 1 for channel in channels],
        "labels": [one.label for one in described],
        "values": values,
        "unit": described[0].unit if described else "",
        "statistic": statistic,
        "pixels": pixels,
        "spectral": spectral,
    }
    if _has_large(values):
        answer["exact"] = _as_text(values)
    return answer


def statistics_of_region(image: Image, channel: int, region: Region, most: int) -> models.RegionStatisticsAnswer:
    found = region_statistics(image, channel, region, most)
    area = image.sky.pixel_area if image.sky is not None else None
    answer: models.RegionStatisticsAnswer = {
        "channel": channel + 1,
        "n": found.n,
        "nan": found.nan,
        "sum": _finite(found.sum),
        "mean": _finite(found.mean),
        "median": _finite(found.median),
        "sigma": _finite(found.sigma),
        "mad": _finite(found.mad),
        "min": _finite(found.minimum),
        "max": _finite(found.maximum),
        "unit": image.dataset.channels[channel].unit,
        "area": None if area is None else area * (found.n + found.nan),
    }
    if found.exact is not None:
        total, minimum, maximum = found.exact
        answer["exact"] = {"sum": str(total), "min": str(minimum), "max": str(maximum)}
    return answer


def wcs(image: Image) -> models.WcsAnswer:
    sky = image.sky
    maps = sky.pixel_maps if sky is not None else pixel_maps(image.dataset.cards)
    chips: list[models.ChipSky] = [
        {
            "hdu": chip.hdu,
            "name": chip.name,
            "box": chip_box(image, chip),
            "sky": own.describe() if own is not None else None,
        }
        for chip, own in image.chip_skies
    ]
    return {
        "sky": sky.describe() if sky is not None else None,
        "reason": image.why_no_sky,
        "chips": chips,
        "physical": _linear_axes(maps.get("physical")),
        "detector": _linear_axes(maps.get("detector")),
    }


def pixels_to_sky(image: Image, pixels: Floats, frame: str) -> models.SkyAnswer:
    """Each chip of a mosaic by its own header, the rest by that of the whole."""
    lon, lat = np.full((2, len(pixels)), np.nan)
    x, y = pixels[:, 0], pixels[:, 1]
    if image.sky is not None:
        lon, lat = _in_frame(image.sky, x, y, frame)
    for chip, own in image.chip_skies:
        x1, y1, x2, y2 = chip_box(image, chip)
        inside = (x >= x1) & (x < x2) & (y >= y1) & (y < y2)
        if own is not None and inside.any():
            lon[inside], lat[inside] = _in_frame(own, x[inside], y[inside], frame)
    return {"sky": _pairs(lon, lat)}


def sky_to_pixels(image: Image, positions: Floats, frame: str) -> models.PixelAnswer:
    """On the chip of a mosaic that shows the position, else by the header of the whole."""
    x, y = np.full((2, len(positions)), np.nan)
    if image.sky is not None:
        x, y = image.sky.sky_to_pixel(positions[:, 0], positions[:, 1], frame)
    for chip, own in image.chip_skies:
        if own is None:
            continue
        x1, y1, x2, y2 = chip_box(image, chip)
        own_x, own_y = own.sky_to_pixel(positions[:, 0], positions[:, 1], frame)
        inside = (own_x >= x1) & (own_x < x2) & (own_y >= y1) & (own_y < y2)
        x, y = np.where(inside, own_x, x), np.where(inside, own_y, y)
    return {"pixels": _pairs(x, y)}


def _in_frame(sky: Sky, x: Floats, y: Floats, frame: str) -> tuple[Floats, Floats]:
    if sky.native_frame.name == "other" and frame != "native":
        return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    lon, lat = sky.pixel_to_sky(x, y, frame)
    return np.array(lon, np.float64), np.array(lat, np.float64)


def _pairs(first: Floats, second: Floats) -> list[models.Pair | None]:
    there = np.isfinite(first) & np.isfinite(second)
    return [
        (a, b) if good else None for a, b, good in zip(first.tolist(), second.tolist(), there.tolist(), strict=True)
    ]


def json_values(values: Masked) -> list[models.Value]:
    """Null for what is masked or NaN, text for infinities; integers stay exact."""
    plain = values.tolist()
    if values.dtype.kind != "f":
        return list(plain)
    return [_value(one) for one in plain]


def _has_large(values: Sequence[models.Value]) -> bool:
    """Whether one of them is a whole number that not every reader of JSON takes exactly."""
    return any(isinstance(value, int) and abs(value) > EXACT for value in values)


def _as_text(values: Sequence[models.Value]) -> models.Exact:
    return [str(value) if isinstance(value, int) else None for value in values]


def _value(value: float | None) -> models.Value:
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _linear_axes(matrix: LinearMap | None) -> models.LinearAxes | None:
    """Maps that turn or mix the axes have no such short form."""
    if matrix is None or matrix[0][1] or matrix[1][0]:
        return None
    return {"scale": (matrix[0][0], matrix[1][1]), "offset": (matrix[0][2], matrix[1][2])}


def _point(name: str, found: tuple[float, ...]) -> tuple[float, float]:
    if max(map(abs, found)) > _FAR:
        raise BadParameter(name, f"{name}: this position is too far away", found)
    return found[0], found[1]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
