"""What is published: a source distribution that installs without Node.js, a wheel with kernel and client inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def sdist(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution of the checkout."""
    if shutil.which("npm") is None:
        pytest.skip("Node.js is not here")
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder), str(project_root)])
    return next(folder.glob("*.tar.gz"))


@pytest.fixture
def path_without_node(tmp_path: Path) -> str:
    """A PATH with everything that is on the real one but Node.js."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if program.name not in ("node", "nodejs", "npm", "npx") and not link.exists():
                link.symlink_to(program)
    return str(folder)


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def test_the_source_distribution_becomes_a_complete_wheel_without_node(
    sdist: Path, path_without_node: str, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(sdist),
    ]
    run(command, env=os.environ | {"PATH": path_without_node})
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "visiomatic/client/index.html" in names
    assert "visiomatic/client/visiomatic.js" in names
    assert any(name.startswith("visiomatic/kernel/_kernel.") and name.endswith(".so") for name in names)
    assert "visiomatic/py.typed" in names
    for notice in ("LICENSE", "NOTICE.md", "client/NOTICE.md"):
        assert any(name.endswith(f"licenses/{notice}") for name in names)
    assert "visiomatic/client/licences.txt" in names
    assert "visiomatic/client/visiomatic.d.ts" in names
    assert not [name for name in names if "node_modules" in name or "test" in name.split("/")[1:2]]


def test_a_checkout_without_node_says_what_to_do(sdist: Path, path_without_node: str, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        # Python 3.11.2 of Debian 12 knows no filters; newer ones warn without.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path / "source")
    source = next((tmp_path / "source").iterdir())
    shutil.rmtree(source / "src" / "visiomatic" / "client")
    command = [sys.executable, str(source / "tools" / "build_client.py")]
    environment = os.environ | {"PATH": path_without_node}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for way in ("install Node.js", "pip install visiomatic", "VISIOMATIC_NO_CLIENT=1"):
        assert way in done.stderr
    run(command, env=environment | {"VISIOMATIC_NO_CLIENT": "1"})
