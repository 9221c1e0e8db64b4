"""Mosaics on the sky: chips without DETSEC whose coordinates show that they are one focal plane.

Clear cases are assembled unasked: every science extension has sky coordinates, the chips lie beside each other (boxes
overlap by no more than 15 % of their area) and fill at least a quarter of the frame. ``[wcs]`` asks for the others.
Each chip is resampled to one tangent plane by nearest neighbour, so every value shown is a value of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visiomatic.fits.cards import Header
from visiomatic.fits.chips import without_chip_cards
from visiomatic.fits.hdu import Hdu
from visiomatic.fits.headers import without_coordinates
from visiomatic.fits.mosaic import MosaicPlane, Piece, StoredPlane
from visiomatic.fits.storage import Storage, as_stored
from visiomatic.kernel import Raster
from visiomatic.types import Card, Window

Floats = NDArray[np.float64]
ToPixel = Callable[[Floats, Floats], tuple[Floats, Floats]]

_NODES = 64  # pixels between the nodes where a chip's coordinates are computed; linear in between
_EDGE = 9  # points along each side of a chip
_MAX_OVERLAP = 0.15
_MAX_EMPTY = 4.0


@dataclass(frozen=True, slots=True)
class Tangent:
    """A tangent plane: FITS pixels of the mosaic from ICRS degrees and back."""

    lon: float
    lat: float
    crpix: tuple[float, float]
    cd: Floats  # degrees per pixel

    def to_sky(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        xi, eta = np.radians(np.tensordot(self.cd, np.stack((x - self.crpix[0], y - self.crpix[1])), 1))
        lat0 = np.radians(self.lat)
        across = np.cos(lat0) - eta * np.sin(lat0)
        lon = self.lon + np.degrees(np.arctan2(xi, across))
        lat = np.degrees(np.arctan2(np.sin(lat0) + eta * np.cos(lat0), np.hypot(xi, across)))
        return np.asarray(lon % 360.0), np.asarray(lat)

    def from_sky(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """NaN for directions more than 80 degrees away."""
        step, lat0 = np.radians(lon - self.lon), np.radians(self.lat)
        lat = np.radians(lat)
        depth = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(step)
        depth = np.where(depth > 0.17, depth, np.nan)
        xi = np.cos(lat) * np.sin(step) / depth
        eta = (np.sin(lat) * np.cos(lat0) - np.cos(lat) * np.sin(lat0) * np.cos(step)) / depth
        x, y = np.tensordot(np.linalg.inv(self.cd), np.degrees(np.stack((xi, eta))), 1)
        return x + self.crpix[0], y + self.crpix[1]


@dataclass(frozen=True, slots=True)
class _OnSky:
    """One chip: its outline in ICRS degrees and the way back from there to its pixels."""

    index: int
    width: int
    height: int
    lon: Floats
    lat: Floats
    to_pixel: ToPixel
    to_sky: ToPixel


@dataclass(frozen=True, slots=True)
class FocalPlane:
    """Chips placed on one tangent plane; ``boxes`` in its display frame."""

    indices: tuple[int, ...]
    width: int
    height: int
    tangent: Tangent
    boxes: tuple[Window, ...]
    to_pixel: tuple[ToPixel, ...]
    warnings: tuple[str, ...]

    def planes(self, chips: Sequence[Callable[[int], StoredPlane]]) -> Callable[[int], WarpedPlane]:
        warps = [_Warp(self.tangent, self.height, box, way) for box, way in zip(self.boxes, self.to_pixel, strict=True)]

        def assembled(channel: int) -> WarpedPlane:
            pieces = [Piece(plane_of(channel), box, 0, 0) for plane_of, box in zip(chips, self.boxes, strict=True)]
            return WarpedPlane(self.width, self.height, tuple(pieces), warps)

        return assembled

    def cards(self, cards: tuple[Card, ...], shape: tuple[int, ...]) -> tuple[Card, ...]:
        """Cards of the first chip with the coordinates of the mosaic."""
        kept = [card for card in without_coordinates(without_chip_cards(cards)) if not card.keyword.startswith("NAXIS")]
        size = [Card("NAXIS", len(shape)), *(Card(f"NAXIS{axis}", n) for axis, n in enumerate(shape, 1))]
        matrix = [Card(f"CD{i + 1}_{j + 1}", float(self.tangent.cd[i, j])) for i in (0, 1) for j in (0, 1)]
        sky = [
            Card("CTYPE1", "RA---TAN"),
            Card("CTYPE2", "DEC--TAN"),
            Card("CRVAL1", self.tangent.lon),
            Card("CRVAL2", self.tangent.lat),
            Card("CRPIX1", self.tangent.crpix[0]),
            Card("CRPIX2", self.tangent.crpix[1]),
            *matrix,
            Card("RADESYS", "ICRS"),
        ]
        return (*kept[:2], *size, *kept[2:], *sky)


def focal_plane(hdus: Sequence[Hdu], cards: Sequence[tuple[Card, ...]], *, asked: bool) -> FocalPlane | None:
    """The layout of *hdus* on the sky, or None when they are no (clear, unless *asked*) focal plane."""
    depths = {prod(hdu.shape[2:]) for hdu in hdus}
    if len(depths) > 1 or not (asked or all(_is_celestial(Header(own)) for own in cards)):
        return None
    chips = [chip for index, hdu in enumerate(hdus) if (chip := _on_sky(index, hdu, cards[index])) is not None]
    if len(chips) < 2 or (len(chips) < len(hdus) and not asked):
        return None
    tangent = _tangent(chips)
    if tangent is None:
        return None
    outlines = [tangent.from_sky(chip.lon, chip.lat) for chip in chips]
    if not all(np.isfinite(x).all() and np.isfinite(y).all() for x, y in outlines):
        return None
    if not asked and not _is_clear(chips, outlines):
        return None
    left_out = [str(hdu.index) for i, hdu in enumerate(hdus) if all(chip.index != i for chip in chips)]
    warnings = (f"HDU {', '.join(left_out)}: left out of the mosaic, without sky coordinates",) if left_out else ()
    return _laid_out(chips, tangent, outlines, warnings)


def _is_celestial(header: Header) -> bool:
    types = {header.text(f"CTYPE{axis}").upper()[:4] for axis in (1, 2)}
    return types in ({"RA--", "DEC-"}, {"GLON", "GLAT"}, {"ELON", "ELAT"}) and "CRVAL1" in header


def _on_sky(index: int, hdu: Hdu, cards: tuple[Card, ...]) -> _OnSky | None:
    from visiomatic.fits.wcs import sky_of

    width, height = hdu.shape[:2]
    sky = sky_of(cards, width, height)
    if sky is None:
        return None
    along = np.linspace(0.0, 1.0, _EDGE)
    x = 0.5 + width * np.concatenate((along, along, np.zeros(_EDGE), np.ones(_EDGE), [0.5]))
    y = 0.5 + height * np.concatenate((np.zeros(_EDGE), np.ones(_EDGE), along, along, [0.5]))
    lon, lat = sky.pixel_to_sky(x, y, "icrs")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return _OnSky(
        index, width, height, lon, lat,
        lambda lon, lat: sky.sky_to_pixel(lon, lat, "icrs"),
        lambda x, y: sky.pixel_to_sky(x, y, "icrs"),
    )  # fmt: skip


def _tangent(chips: Sequence[_OnSky]) -> Tangent | None:
    """The tangent plane at the middle of all chips, with square pixels, turned as the chip nearest to the middle."""
    centers = np.array([_vector(chip.lon[-1], chip.lat[-1]) for chip in chips])
    middle = centers.mean(axis=0)
    lon, lat = (
        np.degrees(np.arctan2(middle[1], middle[0])) % 360,
        np.degrees(np.arctan2(middle[2], np.hypot(middle[0], middle[1]))),
    )
    chip = chips[int(np.argmax(centers @ middle))]
    x, y = (chip.width + 1) / 2, (chip.height + 1) / 2
    sky = chip.to_sky(np.array([x, x + 1, x]), np.array([y, y, y + 1]))
    xi, eta = Tangent(float(lon), float(lat), (0.0, 0.0), np.eye(2)).from_sky(*sky)
    first, second = np.array([xi[1] - xi[0], eta[1] - eta[0]]), np.array([xi[2] - xi[0], eta[2] - eta[0]])
    area = float(first[0] * second[1] - first[1] * second[0])
    if not area or not np.isfinite(area):
        return None
    along = first / np.hypot(*first)
    across = np.array([-along[1], along[0]]) * np.sign(area)
    return Tangent(float(lon), float(lat), (0.0, 0.0), sqrt(abs(area)) * np.stack((along, across), axis=1))


def _vector(lon: float, lat: float) -> Floats:
    a, d = np.radians(lon), np.radians(lat)
    return np.array([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])


def _is_clear(chips: Sequence[_OnSky], outlines: Sequence[tuple[Floats, Floats]]) -> bool:
    boxes = np.array([(x.min(), y.min(), x.max(), y.max()) for x, y in outlines])
    area = float(sum(chip.width * chip.height for chip in chips))
    low, high = np.maximum(boxes[:, None, :2], boxes[None, :, :2]), np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=2)
    overlap = (shared.sum() - np.trace(shared)) / 2
    frame = np.prod(boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0))
    return bool(overlap <= _MAX_OVERLAP * area and frame <= _MAX_EMPTY * area)


def _laid_out(
    chips: Sequence[_OnSky], tangent: Tangent, outlines: Sequence[tuple[Floats, Floats]], warnings: tuple[str, ...]
) -> FocalPlane:
    left, bottom = min(float(x.min()) for x, _ in outlines), min(float(y.min()) for _, y in outlines)
    width = int(np.ceil(max(float(x.max()) for x, _ in outlines) - left))
    height = int(np.ceil(max(float(y.max()) for _, y in outlines) - bottom))
    placed = Tangent(tangent.lon, tangent.lat, (0.5 - left, 0.5 - bottom), tangent.cd)
    boxes = []
    for x, y in outlines:
        x, y = x - left, y - bottom  # edges of display columns, and of rows from the bottom
        box = Window(
            int(x.min()) - 1, height - int(np.ceil(y.max())) - 1, int(np.ceil(x.max())) + 1, height - int(y.min()) + 1
        )
        boxes.append(box.clip(width, height))
    ways = tuple(chip.to_pixel for chip in chips)
    return FocalPlane(tuple(chip.index for chip in chips), width, height, placed, tuple(boxes), ways, warnings)


class _Warp:
    """Which pixel of a chip lies at each pixel of its box in the mosaic."""

    def __init__(self, tangent: Tangent, frame_height: int, box: Window, to_pixel: ToPixel) -> None:
        self._tangent, self._frame_height, self._box, self._to_pixel = tangent, frame_height, box, to_pixel

    @cached_property
    def _nodes(self) -> tuple[Floats, Floats]:
        columns = np.arange(0.0, self._box.width + _NODES, _NODES) + self._box.x0
        rows = np.arange(0.0, self._box.height + _NODES, _NODES) + self._box.y0
        x, y = np.meshgrid(columns + 1.0, self._frame_height - rows)
        sky = self._tangent.to_sky(x.ravel(), y.ravel())
        chip_x, chip_y = self._to_pixel(*sky)
        return np.asarray(chip_x).reshape(x.shape), np.asarray(chip_y).reshape(x.shape)

    def __call__(self, window: Window) -> tuple[Floats, Floats]:
        """FITS pixel coordinates in the chip, for each pixel of *window* (inside the box)."""
        row, down = np.divmod(np.arange(window.y0, window.y1) - self._box.y0, _NODES)
        column, right = np.divmod(np.arange(window.x0, window.x1) - self._box.x0, _NODES)
        fy, fx = (down / _NODES)[:, None], (right / _NODES)[None, :]
        x, y = (_bilinear(nodes, row, column, fy, fx) for nodes in self._nodes)
        return x, y


def _bilinear(nodes: Floats, row: NDArray[np.int64], column: NDArray[np.int64], fy: Floats, fx: Floats) -> Floats:
    lines = nodes[row] * (1.0 - fy) + nodes[row + 1] * fy
    return np.asarray(lines[:, column] * (1.0 - fx) + lines[:, column + 1] * fx)


class WarpedPlane(MosaicPlane):
    """Chips on a common tangent plane, nearest neighbour; where chips overlap the first of them is shown."""

    def __init__(self, width: int, height: int, pieces: tuple[Piece, ...], warps: Sequence[_Warp]) -> None:
        super().__init__(width, height, pieces)
        self._warps = warps

    def raster(self, window: Window) -> Raster:
        kept = self.full_storage
        out = np.full((window.height, window.width), kept.gap(), kept.stored)
        for piece, warp in reversed(list(zip(self.pieces, self._warps, strict=True))):
            part = piece.common(window)
            if not part.is_empty:
                target = out[part.y0 - window.y0 : part.y1 - window.y0, part.x0 - window.x0 : part.x1 - window.x0]
                self._gather(target, piece.plane, *warp(part), kept)
        return kept.raster(out)

    def _gather(self, target: NDArray[Any], plane: StoredPlane, x: Floats, y: Floats, kept: Storage) -> None:
        inside = (x >= 0.5) & (y >= 0.5) & (x < plane.width + 0.5) & (y < plane.height + 0.5)
        if not inside.any():
            return
        columns = np.floor(x[inside] + 0.5).astype(np.int64) - 1
        rows = plane.height - np.floor(y[inside] + 0.5).astype(np.int64)
        box = Window(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        numbers = as_stored(plane.raster(box), kept)
        target[inside] = numbers[rows - box.y0, columns - box.x0]

    def announce(self, window: Window) -> None:
        """Nothing: which pixels of a chip are needed is known only when they are gathered."""

    def sample_rows(self, rows: NDArray[np.int64], step: int) -> NDArray[np.float32]:
        out = np.empty((len(rows), -(-self.width // step)), np.float32)
        for index, row in enumerate(rows):
            line = self.raster(Window(0, int(row), self.width, int(row) + 1))
            out[index] = self.full_storage.to_float32(np.asarray(line.data)[0, ::step])
        return out
