"""From a path to a dataset: which HDU, or which HDUs together, are the image."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

from visiomatic.errors import NotAnImage, NotFound
from visiomatic.fits.cards import Header
from visiomatic.fits.chips import chips_in_section, describe_chips, mosaic_cards, mosaic_planes
from visiomatic.fits.compressed import CompressedImage, CompressedPlane
from visiomatic.fits.dataset import FitsDataset, lazily
from visiomatic.fits.detector import Placed, detector_layout
from visiomatic.fits.focal import focal_plane
from visiomatic.fits.hdu import Hdu, looks_like_fits_start, walk
from visiomatic.fits.headers import Move, image_cards, inherited, moved
from visiomatic.fits.labels import channels_of
from visiomatic.fits.mosaic import SectionPlane, StoredPlane
from visiomatic.fits.plane import MappedPlane
from visiomatic.fits.resources import Resources
from visiomatic.fits.roles import role_of
from visiomatic.fits.sections import Range, Selection, parse_ranges, parse_section
from visiomatic.fits.source import Source, start_of
from visiomatic.fits.storage import storage_of
from visiomatic.types import Card, Chip, HduInfo

Planes = Callable[[int], StoredPlane]

_MOST_CHANNELS = 2**18
_LONGEST_SIDE = 2**28


def looks_like_fits(path: str | os.PathLike[str]) -> bool:
    """Is there FITS in the first bytes of the file (unpacked when it is packed), or a list of channels (TOML)?"""
    if os.fspath(path).lower().endswith(".toml"):
        return b"[[channel]]" in start_of(path, 4096)
    return looks_like_fits_start(start_of(path, 80))


def open_dataset(
    path: str | os.PathLike[str], section: str = "", *, name: str = "", resources: Resources | None = None
) -> FitsDataset:
    """Open the image in the file at *path*, or what *section* (the text in brackets, ``"SCI,2"``) asks for.

    Reads headers only, except that a file compressed as a whole is unpacked to the scratch disk. *name* is shown in
    messages instead of the file's own name. Raises `ImageNotFound` (no such file), `NotAnImage` (the reason),
    `NotFound` (no such HDU or section) and `LimitExceeded` (unpacks to more than allowed).
    """
    resources = resources or Resources()
    shown = name or Path(path).name
    if os.fspath(path).lower().endswith(".toml"):
        from visiomatic.fits.lists import open_list

        return open_list(Path(path), section, name=shown, resources=resources)
    source = Source(path, shown, resources)
    hdus, warnings = walk(source.read, source.size, shown)
    file = _File(source, hdus, resources, shown)
    return file.dataset(parse_section(section), section, (*source.warnings, *warnings))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is shown before a section is cut out of it."""

    shape: tuple[int, ...]
    planes: Planes
    cards: tuple[Card, ...]
    shown: tuple[Hdu, ...]
    chips: tuple[Chip, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    source: Source
    hdus: tuple[Hdu, ...]
    resources: Resources
    name: str

    def dataset(self, selection: Selection, section: str, warnings: tuple[str, ...]) -> FitsDataset:
        frame = self._frame(selection)
        first = frame.shown[0]
        channels = channels_of(Header(frame.cards), frame.shape, first.name if len(frame.shown) == 1 else "")
        if selection.ranges:
            frame, kept = _cut(frame, parse_ranges(selection.ranges, frame.shape))
            channels = tuple(replace(channels[old], index=new) for new, old in enumerate(kept))
        plane = frame.planes(0)
        header = Header(frame.cards)
        return FitsDataset(
            name=f"{self.name}[{section.strip('[]')}]" if section and not self.name.endswith("]") else self.name,
            width=frame.shape[0],
            height=frame.shape[1],
            dtype=plane.dtype,
            bitpix=first.bitpix,
            channels=channels,
            hdus=tuple(self._info(hdu, frame.shown) for hdu in self.hdus),
            cards=frame.cards,
            hdu_cards=tuple((hdu.index, image_cards(hdu)) for hdu in frame.shown),
            object_name=header.first_text("OBJECT", "TARGNAME", "OBJNAME", "TARGET", "FIELD")
            or self.hdus[0].header.first_text("OBJECT", "TARGNAME", "OBJNAME"),
            planes=lazily(frame.planes),
            sources=(self.source,),
            chips=frame.chips,
            warnings=(*warnings, *frame.warnings, *self._cut_warnings(frame.shown)),
        )

    def _frame(self, selection: Selection) -> _Frame:
        if not selection.has_hdu:
            return self._chosen()
        if selection.name in ("mosaic", "wcs") and not self._named(selection):
            return self._asked_mosaic(selection.name)
        return self._single(self._selected(selection))

    def _chosen(self) -> _Frame:
        """What opens when nothing is asked for: a mosaic, or the first science image."""
        images = [hdu for hdu in self.hdus if hdu.is_image]
        if not images:
            raise NotAnImage(f"{self.name} {_why_no_image(self.hdus)}")
        science = _science(images)
        placed, warnings = detector_layout(science)
        if placed:
            return self._detector_mosaic(placed, warnings)
        if len(science) > 1 and not any("DETSEC" in hdu.header for hdu in science):
            frame = self._sky_mosaic(science, asked=False)
            if frame:
                return frame
        return self._single((science or images)[0])

    def _asked_mosaic(self, kind: str) -> _Frame:
        images = _science([hdu for hdu in self.hdus if hdu.is_image])
        placed, warnings = detector_layout(images) if kind == "mosaic" else ((), ())
        if placed:
            return self._detector_mosaic(placed, warnings)
        frame = self._sky_mosaic(images, asked=True) if len(images) > 1 else None
        if frame is None:
            raise NotAnImage(f"{self.name} holds no extensions that can be assembled to one image [{kind}]")
        return frame

    def _named(self, selection: Selection) -> list[Hdu]:
        wanted = (selection.name or "").upper()
        named = [hdu for hdu in self.hdus if hdu.name.upper() == wanted]
        return [hdu for hdu in named if selection.version in (None, hdu.version)]

    def _selected(self, selection: Selection) -> Hdu:
        if selection.number is not None:
            if selection.number >= len(self.hdus):
                raise NotFound(f"{self.name} has no HDU [{selection.number}]; {self._what_exists()}")
            hdu = self.hdus[selection.number]
        else:
            named = self._named(selection)
            if not named:
                version = f",{selection.version}" if selection.version is not None else ""
                raise NotFound(f"{self.name} has no HDU [{selection.name}{version}]; {self._what_exists()}")
            hdu = next((hdu for hdu in named if hdu.is_image), named[0])
        if not hdu.is_image:
            raise NotAnImage(f"{self.name}: HDU {hdu.index} is {_describe(hdu)}, not an image; {self._what_exists()}")
        return hdu

    def _what_exists(self) -> str:
        images = [f"[{hdu.index}] {hdu.name}".strip() for hdu in self.hdus if hdu.is_image]
        more = f" and {len(images) - 20} more" if len(images) > 20 else ""
        return f"its images are {', '.join(images[:20])}{more}" if images else "it holds no image"

    def _single(self, hdu: Hdu) -> _Frame:
        planes = planes_of(self.source, hdu, self.resources)
        if prod(hdu.shape[2:]) > _MOST_CHANNELS:
            raise NotAnImage(f"{self.name}: HDU {hdu.index} has more than {_MOST_CHANNELS} planes")
        if max(hdu.shape[:2]) > _LONGEST_SIDE:
            raise NotAnImage(f"{self.name}: HDU {hdu.index} has a side of more than {_LONGEST_SIDE} pixels")
        if hdu.kind == "image" and hdu.is_cut and not hdu.present // (abs(hdu.bitpix) // 8 * hdu.shape[0]):
            where = f"at byte {self.source.size} of {hdu.data + hdu.size}"
            raise NotAnImage(f"{self.name} is cut before the first row of pixels of HDU {hdu.index}, {where}")
        return _Frame(hdu.shape, planes, self._cards(hdu), (hdu,))

    def _cards(self, hdu: Hdu) -> tuple[Card, ...]:
        return inherited(image_cards(hdu), self.hdus[0] if hdu.index else None)

    def _detector_mosaic(self, placed: tuple[Placed, ...], warnings: tuple[str, ...]) -> _Frame:
        assembled = mosaic_planes(placed, [planes_of(self.source, chip.hdu, self.resources) for chip in placed])
        plane = assembled(0)
        shape = (plane.width, plane.height, *placed[0].hdu.shape[2:])
        cards = mosaic_cards(placed[0], self._cards(placed[0].hdu), shape)
        chips = describe_chips(placed, [self._cards(chip.hdu) for chip in placed])
        return _Frame(shape, assembled, cards, tuple(chip.hdu for chip in placed), chips, warnings)

    def _sky_mosaic(self, hdus: Sequence[Hdu], *, asked: bool) -> _Frame | None:
        cards = [self._cards(hdu) for hdu in hdus]
        focal = focal_plane(hdus, cards, asked=asked)
        if focal is None:
            return None
        chosen = [hdus[index] for index in focal.indices]
        planes = focal.planes([planes_of(self.source, hdu, self.resources) for hdu in chosen])
        shape = (focal.width, focal.height, *chosen[0].shape[2:])
        return _Frame(shape, planes, focal.cards(cards[focal.indices[0]], shape), tuple(chosen), (), focal.warnings)

    def _cut_warnings(self, shown: Sequence[Hdu]) -> list[str]:
        found = []
        for hdu in self.hdus:
            if hdu.is_cut and hdu.is_image:
                where = f"at byte {self.source.size} of {hdu.data + hdu.size}"
                missing = "; the missing pixels have no data" if hdu in shown else ""
                found.append(f"HDU {hdu.index} is cut in its data {where}{missing}")
        return found

    def _info(self, hdu: Hdu, shown: Sequence[Hdu]) -> HduInfo:
        is_table = hdu.kind in ("table", "ascii table")
        table = (hdu.header.integer("NAXIS2", 0) or 0, hdu.header.integer("TFIELDS", 0) or 0)
        return HduInfo(
            index=hdu.index,
            kind=hdu.kind,
            name=hdu.name,
            version=hdu.version,
            shape=table if is_table else hdu.shape,
            dtype=storage_of(hdu.header, hdu.bitpix).physical.name if hdu.is_image else "",
            unit=hdu.header.text("BUNIT"),
            role=role_of(hdu),
            selector=f"[{hdu.index}]" if hdu.is_image else "",
            shown=any(hdu is other for other in shown),
        )


def planes_of(source: Source, hdu: Hdu, resources: Resources) -> Planes:
    """The planes of one image HDU, by channel (0-based; axis 3 runs fastest)."""
    if hdu.kind == "compressed image":
        image = CompressedImage(source, hdu, resources)
        return lambda channel: CompressedPlane(image, _place(channel, hdu.shape[2:]))
    storage = storage_of(hdu.header, hdu.bitpix)
    width, height = hdu.shape[:2]
    row = width * storage.stored.itemsize

    def mapped(channel: int) -> MappedPlane:
        start = channel * row * height
        rows = min(height, max(0, (hdu.present - start) // row))
        return MappedPlane(source, hdu.data + start, width, height, storage, rows)

    return mapped


def _place(channel: int, axes: tuple[int, ...]) -> tuple[int, ...]:
    place = []
    for length in axes:
        channel, position = divmod(channel, length)
        place.append(position)
    return tuple(place)


def _science(images: Sequence[Hdu]) -> list[Hdu]:
    """The images that are science, or say nothing of themselves; all when there is no such image."""
    named = [hdu for hdu in images if role_of(hdu) == "science"]
    unnamed = [hdu for hdu in images if not role_of(hdu)]
    if images and images[0].index == 0 and not role_of(images[0]):
        return [hdu for hdu in images if hdu in named or hdu in unnamed]
    return named or unnamed or list(images)


def _cut(frame: _Frame, ranges: tuple[Range, ...]) -> tuple[_Frame, list[int]]:
    """A section of *frame*, and the channels that it keeps."""
    columns, rows = ranges[:2]
    kept = _kept_channels(ranges[2:], frame.shape[2:])
    moves = {
        axis: Move(wanted.sign / wanted.step, 1 - wanted.sign * wanted.first / wanted.step)
        for axis, wanted in enumerate(ranges, 1)
        if not wanted.is_whole(frame.shape[axis - 1])
    }
    shape = tuple(wanted.length for wanted in ranges)
    height, whole = frame.shape[1], frame.planes

    def cut_plane(channel: int) -> StoredPlane:
        return SectionPlane(whole(kept[channel]), columns, rows)

    chips = chips_in_section(frame.chips, columns, rows, height)
    return _Frame(shape, cut_plane, moved(frame.cards, moves, shape), frame.shown, chips, frame.warnings), kept


def _kept_channels(ranges: tuple[Range, ...], axes: tuple[int, ...]) -> list[int]:
    kept, stride = [0], 1
    for wanted, length in zip(ranges, axes, strict=True):
        places = [wanted.first - 1 + wanted.sign * wanted.step * index for index in range(wanted.length)]
        kept = [channel + stride * place for place in places for channel in kept]
        stride *= length
    return kept


def _why_no_image(hdus: Sequence[Hdu]) -> str:
    if any(hdu.kind == "random groups" for hdu in hdus):
        return "holds random groups (visibilities), no image"
    lines = [hdu for hdu in hdus if hdu.kind in ("image", "compressed image")]
    if lines:
        return f"holds no image: its data are one-dimensional ({prod(lines[0].shape)} values)"
    tables = [hdu for hdu in hdus if hdu.kind in ("table", "ascii table")]
    if tables:
        more = f" and {len(tables) - 1} more" if len(tables) > 1 else ""
        return f"holds no image: only {_describe(tables[0])}{more}"
    return "holds no image: none of its HDUs has data"


def _describe(hdu: Hdu) -> str:
    if hdu.kind in ("table", "ascii table"):
        name = f" '{hdu.name}'" if hdu.name else ""
        columns = hdu.header.integer("TFIELDS", 0)
        return f"a table{name} of {hdu.header.integer('NAXIS2', 0)} rows and {columns} columns"
    if hdu.kind == "image":
        return "one-dimensional"
    return {"empty": "empty", "random groups": "random groups"}.get(hdu.kind, "of an unknown kind")
