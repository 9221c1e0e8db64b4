"""Tiles through HTTP on one core beside the encoder's own limit on the same tiles.

Each case is measured in interleaved pairs (limit, server, limit, server …); what counts is the median of the ratios.
On a machine with other work the ratio of processor times beside it is the one to trust: of the clock each gets an
unknown part.
"""

import argparse
import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import simplejpeg
from images import sky_image
from load import Paths, rate
from PIL import Image
from server import cores, free_port, get, pinned, processor_seconds, running, visiomatic

SIZE = 8192
TILE = 256
LEVELS = 6  # of 8192 pixels in tiles of 256
QUALITY = 90
SAMPLE = 200  # tiles that the encoder alone compresses in turn
GREY = "channel=1&cuts=80,200&stretch=asinh&contrast={fresh}"
COLORS = ("ff0000", "ff8000", "80ff00", "00ff80", "0080ff", "8000ff")
MIX = "&".join(f"color={channel}:{color}&cuts={channel}:80,200" for channel, color in enumerate(COLORS, 1))
MIX = f"{MIX}&stretch=asinh&contrast={{fresh}}"


@dataclass(frozen=True)
class Case:
    """One row of the table: what is asked, what it is compared with, and which ratio is aimed at."""

    name: str
    style: str
    level: int
    goal: float
    channels: int = 1
    kind: str = "jpg"


CASES = (
    Case("grey tile, full resolution", GREY, 0, 0.6),
    Case("grey tile, level 1 (rebinned on the fly)", GREY, 1, 0.4),
    Case("grey tile, level 2 (stored)", GREY, 2, 0.6),
    Case("6 channels to RGB 4:4:4", MIX, 0, 0.5, channels=6),
)


def main() -> int:
    """Measure and print; the exit code is 1 when a ratio misses its goal and --strict is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    options = parser.parse_args()
    results = list(run(options.rounds, options.seconds))
    missed = [name for name, ratio, goal in results if ratio < goal]
    return 1 if missed and options.strict else 0


def run(rounds: int, seconds: float) -> Iterator[tuple[str, float, float]]:
    """Yield name, median ratio and goal of each case, printing them."""
    title = "one core, nothing cached, fresh style in each request"
    print(f"{title:<54}{'tiles/s':>9}{'limit/s':>9}{'ratio':>7}{'CPU':>6}{'goal':>6}")
    for channels in sorted({case.channels for case in CASES}):
        image = sky_image(SIZE if channels == 1 else SIZE // 2, channels)
        with prepared(image) as port:
            for case in CASES:
                if case.channels == channels:
                    yield measure(case, port, image, rounds, seconds)
            if channels == 1:
                yield from cached_answers(port, image, rounds, seconds)


def measure(case: Case, port: int, image: Path, rounds: int, seconds: float) -> tuple[str, float, float]:
    """One case: the server's rate and the encoder's, in pairs."""
    paths = tile_paths(case.style, image, case.level)
    encode = encoder(case, port, paths)
    pairs = []
    for number in range(rounds):
        limit, limit_cost = encoder_rate(encode, seconds / 2)
        before = processor_seconds(port)
        ours = rate(port, paths, seconds, number + 1)
        cost = (processor_seconds(port) - before) / (ours * seconds)
        pairs.append((ours, limit, limit_cost / cost if cost else ours / limit))
    return report(case.name, pairs, case.goal)


def report(name: str, pairs: list[tuple[float, float, float]], goal: float) -> tuple[str, float, float]:
    """Print a row of medians: our rate, the limit's, their ratio by the clock and by processor time."""
    ratio = statistics.median(ours / limit for ours, limit, _ in pairs)
    ours, limit, by_time = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<54}{ours:>9.0f}{limit:>9.0f}{ratio:>7.2f}{by_time:>6.2f}{goal:>6.2f}", flush=True)
    return name, ratio, goal


def tile_paths(style: str, image: Path, level: int, kind: str = "jpg") -> Paths:
    """Random tiles of one level, away from the lower edge so that all have the same size."""
    size = SIZE if image.name.endswith("-1.fits") else SIZE // 2
    levels = (size // TILE - 1).bit_length() + 1
    across = (size >> level) // TILE
    address = f"/api/v1/images/{quote(image.name, safe='')}/tiles/{levels - 1 - level}/{{x}}/{{y}}.{kind}"
    return Paths(f"{address}?{style}&quality={QUALITY}", across, across)


@contextmanager
def prepared(image: Path) -> Iterator[int]:
    """Serve *image* with a cache of its own, all its overviews made; the value is the port."""
    with tempfile.TemporaryDirectory() as cache, visiomatic(image, Path(cache)) as port:
        wait_for_overviews(port, image)
        yield port


def wait_for_overviews(port: int, image: Path) -> None:
    """Until every level is exact, so that no builder works beside the measurement."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        status, body = get(port, f"/api/v1/images/{quote(image.name, safe='')}")
        if status != 200:
            raise RuntimeError(f"the image does not open: {body[:200]!r}")
        if b'"preview":false' in body.replace(b" ", b"") and b'"progress":1' in body.replace(b" ", b""):
            return
        get(port, tile_paths(GREY, image, 2).path(1, random.Random(1)))
        time.sleep(0.5)
    raise RuntimeError("the overviews were not ready in five minutes")


def encoder(case: Case, port: int, paths: Paths) -> Callable[[int], bytes]:
    """A function that compresses the n-th of the sampled tiles, exactly as decoded from the server's lossless ones."""
    source = random.Random(7)
    lossless = Paths(paths.template.replace(".jpg?", ".png?"), paths.columns, paths.rows)
    arrays = []
    for number in range(SAMPLE):
        picture = Image.open(io.BytesIO(get(port, lossless.path(number, source))[1]))
        array = np.asarray(picture.convert("L" if case.channels == 1 else "RGB"))
        arrays.append(np.ascontiguousarray(array[:, :, None] if array.ndim == 2 else array))
    colors = {"colorspace": "GRAY"} if case.channels == 1 else {"colorspace": "RGB", "colorsubsampling": "444"}
    return lambda number: simplejpeg.encode_jpeg(arrays[number % SAMPLE], quality=QUALITY, **colors)


def encoder_rate(encode: Callable[[int], bytes], seconds: float) -> tuple[float, float]:
    """Tiles per second of the encoder alone on the server's core, and processor seconds for each."""
    with on_core(cores()[0]):
        count, start, used = 0, time.perf_counter(), time.process_time()
        while (spent := time.perf_counter() - start) < seconds:
            encode(count)
            count += 1
    return count / spent, (time.process_time() - used) / count


@contextmanager
def on_core(core: str) -> Iterator[None]:
    """Run the block on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(core)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cached_answers(port: int, image: Path, rounds: int, seconds: float) -> Iterator[tuple[str, float, float]]:
    """A tile from the memory cache and a 304, each beside a bare answer of the same size by the same server program."""
    style = GREY.replace("{fresh}", "1")
    one = Paths(tile_paths(style, image, 0).template.format(x=1, y=1))
    size = len(get(port, one.template)[1])
    unchanged = Paths(one.template, headers=(("If-None-Match", etag(port, one.template)),), expect=304)
    with bare_server() as other:
        for name, paths, bare in (
            ("tile from the memory cache, beside a bare answer", one, Paths(f"/{size}")),
            ("304, beside a bare answer", unchanged, Paths("/0")),
        ):
            rate(port, paths, 0.5, 99)
            pairs = [beside_bare(port, paths, other, bare, seconds, n) for n in range(1, rounds + 1)]
            yield report(name, pairs, 0.5)


@contextmanager
def bare_server() -> Iterator[int]:
    """Granian with an application that does nothing, on the server's core."""
    port = free_port()
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--log-level", "warning"]
    words += ["--working-dir", str(Path(__file__).parent), "--port", str(port), "bare:application"]
    with running([*pinned(cores()[0]), *words], port, "/0"):
        yield port


def beside_bare(
    port: int, paths: Paths, other: int, bare: Paths, seconds: float, seed: int
) -> tuple[float, float, float]:
    """Our rate, that of the bare answer, and the ratio of their processor times."""
    start = processor_seconds(port)
    ours = rate(port, paths, seconds, seed)
    cost = max(processor_seconds(port) - start, 0.01) / ours
    start = processor_seconds(other)
    limit = rate(other, bare, seconds, seed)
    return ours, limit, (processor_seconds(other) - start) / limit / cost


def etag(port: int, path: str) -> str:
    """The ETag of an answer."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("ETag") or ""


if __name__ == "__main__":
    sys.exit(main())
