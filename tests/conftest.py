"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
BROWSER_OPTIONS = [
    f"--{option}"
    for option in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
START_SECONDS = 90.0
STOP_SECONDS = 30.0


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


class Command:
    """The real command ``visiomatic`` as a person starts it, with all that it says."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        script = Path(sys.executable).with_name("visiomatic")
        start = [str(script)] if script.exists() else [sys.executable, "-m", "visiomatic"]
        self.process = subprocess.Popen(
            [*start, *arguments],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def url(self) -> str:
        """The address that it prints once it answers; fails with its output when it ends or stays silent."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := re.search(r"is ready: ([^\s?]+)", self.output):
                return found[1]
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.05)
        self.end()
        raise AssertionError(f"the server did not start:\n{self.output}")

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """The exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def interrupt(self) -> int:
        """What Ctrl-C does; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def end(self) -> None:
        """Stop it in any case."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Command]]:
    """A function that starts the command with arguments, away from the settings and caches of the person testing."""
    commands: list[Command] = []
    home = tmp_path_factory.mktemp("home")

    def run(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> Command:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VISIOMATIC_")}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            kept.pop(name, None)
        places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache")}
        command = Command([str(word) for word in arguments], kept | places | variables, cwd or home)
        commands.append(command)
        return command

    yield run
    for command in commands:
        command.end()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that gives a port nobody uses now, far from the default."""
    import socket

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome, the system's where there is one.

    For one module at a time: while Playwright runs, no other event loop may run in this thread.
    """
    from playwright.sync_api import sync_playwright

    found = subprocess.run([sys.executable, ROOT / "tools" / "browser.py"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found.stdout.strip(), args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """What the page complained about; a test may remove what it provoked on purpose."""
    return []


@pytest.fixture
def open_page(browser: Browser, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a window of its own; at the end no page may have complained."""
    contexts: list[Any] = []

    def open_one(url: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: faults.append(f"outside: {request.url}") if _outside(request.url) else None)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def _outside(url: str) -> bool:
    return not re.match(r"(https?://(localhost|127\.0\.0\.1|\[::1\])[:/]|data:|blob:|about:)", url)


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """The folder for pictures that a person looks at after the tests."""
    folder = ROOT / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
