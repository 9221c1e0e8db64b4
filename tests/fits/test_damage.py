"""Whatever is damaged gives an image or an error of ours, never another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from visiomatic.errors import VisiomaticError
from visiomatic.fits import cutout, open_dataset
from visiomatic.kernel import decode
from visiomatic.types import Window

Write = Callable[..., Path]

_ARRAY = np.random.default_rng(14).integers(0, 999, (40, 30))


def _kinds() -> dict[str, list[object]]:
    sky = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX2": 1.0, "CDELT2": 1e-3}
    chips = [fits.ImageHDU(_ARRAY.astype(np.int16)) for _ in range(2)]
    on_sky = [fits.ImageHDU(_ARRAY.astype(np.float32)) for _ in range(2)]
    for number in (0, 1):
        chips[number].header["DETSEC"] = f"[{number * 30 + 1}:{number * 30 + 30},1:40]"
        on_sky[number].header.update(sky | {"CRPIX1": -31.0 * number, "CDELT1": -1e-3})
    cube = fits.PrimaryHDU(np.stack([_ARRAY] * 3).astype(np.int16))
    cube.header.update({"CTYPE3": "FREQ", "CRVAL3": 1e9, "CDELT3": 1e6, "BLANK": 5})
    packed = {name: fits.CompImageHDU(_ARRAY.astype(np.int32), compression_type=name, tile_shape=(10, 30))
              for name in ("RICE_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1")}  # fmt: skip
    floats = fits.CompImageHDU(_ARRAY.astype(np.float32), quantize_level=16)
    return {
        "cube": [cube],
        "detector": [fits.PrimaryHDU(), *chips],
        "sky": [fits.PrimaryHDU(), *on_sky],
        "floats": [fits.PrimaryHDU(), floats],
        **{name: [fits.PrimaryHDU(), hdu] for name, hdu in packed.items()},
    }


def _damaged(content: bytes, random: np.random.Generator) -> bytes:
    """Cut it, change letters or numbers of a header, or bytes anywhere."""
    how, changed = random.integers(4), bytearray(content)
    if how == 0:
        return content[: random.integers(len(content))]
    starts = [at for at in range(0, len(content), 2880) if content[at : at + 8] in (b"SIMPLE  ", b"XTENSION")]
    for _ in range(random.choice([1, 3, 10])):
        place = int(random.choice(starts) + random.integers(2880)) if how < 3 else int(random.integers(len(content)))
        if how == 2:
            card = place // 80 * 80
            changed[card + 10 : card + 30] = b"%20d" % random.choice([0, -1, 1, 2, 3, 999, 2**31, 2**40, -5])
        else:
            changed[place] = random.choice(list(b"0123456789 -.TF'/=ABXYZ\0")) if how == 1 else random.integers(256)
    return bytes(changed)


def _look(path: Path, section: str) -> None:
    dataset = open_dataset(path, section)
    plane = dataset.plane(len(dataset.channels) - 1)
    decode(plane.raster(Window(0, 0, min(50, dataset.width), min(50, dataset.height))))
    dataset.values((0,), np.array([dataset.width]), np.array([dataset.height]))
    plane.sample_rows(np.array([0, dataset.height - 1]), max(1, dataset.width // 50))
    dataset.spectrum(1, 1)
    for _ in cutout(dataset, (1, 1, min(dataset.width, 9), min(dataset.height, 9)), [0]).blocks:
        pass


@pytest.mark.parametrize("kind", list(_kinds()))
def test_a_damaged_file_opens_or_is_refused_and_nothing_else(kind: str, write: Write, tmp_path: Path) -> None:
    content = write(*_kinds()[kind]).read_bytes()
    random = np.random.default_rng(len(kind))
    path = tmp_path / "damaged.fits"
    refused = 0
    for _ in range(60):
        path.write_bytes(_damaged(content, random))
        try:
            _look(path, str(random.choice(["", "", "1", "mosaic", "wcs", "2:20,-*"])))
        except VisiomaticError:
            refused += 1
    assert 0 < refused < 60
