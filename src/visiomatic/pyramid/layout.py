"""How the overviews of one plane lie in files: a Zarr v3 group whose arrays can be mapped.

Each level r ≥ 2 is one array of little-endian float32 in one file, rows from the top (FITS row NAXIS2) down, without
compression. Large levels are one shard of row bands: the bands follow each other like a plain raster, and the index
of the shard stands behind them, so that the file is both a raster to map and chunks for any reader of Zarr.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from visiomatic.pyramid.grid import level_count, level_size

FORMAT = 1  # raised when older overviews must not be used any more
FIRST_LEVEL = 2  # level 1 is cheaper to compute than to keep
COMPUTED_LEVEL = 3  # tiles up to here are computed from full resolution while there are no overviews
COMPUTED_LEVEL_DECODED = 2  # the same where pixels must be decompressed or assembled
ITEMSIZE = 4
_COARSEST_SIDE = 256
_BAND_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class OverviewKey:
    """Which overviews: one channel of one version of one image."""

    path: str  # real path of the file (of the first one, or of the list, for several)
    section: str  # HDU and section as opened, "" for the default one
    version: str  # FileVersion.token, or a digest of those of several files
    channel: int = 0


def source_digest(path: str, section: str = "") -> str:
    """What stands for an image in the names of the cache, whatever characters its own name has."""
    return hashlib.blake2b(f"{path}\0{section}".encode(errors="surrogateescape"), digest_size=8).hexdigest()


def readable_name(path: str) -> str:
    """What tells a person in the cache directory which image it is."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", os.path.basename(path))[:40]


@dataclass(frozen=True)
class LevelLayout:
    """One level's file: *bands* bands of *band_rows* rows, the last one padded."""

    level: int
    width: int
    height: int

    @cached_property
    def bands(self) -> int:
        return -(-self.height // max(1, _BAND_BYTES // self.row_bytes))

    @cached_property
    def band_rows(self) -> int:
        return -(-self.height // self.bands)

    @property
    def row_bytes(self) -> int:
        return self.width * ITEMSIZE

    @property
    def data_bytes(self) -> int:
        return self.bands * self.band_rows * self.row_bytes

    @property
    def file_bytes(self) -> int:
        return self.data_bytes + len(self.index())

    @property
    def file_name(self) -> str:
        return f"{self.level}/c/0/0"

    def index(self) -> bytes:
        """Where each band lies in the shard: offset and length as little-endian uint64; empty without a shard."""
        if self.bands == 1:
            return b""
        band = self.band_rows * self.row_bytes
        offsets = np.arange(self.bands, dtype="<u8") * band
        return np.stack((offsets, np.full(self.bands, band, "<u8")), axis=1).astype("<u8").tobytes()

    def metadata(self) -> dict[str, Any]:
        """The ``zarr.json`` of this array."""
        plain = {"name": "bytes", "configuration": {"endian": "little"}}
        shard = {
            "name": "sharding_indexed",
            "configuration": {
                "chunk_shape": [self.band_rows, self.width],
                "codecs": [plain],
                "index_codecs": [plain],
                "index_location": "end",
            },
        }
        return {
            "zarr_format": 3,
            "node_type": "array",
            "shape": [self.height, self.width],
            "data_type": "float32",
            "chunk_grid": {
                "name": "regular",
                "configuration": {"chunk_shape": [self.bands * self.band_rows, self.width]},
            },
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": "NaN",
            "codecs": [plain if self.bands == 1 else shard],
            "dimension_names": ["y", "x"],
            "attributes": {"level": self.level, "scale": 2**self.level},
        }


@dataclass(frozen=True)
class Layout:
    """The levels that are kept of a plane of *width* × *height* pixels: from *first* to the one that fits in a tile."""

    width: int
    height: int
    first: int = FIRST_LEVEL

    @cached_property
    def levels(self) -> range:
        return range(self.first, level_count(self.width, self.height, _COARSEST_SIDE))

    def level(self, level: int) -> LevelLayout:
        return LevelLayout(level, *level_size(self.width, self.height, level))

    def all(self) -> list[LevelLayout]:
        return [self.level(level) for level in self.levels]

    @cached_property
    def total_bytes(self) -> int:
        return sum(level.file_bytes for level in self.all())

    def stamp(self, key: OverviewKey, checksums: dict[int, int]) -> dict[str, Any]:
        """The ``zarr.json`` of the group: what these overviews are of, written last."""
        return {
            "zarr_format": 3,
            "node_type": "group",
            "attributes": {
                "visiomatic": {
                    "format": FORMAT,
                    "source": key.path,
                    "section": key.section,
                    "version": key.version,
                    "channel": key.channel + 1,
                    "width": self.width,
                    "height": self.height,
                    "first_level": self.first,
                    "rows": "from the top: row 0 is FITS row NAXIS2",
                    "crc32": {str(level): checksum for level, checksum in checksums.items()},
                }
            },
        }


def json_bytes(value: object) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"
