"""Other servers of tiles beside ours, those that `make peers` has installed; README.md tells the recipes.

Ours and theirs draw the same picture (cuts 80 to 200, linear, gamma 2.2) and are measured in turn, in one run and on
one core; what counts is the median of the ratios.
"""

import io
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from images import sky_image
from load import Paths, rate
from peers.servers import Peer, iipimage, titiler, visiomatic_3
from PIL import Image
from server import get, visiomatic
from tiles_http import tile_paths, wait_for_overviews

LOOK = "channel=1&cuts=80,200&stretch=linear&gamma=2.2&contrast={fresh}"  # as VisiOmatic 3 draws it
ROUNDS, SECONDS = 4, 2.0
# Server, how many times faster we aim to be.
PEERS = ((visiomatic_3, 20.0), (iipimage, 3.0), (titiler, 20.0))


def main() -> int:
    """Measure every peer that is there; the exit code is 0 even when there is none."""
    image = sky_image()
    title = "grey tile, q90, one core, fresh style in each request"
    print(f"{title:<54}{'ours/s':>9}{'theirs/s':>9}{'ratio':>7}{'goal':>6}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = stack.enter_context(visiomatic(image, Path(folder) / "ours"))
        wait_for_overviews(port, image)
        ours = tile_paths(LOOK, image, 0)
        for start, goal in PEERS:
            with start(image, Path(folder)) as found:
                if found is None:
                    print(f"{start.__name__.replace('_', ' '):<54}not installed: make peers")
                else:
                    compare(port, ours, found, goal)
    return 0


def compare(port: int, ours: Paths, peer: Peer, goal: float) -> None:
    """Print the row of one peer."""
    name, other, paths = peer
    must_be_a_tile(name, other, paths)
    rate(other, paths, 1.0, 0)
    pairs = [(rate(port, ours, SECONDS, n), rate(other, paths, SECONDS, n)) for n in range(1, ROUNDS + 1)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{'beside ' + name:<54}{mine:>9.0f}{theirs:>9.0f}{ratio:>7.1f}{goal:>6.0f}", flush=True)


def must_be_a_tile(name: str, port: int, paths: Paths) -> None:
    """Raise RuntimeError when the answer is no noisy tile of 256 × 256: then the rate would mean nothing."""
    status, body = get(port, paths.template.format(x=33 % paths.columns, y=1, fresh="1.0"))
    if status != 200:
        raise RuntimeError(f"{name} answers {status}: {body[:200]!r}")
    pixels = np.asarray(Image.open(io.BytesIO(body)).convert("L"), float)
    if pixels.shape != (256, 256) or pixels.std() < 2:
        raise RuntimeError(f"{name} sends no tile: {pixels.shape}, standard deviation {pixels.std():.1f}")


if __name__ == "__main__":
    sys.exit(main())
