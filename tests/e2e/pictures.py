"""A small cube of stars, what its pictures have to look like, and what a page shows of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.io import fits
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHANNELS, HEIGHT, WIDTH, TILE, LEVELS = 5, 903, 1201, 256, 4  # sizes that do not halve evenly
PART = slice(300, 620), slice(450, 890)  # rows and columns of the window that no control covers
CARDS = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.1, "CRVAL2": 2.2, "CRPIX1": 600.0, "CRPIX2": 450.0,
         "CD1_1": -1e-4, "CD1_2": 2e-5, "CD2_1": 2e-5, "CD2_2": 1e-4, "OBJECT": "M 0", "BUNIT": "adu"}  # fmt: skip


def make_cube(folder: Path) -> np.ndarray:
    """Write `deep/cube.fits`, and `field.fits`, its first channel alone; the numbers: row 0 is FITS row 1."""
    rng = np.random.default_rng(3)
    data = np.stack([rng.normal(100 + 20 * c, 8, (HEIGHT, WIDTH)) for c in range(CHANNELS)])
    y, x = np.mgrid[-8:9, -8:9]
    for plane in data:
        for row, column in zip(rng.integers(8, HEIGHT - 8, 600), rng.integers(8, WIDTH - 8, 600), strict=True):
            star = rng.uniform(50, 3000) * np.exp(-(x**2 + y**2) / rng.uniform(4, 20))
            plane[row - 8 : row + 9, column - 8 : column + 9] += star
    stored = data.round().astype(np.int16)
    (folder / "deep").mkdir()
    for name, part in (("deep/cube.fits", stored), ("field.fits", stored[0])):
        fits.PrimaryHDU(part, fits.Header(CARDS)).writeto(folder / name)
    return stored.astype(float)


def at_level(plane: np.ndarray, halvings: int) -> np.ndarray:
    """What the whole display shows of a plane: top row first, halved by means of the pixels that are there."""
    plane = plane[::-1]
    for _ in range(halvings):
        rows, columns = plane.shape
        padded = np.pad(plane, ((0, rows % 2), (0, columns % 2)), constant_values=np.nan)
        plane = np.nanmean(padded.reshape(-(-rows // 2), 2, -(-columns // 2), 2), axis=(1, 3))
    return plane


def rendered(scaled: np.ndarray, gamma: float = 2.2) -> np.ndarray:
    """Bytes of display, by the formula of VisiOmatic 3."""
    return np.floor(255.49 * np.clip(scaled, 0, 1) ** (1 / gamma))


def grey(plane: np.ndarray, cuts: list[float], gamma: float = 2.2) -> np.ndarray:
    low, high = cuts
    return np.repeat(rendered((plane - low) / (high - low), gamma)[..., None], 3, axis=2)


def coloured(planes: list[np.ndarray], cuts: list[list[float]]) -> np.ndarray:
    """With the colours that the page of VisiOmatic 3 gives five channels by default."""
    nodes = [(-0.167, -0.167, 1.333), (-0.167, 1.333, -0.167), (1.333, -0.167, -0.167)]
    mix = np.stack([np.interp(range(CHANNELS), [0, 2, 4], column) for column in zip(*nodes, strict=True)])
    scaled = [(plane - low) / (high - low) for plane, (low, high) in zip(planes, cuts, strict=True)]
    return rendered(np.tensordot(3 / CHANNELS * mix, scaled, 1).transpose(1, 2, 0))


def assert_alike(found: np.ndarray, wanted: np.ndarray) -> None:
    """The same picture, the right way round and to the pixel."""
    assert found.shape == wanted.shape
    assert wanted.std() > 5  # something is to be seen
    away = np.abs(found - wanted).mean()
    assert away < 3
    for aside in (np.roll(wanted, step, axis) for step in (1, -1) for axis in (0, 1)):
        assert np.abs(found - aside).mean() > 1.5 * away


def screen(page: Page) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(float)


def on_screen(whole: np.ndarray, left: int, top: int) -> tuple[tuple[slice, slice], np.ndarray]:
    """The part of the window that shows the image without a control above, and what *whole* has there.

    *left* and *top* are the pixel of the image in the window's corner.
    """
    (rows, columns), (height, width) = PART, whole.shape[:2]
    rows = slice(max(rows.start, -top), min(rows.stop, height - top))
    columns = slice(max(columns.start, -left), min(columns.stop, width - left))
    wanted = whole[rows.start + top : rows.stop + top, columns.start + left : columns.stop + left]
    return (rows, columns), wanted


class Watched:
    """A page, and everything that it asked of the server."""

    def __init__(self, open_page: Callable[..., Page], url: str) -> None:
        self.page = open_page("about:blank")
        self.answers: list[Any] = []
        self.alerts: list[str] = []
        self._waiting = 0
        self.page.on("request", lambda _: self._count(1))
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda _: self._count(-1))
        self.page.on("response", lambda answer: self.answers.append(answer) if "/api" in answer.url else None)
        self.page.on("dialog", self._dismiss)
        self.page.goto(url)

    def _dismiss(self, dialog: Any) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def _count(self, change: int) -> None:
        self._waiting += change

    def wait_for_answers(self) -> None:
        """Until nothing has been asked for a while."""
        quiet = 0
        while quiet < 3:
            self.page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown, 50)))")
            quiet = 0 if self._waiting else quiet + 1

    def tiles(self, level: int, since: int = 0, word: str = "JTL") -> set[int]:
        """Which tiles of a level were asked for."""
        found = [re.search(rf"&{word}=(\d+),(\d+)$", answer.url) for answer in self.answers[since:]]
        return {int(one[2]) for one in found if one and int(one[1]) == level}

    def assert_no_errors(self) -> None:
        assert self.answers
        assert {answer.status for answer in self.answers} <= {200, 304}
        assert self.alerts == []
