"""Fixtures that every folder of tests may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout that the tests belong to."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of files made by real telescopes, which lies beside the checkout where it is available at all."""
    folder = ROOT.parent / "shared" / "data" / "fits"
    if not folder.is_dir():
        pytest.skip("the set of real files (../shared/data/fits) is not here")
    return folder
