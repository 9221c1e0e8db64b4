"""The command line without a server: help, settings, mistakes."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from visiomatic.cli import main
from visiomatic.cli.arguments import kebab
from visiomatic.settings import RETIRED, options


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in [name for name in os.environ if name.startswith("VISIOMATIC_")]:
        monkeypatch.delenv(name)


def test_help_lists_every_option_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert end.value.code == 0
    for option in options():
        assert f"--{option.name.replace('_', '-')}" in text
        assert option.description in text


def test_version_names_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("visiomatic ")


@pytest.mark.parametrize("spelling", ["--root-path", "--root_path"])
def test_old_underscore_spellings_mean_the_same(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([spelling, "/sky", "--show-config"]) == 0
    assert "root_path = /sky" in capsys.readouterr().out


def test_underscores_in_values_and_after_a_double_dash_stay() -> None:
    assert kebab(["--data_dir=my_data", "--", "--odd_name"]) == ["--data-dir=my_data", "--", "--odd_name"]


def test_show_config_prints_what_is_in_force_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-S", "--gamma", "1.5", "-w", "3", "--access-log"]) == 0
    text = capsys.readouterr().out
    assert "gamma = 1.5" in text
    assert "workers = 3" in text
    assert "access_log = yes" in text


def test_a_switch_of_the_file_can_be_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "a.conf"
    config.write_text("[host]\naccess_log = yes\n[server]\nno_browser = yes\n")
    assert main(["-c", str(config), "--no-access-log", "--browser", "-S"]) == 0
    text = capsys.readouterr().out
    assert "access_log = no" in text
    assert "no_browser = no" in text


def test_save_config_writes_to_the_file_named_and_does_not_replace_it_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes"))  # not a terminal: nobody there to ask
    path = tmp_path / "deep" / "visiomatic.conf"
    path.parent.mkdir()
    path.write_text("")
    assert main(["-c", str(path), "-s", "--port", "8100"]) == 1
    assert path.read_text() == ""
    path.unlink()
    path.parent.rmdir()
    assert main(["-s", "--port", "8100"]) == 0
    written = Path(capsys.readouterr().out.split("Wrote ")[1].strip())
    assert "port = 8100" in written.read_text()
    assert main(["-S"]) == 0
    assert "port = 8100" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--port", "70000"], "port"),
        (["--gamma", "x"], "gamma"),
        (["--config", "/nowhere/at/all.conf"], "all.conf"),
        (["."] * 2, "directory"),
        (["demo", "--size", "3"], "size"),
    ],
)
def test_a_mistake_is_told_in_a_line_without_a_traceback(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("visiomatic: ")
    assert message in error
    assert "Traceback" not in error


def test_an_unknown_option_ends_with_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--gama", "2"])
    assert end.value.code == 2
    assert "--gama" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(RETIRED))
def test_options_without_meaning_only_warn(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"--{name}", "7", "-S"]) == 0
    assert name in capsys.readouterr().err


def test_the_cache_can_be_listed_cleared_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for action, words in (("list", "0 entries"), ("verify", "0 were damaged"), ("clear", "Removed 0 B")):
        assert main(["cache", action, "--cache-dir", str(tmp_path / "none")]) == 0
        assert words in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


def test_demo_can_make_the_images_and_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["demo", "--make-only", "--size", "96", "--cache-dir", str(tmp_path)]
    assert main(words) == 0
    first = capsys.readouterr()
    assert Path(first.out.strip()) == tmp_path / "demo"
    assert "Simulating" in first.err
    assert main(words) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("module", ["astropy", "fastapi", "zarr", "granian", "numpy"])
def test_help_and_version_load_nothing_heavy(module: str) -> None:
    code = f"import sys; from visiomatic.cli import main; main(['-S']); assert {module!r} not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_missing_file_is_refused_with_its_name(start: Callable) -> None:
    command = start("--no-browser", "nowhere.fits")
    assert command.wait() in (1, 2)
    assert "nowhere.fits" in command.output
    assert "Traceback" not in command.output
