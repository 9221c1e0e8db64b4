"""The examples of the interface are requests that the server answers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from servers import ask

SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.68, "CRVAL2": 41.27, "CRPIX1": 150.5, "CRPIX2": 150.5,
    "CDELT1": -1e-4, "CDELT2": 1e-4,
}  # fmt: skip
FIRST_BYTES = {"jpg": b"\xff\xd8", "png": b"\x89PNG", "webp": b"RIFF", "npy": b"\x93NUMPY", "fits": b"SIMPLE"}


@pytest.fixture(scope="module")
def server(start: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    data = tmp_path_factory.mktemp("data")
    pixels = np.random.default_rng(1).normal(100, 5, (5, 300, 300)).astype(np.float32)
    fits.PrimaryHDU(pixels[0], fits.Header(SKY)).writeto(data / "m31.fits")
    fits.PrimaryHDU(pixels, fits.Header(SKY)).writeto(data / "cube.fits")
    command = start("--no-browser", "--workers", "1", "--data-dir", data, "--cache-dir", data / "cache")
    return str(command.url())


def examples(root: Path) -> list[list[str]]:
    text = (root / "docs" / "reference" / "interface.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line]


def curl(server: str, words: list[str]) -> tuple[int, str, bytes]:
    """The status, type and body of what curl would get."""
    options = {words[i]: words[i + 1] for i in range(len(words) - 1) if words[i].startswith("-")}
    path, body = words[-1].removeprefix("$SERVER/"), options.get("-d")
    kind = {"Content-Type": "application/json"} if body else {}
    status, answer = ask(server, path, "POST" if body else "GET", body, kind)
    return status, options.get("-o", ""), answer


def test_every_example_of_the_interface_is_answered(server: str, project_root: Path) -> None:
    found = examples(project_root)
    assert len(found) > 20
    for words in found:
        status, file, body = curl(server, words)
        assert status == 200, (words, body)
        if file:
            assert body.startswith(FIRST_BYTES[file.rpartition(".")[2]]), words
        else:
            assert json.loads(body), words


def test_the_example_of_an_error_is_one(server: str, project_root: Path) -> None:
    text = (project_root / "docs" / "reference" / "interface.md").read_text("utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert json.loads(curl(server, ["$SERVER/api/v1/images/m31.fits/view.png?gamma=9"])[2]) == json.loads(shown)


def test_every_parameter_of_the_look_is_explained(project_root: Path) -> None:
    from visiomatic.web.params import STRETCHES, STYLE_NAMES

    text = (project_root / "docs" / "reference" / "interface.md").read_text("utf-8")
    missing = [name for name in STYLE_NAMES - {"channel"} if not re.search(rf"`{name}\b|{name}=", text)]
    assert missing == []
    assert [name for name in STRETCHES if name != "histequ" and f"`{name}`" not in text] == []
