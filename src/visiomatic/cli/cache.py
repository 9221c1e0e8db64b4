"""``visiomatic cache list|clear|verify``: what overviews and unpacked files take on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ByteSize

from visiomatic.cli.arguments import make_parser, parse, warn
from visiomatic.settings import load_settings

if TYPE_CHECKING:
    from visiomatic.pyramid.cache import OverviewCache
    from visiomatic.pyramid.inventory import CacheEntry

USAGE = "visiomatic cache list|clear|verify [--cache-dir DIR] [options]"


def run_cache(words: Sequence[str]) -> int:
    """Do one thing with the cache directory; the exit code is 1 when `verify` found damage."""
    parser = make_parser(USAGE)
    parser.add_argument("action", choices=("list", "clear", "verify"), help="what to do")
    given = parse(parser, words)
    action, config = given.pop("action"), given.pop("config", None)
    settings, warnings = load_settings(given, config if isinstance(config, Path) else None)
    for message in warnings:
        warn(message)
    from visiomatic.pyramid.cache import OverviewCache

    cache = OverviewCache(settings.cache_dir)
    try:
        return {"list": _list, "clear": _clear, "verify": _verify}[str(action)](cache)
    finally:
        cache.close()


def _list(cache: OverviewCache) -> int:
    entries = cache.entries()
    for entry in entries:
        used = datetime.fromtimestamp(entry.used_ns / 1e9, UTC).astimezone()
        state = "complete" if entry.complete else "unfinished"
        print(f"{used:%Y-%m-%d %H:%M}  {_size(entry.bytes):>10}  {state:<10}  {_name(entry)}")
    total = _size(sum(entry.bytes for entry in entries))
    print(f"{len(entries)} entries of {len({entry.image for entry in entries})} images, {total}, in {cache.directory}")
    return 0


def _clear(cache: OverviewCache) -> int:
    print(f"Removed {_size(cache.clear())} from {cache.directory}")
    return 0


def _verify(cache: OverviewCache) -> int:
    damaged = cache.verify()
    for entry, problem in damaged:
        print(f"removed: {_name(entry)}: {problem}")
    print(f"{len(cache.entries())} entries are sound, {len(damaged)} were damaged and removed")
    return 1 if damaged else 0


def _name(entry: CacheEntry) -> str:
    """The image and channel as a person would write them."""
    about = entry.describe()
    if not about:
        return f"{entry.path.name} (damaged)"
    if entry.is_unpacked:
        return f"{about['source']}, unpacked"
    section = f"[{about['section']}]" if about.get("section") else ""
    return f"{about['source']}{section} channel {about['channel']}, {about['width']} × {about['height']}"


def _size(size: int) -> str:
    return ByteSize(size).human_readable(decimal=True, separator=" ")
