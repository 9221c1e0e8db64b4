#!/usr/bin/env python3
"""Take pictures of every panel for the manual: desktop and phone, dark and light. They are not under version control.

    screenshots.py FOLDER

Without Chromium the manual is built without them, and this says so.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from browser import find

SIZES = {"desktop": {"width": 1400, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("dark", "light")
SETTLED = (
    "document.querySelector('visiomatic-viewer').ready.then((one) => one.viewer.map.whenSettled()).then(() => null)"
)
PANELS = (
    "[...document.querySelector('visiomatic-viewer').shadowRoot.querySelector('vm-sidebar').panels].map(({id}) => id)"
)
OPEN = "(id) => document.querySelector('visiomatic-viewer').viewer.openPanel(id)"
CLEAR = "() => document.querySelector('visiomatic-viewer').viewer.state.set({ overlays: [] })"


def main() -> int:
    """The exit code is 0 also where there is no browser."""
    folder = Path(sys.argv[1])
    browser = find()
    if browser is None:
        print("docs: there is no Chromium here, so the manual gets no pictures (tools/browser.py says how to get one)")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, demo() as url:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            for scheme in SCHEMES:
                shoot(chromium, url, size, scheme, folder)
        chromium.close()
    return 0


@contextmanager
def demo() -> Iterator[str]:
    """The address of a server that shows the demonstration images."""
    with tempfile.TemporaryDirectory() as cache:
        options = ["--size", "2048", "--cache-dir", cache, "--no-browser", "--workers", "1"]
        command = [sys.executable, "-m", "visiomatic", "demo", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(30)


def _address(process: "subprocess.Popen[str]") -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if found := re.search(r"is ready: ([^\s?]+)", line):
            return found[1]
    raise RuntimeError(f"the server did not start:\n{said}")


def shoot(browser: Any, url: str, size: str, scheme: str, folder: Path) -> None:
    """One picture of the page alone and one of each panel."""
    phone = size == "phone"
    # Nothing glides: every picture shows a panel at rest.
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, has_touch=phone, is_mobile=phone, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{url}?image=simulated-field-2048.fits&mode=color")
    page.evaluate(SETTLED)
    for panel in ["", *page.evaluate(PANELS)]:
        page.evaluate(OPEN, panel)
        if panel:
            page.locator(f"vm-{panel}-panel").wait_for()
        if panel == "plots":
            page.get_by_role("button", name="Across the view").click()
            page.locator("vm-plot-card canvas").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        name = f"{panel or 'page'}-{size}-{scheme}.jpg"
        page.screenshot(path=str(folder / name), type="jpeg", quality=82)
        page.evaluate(CLEAR)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
