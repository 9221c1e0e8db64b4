#!/usr/bin/env python3
"""How much faster W worker processes are than one: run it on a machine of many cores.

    python benchmarks/scaling.py            # 1, 2, 4 … workers, as many as leave a core for the load
    python benchmarks/scaling.py --workers 1 3 6

Each count of workers has as many cores of its own; the load comes from the others. Fresh styles, nothing cached. Two
figures: by the clock, rate(W) / (W · rate(1)); and by processor time of one tile, which counts on machines without a
core to spare for the load, or with other work. Both are medians of rounds in which the counts take turns.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from images import sky_image
from load import rate
from server import processor_seconds, visiomatic
from tiles_http import GREY, tile_paths, wait_for_overviews

GOAL = 0.9


def main() -> int:
    """Measure and print; the exit code is always 0."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="*", default=counts(len(usable)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    print(f"{len(usable)} cores, {processor()}")
    image = sky_image()
    with tempfile.TemporaryDirectory() as cache, ExitStack() as stack:
        ports = {}
        for workers in options.workers:
            own = ",".join(map(str, usable[:workers]))
            ports[workers] = stack.enter_context(visiomatic(image, Path(cache), workers=workers, core=own))
            wait_for_overviews(ports[workers], image)
        rounds = [
            {workers: one(port, image, usable[workers:], options.seconds, n) for workers, port in ports.items()}
            for n in range(options.rounds)
        ]
    report(rounds)
    return 0


def counts(cores: int) -> list[int]:
    """1, 2, 4 … as long as a core is left for the load (two at least, to see anything)."""
    return [2**n for n in range(12) if 2**n <= max(2, cores - 1)]


def one(port: int, image: Path, free: list[int], seconds: float, seed: int) -> tuple[float, float]:
    """Tiles per second and processor seconds of a tile, the load on the *free* cores, or on all where none is."""
    cores = [str(core) for core in free] or [None]
    with ThreadPoolExecutor(len(cores)) as pool:
        before, start = processor_seconds(port), time.monotonic()
        paths = tile_paths(GREY, image, 0)
        rates = list(pool.map(lambda n: rate(port, paths, seconds, 100 * seed + n, cores[n]), range(len(cores))))
        spent = time.monotonic() - start
    return sum(rates), (processor_seconds(port) - before) / (sum(rates) * min(spent, seconds))


def report(rounds: list[dict[int, tuple[float, float]]]) -> None:
    print(f"{'workers':>8}{'tiles/s':>10}{'of W × one':>12}{'µs a tile':>11}{'of one':>8}{'goal':>7}")
    first = next(iter(rounds[0]))
    for workers in rounds[0]:
        reached, cost = (statistics.median(one[workers][n] for one in rounds) for n in (0, 1))
        clock = statistics.median(one[workers][0] * first / (one[first][0] * workers) for one in rounds)
        by_time = statistics.median(one[first][1] / one[workers][1] for one in rounds)
        print(f"{workers:>8}{reached:>10.0f}{clock:>12.2f}{cost * 1e6:>11.0f}{by_time:>8.2f}{GOAL:>7.2f}")


def processor() -> str:
    """The name of the processor, where the system tells it."""
    found = subprocess.run(["lscpu"], capture_output=True, text=True, check=False) if os.path.exists("/proc") else None
    lines = found.stdout.splitlines() if found else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("Model name")), "unknown processor")


if __name__ == "__main__":
    sys.exit(main())
