"""The client's own tests and types, and the budget of its bundle, as part of the whole."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUDGET = 120_000  # bytes until the first tile is asked for, compressed


@pytest.mark.node
@pytest.mark.parametrize("script", ["test", "typecheck", "browsers"])
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


TOO_NEW = """
const css = String.raw;
export const style = css`:host { color: light-dark(red, blue); container-type: inline-size }`;
export const copy = (value) => structuredClone(value);
export const last = (list) => list.findLast(Boolean);
export const has = (value) => Object.hasOwn(value, 'a') && /(?<=a)b/.test(value);
"""


@pytest.mark.node
def test_what_the_browsers_of_2021_do_not_know_is_found_in_the_bundle(project_root: Path, tmp_path: Path) -> None:
    client, node = project_root / "client", shutil.which("node")
    if node is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    (tmp_path / "new.js").write_text(TOO_NEW)
    command = [node, client / "scripts" / "browsers.mjs", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    for word in ("light-dark", "ontainer", "structuredClone", "findLast", "hasOwn", "lookbehind"):
        assert word in done.stdout


CONSUMER = """
import { createViewer, VisiomaticViewer, type ViewerState } from './visiomatic';
const viewer = createViewer(document.body, { image: 'a.fits', theme: 'dark', show: '-title', place: 'rail:right' });
viewer.addEventListener('viewchange', ({ detail }) => detail.zoom.toFixed(2));
viewer.addEventListener('pointer', ({ detail }) => detail?.sky?.[0].toFixed(5));
viewer.addEventListener('keydown', (event) => event.preventDefault());
viewer.state = { display: { stretch: 'log', cuts: { 1: [0, 10] } } };
const state: ViewerState = viewer.state;
export const known: boolean = viewer instanceof VisiomaticViewer && state.display.gamma > 0;
export const sky: Promise<[number, number] | null> = document.querySelector('visiomatic-viewer')!.skyAt(1, 2);
// @ts-expect-error there is no such stretch
viewer.state = { display: { stretch: 'nonsense' } };
// @ts-expect-error the image is named by its id
createViewer(document.body, { image: 3 });
// @ts-expect-error a position has no name
viewer.addEventListener('viewchange', ({ detail }) => detail.name);
"""


@pytest.mark.node
def test_a_page_in_typescript_is_checked_against_the_types_that_the_server_hands_out(
    project_root: Path, tmp_path: Path
) -> None:
    client, node = project_root / "client", shutil.which("node")
    if node is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    shutil.copy(project_root / "src" / "visiomatic" / "client" / "visiomatic.d.ts", tmp_path)
    (tmp_path / "page.ts").write_text(CONSUMER)
    options = "--ignoreConfig --strict --noEmit --skipLibCheck false --lib es2021,dom,dom.iterable --module esnext"
    command = [node, client / "node_modules/typescript/bin/tsc", *options.split(), "--moduleResolution", "bundler"]
    done = subprocess.run([*command, "page.ts"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def words(text: str) -> str:
    """Text without its layout."""
    return " ".join(re.sub(r"[*#]", " ", text).split())


@pytest.mark.node
def test_the_bundle_names_every_package_in_it_with_its_licence(project_root: Path) -> None:
    client, npm = project_root / "client", shutil.which("npm")
    if npm is None or not (client / "node_modules").is_dir():
        pytest.skip("Node.js or the client's packages are not here")
    command = [npm, "ls", "--omit=dev", "--all", "--parseable", "--long"]
    tree = subprocess.run(command, cwd=client, capture_output=True, text=True, check=True).stdout.splitlines()
    notices = (project_root / "src" / "visiomatic" / "client" / "licences.txt").read_text(encoding="utf-8")
    assert len(tree) > 5
    for line in tree[1:]:
        folder, package = Path(line.split(":")[0]), line.split(":")[1]
        name, _, version = package.rpartition("@")
        assert f"\n{name} {version}\n" in notices
        for text in folder.glob("LICEN[CS]E*"):
            assert words(text.read_text(encoding="utf-8")) in words(notices), name
    assert "Lucide" in notices


def test_the_notices_name_what_is_compiled_into_the_kernel(project_root: Path) -> None:
    import nanobind

    notices = words((project_root / "NOTICE.md").read_text(encoding="utf-8"))
    [licence] = Path(nanobind.__file__).parents[1].glob("nanobind-*.dist-info/licenses/LICENSE")
    assert words(licence.read_text(encoding="utf-8")) in notices
    header = (Path(nanobind.include_dir()).parent / "ext/robin_map/include/tsl/robin_map.h").read_text(encoding="utf-8")
    assert words(header[3 : header.index(" */")]) in notices
