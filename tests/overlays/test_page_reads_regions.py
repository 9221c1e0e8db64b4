"""The page's reader of DS9 files beside astropy's ``regions``, for every shape that both know."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest

SHAPES = """\
circle(202.48,47.20,3.5')
circle(13:29:52.675,+47:11:45.02,10") # text={sexagesimal}
-ellipse(202.48,47.20,30",12",25) # text={an ellipse}
box(202.47,47.20,60",20",-25)
polygon(202.5,47.2,202.6,47.2,202.6,47.3); line(202.5,47.2,202.6,47.3) # line=1 0
annulus(202.49,47.20,2",4")
ellipse(202.48,47.20,3",1.5",6",3",2.4)
box(202.48,47.19,8",4",12",6",2.4)
point(202.49,47.20) # point=diamond text={a; point}
# text(202.45,47.18) text={hello}
"""
PIXELS = "image\ncircle(100,200,30)\nellipse(100,200,30,12,40)\nbox(10.5,20.5,4,6,10)\nline(1,2,3,4)\npoint(5,6)\n"


def shape(region: Any) -> dict[str, Any]:
    """Numbers of one region of ``regions``: degrees and arcsec, or FITS pixels."""
    kind = type(region).__name__
    corners = getattr(region, "vertices", None)
    if "Line" in kind:
        points = [_point(region.start), _point(region.end)]
    elif corners is not None:
        points = [_point(one) for one in corners]
    else:
        points = [_point(region.center)]
    names = ["radius", "inner_radius", "outer_radius"] if "Circle" in kind else []
    if "Ellipse" in kind or "Rectangle" in kind:
        names = ["width", "height", "inner_width", "inner_height", "outer_width", "outer_height"]
    half = 2.0 if "Ellipse" in kind else 1.0
    sizes = [_size(getattr(region, name)) / half for name in names if hasattr(region, name)]
    angle = getattr(region, "angle", None)
    return {"kind": kind, "points": points, "sizes": sizes, "angle": 0.0 if angle is None else angle.to_value("deg"),
            "text": region.meta.get("text", getattr(region, "text", ""))}  # fmt: skip


def _point(one: Any) -> list[float]:
    if hasattr(one, "spherical"):
        return [one.spherical.lon.to_value("deg"), one.spherical.lat.to_value("deg")]
    return [float(one.x) + 1, float(one.y) + 1]


def _size(one: Any) -> float:
    return float(one.to_value("arcsec") if hasattr(one, "to_value") else one)


def known(regions: Any, text: str) -> list[Any]:
    """What ``regions`` understands: it passes over pandas, vectors and rulers, and fails on boxes within boxes."""
    found = []
    frame = "physical"
    for line in text.splitlines():
        frame = line if "(" not in line and not line.startswith(("#", "global")) else frame
        with warnings.catch_warnings(), contextlib.suppress(ValueError):
            warnings.simplefilter("ignore")
            found += regions.Regions.parse(f"{frame}\n{line}\n", format="ds9")
    return found


@pytest.mark.node
def test_the_page_reads_every_shape_that_regions_knows_alike(project_root: Path, tmp_path: Path) -> None:
    regions = pytest.importorskip("regions")
    client, npx = project_root / "client", shutil.which("npx")
    if npx is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    texts = {frame: f"# Region file format: DS9\n{frame}\n{SHAPES}" for frame in ("fk5", "icrs", "fk4")}
    texts |= {"pixels": PIXELS, "galactic": "galactic\ncircle(120,30,0.5)\nbox(120.5d,-3d,1d,0.5d,10)\n"}
    real = project_root.parent / "shared" / "data" / "fits" / "overlay"
    texts |= {path.name: path.read_text() for path in sorted(real.glob("*.reg"))}
    files = []
    for name, text in texts.items():
        files.append({"name": name, "text": text, "shapes": [shape(one) for one in known(regions, text)]})
    assert all(one["shapes"] for one in files if one["name"] in ("fk5", "icrs", "fk4", "pixels", "galactic"))
    oracle = tmp_path / "regions.json"
    oracle.write_text(json.dumps(files))
    command = [npx, "vitest", "run", "src/vo/ds9.oracle.test.ts"]
    done = subprocess.run(command, cwd=client, capture_output=True, text=True, check=False,
                          env=os.environ | {"REGION_ORACLE": str(oracle)})  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(files)} passed" in done.stdout
