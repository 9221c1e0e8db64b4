"""The description of the interface and the interface itself, held against each other by schemathesis."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

# How the body of a file is sent.
HOOKS = """
import schemathesis

@schemathesis.serializer("application/fits")
def as_it_is(context, value):
    return value
"""
# What a schema cannot express: the limits of the server, the list of services it may ask, the length of an address.
CONFIG = """
hooks = "hooks"
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "403", "404", "413", "422", "503"]
negative_data_rejection.expected-statuses = ["403", "404", "413", "414", "422", "431"]
"""
SKY = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.68, "CRVAL2": 41.27, "CRPIX1": 150.5, "CRPIX2": 150.5,
    "CDELT1": -1e-4, "CDELT2": 1e-4, "BUNIT": "adu", "OBJECT": "M 31",
}  # fmt: skip


@pytest.mark.slow
def test_schemathesis_finds_nothing(start: Callable, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    pixels = np.random.default_rng(1).normal(100, 5, (3, 300, 300)).astype(np.float32)
    fits.PrimaryHDU(pixels, fits.Header(SKY)).writeto(data / "m31.fits")  # the image that examples speak of
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    (tmp_path / "hooks.py").write_text(HOOKS)
    options = ("--no-browser", "--workers", 2, "--dropped-files", "yes", "--cache-dir", tmp_path / "cache")
    command = start(*options, "--data-dir", data, TMPDIR=str(tmp_path))
    url = command.url()
    # An answer without end is beyond the program; it has tests of its own.
    words = [
        "run", f"{url}openapi.json", "--exclude-path-regex", "/events$",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "25",
        "--generation-database", "none", "--request-timeout", "30", "--seed", "1", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), *words],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    command.end()
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Failures" not in done.stdout
    assert "Traceback" not in command.output
