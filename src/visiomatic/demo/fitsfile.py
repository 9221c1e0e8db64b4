"""The FITS file of the simulated field: its header, and its planes written in bands of rows."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 2880
CHANNELS = 3
SIMULATION = 1  # raised when the simulation changes, so that files of an older one are made anew
SCALE = 0.2  # arcsec per pixel at the centre
ROTATION = 7.0  # degrees, north through east

Value = bool | int | float | str


def header_cards(size: int, seed: int) -> list[tuple[str, Value, str]]:
    """The header, in order: a tangential projection with SIP distortion, and a linear wavelength axis."""
    angle = math.radians(ROTATION)
    scale = SCALE / 3600.0
    centre = (size + 1) / 2
    # The distortion grows to a few pixels in the corners, whatever the size.
    cubic, square = 3.0 / centre**3, 1.5 / centre**2
    return [
        ("SIMPLE", True, "FITS standard"),
        ("BITPIX", -32, "IEEE float"),
        ("NAXIS", 3, "columns, rows, bands"),
        ("NAXIS1", size, ""),
        ("NAXIS2", size, ""),
        ("NAXIS3", CHANNELS, ""),
        ("OBJECT", "Simulated field", "nothing here exists"),
        ("ORIGIN", "visiomatic demo", ""),
        ("SEED", seed, "of the random numbers"),
        ("SIMVERS", SIMULATION, "version of the simulation"),
        ("BUNIT", "adu", ""),
        ("WCSAXES", 3, ""),
        ("CTYPE1", "RA---TAN-SIP", ""),
        ("CTYPE2", "DEC--TAN-SIP", ""),
        ("CTYPE3", "WAVE", "one band each: B, V, R"),
        ("CUNIT1", "deg", ""),
        ("CUNIT2", "deg", ""),
        ("CUNIT3", "m", ""),
        ("CRPIX1", centre, ""),
        ("CRPIX2", centre, ""),
        ("CRPIX3", 1.0, ""),
        ("CRVAL1", 52.25, ""),
        ("CRVAL2", 31.35, ""),
        ("CRVAL3", 440e-9, ""),
        ("CD1_1", -scale * math.cos(angle), ""),
        ("CD1_2", scale * math.sin(angle), ""),
        ("CD2_1", scale * math.sin(angle), ""),
        ("CD2_2", scale * math.cos(angle), ""),
        ("CD3_3", 110e-9, ""),
        ("RADESYS", "ICRS", ""),
        ("A_ORDER", 3, "SIP distortion"),
        ("A_2_0", square, ""),
        ("A_1_1", -0.6 * square, ""),
        ("A_3_0", cubic, ""),
        ("A_1_2", cubic, ""),
        ("B_ORDER", 3, ""),
        ("B_0_2", -0.8 * square, ""),
        ("B_2_0", 0.4 * square, ""),
        ("B_2_1", cubic, ""),
        ("B_0_3", cubic, ""),
        ("DATE-OBS", "2026-01-01T00:00:00", ""),
        ("EXPTIME", 1800.0, "[s]"),
    ]


def header_bytes(size: int, seed: int) -> bytes:
    """The header as it stands in the file, padded to whole blocks."""
    text = "".join(_card(*card) for card in header_cards(size, seed)) + "END".ljust(80)
    return text.ljust(math.ceil(len(text) / BLOCK) * BLOCK).encode("ascii")


def _card(keyword: str, value: Value, comment: str) -> str:
    if isinstance(value, bool):
        shown = ("T" if value else "F").rjust(20)
    elif isinstance(value, str):
        shown = f"'{value:<8}'".ljust(20)
    else:
        shown = (f"{value:.13G}" if isinstance(value, float) else str(value)).rjust(20)
    return f"{keyword:<8}= {shown}{' / ' + comment if comment else ''}".ljust(80)


def is_same_field(path: Path, size: int, seed: int) -> bool:
    """Whether *path* is already the complete field that `header_bytes` of these values announces."""
    header = header_bytes(size, seed)
    try:
        with path.open("rb") as file:
            return file.read(len(header)) == header and path.stat().st_size == _file_bytes(size, len(header))
    except OSError:
        return False


def _file_bytes(size: int, header: int) -> int:
    return header + math.ceil(4 * CHANNELS * size * size / BLOCK) * BLOCK


class FieldWriter:
    """A cube under construction: bands of rows go to their place in each plane."""

    def __init__(self, descriptor: int, size: int, seed: int) -> None:
        header = header_bytes(size, seed)
        self._descriptor = descriptor
        self._size = size
        self._start = len(header)
        os.truncate(descriptor, _file_bytes(size, len(header)))
        os.pwrite(descriptor, header, 0)

    def write(self, first_row: int, rows: NDArray[np.float32]) -> None:
        """Store *rows*, shape (bands, rows, columns), from FITS row *first_row* (0-based) upwards."""
        for channel, plane in enumerate(rows):
            offset = self._start + 4 * self._size * (channel * self._size + first_row)
            data = memoryview(plane.astype(">f4").tobytes())
            while data:
                written = os.pwrite(self._descriptor, data, offset)
                data, offset = data[written:], offset + written


@contextmanager
def new_field(path: Path, size: int, seed: int) -> Iterator[FieldWriter]:
    """A writer of a file that appears at *path* only when all of it was written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        yield FieldWriter(descriptor, size, seed)
        part.replace(path)
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):
            part.unlink()
