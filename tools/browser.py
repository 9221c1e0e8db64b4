#!/usr/bin/env python3
"""Print the Chromium or Chrome that the tests shall drive; with --install, get one when there is none.

With --install, also try to get Debian's Firefox and nginx, with which some tests look at the page a second time; those
tests are left out where the programs cannot be had. ``--firefox`` prints where Firefox is.
"""

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
FIREFOX = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
MORE = {"firefox-esr": FIREFOX, "nginx-light": ("nginx", "/usr/sbin/nginx")}
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


def first(names: tuple[str, ...]) -> str | None:
    """The first of some programs that is here."""
    return next(filter(None, map(shutil.which, names)), None)


def find_firefox() -> str | None:
    """The executable, or None."""
    return os.environ.get("VISIOMATIC_TEST_FIREFOX") or first(FIREFOX)


def install() -> None:
    """Try the system's packages as root on Debian, then Playwright's download."""
    packages = [] if find() else ["chromium", "fonts-dejavu-core"]
    packages += [package for package, names in MORE.items() if first(names) is None]
    if packages and shutil.which("apt-get") and os.geteuid() == 0:
        run("apt-get", "update", "-qq")
        for package in packages:
            run("apt-get", "install", "-y", "--no-install-recommends", package)
    if find() is None:
        run(sys.executable, "-m", "playwright", "install", "chromium")


def run(*command: str) -> None:
    """Run a command that may fail, what it says on standard error."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


def main() -> int:
    """Print the path; the exit code is 1 when there is none."""
    if "--firefox" in sys.argv:
        print(find_firefox() or "")
        return 0 if find_firefox() else 1
    if "--install" in sys.argv:
        install()
    path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
