"""The page in a stock Firefox, Debian's where there is one."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = [pytest.mark.node, pytest.mark.timeout(240)]

FIELD = "simulated-field-1024.fits"


@pytest.fixture(scope="module")
def found(demo_url: str, project_root: Path, artefacts: Path) -> dict[str, Any]:
    """What Firefox shows of the field. Only where Firefox cannot be had, it is left out."""
    node, script = shutil.which("node"), project_root / "client" / "tests" / "firefox.mjs"
    if node is None or not (project_root / "client" / "node_modules" / "puppeteer-core").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    tool = [sys.executable, project_root / "tools" / "browser.py", "--firefox"]
    firefox = subprocess.run(tool, capture_output=True, text=True, check=False).stdout.strip()
    if not firefox:
        pytest.skip("Firefox is not installed")
    command = [node, script, firefox, f"{demo_url}?image={FIELD}", artefacts / "firefox.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def test_firefox_shows_the_image_to_the_pixel_without_a_complaint(found: dict[str, Any], tmp_path: Path) -> None:
    from astropy.io import fits

    from visiomatic.demo import make_library

    assert found["faults"] == []
    data = fits.getdata(make_library(tmp_path, 1024, 1, lambda part: None) / FIELD).astype(float)
    drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(found["picture"]))).convert("RGB")).sum(axis=2)
    # The middle of the window is on pixel (512, 512); the picture is 200 pixels around, one for one.
    plane = data.mean(axis=0)

    def likeness(dx: int, dy: int) -> float:
        part = plane[411 + dy : 611 + dy, 411 + dx : 611 + dx][::-1]
        good = np.isfinite(part)
        ranks = [np.argsort(np.argsort(values)) for values in (part[good], drawn[good])]
        return float(np.corrcoef(*ranks)[0, 1])

    best = max(((dx, dy) for dx in range(-3, 4) for dy in range(-3, 4)), key=lambda shift: likeness(*shift))
    assert max(map(abs, best)) <= 1
    assert likeness(*best) > 0.8


def test_firefox_opens_every_panel(found: dict[str, Any]) -> None:
    assert len(found["panels"]) >= 9


def test_wheel_drag_and_keys_work_in_firefox(found: dict[str, Any]) -> None:
    assert found["wheel"]["zoom"] > 1
    scale = 2 ** found["wheel"]["zoom"]
    assert found["drag"]["x"] - found["wheel"]["x"] == pytest.approx(100 / scale, abs=30 / scale)
    assert found["drag"]["y"] - found["wheel"]["y"] == pytest.approx(-40 / scale, abs=30 / scale)
    assert found["whole"]["zoom"] == pytest.approx(found["start"]["zoom"])
    assert len(found["sky"]) == 2
