"""The client's own tests and types, and the budget of its bundle, as part of the whole."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUDGET = 120_000  # bytes until the first tile is asked for, compressed


@pytest.mark.node
@pytest.mark.parametrize("script", ["test", "typecheck"])
def test_the_client_passes(script: str, project_root: Path) -> None:
    npm = shutil.which("npm")
    client = project_root / "client"
    if npm is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    done = subprocess.run([npm, "run", "--silent", script], cwd=client, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"


def test_the_page_takes_few_bytes_before_it_can_ask_for_a_tile(project_root: Path) -> None:
    bundle = project_root / "src" / "visiomatic" / "client"
    page = (bundle / "index.html").read_text(encoding="utf-8")
    first = {name.removeprefix("client/") for name in re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page)}
    needed, todo = set(), list(first)
    while todo:
        name = todo.pop()
        if name in needed:
            continue
        needed.add(name)
        text = (bundle / name).read_text(encoding="utf-8")
        # Static imports only: panels and plots are fetched when they are opened.
        imports = re.findall(r'(?:\bfrom|\bimport)\s*"\./([^"]+\.js)"', text)
        todo += [f"{Path(name).parent.as_posix()}/{one}".removeprefix("./") for one in imports]
    assert any(name.endswith(".js") for name in needed)
    total = len(gzip.compress(page.encode())) + sum(len(gzip.compress((bundle / name).read_bytes())) for name in needed)
    assert total <= BUDGET, {name: len(gzip.compress((bundle / name).read_bytes())) for name in sorted(needed)}
