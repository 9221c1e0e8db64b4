"""What VisiOmatic 3.0.7 did wrong with several workers, at its start, and after its end: the real command."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
from astropy.io import fits

from servers import ask, ended_each, workers_of
from visiomatic.web.app import SETTINGS_VARIABLE
from waiting import until

SIDE = 1100  # above a megapixel, so that there are overviews
WORKERS = 3


@pytest.fixture(name="start")
def ended_after_the_test(start: Callable) -> Iterator[Callable]:
    """As everywhere, but no server outlives its test."""
    yield from ended_each(start, "--no-browser")


def write(path: Path, value: float, side: int = SIDE) -> Path:
    fits.PrimaryHDU(np.full((side, side), value, np.float32)).writeto(path, overwrite=True)
    return path


def many(url: str, path: str, count: int = 40) -> list[tuple[int, bytes]]:
    """Answers to *count* requests, eight at a time, so that every worker has to give some."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(lambda _: ask(url, path), range(count)))


def overviews(cache: Path) -> list[Path]:
    """Looked up while others may be removing them."""
    return sorted(
        Path(folder) for folder, _, _ in os.walk(cache) if folder.endswith(".zarr") and "/overviews/" in folder
    )


def shared_memory() -> set[str]:
    folder = Path("/dev/shm")
    return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


def test_a_replaced_file_is_noticed_by_every_worker(start: Callable, tmp_path: Path) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    write(data / "a.fits", 0)
    url = start("--workers", WORKERS, "--data-dir", data, "--cache-dir", cache).url()
    seen: set[bytes] = set()
    for value, age in ((3, 0), (5, -86_400), (8, 86_400)):  # older files replace newer ones, too
        newer = write(tmp_path / "b.fits", value)
        os.utime(newer, (time.time() + age,) * 2)
        os.replace(newer, data / "a.fits")
        assert many(url, "api?FIF=a.fits&VAL=5,5") == [(200, b'{"values":[%d.0]}' % value)] * 40
        tiles = {body for _, body in many(url, "api?FIF=a.fits&CHAN=1&MINMAX=1:0,10&JTL=0,0")}
        assert len(tiles) == 1
        assert not tiles & seen
        seen |= tiles


@pytest.mark.parametrize("workers", [1, WORKERS])
def test_more_images_than_the_cache_may_hold_are_served_and_files_removed(
    start: Callable, tmp_path: Path, workers: int
) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    names = [f"{letter}.fits" for letter in "abcde"]
    for value, name in enumerate(names):
        write(data / name, value)
    options = ["--workers", workers, "--data-dir", data, "--cache-dir", cache, "--max-cache-image-count", 2]
    for _ in range(2):  # and again, with a cache directory that is full at the start
        command = start(*options)
        url = command.url()
        for name in [*names, names[0]]:
            for bad in ("CHAN=1&JTL=abc", "CHAN=0&JTL=0,0", "CHAN=1&JTL=0,9", "CHAN=9&VAL=1"):
                assert ask(url, f"api?FIF={name}&{bad}")[0] in (404, 422)
            answers = many(url, f"api?FIF={name}&CHAN=1&JTL=0,0", 12)
            assert {status for status, _ in answers} == {200}
            assert len(set(answers)) == 1
        until(lambda: len(overviews(cache)) <= 2, lambda: f"too many overviews: {overviews(cache)}")
        command.interrupt()
        assert "Traceback" not in command.output


def test_it_starts_on_one_processor_with_few_files_and_odd_variables(start: Callable, tmp_path: Path) -> None:
    write(tmp_path / "a.fits", 3)
    odd = dict.fromkeys(("HOST", "IMAGE", "SERVER", "ENGINE", "CACHE"), "foo")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        command = start("--data-dir", tmp_path, "--cache-dir", tmp_path / "cache", **odd)
    finally:
        os.sched_setaffinity(0, processors)
    resource.prlimit(command.process.pid, resource.RLIMIT_NOFILE, (128, 128))
    url = command.url()
    assert ask(url, "api?FIF=a.fits&CHAN=1&JTL=0,0")[0] == 200
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == hard


def test_a_name_with_a_space_a_plus_and_an_accent_is_prepared_once(start: Callable, tmp_path: Path) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    write(data / "ngc+1 é.fits", 3)
    made = []
    for _ in range(2):
        command = start("--workers", WORKERS, "--data-dir", data, "--cache-dir", cache)
        url = command.url()
        assert {status for status, _ in many(url, f"api?FIF={quote('ngc+1 é.fits')}&CHAN=1&JTL=0,0")} == {200}
        until(lambda: len(overviews(cache)) == 1)
        made.append([(one, one.stat().st_ino, one.stat().st_ctime_ns) for one in overviews(cache)])
        command.interrupt()
    assert made[0] == made[1]


def test_after_a_kill_while_an_image_is_first_opened_the_next_start_serves_it(start: Callable, tmp_path: Path) -> None:
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    _sparse(data / "large.fits", 40_000)
    before = shared_memory()
    command = start("--workers", WORKERS, "--data-dir", data, "--cache-dir", cache)
    url = command.url()
    assert ask(url, "api?FIF=large.fits&CHAN=1&JTL=0,0")[0] == 200
    until(lambda: any(cache.glob("**/partial/*")))
    os.killpg(command.process.pid, signal.SIGKILL)
    command.wait()
    assert shared_memory() <= before
    url = start("--workers", WORKERS, "--data-dir", data, "--cache-dir", cache).url()
    assert {status for status, _ in many(url, "api?FIF=large.fits&CHAN=1&JTL=0,0", 12)} == {200}
    assert ask(url, "api?FIF=large.fits&VAL=9,9") == (200, b'{"values":[0.0]}')


def _sparse(path: Path, side: int) -> Path:
    """An image of zeros that takes no room on the disk."""
    header = fits.Header([("SIMPLE", True), ("BITPIX", -32), ("NAXIS", 2), ("NAXIS1", side), ("NAXIS2", side)])
    path.write_bytes(header.tostring().encode())
    size = path.stat().st_size + 4 * side * side
    os.truncate(path, size + -size % 2880)
    return path


@pytest.mark.slow
def test_a_cut_out_of_two_gigabytes_takes_no_memory(start: Callable, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    _sparse(data / "large.fits", 23_200)
    limit = str(3 << 30)
    command = start("--workers", 1, "--data-dir", data, "--cache-dir", tmp_path / "cache", "--max-cutout-bytes", limit)
    url = urlsplit(command.url())
    ask(url.geturl(), "api/v1/images/large.fits/region.fits?box=1,1,2000,2000")
    (worker,) = workers_of(command.process.pid)
    before = _private_megabytes(worker)
    connection = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=120)
    connection.request("GET", "/api/v1/images/large.fits/region.fits?box=1,1,23200,23200")
    answer = connection.getresponse()
    size = int(answer.headers["content-length"])
    assert size > 2 << 30
    most, read = 0.0, 0
    time.sleep(1.0)  # a slow reader: what is not read must not be made
    while block := answer.read(1 << 24):
        read += len(block)
        most = max(most, _private_megabytes(worker))
    connection.close()
    assert read == size
    assert most < before + 64


def _private_megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


def test_importing_the_application_reads_no_command_line() -> None:
    import subprocess

    script = "import sys; sys.argv = ['x', '--nonsense']; import visiomatic.web.app, visiomatic.cli; print('fine')"
    environment = {name: value for name, value in os.environ.items() if name != SETTINGS_VARIABLE}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, "fine\n"), done.stderr


def test_another_tile_size_holds_at_the_next_start(start: Callable, tmp_path: Path) -> None:
    write(tmp_path / "a.fits", 3)
    sizes = []
    for size in (256, 128):
        command = start("--data-dir", tmp_path, "--cache-dir", tmp_path / "cache", "--tile-size", size)
        url = command.url()
        sizes.append(json.loads(ask(url, "api?FIF=a.fits&INFO")[1])["tile_size"])
        assert ask(url, "api?FIF=a.fits&CHAN=1&JTL=0,0")[0] == 200
        command.interrupt()
    assert sizes == [[256, 256], [128, 128]]
