#!/usr/bin/env python3
"""Print the Chromium or Chrome that the tests shall drive; with --install, get one when there is none."""

import glob
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
MISSING = """\
The tests in a browser need Chromium or Chrome, and none was found.
  - Debian or Ubuntu: apt-get install chromium
  - anywhere Playwright's own build can be downloaded: .venv/bin/playwright install chromium
  - or name one: export VISIOMATIC_TEST_BROWSER=/path/to/chrome"""


def find() -> str | None:
    """The executable, or None."""
    named = os.environ.get("VISIOMATIC_TEST_BROWSER")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for place in PLACES:
        if found := sorted(glob.glob(os.path.expanduser(place))):
            return found[-1]
    return None


def install() -> None:
    """Try the system's packages as root on Debian, then Playwright's download."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        packages = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        commands[:0] = [["apt-get", "update", "-qq"], packages]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        if find() is None:
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


def main() -> int:
    """Print the path; the exit code is 1 when there is none."""
    if find() is None and "--install" in sys.argv:
        install()
    path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
