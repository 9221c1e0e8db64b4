"""Where the time of one tile goes: the steps of a request one after the other, and what remains of the whole for HTTP.

The steps run in the order of a request, tile after tile, so that each finds the processor's caches as its predecessor
has left them. Medians of the processor's time; the whole is what the real server uses for a request under load.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from statistics import median
from types import SimpleNamespace as State
from typing import Any

from images import sky_image
from load import Paths, rate
from server import cores, processor_seconds, visiomatic
from tiles_http import CASES, SIZE, Case, on_core, tile_paths, wait_for_overviews

from visiomatic.encode import encode
from visiomatic.image import Image
from visiomatic.pyramid.grid import tile_window
from visiomatic.render.look import resolve
from visiomatic.render.pipeline import paint
from visiomatic.settings import Settings
from visiomatic.types import Encoding, TileId
from visiomatic.web.app import make_site
from visiomatic.web.caching import entity_tag
from visiomatic.web.params import read_style, split_version
from visiomatic.web.paths import picture_path
from visiomatic.web.site import Site

TILES = 600
JPEG = Encoding("jpg", 90)
remembered_picture = lru_cache(maxsize=16_384)(picture_path)  # as the front does with the whole path


def main() -> int:
    """Print the account of a tile of each kind; the exit code is always 0."""
    for channels in (1, 6):
        image = sky_image(SIZE if channels == 1 else SIZE // 2, channels)
        with tempfile.TemporaryDirectory() as cache, visiomatic(image, Path(cache)) as port:
            wait_for_overviews(port, image)
            site = make_site(Settings(data_dir=image.parent, cache_dir=Path(cache), files=(str(image),)))
            for case in CASES:
                if case.channels == channels:
                    show(
                        case,
                        account(site, image.name, case, image),
                        whole(port, tile_paths(case.style, image, case.level)),
                    )
            site.close()
    return 0


def account(site: Site, name: str, case: Case, path: Path) -> dict[str, float]:
    """Microseconds of each step."""
    image, paths = site.library.open(name), tile_paths(case.style, path, case.level)
    steps = the_steps(site, image, case.level)
    taken: dict[str, list[float]] = {step: [] for step in steps}
    source = random.Random(5)
    with on_core(cores()[0]):
        for number in range(TILES):
            state = State(path=paths.path(number, source).removeprefix("/api/v1/images/"))
            for step, work in steps.items():
                start = time.thread_time()
                work(state)
                taken[step].append(time.thread_time() - start)
    return {step: 1e6 * median(times) for step, times in taken.items()}


def the_steps(site: Site, image: Image, level: int) -> dict[str, Callable[[Any], None]]:
    """What happens to a request; each step leaves its result in the state."""

    def parse(state: Any) -> None:
        address, _, query = state.path.partition("?")
        _, x, y = remembered_picture(address).place
        state.tile = TileId(level, int(x), int(y))
        state.look, _, state.identity = read_style(split_version(query.encode())[0])

    def find(state: Any) -> None:
        site.library.current(image.id)
        state.tag = entity_tag(f"{image.identity}|{state.tile}|{state.identity}")

    def style(state: Any) -> None:
        state.style = resolve(state.look, image)

    def read(state: Any) -> None:
        window = tile_window(image.width, image.height, image.tile_size, state.tile, floored=False)
        levels = [image.levels(channel) for channel in state.style.channels]
        if len(levels) == 1:
            read, state.halves = levels[0].read_to_halve(level, window)
            state.rasters = [read.raster]
        else:
            state.rasters, state.halves = [one.read(level, window).raster for one in levels], False

    def render(state: Any) -> None:
        state.picture = paint(state.style, state.rasters, alpha=False, halves=state.halves)

    def compress(state: Any) -> None:
        encode(state.picture, JPEG)

    return {
        "parse the address": parse, "find the image, entity tag": find, "resolve the style": style,
        "window and pixels": read, "tables and kernel (level 1: means)": render, "encode": compress,
    }  # fmt: skip


def whole(port: int, paths: Paths) -> float:
    """Microseconds of the processor that the server uses for a request."""
    rate(port, paths, 1.0, 50)

    def once(seed: int) -> float:
        start = processor_seconds(port)
        reached = rate(port, paths, 1.0, seed)
        return (processor_seconds(port) - start) / reached

    return 1e6 * median(map(once, (51, 52, 53)))


def show(case: Case, steps: dict[str, float], total: float) -> None:
    print(f"\n{case.name}")
    for step, microseconds in steps.items():
        print(f"  {step:<52}{microseconds:>7.0f} µs{microseconds / total:>7.0%}")
    rest = total - sum(steps.values())
    print(f"  {'HTTP, event loop, hand-over to a thread, memory':<52}{rest:>7.0f} µs{rest / total:>7.0%}")
    print(f"  {'all':<52}{total:>7.0f} µs", flush=True)


if __name__ == "__main__":
    sys.exit(main())
