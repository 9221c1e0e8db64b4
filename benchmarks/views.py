#!/usr/bin/env python3
"""How long a view of 1400 × 900 takes at any scale: what follows a slider while it is dragged.

    python benchmarks/views.py

From the numbers of the mapped file to the JPEG, and the encoder alone on the same picture; medians by the clock, for
more than one core takes part. Goals: 10 ms in grey, 20 ms in three colours.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
from images import sky_image

from visiomatic import tiles
from visiomatic.encode import encode
from visiomatic.image import Image
from visiomatic.render.look import resolve
from visiomatic.settings import Settings
from visiomatic.tiles import View, render_view
from visiomatic.types import Encoding, Style
from visiomatic.web.app import make_site
from visiomatic.web.params import read_style

WIDTH, HEIGHT, ROUNDS = 1400, 900, 20
SCALES = (0.7, 1.0, 1.3, 1.9, 2.6, 3.9, 5.1)
LOOKS = {"grey": (1, b"stretch=asinh"), "colour": (3, b"color=1:0000ff&color=2:00ff00&color=3:ff0000&stretch=asinh")}
GOALS = {"grey": 10.0, "colour": 20.0}  # milliseconds
JPEG = Encoding("jpg", 60, subsample=True)  # as api/v1 encodes what moves


def wait_for_overviews(image: Image) -> None:
    """Until nothing is built any more beside the measurement."""
    for channel in range(image.channel_count):
        image.levels(channel).ensure()
    while image.progress < 1:
        time.sleep(0.1)


def milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))


def drawn(image: Image, view: View, style: Style) -> np.ndarray:
    """The picture before it is encoded."""
    kept: list[np.ndarray] = []
    with mock.patch.object(tiles, "encode", lambda picture, _: kept.append(picture) or b""):
        render_view(image, view, style, JPEG)
    return kept[0]


def measure(image: Image, query: bytes) -> None:
    style = resolve(read_style(query)[0], image)
    for scale in SCALES:
        view = View(3.3, 3.3, 3.3 + WIDTH * scale, 3.3 + HEIGHT * scale, WIDTH, HEIGHT)
        whole = milliseconds(partial(render_view, image, view, style, JPEG))
        alone = milliseconds(partial(encode, drawn(image, view, style), JPEG))
        print(f"  {scale:3.1f} pixels a pixel: {whole:5.1f} ms, of which the encoder {alone:4.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        for name, (channels, query) in LOOKS.items():
            path = sky_image(8192, channels)
            site = make_site(Settings(data_dir=path.parent, cache_dir=Path(cache), thread_count=2))
            image = site.library.open(path.name)
            wait_for_overviews(image)
            print(f"{name}, {WIDTH} × {HEIGHT}, quality {JPEG.quality}: goal {GOALS[name]:.0f} ms at most")
            measure(image, query)
            site.close()


if __name__ == "__main__":
    main()
