"""The command ``visiomatic``: reads the command line, runs one command, turns errors into messages and exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from visiomatic.errors import ConfigurationError, VisiomaticError

EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, 1 (it cannot be done), 2 (a wrong option) or 130 (Ctrl-C)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except ConfigurationError as error:
        return _fail(error, EXIT_USAGE)
    except (VisiomaticError, OSError) as error:
        return _fail(error, EXIT_FAILURE)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run(words: list[str]) -> int:
    # Imported here, so that no command pays for what another one needs.
    if words[:1] == ["demo"]:
        from visiomatic.cli.demo import run_demo

        return run_demo(words[1:])
    if words[:1] == ["cache"]:
        from visiomatic.cli.cache import run_cache

        return run_cache(words[1:])
    if words[:1] == ["convert"]:
        from visiomatic.cli.convert import run_convert

        return run_convert(words[1:])
    from visiomatic.cli.show import run_show

    return run_show(words)


def _fail(error: Exception, code: int) -> int:
    print(f"visiomatic: {error}", file=sys.stderr)
    return code
