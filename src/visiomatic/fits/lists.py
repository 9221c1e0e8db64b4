"""Several files as the channels of one image, given one by one or in a small TOML file.

    name = "M 31"                # optional

    [[channel]]
    file = "m31_r.fits[1]"       # beside or below the TOML file; HDU and section as usual
    label = "r"                  # optional: the filter, else the file's name
    color = "#ff0000"            # optional: its colour in the mix

A file with several channels brings all of them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from visiomatic.errors import ImageNotFound, NotAnImage, NotFound
from visiomatic.fits.dataset import FitsDataset
from visiomatic.fits.mosaic import StoredPlane
from visiomatic.fits.open import open_dataset
from visiomatic.fits.resources import Resources
from visiomatic.fits.sections import split_section
from visiomatic.fits.source import Source
from visiomatic.types import Channel

_MAX_LIST_BYTES = 2**20
_MAX_OFFSET = 1.0  # pixels between the grids of two images of the same shape


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    section: str
    label: str = ""
    color: str = ""


def open_channels(
    paths: Sequence[str | os.PathLike[str]], *, name: str = "", resources: Resources | None = None
) -> FitsDataset:
    """The files at *paths* (each perhaps with ``[section]``) as the channels of one image.

    Raises `NotAnImage` unless they share one pixel grid.
    """
    entries = []
    for given in (os.fspath(path) for path in paths):
        path, section = (given, "") if os.path.exists(given) else split_section(given)
        entries.append(_Entry(Path(path), section))
    shown = name or " + ".join(entry.path.name for entry in entries[:4])
    return _combined(entries, shown, resources or Resources())


def open_list(path: Path, section: str, *, name: str, resources: Resources) -> FitsDataset:
    """The channels that a TOML file lists; a change of the list itself is noticed, too."""
    if section:
        raise NotFound(f"{name} is a list of channels, it has no [{section}]")
    source = Source(path, name, resources)
    if source.size > _MAX_LIST_BYTES:
        raise NotAnImage(f"{name} is too large for a list of channels")
    try:
        content = tomllib.loads(source.read(0, source.size).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotAnImage(f"{name} is not a TOML file: {error}") from error
    tables = content.get("channel")
    if not isinstance(tables, list) or not tables:
        raise NotAnImage(f"{name} lists no [[channel]]")
    entries = [_entry(path, table, number, name) for number, table in enumerate(tables, 1)]
    dataset = _combined(entries, name, resources)
    dataset.sources = (source, *dataset.sources)
    dataset.object_name = str(content.get("name", "")) or dataset.object_name
    return dataset


def _entry(listing: Path, table: Any, number: int, name: str) -> _Entry:
    if not isinstance(table, dict) or not isinstance(table.get("file"), str):
        raise NotAnImage(f'{name}: [[channel]] {number} has no file = "…"')
    unknown = set(table) - {"file", "label", "color"}
    if unknown or not all(isinstance(value, str) for value in table.values()):
        raise NotAnImage(f"{name}: [[channel]] {number} may hold file, label and color, as text")
    color = table.get("color", "")
    if color and not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        raise NotAnImage(f'{name}: [[channel]] {number}: a color is written "#rrggbb", not "{color}"')
    folder = listing.resolve().parent
    whole = (folder / table["file"]).resolve()
    file, section = (whole, "") if whole.exists() else _split(folder, table["file"])
    if not file.is_relative_to(folder):
        raise ImageNotFound(f"{name}: [[channel]] {number}: {table['file']} is not beside or below the list")
    return _Entry(file, section, table.get("label", ""), color.lower())


def _split(folder: Path, text: str) -> tuple[Path, str]:
    path, section = split_section(text)
    return (folder / path).resolve(), section


def _combined(entries: Sequence[_Entry], name: str, resources: Resources) -> FitsDataset:
    if not entries:
        raise NotAnImage("no file is given")
    datasets = [open_dataset(entry.path, entry.section, resources=resources) for entry in entries]
    first = datasets[0]
    for other in datasets[1:]:
        _check_grid(first, other)
    channels = _channels(entries, datasets)
    planes = [partial(dataset.plane, index) for dataset in datasets for index in range(len(dataset.channels))]

    def plane(channel: int) -> StoredPlane:
        return planes[channel]()

    return replace(
        first,
        name=name,
        dtype=np.result_type(*(dataset.dtype for dataset in datasets)),
        channels=channels,
        hdu_cards=tuple(own for dataset in datasets for own in dataset.hdu_cards),
        planes=plane,
        sources=tuple(source for dataset in datasets for source in dataset.sources),
        warnings=tuple(f"{dataset.name}: {text}" for dataset in datasets for text in dataset.warnings),
    )


def _channels(entries: Sequence[_Entry], datasets: Sequence[FitsDataset]) -> tuple[Channel, ...]:
    filters = [dataset.channels[0].filter for dataset in datasets]
    telling = all(filters) and len(set(filters)) == len(filters)
    stems = _distinct_stems([entry.path.name for entry in entries])
    channels: list[Channel] = []
    for entry, dataset, stem in zip(entries, datasets, stems, strict=True):
        name = entry.label or (dataset.channels[0].filter if telling else stem)
        for channel in dataset.channels:
            label = name if len(dataset.channels) == 1 else f"{name} {channel.label}"
            channels.append(replace(channel, index=len(channels), label=label, color=entry.color))
    return tuple(channels)


def _distinct_stems(names: Sequence[str]) -> list[str]:
    """File names without their endings, and without what is common to the beginning of all."""
    stems = [re.sub(r"(\.(fits?|fts|fz|gz|bz2|xz|z))+$", "", name, flags=re.IGNORECASE) for name in names]
    if len(set(stems)) < len(stems):
        return [f"{stem} {number}" for number, stem in enumerate(stems, 1)]
    shared = next((i for i, letters in enumerate(zip(*stems, strict=False)) if len(set(letters)) > 1), 0)
    common = re.sub(r"[A-Za-z0-9]*$", "", stems[0][:shared]) if len(stems) > 1 else ""
    return [stem.removeprefix(common) or stem for stem in stems]


def _check_grid(first: FitsDataset, other: FitsDataset) -> None:
    cannot = "images on different pixel grids cannot be combined yet"
    if (first.width, first.height) != (other.width, other.height):
        raise NotAnImage(
            f"{first.name} has {first.width} × {first.height} pixels, "
            f"{other.name} {other.width} × {other.height}: {cannot}"
        )
    offset = _offset(first, other)
    if offset > _MAX_OFFSET:
        far = f"up to {offset:.1f} pixels apart on the sky" if np.isfinite(offset) else "elsewhere on the sky"
        raise NotAnImage(f"the pixels of {first.name} and {other.name} are {far}: {cannot}")


def _offset(first: FitsDataset, other: FitsDataset) -> float:
    """How far the same sky positions lie apart in the two images, in pixels; 0 when one has no coordinates."""
    from visiomatic.fits.wcs import sky_of

    skies = [sky_of(dataset.cards, dataset.width, dataset.height) for dataset in (first, other)]
    one, two = skies
    if one is None or two is None or first.cards == other.cards:
        return 0.0
    x = 1 + (first.width - 1) * np.array([0, 1, 0, 1, 0.5])
    y = 1 + (first.height - 1) * np.array([0, 0, 1, 1, 0.5])
    seen = two.pixel_to_sky(x, y, "icrs")
    back_x, back_y = one.sky_to_pixel(*seen, "icrs")
    own_x, own_y = one.sky_to_pixel(*one.pixel_to_sky(x, y, "icrs"), "icrs")
    known = np.isfinite(own_x) & np.isfinite(own_y)
    distance = np.hypot(back_x - own_x, back_y - own_y)[known]
    return float(np.max(np.where(np.isfinite(distance), distance, np.inf), initial=0.0))
