"""Files that shrink while they are mapped: an error for one request, never the end of the process."""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from visiomatic.errors import SourceChanged
from visiomatic.kernel import (
    ChannelTone,
    Raster,
    Tone,
    blank_mask,
    curve_table,
    decode,
    decode_exact,
    lupton,
    mix,
    prefetch,
    rebin,
    render_colors,
    render_grey,
    tone_table,
)

SIDE = 512
TABLE, CURVE = tone_table(np.sqrt), curve_table(np.sqrt)
TONE = Tone(0, 1, 0, TABLE)
COLORS = np.zeros((256, 3), np.uint8)

READERS: dict[str, Callable[[Raster], object]] = {
    "decode": decode,
    "decode to float64": lambda r: decode(r, np.float64),
    "decode_exact": decode_exact,
    "blank_mask": lambda r: blank_mask(r._replace(code=">i4", blank=5)),
    "rebin 2": lambda r: rebin(r, 2),
    "rebin 4": lambda r: rebin(r, 4),
    "rebin scaled": lambda r: rebin(r._replace(scale=2.0), 2),
    "render_grey": lambda r: render_grey(r, TONE),
    "render_grey of integers": lambda r: render_grey(r._replace(code=">i4"), TONE),
    "render_colors": lambda r: render_colors(r, TONE, COLORS, (0, 0, 0, 0), True),
    "mix": lambda r: mix(
        [r, r], [ChannelTone(0, 1, 0, CURVE)] * 2, np.ones((2, 3)), TABLE, clip=True, nan=(1, 1, 1, 1)
    ),
    "mix of integers": lambda r: mix([r._replace(code=">i4")], [ChannelTone(0, 1)], np.ones((1, 3)), TABLE, clip=False),
    "lupton": lambda r: lupton([r], [0], [1], np.ones((1, 3)), 8, 1, TABLE),
}


class MappedFile:
    """A file of SIDE × SIDE float32 pixels under a private map, as images are opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        np.ones((SIDE, SIDE), ">f4").tofile(path)
        with path.open("rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        self.raster = Raster(self.map, 0, 4 * SIDE, SIDE, SIDE, ">f4")

    def truncate(self, size: int) -> None:
        os.truncate(self.path, size)


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[MappedFile]:
    file = MappedFile(tmp_path / "image.raw")
    yield file
    file.map.close()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("left", [0, 100, 4 * SIDE * SIDE // 2])
def test_a_file_that_was_cut_gives_an_error(mapped: MappedFile, name: str, left: int) -> None:
    READERS[name](mapped.raster)
    mapped.truncate(left)
    for _ in range(3):
        with pytest.raises(SourceChanged):
            READERS[name](mapped.raster)
    prefetch(mapped.raster)


def test_what_is_left_of_a_cut_file_can_still_be_read(mapped: MappedFile) -> None:
    mapped.truncate(4 * SIDE * SIDE // 2)
    assert decode(mapped.raster._replace(height=SIDE // 2)).all()
    assert decode(Raster.from_array(np.ones((3, 3)))).all()


def test_a_cut_within_the_last_page_is_for_the_source_to_notice(mapped: MappedFile) -> None:
    """The system fills the page with zeros and raises nothing."""
    size = 4 * SIDE * SIDE
    mapped.truncate(size - 8)

    def verify() -> None:
        if mapped.path.stat().st_size < size:
            raise SourceChanged("image.raw is shorter than it was")

    assert decode(mapped.raster)[-1, -2:].tolist() == [0, 0]
    with pytest.raises(SourceChanged, match=r"image\.raw"):
        decode(mapped.raster._replace(verify=verify))


def test_the_message_of_the_source_is_preferred_because_it_names_the_image(mapped: MappedFile) -> None:
    def verify() -> None:
        raise SourceChanged("galaxy.fits was replaced")

    mapped.truncate(0)
    with pytest.raises(SourceChanged, match=r"galaxy\.fits"):
        decode(mapped.raster._replace(verify=verify))


def test_eight_threads_fault_at_once_and_others_go_on(tmp_path: Path) -> None:
    cut, whole = MappedFile(tmp_path / "cut.raw"), MappedFile(tmp_path / "whole.raw")
    start = Barrier(8)

    def read(number: int) -> int:
        errors = 0
        start.wait()
        if number == 0:
            cut.truncate(4096)
        for turn in range(60):
            raster = cut.raster if (number + turn) % 2 else whole.raster
            reader = list(READERS.values())[(number + turn // 2) % len(READERS)]
            try:
                reader(raster)
            except SourceChanged:
                assert raster is cut.raster
                errors += 1
        return errors

    with ThreadPoolExecutor(8) as pool:
        errors = list(pool.map(read, range(8)))
    assert min(errors) > 0
    assert decode(whole.raster).all()
    cut.map.close(), whole.map.close()


def test_a_map_cannot_be_closed_while_it_is_read(mapped: MappedFile) -> None:
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(lambda: [decode(mapped.raster) for _ in range(50)])
        while not work.done():
            try:
                mapped.map.close()
            except BufferError:
                continue
            break
        try:
            assert all(picture.all() for picture in work.result())
        except ValueError:  # it was closed between two readings
            assert mapped.map.closed


OUTSIDE = """
import faulthandler, mmap, os, sys
import numpy as np
from visiomatic.errors import SourceChanged
from visiomatic.kernel import Raster, decode
path = sys.argv[1]
np.ones((512, 512), ">f4").tofile(path)
with open(path, "rb") as file:
    map = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
raster = Raster(map, 0, 2048, 512, 512, ">f4")
if "before" in sys.argv:
    faulthandler.enable()
decode(raster)
if "after" in sys.argv:
    faulthandler.enable()
os.truncate(path, 0)
try:
    decode(raster)
except SourceChanged:
    print("noticed", flush=True)
map[0]
print("not reached", flush=True)
"""


@pytest.mark.parametrize("fault_handler", ["none", "before", "after"])
def test_faults_of_others_are_left_to_whom_they_belong(tmp_path: Path, fault_handler: str) -> None:
    """Reading the map outside the kernel still ends the process, with a traceback when Python was asked for one."""
    command = [sys.executable, "-c", OUTSIDE, str(tmp_path / "image.raw"), fault_handler]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.stdout == "noticed\n"
    assert ended.returncode == -signal.SIGBUS
    assert ("Fatal Python error: Bus error" in ended.stderr) == (fault_handler != "none")
