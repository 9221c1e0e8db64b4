"""``visiomatic [options] [file …]``: show files, a directory, or serve the data directory."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from visiomatic.cli.arguments import make_parser, parse, warn
from visiomatic.cli.serve import serve
from visiomatic.errors import ConfigurationError
from visiomatic.settings import Settings, as_ini, default_config_path, load_settings


def run_show(words: Sequence[str]) -> int:
    """Parse the command line and do what it says; returns the exit code."""
    parser = make_parser()
    parser.add_argument("files", nargs="*", metavar="FILE", default=[], help="image, section of one, or directory")
    given = parse(parser, words)
    config = given.pop("config", None)
    show, save = given.pop("show_config", False), given.pop("save_config", False)
    files = given.pop("files")
    settings, warnings = load_settings(given | _named(files), config if isinstance(config, Path) else None)
    for message in warnings:
        warn(message)
    if show:
        print(as_ini(settings))
        return 0
    if save:
        return _save(settings, config if isinstance(config, Path) else default_config_path())
    if settings.files:
        check_files(settings)
    return serve(settings, open_browser=bool(files) and not settings.no_browser)


def check_files(settings: Settings) -> None:
    """Open what the command line names, so that a wrong file is told at once. Raises VisiomaticError."""
    from visiomatic.fits.resources import Resources
    from visiomatic.image import ImageFactory
    from visiomatic.library import Library
    from visiomatic.pyramid.cache import OverviewCache
    from visiomatic.pyramid.memory import MemoryPool

    factory = ImageFactory(OverviewCache(None), Resources(), settings.tile_size, MemoryPool(1))
    library = Library(settings.data_dir, factory, files=settings.files)
    try:
        library.open(library.auto_image or "")
    finally:
        library.close()


def _named(files: object) -> dict[str, object]:
    """The settings that the files of the command line stand for."""
    names = [str(name) for name in files] if isinstance(files, list) else []
    directories = [name for name in names if Path(name).is_dir()]
    if not directories:
        return {"files": tuple(names)} if names else {}
    if len(names) > 1:
        raise ConfigurationError(f"{directories[0]} is a directory: name one directory, or files, not both")
    return {"data_dir": directories[0]}


def _save(settings: Settings, path: Path) -> int:
    if path.exists() and not _agrees(f"{path} exists. Replace it?"):
        print(f"{path} was left as it is")
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_ini(settings), encoding="utf-8")
    print(f"Wrote {path}")
    return 0


def _agrees(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
