"""The real command as a server: ports, signals, workers, what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from astropy.io import fits

from servers import ask, ended_each, workers_of
from waiting import until


@pytest.fixture(name="start")
def ended_after_the_test(start: Callable) -> Iterator[Callable]:
    """As everywhere, but no server outlives its test."""
    yield from ended_each(start)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small image of random numbers."""
    path = tmp_path / "small.fits"
    fits.PrimaryHDU(np.random.default_rng(1).normal(100, 5, (300, 400)).astype(np.float32)).writeto(path)
    return path


def test_a_file_opens_as_the_only_image(start: Callable, image: Path) -> None:
    url = start("--no-browser", "--workers", "1", image).url()
    service = json.loads(ask(url, "api/v1/")[1])
    assert service["auto_image"] == "small.fits"
    status, body = ask(url, "api/v1/images/small.fits")
    assert status == 200
    assert json.loads(body)["width"] == 400
    assert ask(url)[0] == 200


def test_a_server_beside_its_browser_takes_dropped_files_and_leaves_none_behind(
    start: Callable, image: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = start("--workers", "2", image, BROWSER="true", TMPDIR=str(temporary))
    kind = {"Content-Type": "application/fits"}
    _, body = ask(command.url(), "api/v1/dropped?name=own.fits", "POST", image.read_bytes(), kind)
    answer = json.loads(body)
    for _ in range(8):  # whichever worker answers
        assert ask(command.url(), f"api/v1/images/{answer['id'].replace('/', '%2F')}")[0] == 200
    assert len(list(temporary.glob("visiomatic-dropped-*/*/own.fits"))) == 1
    assert command.interrupt() == 0
    assert list(temporary.glob("visiomatic-dropped-*")) == []


@pytest.mark.parametrize("options", [("--no-browser",), ("--host", "0.0.0.0"), ("--dropped-files", "no")])
def test_a_server_that_others_may_reach_takes_no_files(start: Callable, image: Path, options: tuple[str, ...]) -> None:
    command = start("--workers", "1", *options, image, BROWSER="true")
    assert json.loads(ask(command.url(), "api/v1/")[1])["limits"]["dropped_bytes"] == 0


def test_a_directory_is_a_library_of_what_is_inside(start: Callable, image: Path) -> None:
    (image.parent / "notes.txt").write_text("no image")
    url = start("--workers", "1", image.parent).url()
    listing = json.loads(ask(url, "api/v1/images")[1])
    assert [entry["name"] for entry in listing["images"]] == ["small.fits"]
    assert json.loads(ask(url, "api/v1/")[1])["auto_image"] is None


def test_the_demonstration_starts_with_its_field_and_says_where_all_images_are(start: Callable, tmp_path: Path) -> None:
    command = start("demo", "--size", "96", "--cache-dir", tmp_path, "--no-browser", "--workers", "1")
    page = command.url()
    assert re.search(rf"is ready: {re.escape(page)}\?image=simulated-field-96\.fits&mode=color", command.output)
    assert re.search(rf"All images: {re.escape(page)}$", command.output, re.MULTILINE)


def test_several_files_are_the_channels_of_one_image(start: Callable, image: Path) -> None:
    second = image.with_name("second.fits")
    second.write_bytes(image.read_bytes())
    url = start("--no-browser", "--workers", "1", image, second).url()
    identifier = json.loads(ask(url, "api/v1/")[1])["auto_image"]
    info = json.loads(ask(url, f"api/v1/images/{identifier.replace('+', '%2B')}")[1])
    assert len(info["channels"]) == 2


def test_interrupting_ends_it_cleanly(start: Callable, image: Path) -> None:
    command = start("--no-browser", "--workers", "2", image)
    url = command.url()
    workers = workers_of(command.process.pid)
    assert command.interrupt() in (0, 130)
    assert "Traceback" not in command.output
    assert "ERROR" not in command.output
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    with pytest.raises(OSError, match="refused"):
        ask(url)


def test_a_killed_worker_is_replaced_and_the_server_goes_on(start: Callable, image: Path) -> None:
    command = start("--no-browser", "--workers", "2", image)
    url = command.url()
    before = workers_of(command.process.pid)
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(after := workers_of(command.process.pid)) == 2 and before[0] not in after, lambda: command.output)
    time.sleep(1)  # for the new one to be asked, too
    assert all(ask(url, "api/v1/")[0] == 200 for _ in range(20))


def test_workers_do_not_outlive_a_killed_parent(start: Callable, image: Path) -> None:
    command = start("--no-browser", "--workers", "2", image)
    command.url()
    workers = workers_of(command.process.pid)
    command.process.kill()
    until(lambda: not any(map(_runs, workers)))


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_the_next_port_is_taken_when_the_default_is_busy_and_said_so(start: Callable, image: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8009))
        except OSError:
            pass  # somebody else has it, which serves as well
        else:
            taken.listen()
        command = start("--no-browser", "--workers", "1", image)
        port = urlsplit(command.url()).port
    assert port != 8009
    assert re.search(rf"8009 is taken.*{port}", command.output)


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(start: Callable, image: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = start("--no-browser", "--port", str(port), image)
        assert command.wait() == 2
    assert f"port {port} is taken" in command.output
    assert "Traceback" not in command.output


@pytest.mark.parametrize("content", [b"", b"just text\n", b"SIMPLE  =                    T"])
def test_a_file_that_holds_no_image_is_refused_with_the_reason(start: Callable, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.fits"
    path.write_bytes(content)
    command = start("--no-browser", "--workers", "1", path)
    assert command.wait() == 1
    assert "bad.fits" in command.output
    assert "Traceback" not in command.output


def test_an_hdu_that_is_not_there_is_refused(start: Callable, image: Path) -> None:
    command = start("--no-browser", "--workers", "1", f"{image}[7]")
    assert command.wait() == 1
    assert "Traceback" not in command.output


def test_it_starts_with_odd_variables_and_options_of_the_past(start: Callable, image: Path) -> None:
    variables = dict.fromkeys(("HOST", "IMAGE", "SERVER", "ENGINE", "CACHE"), "foo")
    command = start("--no-browser", "--workers", "1", "--max-open-files", "10", image, **variables)
    assert ask(command.url(), "api/v1/images/small.fits")[0] == 200
    assert "max_open_files" in command.output


def test_the_old_interface_answers(start: Callable, image: Path) -> None:
    url = start("--no-browser", "--workers", "1", image).url()
    status, body = ask(url, "api?FIF=small.fits&INFO")
    assert status == 200
    assert json.loads(body)["full_size"] == [400, 300]
    status, body = ask(url, "api?FIF=small.fits&CHAN=1&JTL=1,0")
    assert status == 200
    assert body[:2] == b"\xff\xd8"
