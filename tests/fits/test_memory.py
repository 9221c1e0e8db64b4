"""Reading any kind of file takes little memory of the process's own."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

Write = Callable[..., Path]

_LIMIT_KB = 220_000
_LOOK = """
import sys
import numpy as np
from visiomatic.fits import cutout, open_dataset
from visiomatic.kernel import decode
from visiomatic.types import Window

def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssAnon")))

most = 0
dataset = open_dataset(sys.argv[1])
plane = dataset.plane(len(dataset.channels) - 1)
for y in range(0, plane.height - 512, 512):
    for x in range(0, plane.width - 512, 512):
        decode(plane.raster(Window(x, y, x + 512, y + 512)))
        most = max(most, anonymous())
plane.sample_rows(np.arange(0, plane.height, 3), 2)
for block in cutout(dataset, (1, 1, dataset.width, dataset.height)).blocks:
    most = max(most, anonymous())
print(max(most, anonymous()))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", ["plain", "gzip", "rice", "one tile", "mosaic"])
def test_a_look_at_every_part_of_an_image_stays_within_the_limit(kind: str, write: Write, tmp_path: Path) -> None:
    array = np.random.default_rng(1).integers(0, 99, (5000, 5000)).astype(np.float32)
    if kind == "rice":
        path = write(fits.PrimaryHDU(), fits.CompImageHDU(array, tile_shape=(250, 250)))
    elif kind == "one tile":
        small = array[:3000, :3000].astype(np.int32)
        path = write(fits.PrimaryHDU(), fits.CompImageHDU(small, compression_type="RICE_1", tile_shape=(3000, 3000)))
    elif kind == "mosaic":
        chips = [fits.ImageHDU(array[:, 1250 * n : 1250 * n + 1250]) for n in range(4)]
        for number, chip in enumerate(chips):
            chip.header["DETSEC"] = f"[{1300 * number + 1}:{1300 * number + 1250},1:5000]"
        path = write(fits.PrimaryHDU(), *chips)
    else:
        path = write(array)
    if kind == "gzip":
        packed = tmp_path / "packed.fits"
        packed.write_bytes(gzip.compress(path.read_bytes(), 1))
        path = packed
    done = subprocess.run([sys.executable, "-c", _LOOK, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < _LIMIT_KB
