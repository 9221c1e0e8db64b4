"""Fields of one sky that are compared, and what a browser does with files that are let go over it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

HEIGHT, WIDTH, CHANNELS = 700, 900, 4


def sky(shift: float = 0.0) -> fits.Header:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.cunit = ["RA---TAN", "DEC--TAN"], ["deg", "deg"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [150.0, 2.0], [450.5 + shift, 350.5], [-1e-3, 1e-3]
    header = wcs.to_header()
    header["BUNIT"] = "adu"
    return header


def make_fields(folder: Path) -> None:
    """Write `a.fits`, `b.fits`, which lies 40 pixels aside, and `cube.fits`."""
    rng = np.random.default_rng(5)
    cube = rng.gamma(2.0, 30.0, (CHANNELS, HEIGHT, WIDTH)).astype(np.float32)
    cube[:, 100:120, 200:230] = np.nan
    fits.writeto(folder / "cube.fits", cube, sky())
    for name, plane, shift in (("a.fits", cube[0], 0.0), ("b.fits", cube[1], 40.0)):
        fits.writeto(folder / name, plane, sky(shift))


def drop(viewer: Any, *files: Path) -> None:
    """What a browser does when files are dragged onto the page and let go."""
    data = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files]
    viewer.ask(
        """(() => {
          const transfer = new DataTransfer();
          for (const [name, text] of a[0]) {
            transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
          }
          const how = {bubbles: true, cancelable: true, composed: true};
          const target = element.shadowRoot.querySelector('.field');
          target.dispatchEvent(new DragEvent('dragover', {...how, dataTransfer: transfer}));
          target.dispatchEvent(new DragEvent('drop', {...how, dataTransfer: transfer, clientX: 600, clientY: 300}));
        })()""",
        data,
    )
