#!/usr/bin/env python3
"""House rules that no linter knows: sizes of files and functions, lock files without addresses, no machine paths."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES = 400
FUNCTION_LINES = 60
# Longer for a reason that stands there: tables, or one thing that would not become clearer in two files.
LONGER_FILES: dict[str, int] = {"src/visiomatic/settings.py": 480}  # the one table of all options
CODE = (".py", ".ts", ".cpp", ".h")
LOCKS = re.compile(r"(^|/)(package-lock\.json|\.npmrc|requirements/.*\.(txt|in))$")
ADDRESS = re.compile(
    r"\"resolved\": *\"https?:|^ *(--(extra-)?index-url|--find-links|--trusted-host|registry *=)|@ file:"
)
MACHINE_PATH = re.compile(r"(^|[^\w.~-])/(home/\w|Users/\w|work/|root/)")


def main() -> int:
    """Print each fault; the exit code is 1 when there is one."""
    faults = [fault for path in tracked() for fault in check(path)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def tracked() -> list[Path]:
    """The files under version control, or all files where there is none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def check(path: Path) -> Iterator[str]:
    """The faults of one file."""
    name = path.relative_to(ROOT).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    if LOCKS.search(name):
        for number, line in enumerate(lines, 1):
            if ADDRESS.search(line):
                yield f"{name}:{number}: a lock file names an address: {line.strip()[:80]}"
    if path.suffix in CODE and not name.startswith("tests/"):
        yield from _sizes(name, path.suffix, text, lines)
    if name != "tools/check_house.py" and not name.endswith("package-lock.json"):
        for number, line in enumerate(lines, 1):
            if MACHINE_PATH.search(line):
                yield f"{name}:{number}: a path of one machine: {line.strip()[:80]}"


def _sizes(name: str, suffix: str, text: str, lines: list[str]) -> Iterator[str]:
    limit = LONGER_FILES.get(name, FILE_LINES)
    if len(lines) > limit:
        yield f"{name}: {len(lines)} lines, at most {limit}"
    if suffix != ".py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"


if __name__ == "__main__":
    sys.exit(main())
