"""Files of real telescopes through both interfaces: what opens has astropy's values, what does not says why."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import Client


@pytest.fixture(scope="module")
def truth(real_data: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((real_data / "truth.json").read_text())["files"]
    return files


@pytest.fixture(scope="module")
def archive(real_data: Path, make_client: Callable[..., Client]) -> Iterator[Client]:
    client = make_client(real_data)
    yield client
    client.close()


def expected(hdu: dict[str, Any]) -> list[tuple[tuple[int, int], int, float | str]]:
    """(x, y), channel and value of the pixels that astropy was asked for."""
    axes = hdu["naxis"]
    found = []
    for pixel in hdu.get("pixels", []):
        place, channel, stride = pixel["fits_pixel"], 0, 1
        for position, length in zip(place[2:], axes[2:], strict=True):
            channel += (position - 1) * stride
            stride *= length
        found.append(((place[0], place[1]), channel, pixel["value"]))
    return found


def agrees(value: Any, truth: float | str) -> bool:
    if isinstance(truth, str):
        return value is None if truth == "NaN" else value == truth
    return isinstance(value, int | float) and math.isclose(value, truth, rel_tol=1e-6, abs_tol=1e-12)


def test_values_are_those_of_astropy_through_both_interfaces(archive: Client, truth: dict[str, Any]) -> None:
    compared = 0
    for name, entry in truth.items():
        if entry.get("expect") != "open":
            continue
        for hdu in entry["hdus"]:
            if len(hdu.get("naxis", [])) < 2 or "pixels" not in hdu:
                continue
            image = f"{name}[{hdu['hdu']}]"
            for (x, y), channel, value in expected(hdu):
                at = f"at={x},{y}&channel={channel + 1}"
                found = archive.json(f"/api/v1/images/{quote(image, safe='')}/values?{at}")
                assert agrees(found["positions"][0]["values"][0], value), (image, x, y, channel, value, found)
                old = archive.json(f"/api?FIF={quote(image)}&CHAN={channel + 1}&VAL={x},{y}")["values"][0]
                assert agrees(old, "NaN" if isinstance(value, str) else value), (image, x, y, value, old)
                compared += 1
    assert compared > 200


def test_everything_that_opens_is_described_and_drawn(archive: Client, truth: dict[str, Any]) -> None:
    for name, entry in truth.items():
        if entry.get("expect") != "open":
            continue
        image = f"/api/v1/images/{quote(name, safe='')}"
        info = archive.json(image)
        assert info["width"] > 0
        for route in ("header", "wcs", "statistics", "histogram"):
            archive.json(f"{image}/{route}")
        for url in (f"{image}/tiles/0/0/0.png", f"{image}/view.jpg?size=64", f"/api?FIF={quote(name)}&CHAN=1&JTL=0,0"):
            assert archive.get(url).status_code == 200, url
        compatible = archive.json(f"/api?FIF={quote(name)}&INFO")
        assert compatible["full_size"] == [info["width"], info["height"]]
        assert archive.get(f"/api?FIF={quote(name)}&obj").status_code == 200


def test_what_cannot_be_shown_says_why(archive: Client, truth: dict[str, Any]) -> None:
    for name, entry in truth.items():
        if not entry.get("expect", "").startswith(("refuse:", "catalogue")):
            continue
        for url in (f"/api/v1/images/{quote(name, safe='')}", f"/api?FIF={quote(name)}&INFO"):
            answer = archive.get(url)
            assert answer.status_code == 404, (name, answer.text)
            message = answer.json()["error"]["message"] if "/v1/" in url else answer.json()["detail"][0]["msg"]
            assert Path(name).name in message
            assert len(message) > len(name) + 10
