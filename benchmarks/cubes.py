"""Three mixed channels of a cube of 1,000 beside those of a cube of 3: what is not shown must cost nothing."""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from load import Paths, rate
from opening import cube_image, read
from server import get, processor_seconds, visiomatic
from tiles_http import QUALITY

SIDE, MANY, FEW = 256, 1000, 3
ROUNDS, SECONDS = 7, 1.0
COLORS = "ff8040", "40ff80", "8040ff"
GOAL = 1.1  # times the cost at most


def main() -> int:
    """Measure and print; the exit code is always 0."""
    images = cube_image(MANY, SIDE), cube_image(FEW, SIDE)
    with ExitStack() as stack:
        cache = stack.enter_context(tempfile.TemporaryDirectory())
        many, few = (stack.enter_context(visiomatic(image, Path(cache) / image.stem)) for image in images)
        cases = (many, tiles(many, images[0], (1, MANY // 2, MANY))), (few, tiles(few, images[1], (1, 2, 3)))
        rounds = [[cost(port, paths, n) for port, paths in cases] for n in range(ROUNDS)]
    by_clock = statistics.median(first[0] / second[0] for first, second in rounds)
    by_time = statistics.median(first[1] / second[1] for first, second in rounds)
    print(f"{'three mixed channels':<54}{'clock':>9}{'CPU':>9}{'goal':>9}")
    print(f"{f'a cube of {MANY:,} channels beside one of {FEW}, times':<54}{by_clock:>9.2f}{by_time:>9.2f}{GOAL:>9.2f}")
    return 0


def tiles(port: int, image: Path, channels: tuple[int, ...]) -> Paths:
    """The one tile of the image in fresh styles."""
    read(image)
    mix = "&".join(f"color={channel}:{color}" for channel, color in zip(channels, COLORS, strict=True))
    style = f"{mix}&cuts=80,200&stretch=asinh&contrast={{fresh}}&quality={QUALITY}"
    address = f"/api/v1/images/{quote(image.name, safe='')}/tiles/0/0/0.jpg?{style}"
    status, body = get(port, address.format(fresh="1"))
    if status != 200:
        raise RuntimeError(f"{image.name}: {status} {body[:200]!r}")
    return Paths(address)


def cost(port: int, paths: Paths, seed: int) -> tuple[float, float]:
    """Seconds by the clock and of the processor for one tile."""
    start = processor_seconds(port)
    reached = rate(port, paths, SECONDS, seed + 1)
    return 1 / reached, (processor_seconds(port) - start) / reached


if __name__ == "__main__":
    sys.exit(main())
