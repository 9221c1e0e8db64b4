"""Which image and which of its resources a path of `api/v1` names.

Clients encode an image id as one segment; written with plain slashes it is understood too, read from the right.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote

DOCUMENTS = frozenset(
    {
        "header", "hdus", "channels", "statistics", "histogram", "values", "profile", "spectrum", "region-statistics",
        "wcs", "sky", "pixel", "events",
    }
)  # fmt: skip
GRIDS = frozenset({"tiles", "science"})  # followed by z/x/y.format
FRAMES = ("view.", "region.")
FORMATS = frozenset({"jpg", "png", "webp", "fits", "npy", "f32", "raw"})


class ImagePath(NamedTuple):
    """The id of an image, decoded, and the segments after it: (), ("header",), ("tiles", "3", "0", "1.jpg") …"""

    image_id: str
    resource: tuple[str, ...]


class PicturePath(NamedTuple):
    """A picture of an image: "tiles", "science", "view" or "region", its format, and the texts z, x, y of a tile."""

    image_id: str
    kind: str
    extension: str
    place: tuple[str, ...]


def picture_path(encoded: str) -> PicturePath | None:
    """The picture that a path names as in `split_image_path`; None when it names something else."""
    image_id, resource = split_image_path(encoded)
    if not resource:
        return None
    if resource[0] in GRIDS:
        _, z, x, last = resource
        y, _, extension = last.partition(".")
        return PicturePath(image_id, resource[0], extension, (z, x, y))
    kind, dot, extension = resource[0].partition(".")
    return PicturePath(image_id, kind, extension, ()) if dot else None


def split_image_path(encoded: str) -> ImagePath:
    """Read what follows ``images/`` in a path, as it was sent (percent-encoded)."""
    segments = encoded.split("/")
    count = _resource_length(segments)
    cut = len(segments) - count
    return ImagePath(unquote("/".join(segments[:cut])), tuple(segments[cut:]))


def _resource_length(segments: list[str]) -> int:
    """How many of the last segments name a resource; the id keeps one at least."""
    if len(segments) > 4 and segments[-4] in GRIDS and _has_format(segments[-1]):
        return 4
    if len(segments) > 2 and segments[-2:] == ["wcs", "grid"]:
        return 2
    if len(segments) > 1 and (
        segments[-1] in DOCUMENTS or (segments[-1].startswith(FRAMES) and _has_format(segments[-1]))
    ):
        return 1
    return 0


def _has_format(segment: str) -> bool:
    return segment.rpartition(".")[2] in FORMATS


def quoted(image_id: str) -> str:
    """The id as one segment of a path."""
    return quote(image_id, safe="")
