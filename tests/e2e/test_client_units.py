"""The client's own tests, types and budget, as part of the whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.node


@pytest.mark.parametrize("script", ["test", "typecheck", "size"])
def test_the_client_passes(script: str, project_root: Path) -> None:
    npm = shutil.which("npm")
    client = project_root / "client"
    if npm is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    done = subprocess.run([npm, "run", "--silent", script], cwd=client, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
