"""`make soak`: full load for half an hour; the private memory of every worker has to stay flat within 5 %."""

import argparse
import random
import sys
import time
from pathlib import Path

from images import sky_image
from load import rate
from server import processes
from tiles_http import GREY, prepared, tile_paths

WARM_UP = 120.0  # seconds until caches are full
ALLOWED = 0.05


def main() -> int:
    """Load the server, print memory and rate each minute; the exit code is 1 when memory grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args()
    image = sky_image()
    with prepared(image) as port:
        samples = []
        start = time.monotonic()
        while (spent := time.monotonic() - start) < 60 * options.minutes:
            level = random.randrange(3)
            reached = rate(port, tile_paths(GREY, image, level), 20.0, int(spent))
            memory = private_memory(port)
            print(f"{spent / 60:5.1f} min  {memory / 1e6:7.1f} MB  {reached:6.0f} tiles/s at level {level}", flush=True)
            if spent > min(WARM_UP, 20 * options.minutes):
                samples.append(memory)
    growth = max(samples) / samples[0] - 1
    print(f"private memory grew by {growth:.1%} (allowed: {ALLOWED:.0%})")
    return int(growth > ALLOWED)


def private_memory(port: int) -> int:
    """RssAnon of the largest worker of the server on *port*, in bytes."""
    return max((_anonymous(pid) for pid in processes(port)), default=0)


def _anonymous(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in text.splitlines() if line.startswith("RssAnon"))
    return sum(int(words[1]) * 1024 for words in lines)


if __name__ == "__main__":
    sys.exit(main())
