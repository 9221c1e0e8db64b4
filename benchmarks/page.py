"""The real page in the system's Chromium."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright

WIDTH, HEIGHT = 1400, 900
SETTLED = "() => document.querySelector('visiomatic-viewer').viewer.map.whenSettled()"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Page]:
    """The page at *url* once its viewer is ready, in a browser that ends with the block."""
    tool = Path(__file__).parents[1] / "tools" / "browser.py"
    browser = subprocess.run([sys.executable, tool], capture_output=True, text=True, check=True).stdout.strip()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = await chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            await page.goto(url)
            await page.evaluate("() => document.querySelector('visiomatic-viewer').ready")
            yield page
        finally:
            await chromium.close()
