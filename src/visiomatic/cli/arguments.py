"""From the settings to options of the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ByteSize

from visiomatic import __version__
from visiomatic.settings import ENV_PREFIX, RETIRED, SECTIONS, Option, default_config_path, options

USAGE = (
    "visiomatic [options] [file …]\n       visiomatic demo [options]\n       visiomatic cache list|clear|verify\n"
    "       visiomatic convert IN OUT.geojson"
)
HEADINGS = {
    "host": "server process",
    "image": "defaults of the VisiOmatic 3 interface",
    "server": "what is served",
    "limits": "limits of one request",
    "engine": "threads",
    "cache": "cache",
}
EPILOG = f"""\
FILE is a FITS file, with an HDU or a section in brackets if wanted: image.fits[SCI,2]. Several files are shown as the
channels of one image; a directory is shown as a library. Each option can also be set in the configuration file
({default_config_path()}) or in the environment as {ENV_PREFIX}OPTION; the command line wins, then the environment.
"""


def make_parser(usage: str = USAGE) -> argparse.ArgumentParser:
    """A parser of all settings; what is not given is absent from the parsed namespace."""
    parser = argparse.ArgumentParser(
        "visiomatic",
        usage=usage,
        description="Remote viewer of huge astronomical images.",
        epilog=EPILOG,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=34, width=118),
    )
    parser.add_argument("-V", "--version", action="version", version=f"visiomatic {__version__}")
    parser.add_argument("-c", "--config", metavar="FILE", type=Path, help="configuration file, INI or TOML")
    parser.add_argument("-S", "--show-config", action="store_true", help="print the settings in force and end")
    parser.add_argument("-s", "--save-config", action="store_true", help="write them to the configuration file and end")
    groups = {section: parser.add_argument_group(HEADINGS[section]) for section in SECTIONS}
    for option in options():
        _add(groups[option.section], option)
    for name in RETIRED:
        parser.add_argument(_long(name), help=argparse.SUPPRESS)
    return parser


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    flags = [f"-{option.letter}"] if option.letter else []
    if option.name == "no_browser":
        group.add_argument(*flags, "--no-browser", action="store_true", help=option.description)
        group.add_argument("--browser", dest="no_browser", action="store_false", help="open it after all")
    elif option.kind == "flag":
        action = argparse.BooleanOptionalAction
        group.add_argument(*flags, _long(option.name), action=action, help=option.description)
    else:
        metavar = option.name.split("_")[-1].upper()
        group.add_argument(*flags, _long(option.name), metavar=metavar, help=_help(option))


def _help(option: Option) -> str:
    default = option.default.human_readable() if isinstance(option.default, ByteSize) else option.default
    default = " ".join(default) if isinstance(default, tuple) else default
    shown = "" if default in ("", None) else f" (default: {default})"
    return (option.description + shown).replace("%", "%%")


def _long(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def kebab(words: Sequence[str]) -> list[str]:
    """The words with ``--old_spelling`` turned into ``--old-spelling``; what follows ``--`` is left alone."""
    result = list(words)
    end = result.index("--") if "--" in result else len(result)
    for position, word in enumerate(result[:end]):
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            result[position] = name.replace("_", "-") + equals + value
    return result


def parse(parser: argparse.ArgumentParser, words: Sequence[str]) -> dict[str, object]:
    """The options given, by the name of their setting. Ends the process with code 2 when one is unknown."""
    return vars(parser.parse_intermixed_args(kebab(words)))


def warn(message: str) -> None:
    """Tell the person at the terminal something that does not stop the work."""
    print(f"visiomatic: warning: {message}", file=sys.stderr)
