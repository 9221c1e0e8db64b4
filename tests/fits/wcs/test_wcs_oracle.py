"""The browser's formulas against astropy: every kind of header and every real file, through the TypeScript itself.

The description that the server sends and astropy's own positions go to a file; Vitest computes them anew
(``client/src/wcs/oracle.test.ts``) and compares.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sky_cases import CASES, astropy_wcs, lon_lat, pixels_of, scattered_pixels

from visiomatic.fits.cards import parse_cards
from visiomatic.fits.frames import STANDARD, convert
from visiomatic.fits.wcs import Sky, read_sky

pytestmark = pytest.mark.node

_FRAMES_AT = 8  # pixels at which all frames are compared


@pytest.fixture(scope="module")
def vitest(project_root: Path) -> list[str]:
    node = shutil.which("node")
    program = project_root / "client" / "node_modules" / "vitest" / "vitest.mjs"
    if node is None or not program.is_file():
        pytest.skip("Node.js or the client's packages are missing (client/node_modules)")
    return [node, str(program), "run", "--environment=node", "src/wcs/oracle.test.ts"]


def run(vitest: list[str], cases: list[dict[str, Any]], folder: Path, root: Path) -> None:
    oracle = folder / "oracle.json"
    oracle.write_text(json.dumps(cases))
    environment = {**os.environ, "SKY_ORACLE": str(oracle), "NO_COLOR": "1"}
    result = subprocess.run(vitest, cwd=root / "client", env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, f"{result.stdout[-6000:]}\n{result.stderr[-2000:]}"
    assert f"{3 * len(cases)} passed" in result.stdout


def rows(values: NDArray[np.float64]) -> list[list[float] | None]:
    """(2, n) as pairs; null for NaN."""
    return [None if np.isnan(pair).any() else pair.tolist() for pair in values.T]


def oracle_case(name: str, sky: Sky, wcs: Any, width: int, height: int, **limits: Any) -> dict[str, Any]:
    pixels = scattered_pixels(width, height)
    native = lon_lat(wcs, pixels)
    some = np.flatnonzero(np.isfinite(native[0]))[:: max(1, native.shape[1] // _FRAMES_AT)]
    frames = {
        frame: rows(np.stack(convert(*native[:, some], sky.native_frame, target))) for frame, target in STANDARD.items()
    }
    return {
        "name": name, "width": width, "height": height, "description": sky.describe(), **limits,
        "pixels": rows(pixels), "native": rows(native),
        "framePixels": rows(pixels[:, some]), "frames": frames,
        **anywhere(wcs),
    }  # fmt: skip


def anywhere(wcs: Any) -> dict[str, Any]:
    """Directions over the whole sky and their pixels; only where nothing but wcslib's core has a say."""
    if wcs.has_distortion or wcs.wcs.lng < 0:
        return {"sky": [], "skyPixels": []}
    rng = np.random.default_rng(3)
    sky = np.stack([rng.uniform(0, 360, 200), np.degrees(np.arcsin(rng.uniform(-1, 1, 200)))])
    return {"sky": rows(sky), "skyPixels": rows(pixels_of(wcs, sky))}


def kinds() -> Iterator[dict[str, Any]]:
    for case in CASES:
        sky, reason = read_sky(case.cards, case.width, case.height)
        assert sky is not None, f"{case.name}: {reason}"
        entry = oracle_case(case.name, sky, astropy_wcs(case.keywords), case.width, case.height)
        if "TPV" in case.name or "SCAMP" in case.name:
            entry["sky"] = entry["skyPixels"] = []  # far from the field the polynomial has no inverse to agree on
        yield entry


def test_the_browser_agrees_with_astropy_on_every_kind_of_header(
    vitest: list[str], tmp_path: Path, project_root: Path
) -> None:
    cases = list(kinds())
    assert len(cases) >= 109
    assert all(case["description"]["grid"] is None for case in cases), "every kind here has a formula"
    run(vitest, cases, tmp_path, project_root)


def real_images(folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Name, header and HDU list of every image in the files that a viewer should open."""
    from astropy.io import fits

    truth = json.loads((folder / "truth.json").read_text())["files"]
    for name, entry in truth.items():
        if entry["expect"] != "open":
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(folder / name) as hdus:
                for index, hdu in enumerate(hdus):
                    if getattr(hdu, "is_image", False) or isinstance(hdu, fits.CompImageHDU):
                        header = hdu.header
                        if header.get("NAXIS", 0) >= 2 and "CTYPE1" in header:
                            yield f"{name}[{index}]", header, hdus


def celestial_wcs(header: Any, hdus: Any) -> Any:
    """astropy's WCS; of cubes whose third axis it refuses, after removing that axis from the header."""
    from astropy.wcs import WCS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return WCS(header, hdus).celestial
        except Exception:  # noqa: BLE001 (wcslib raises many classes)
            header = header.copy()
            for keyword in [k for k in header if len(k) == 6 and k[-1] in "345" and k[0] == "C"]:
                del header[keyword]
            header["NAXIS"] = header["WCSAXES"] = 2
            return WCS(header).celestial


def test_the_browser_agrees_with_astropy_on_every_real_file(
    vitest: list[str], real_data: Path, tmp_path: Path, project_root: Path
) -> None:
    cases = []
    for name, header, hdus in real_images(real_data):
        width, height = header["NAXIS1"], header["NAXIS2"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cards = parse_cards(header.tostring(endcard=False, padding=False).encode("latin-1"))
        sky, reason = read_sky(cards, width, height)
        assert sky is not None or "no world coordinates" in reason, f"{name}: {reason}"
        if sky is None or sky.pixel_scale is None:
            continue
        wcs = celestial_wcs(header, hdus)
        limits = {"grid": True} if sky.describe()["grid"] else {}
        entry = oracle_case(name, sky, wcs, width, height, **limits)
        if limits or "TPV" in str(header["CTYPE1"]):
            entry["sky"] = entry["skyPixels"] = []
        cases.append(entry)
    assert len(cases) > 50
    assert {case["name"] for case in cases if case["description"]["grid"]} == {
        "wcs/tnx.fits[0]", "wcs/dss.14.29.56-62.41.05.fits.gz[0]",
    }  # fmt: skip
    run(vitest, cases, tmp_path, project_root)
