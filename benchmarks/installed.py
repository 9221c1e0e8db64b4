"""What `make peers` has put aside: other servers and a faster load generator, and how to start them."""

import os
import re
import shutil
from pathlib import Path

LIBRARIES = "usr/lib/x86_64-linux-gnu"


def peers_folder() -> Path:
    """The folder that `make peers` fills."""
    return Path(os.environ.get("VISIOMATIC_PEERS", Path(__file__).resolve().parents[1] / ".peers"))


def installed(name: str) -> Path | None:
    """The folder of a peer that is completely installed."""
    place = peers_folder() / name
    return place if (place / ".complete").is_file() else None


def version(name: str, package: str) -> str:
    """The version of *package* as its installer noted it."""
    text = (peers_folder() / name / ".complete").read_text()
    found = re.search(rf"^(?:\./)?{package}(?:==|_)([^_\s]+)", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else "?"


def with_libraries(place: Path) -> dict[str, str]:
    """The environment for a program of unpacked packages, which brings libraries of its own."""
    return os.environ | {"LD_LIBRARY_PATH": str(place / LIBRARIES)}


def wrk() -> tuple[str, dict[str, str]] | None:
    """The program `wrk` and the environment it needs."""
    if found := shutil.which("wrk"):
        return found, dict(os.environ)
    place = installed("wrk")
    return (str(place / "usr/bin/wrk"), with_libraries(place)) if place else None
