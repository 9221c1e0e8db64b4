"""The documents: they build, name what exists, and leave out no option, route or command."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from visiomatic.settings import RETIRED, Settings, options


@pytest.fixture(scope="module")
def manual_folder(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual, built with warnings as errors."""
    target = tmp_path_factory.mktemp("manual")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "-b", "html"]
    done = subprocess.run(
        [*command, project_root / "docs", target], capture_output=True, text=True, check=False, cwd=project_root
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def manual(manual_folder: Path) -> dict[str, str]:
    """The text of each page of the manual."""
    pages = manual_folder.rglob("*.html")
    return {page.relative_to(manual_folder).as_posix(): _text(page.read_text(encoding="utf-8")) for page in pages}


def _text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_every_option_is_in_the_manual(manual: dict[str, str]) -> None:
    page = manual["reference/options.html"]
    missing = [option.name for option in options() if f"--{option.name.replace('_', '-')}" not in page]
    assert missing == []
    assert [name for name in RETIRED if name not in page] == []


def test_every_route_is_in_the_manual_with_every_parameter(manual: dict[str, str]) -> None:
    from visiomatic.web.app import make_framework, make_site

    page = manual["reference/http.html"]
    site = make_site(Settings())
    for path, methods in make_framework(Settings(), site, {}).openapi()["paths"].items():
        assert path in page
        for operation in methods.values():
            missing = [one["name"] for one in operation.get("parameters", []) if one["name"] not in page]
            assert missing == [], path


def test_every_command_is_in_the_manual(manual: dict[str, str]) -> None:
    everything = "\n".join(manual.values())
    for command in ("visiomatic demo", "cache list", "cache clear", "cache verify", "--show-config", "--save-config"):
        assert command in everything


def test_the_examples_run_beside_the_manual(manual_folder: Path, project_root: Path) -> None:
    for name in re.findall(r"examples/(\w+\.html)", (project_root / "docs" / "admin" / "embed.md").read_text("utf-8")):
        if name != "index.html":
            page = (manual_folder / "examples" / name).read_text(encoding="utf-8")
            assert "https://" not in page
    assert "'../../client/visiomatic.js'" in (manual_folder / "examples" / "portal.js").read_text(encoding="utf-8")


def test_the_manual_shows_every_panel(manual: dict[str, str], project_root: Path) -> None:
    panels = (project_root / "client" / "src" / "panels" / "index.ts").read_text(encoding="utf-8")
    page = (project_root / "docs" / "user" / "page.md").read_text(encoding="utf-8")
    shown = re.findall(r"```\{screens\} (\w+)", page)
    assert sorted(shown) == sorted(["page", *re.findall(r"^    id: '(\w+)'", panels, re.MULTILINE)])


def test_the_manual_can_be_built_where_there_is_no_browser(project_root: Path, tmp_path: Path) -> None:
    command = [sys.executable, project_root / "tools" / "screenshots.py", tmp_path / "pictures"]
    nothing = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=nothing)
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    assert "no Chromium" in done.stdout


def test_pages_load_nothing_from_elsewhere(project_root: Path, manual: dict[str, str]) -> None:
    assert manual
    for page in (project_root / "docs").rglob("*.md"):
        assert not re.search(r"!\[[^]]*\]\(https?:", page.read_text(encoding="utf-8")), page


@pytest.mark.parametrize("name", ["docs/explanation/life-of-a-tile.md", "ARCHITECTURE.md"])
def test_files_that_the_documents_name_exist(project_root: Path, name: str) -> None:
    text = (project_root / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z0-9_]+/)*[a-z0-9_]+\.(?:py|cpp|md|toml))`", text)
    assert named
    roots = (project_root, project_root / "src" / "visiomatic", project_root / "native")
    assert [path for path in named if not any((root / path).exists() for root in roots)] == []


def test_what_the_readme_says_to_make_can_be_made(project_root: Path) -> None:
    makefile = (project_root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
        said = set(re.findall(r"`?make ([a-z-]+)", (project_root / name).read_text(encoding="utf-8")))
        assert said <= targets | {"lint"}, name


def test_house_rules_hold(project_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, project_root / "tools" / "check_house.py"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_parameter_of_an_address_is_in_the_manual(project_root: Path) -> None:
    source = (project_root / "client/src/core/url.ts").read_text()
    found = re.search(r"const OWN = new Set\(\s*'([^']+)'", source)
    assert found
    manual = (project_root / "docs/reference/address.md").read_text()
    cells = re.findall(r"^\| (`[^|]+) \|", manual, re.MULTILINE)
    assert set(found[1].split()) == {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
