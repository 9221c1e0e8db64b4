"""Images larger than memory with the real command and a real browser: what is shown at once, and what is said of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from astropy.io import fits

from servers import ask, workers_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIDE = 250_000  # 250 GB of float32, nearly all of it a hole
SHADOW = "document.querySelector('visiomatic-viewer').shadowRoot"


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    """A file larger than the memory of most computers, with something in its first rows."""
    path = tmp_path / "survey.fits"
    header = fits.Header({"SIMPLE": True, "BITPIX": -32, "NAXIS": 2, "NAXIS1": SIDE, "NAXIS2": SIDE})
    start = header.tostring().encode()
    with path.open("wb") as file:
        file.write(start)
        file.write(np.random.default_rng(1).normal(100, 5, SIDE).astype(">f4").tobytes())
        file.truncate(-(-(len(start) + 4 * SIDE * SIDE) // 2880) * 2880)
    return path


def test_a_preview_is_marked_in_the_page_and_a_cache_that_cannot_be_written_is_said(
    start: Callable, open_page: Callable[..., Page], sparse: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    command = start("--no-browser", "--workers", "1", "--cache-dir", tmp_path / "file" / "cache", sparse)
    page = open_page(command.url())
    mark = page.get_by_role("progressbar", name="Exact overviews")
    mark.wait_for()
    page.wait_for_function(f"() => {SHADOW}.querySelector('.preview').innerText.includes('Preview')")
    page.get_by_text("The cache of overviews cannot be used (not a directory)").first.wait_for()
    page.keyboard.press("i")
    page.get_by_text("a preview; exact ones are being made").wait_for()
    assert "%" in mark.inner_text()
    page.goto("about:blank")
    command.interrupt()
    assert "Traceback" not in command.output


def test_a_file_that_is_cut_under_a_server_costs_requests_an_error_and_no_worker_its_life(
    start: Callable, tmp_path: Path
) -> None:
    path = tmp_path / "cut.fits"
    fits.PrimaryHDU(np.random.default_rng(2).normal(100, 5, (3000, 3000)).astype(np.float32)).writeto(path)
    command = start("--no-browser", "--workers", "1", "--cache-dir", tmp_path / "cache", path)
    url = command.url()

    def status(tile: str) -> int:
        return ask(url, f"api/v1/images/cut.fits/tiles/{tile}.png?channel=1&cuts=0,200")[0]

    before = workers_of(command.process.pid)
    assert status("4/0/0") == 200
    os.truncate(path, 2880 + 4 * 3000 * 1000)
    found = {tile: status(tile) for tile in ("4/0/0", "4/5/5", "4/11/11", "0/0/0", "2/1/1")}
    assert all(code in (200, 404, 409, 410, 415, 422, 503) for code in found.values()), found
    path.unlink()
    assert status("4/7/7") in (404, 410)
    time.sleep(0.2)
    assert workers_of(command.process.pid) == before, command.output
    assert command.process.poll() is None
    command.end()
