"""Opening what is large: overviews of 1 GiB, first views of 1 GiB, 40 GB and 1 TB, INFO of 4,000 channels.

First views are measured through HTTP on the real command: everything from the first request for an image that this
server has never seen to the last tile of a view of 1400 × 900 pixels that shows all of it. Builds run on one core;
beside each stands the time of only reading the same file, taken in the same second.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
from images import BLOCK, NOISE, SKY, folder
from peers.servers import visiomatic_3_server
from server import cores, get, processes, visiomatic

from visiomatic.fits import file_version, open_dataset
from visiomatic.pyramid.build import OverviewBuild, State
from visiomatic.pyramid.cache import OverviewCache
from visiomatic.pyramid.layout import OverviewKey

SIDE = 16384
VIEW = (1400, 900)
TILE = 256
CONNECTIONS = 6  # as many as a browser opens
STYLE = "channel=1&cuts=default&stretch=asinh"


class Built(NamedTuple):
    """Time until overviews could be used, and their bytes on disk."""

    seconds: float
    processor: float
    size: int


def main() -> int:
    """Measure and print; the exit code is 1 when a goal is missed and --strict is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    options = parser.parse_args()
    print(f"{'':<66}{'measured':>10}{'goal':>9}")
    good = [*overviews(options.rounds), *first_views(options.rounds)]
    return 1 if options.strict and not all(good) else 0


def overviews(rounds: int) -> Iterator[bool]:
    """Exact overviews of 1 GiB on one core, from the page cache and from the disk."""
    path = noise_image(SIDE)
    gigabytes = path.stat().st_size / 1e9
    everything = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(cores()[0])})
    read(path)
    warm = [(build(path), read(path)) for _ in range(rounds)]
    cold = [(build(forget(path)), read(forget(path))) for _ in range(rounds)]
    os.sched_setaffinity(0, everything)
    speed = median(gigabytes / built.processor for built, _ in warm)
    yield line("1 GiB float32 in the page cache: overviews, GB/s of a core's time", speed, 2.0)
    line("    as the clock on the wall sees it, GB/s", median(gigabytes / built.seconds for built, _ in warm))
    line("    only reading it, GB/s", median(gigabytes / seconds for _, seconds in warm))
    line("the same from the disk: overviews, GB/s", median(gigabytes / built.seconds for built, _ in cold))
    yield line("    beside only reading it: ratio", median(seconds / built.seconds for built, seconds in cold), 0.8)
    yield line("    cache on disk, bytes a pixel", max(built.size for built, _ in warm) / SIDE**2, 0.35, at_most=True)


def first_views(rounds: int) -> Iterator[bool]:
    """All tiles of a view of a whole image that was never opened before."""
    read(noise_image(SIDE))
    found = [first_view(noise_image(SIDE)) for _ in range(rounds)]
    seconds = median(one for one, _ in found)
    yield line("1 GiB float32 in the page cache: first view, s", seconds, 0.5, at_most=True)
    peer = visiomatic_3_first_view(noise_image(SIDE))
    if peer is None:
        print("    beside VisiOmatic 3.0.7: not installed (make peers)")
    else:
        line("    the same by VisiOmatic 3.0.7, s", peer)
        yield line("    ratio", peer / seconds, 14.0)
    yield line("    private memory of the worker, MB", max(memory for _, memory in found), 300.0, at_most=True)
    line("    from the disk, not the page cache, s", first_view(forget(noise_image(SIDE)))[0])
    for name, side, goal in (("40 GB", 100_000, 1.0), ("1 TB", 500_000, 3.0)):
        found = [first_view(sparse_image(side)) for _ in range(rounds)]
        yield line(f"{name} sparse: first view, s", median(seconds for seconds, _ in found), goal, at_most=True)
        memory = max(memory for _, memory in found)
        yield line("    private memory of the worker, MB", memory, 300.0, at_most=True)
    first, again = infos(cube_image(4000, 128))
    line("INFO of 4,000 channels, first time, s", first)
    yield line("    again, s", again, 1.0, at_most=True)


def line(name: str, value: float, goal: float | None = None, *, at_most: bool = False) -> bool:
    """Print one row; False when the goal is missed."""
    bound = "" if goal is None else f"{'≤' if at_most else '≥'} {goal:g}"
    good = goal is None or (value <= goal if at_most else value >= goal)
    print(f"{name:<66}{value:>10.3g}{bound:>9}{'' if good else '  missed'}", flush=True)
    return good


def median(values: Iterator[float]) -> float:
    return statistics.median(list(values))


def build(path: Path) -> Built:
    """Make the overviews of *path* by one thread."""
    dataset = open_dataset(path)
    with tempfile.TemporaryDirectory(dir=folder()) as directory:
        cache = OverviewCache(Path(directory))
        work = OverviewBuild(dataset.plane(0), OverviewKey(str(path), "", file_version(path).token), cache)
        start, used = time.perf_counter(), time.process_time()
        while work.state is not State.READY:
            work.advance(lambda: False, publish=False)
        seconds, processor = time.perf_counter() - start, time.process_time() - used
        while not work.is_over:
            work.advance(lambda: False)
        return Built(seconds, processor, sum(entry.bytes for entry in cache.entries()))


def first_view(path: Path) -> tuple[float, float]:
    """Seconds from the first request for *path* to the last tile, and the most private memory of a process in MB.

    Memory is looked at all the while, and for a second more, while overviews are being made.
    """
    image = f"/api/v1/images/{quote(path.name, safe='')}"
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(path.parent, Path(cache)) as port:
        with most_memory(processes(port)) as memory:
            start = time.perf_counter()
            info = json.loads(get(port, image)[1])
            z, columns, rows = grid_of_view(info["width"], info["height"], info["levels"])
            fetch(port, [f"{image}/tiles/{z}/{x}/{y}.jpg?{STYLE}" for y, x in product(range(rows), range(columns))])
            seconds = time.perf_counter() - start
            time.sleep(1.0)
        return seconds, max(memory)


def visiomatic_3_first_view(path: Path) -> float | None:
    """The same asked of VisiOmatic 3.0.7, once: it writes several times the size of the image."""
    read(path)
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic_3_server(path, Path(cache), None) as port:
        if port is None:
            return None
        start = time.perf_counter()
        info = json.loads(get(port, f"/api?FIF={path.name}&INFO")[1])
        z, columns, rows = grid_of_view(*info["full_size"], info["tile_levels"])
        fetch(port, [f"/api?FIF={path.name}&CHAN=1&JTL={z},{tile}" for tile in range(rows * columns)])
        return time.perf_counter() - start


def grid_of_view(width: int, height: int, levels: int) -> tuple[int, int, int]:
    """The coarsest level that is at least as large as the view when it shows all of the image; its columns and rows."""
    shown = min(VIEW[0] / width, VIEW[1] / height)
    z = next(z for z in range(levels) if 2.0 ** (z - levels + 1) >= shown or z == levels - 1)
    scale = 2 ** (levels - 1 - z)
    return z, -(-width // (scale * TILE)), -(-height // (scale * TILE))


def fetch(port: int, urls: list[str]) -> None:
    """All tiles over as many connections as a browser opens. Raises RuntimeError unless all of them come."""
    with ThreadPoolExecutor(CONNECTIONS) as browser:
        found = {status for status, _ in browser.map(lambda url: get(port, url), urls)}
    if found != {200}:
        raise RuntimeError(f"answers {sorted(found)}")


def infos(path: Path) -> list[float]:
    """Seconds of the first INFO on the compatible route, and of a second one."""
    with tempfile.TemporaryDirectory(dir=folder()) as cache, visiomatic(path.parent, Path(cache)) as port:
        times = [time.perf_counter()]
        for _ in range(2):
            if get(port, f"/api?FIF={quote(path.name)}&INFO")[0] != 200:
                raise RuntimeError(f"{path.name}: no INFO")
            times.append(time.perf_counter())
        return [later - earlier for earlier, later in pairwise(times)]


def read(path: Path) -> float:
    """Seconds to read *path* from its start to its end, into one buffer."""
    buffer = bytearray(1 << 20)
    file = os.open(path, os.O_RDONLY)
    start = time.perf_counter()
    while os.readv(file, [buffer]):
        pass
    os.close(file)
    return time.perf_counter() - start


def forget(path: Path) -> Path:
    """Put *path* out of the page cache."""
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)
    return path


@contextmanager
def most_memory(pids: list[int]) -> Iterator[list[float]]:
    """A list that grows with the private memory of the processes, every 20 ms until the block ends."""
    found, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            found.extend(private_memory(pid) for pid in pids)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def private_memory(pid: int) -> float:
    """RssAnon in MB."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return max((int(row.split()[1]) / 1e3 for row in rows if row.startswith("RssAnon")), default=0.0)


def noise_image(side: int) -> Path:
    """Noise of the sky, each strip of rows shifted against the one before: fast to write."""
    path = place(f"noise-{side}.fits")
    block = np.random.default_rng(1).normal(SKY, NOISE, (256, side)).astype(">f4")
    if not path.exists():
        with path.with_suffix(".part").open("wb") as file:
            file.write(header(side, side))
            for strip in range(side // 256):
                file.write(np.roll(block, 37 * strip, 1).tobytes())
            finish(file, path)
    return path


def sparse_image(side: int) -> Path:
    """Nothing but a few islands of noise, which alone take room on the disk."""
    path = place(f"sparse-{side}.fits")
    if path.exists():
        return path
    random, start = np.random.default_rng(2), header(side, side)
    with path.with_suffix(".part").open("wb") as file:
        file.write(start)
        file.truncate(len(start) + 4 * side * side)
        for x, y in ((0.2, 0.3), (0.7, 0.6), (0.5, 0.1), (0.3, 0.8)):
            island = random.normal(SKY, NOISE, (2000, 3000)).astype(">f4")
            for row, pixels in enumerate(island):
                file.seek(len(start) + 4 * ((int(y * side) + row) * side + int(x * side)))
                file.write(pixels.tobytes())
        finish(file, path)
    return path


def cube_image(channels: int, side: int) -> Path:
    """A cube of many small noisy planes."""
    path = place(f"cube-{channels}-{side}.fits")
    if not path.exists():
        planes = np.random.default_rng(3).normal(SKY, NOISE, (100, side, side)).astype(">f4").tobytes()
        with path.with_suffix(".part").open("wb") as file:
            file.write(header(side, side, channels))
            for first in range(0, channels, 100):
                file.write(planes[: 4 * side * side * min(100, channels - first)])
            finish(file, path)
    return path


def place(name: str) -> Path:
    """Each image in a directory of its own, which is served."""
    path = folder() / Path(name).stem / name
    path.parent.mkdir(exist_ok=True)
    return path


def header(*axes: int) -> bytes:
    cards = [("SIMPLE", "T"), ("BITPIX", -32), ("NAXIS", len(axes))]
    cards += [(f"NAXIS{number}", axis) for number, axis in enumerate(axes, 1)]
    text = "".join(f"{key:<8}= {value!s:>20}".ljust(80) for key, value in cards) + "END".ljust(80)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode()


def finish(file, path: Path) -> None:
    """Fill the last block and give the file its name."""
    file.seek(0, os.SEEK_END)
    file.truncate(-(-file.tell() // BLOCK) * BLOCK)
    file.flush()
    path.with_suffix(".part").replace(path)


if __name__ == "__main__":
    sys.exit(main())
