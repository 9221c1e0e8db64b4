"""``visiomatic demo``: make the demonstration images and show them."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from visiomatic.cli.arguments import make_parser, parse, warn
from visiomatic.cli.serve import serve
from visiomatic.demo import field_name, make_library
from visiomatic.errors import ConfigurationError
from visiomatic.settings import load_settings

USAGE = "visiomatic demo [--size N] [--seed N] [--make-only] [options]"
SMALLEST, LARGEST = 64, 131_072
BAR = 40
NEW_LINE = "\n"
START_CUTS = "cuts=1:85,600&cuts=2:114,800&cuts=3:152,1000"  # a neutral sky, for the first look


def run_demo(words: Sequence[str]) -> int:
    """Make what is missing in the cache directory, then serve it as a library; returns the exit code."""
    parser = make_parser(USAGE)
    group = parser.add_argument_group("demonstration")
    group.add_argument("--size", type=int, default=4096, metavar="N", help="pixels along each side (default: 4096)")
    group.add_argument("--seed", type=int, default=1, metavar="N", help="of the random numbers (default: 1)")
    group.add_argument("--make-only", action="store_true", default=False, help="print the directory and end")
    given = parse(parser, words)
    size, seed, make_only, config = (given.pop(name, None) for name in ("size", "seed", "make_only", "config"))
    settings, warnings = load_settings(given, config if isinstance(config, Path) else None)
    for message in warnings:
        warn(message)
    if not isinstance(size, int) or not SMALLEST <= size <= LARGEST:
        raise ConfigurationError(f"option size: choose {SMALLEST} to {LARGEST} pixels, not {size}")
    bar = ProgressBar("Simulating the field")
    library = make_library(settings.cache_dir / "demo", size, int(str(seed)), bar.show)
    bar.end()
    if make_only:
        print(library)
        return 0
    shown = settings.model_copy(update={"data_dir": library})
    start = f"image={field_name(size)}&mode=color&{START_CUTS}"
    return serve(shown, open_browser=not settings.no_browser, start=start)


class ProgressBar:
    """A line on standard error that grows in a terminal, and a line at the start and end anywhere else."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = sys.stderr.isatty()
        self._start = time.monotonic()
        self._used = False

    def show(self, part: float) -> None:
        if self._live:
            done = round(BAR * part)
            print(
                f"\r{self._title} [{'█' * done}{'·' * (BAR - done)}] {part:4.0%}", end="", file=sys.stderr, flush=True
            )
        elif not self._used:
            print(f"{self._title} …", file=sys.stderr, flush=True)
        self._used = True

    def end(self) -> None:
        if self._used:
            spent = time.monotonic() - self._start
            print(f"{NEW_LINE if self._live else ''}Done in {spent:.1f} s", file=sys.stderr)
