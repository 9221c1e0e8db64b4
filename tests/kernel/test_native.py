"""The C++ sources themselves: under the sanitizers, and as their typed stub describes them."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from visiomatic.kernel import _kernel, reference


def run(*command: str | Path, **variables: str) -> str:
    """What the command prints; fails with all of it when the command does."""
    words = [str(word) for word in command]
    ended = subprocess.run(
        words, env=os.environ | variables, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def test_the_kernel_makes_no_mistake_that_the_sanitizers_know(project_root: Path, tmp_path: Path) -> None:
    if shutil.which("cmake") is None:
        pytest.skip("CMake is not on the path")
    ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
    run("cmake", "-S", project_root, "-B", tmp_path, *ninja, "-DVISIOMATIC_SANITIZE=ON", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", tmp_path, "--parallel", "2")
    said = run(
        tmp_path / "native" / "exercise", "200", UBSAN_OPTIONS="print_stacktrace=1", ASAN_OPTIONS="detect_leaks=1"
    )
    assert said == "every function ran\n"


def test_the_stub_names_what_the_module_holds() -> None:
    stub = Path(reference.__file__).with_name("_kernel.pyi")
    named = {node.name for node in ast.parse(stub.read_text()).body if isinstance(node, ast.FunctionDef)}
    assert named == {name for name in dir(_kernel) if not name.startswith("_")}
