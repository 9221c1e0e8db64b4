#!/usr/bin/env python3
"""Build the web client into the package, unless the bundle there already belongs to these sources.

Called by the Makefile and by CMake when a wheel or a source distribution is made. Standard library only.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "client"
BUNDLE = ROOT / "src" / "visiomatic" / "client"
STAMP = BUNDLE / "build.json"
INSTALLED = CLIENT / "node_modules" / ".visiomatic-lock"
OLDEST_NODE = (20, 19)
WITHOUT_NODE = """\
The web client has to be built, and Node.js {wanted} or newer (with npm) was not found{found}.
  - install Node.js, for instance from your system's packages, and run this again;
  - or install a release, which carries the built client: pip install visiomatic
  - or set VISIOMATIC_NO_CLIENT=1 to install the server alone, without its page."""


def main() -> int:
    """Build when needed; the exit code is 0 when the package then has the client it is meant to have."""
    if os.environ.get("VISIOMATIC_NO_CLIENT") == "1":
        print("client: left out (VISIOMATIC_NO_CLIENT=1)")
        return 0
    wanted = digest([path for path in sources() if not is_test(path)])
    if built_from() == wanted:
        return 0
    npm, found = find_npm()
    if npm is None:
        if built_from() is not None:
            print("client: Node.js is not here, using the bundle that is, though the sources differ", file=sys.stderr)
            return 0
        print(WITHOUT_NODE.format(wanted=".".join(map(str, OLDEST_NODE)), found=found), file=sys.stderr)
        return 1
    install_packages(npm)
    print("Building the client …", flush=True)
    subprocess.run([npm, "run", "--silent", "build"], cwd=CLIENT, check=True)
    (BUNDLE / "licences.txt").write_text(licences(), encoding="utf-8")
    STAMP.write_text(json.dumps({"sources": wanted}) + "\n")
    return 0


def sources() -> list[Path]:
    """The files of the client, without what tools put beside them."""
    skipped = {"node_modules", "dist", "coverage"}
    return sorted(
        path for path in CLIENT.rglob("*") if path.is_file() and not skipped & set(path.relative_to(CLIENT).parts)
    )


def is_test(path: Path) -> bool:
    """Whether the bundle does not depend on this file."""
    return ".test." in path.name or path.suffix == ".md" or "test" in path.relative_to(CLIENT).parts


def digest(paths: list[Path]) -> str:
    """One value for the names and contents of the files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(CLIENT)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def built_from() -> str | None:
    """The digest of the sources that the bundle was built from; None when there is no bundle."""
    try:
        return str(json.loads(STAMP.read_text())["sources"])
    except (OSError, ValueError, KeyError):
        return None


def find_npm() -> tuple[str | None, str]:
    """The npm to use, or None and what was found instead."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None, ""
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = tuple(int(number) for number in re.findall(r"\d+", text)[:2])
    return (npm, "") if version >= OLDEST_NODE else (None, f" (Node.js {text} is too old)")


def install_packages(npm: str) -> None:
    """Install what the lock file names, unless that was done already."""
    lock = digest([CLIENT / "package.json", CLIENT / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == lock:
        return
    print("Installing the npm packages that client/package-lock.json names …", flush=True)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=CLIENT, check=True)
    INSTALLED.write_text(lock)


def licences() -> str:
    """The licences of the packages that the bundle contains, as they ask to be shown."""
    modules = CLIENT / "node_modules"
    todo, parts = list(_dependencies(CLIENT)), {}
    while todo:
        name = todo.pop()
        folder = modules / name
        if name in parts or not folder.is_dir():
            continue
        texts = sorted(folder.glob("LICEN[CS]E*")) + sorted(folder.glob("licen[cs]e*"))
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        # A package of a larger project may carry no text of its own.
        text = texts[0].read_text(encoding="utf-8").strip() if texts else f"Licence: {about['license']}"
        parts[name] = f"{name} {about['version']}\n\n{text}\n"
        todo += _dependencies(folder)
    head = "VisiOmatic's web client is published under the MIT licence and contains these packages.\n"
    own = (CLIENT / "NOTICE.md").read_text(encoding="utf-8")
    return f"\n{'-' * 80}\n\n".join([head, *(parts[name] for name in sorted(parts)), own])


def _dependencies(folder: Path) -> list[str]:
    return list(json.loads((folder / "package.json").read_text(encoding="utf-8")).get("dependencies", {}))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"client: {' '.join(map(str, error.cmd[1:]))} failed")
