"""A server under test: the real command with one worker on one core, apart from the load."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

START_SECONDS = 120.0


def cores() -> tuple[str, str]:
    """The core of the server and the core of the load; the same one where there is no other."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    return str(usable[0]), str(usable[-1])


def pinned(core: str) -> list[str]:
    """What to write before a command so that it stays on *core*."""
    return ["taskset", "-c", core] if shutil.which("taskset") else []


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def visiomatic(image: Path, cache: Path, *, workers: int = 1, core: str | None = None) -> Iterator[int]:
    """Serve *image*; the value is the port."""
    port = free_port()
    command = [sys.executable, "-m", "visiomatic", "--no-browser", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--cache-dir", str(cache), str(image)]
    with running([*pinned(core if core is not None else cores()[0]), *command], port, "/api/v1/"):
        yield port


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    path: str | None,
    environment: dict[str, str] | None = None,
    *,
    quiet: bool = False,
) -> Iterator[None]:
    """Run any server until the block ends, once it answers *path*, or once it listens where there is none."""
    errors = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
    try:
        end = time.monotonic() + START_SECONDS
        while not (listens(port) if path is None else get(port, path, fails=True)[0] == 200):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} … did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False


def processes(port: int) -> list[int]:
    """The processes of the server on *port*, from Linux's list; none elsewhere."""
    wanted = f"--port\0{port}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if wanted in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def processor_seconds(port: int) -> float:
    """What all processes of the server have used of the processors so far."""
    ticks = 0
    for pid in processes(port):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def get(port: int, path: str, *, fails: bool = False) -> tuple[int, bytes]:
    """Status and body of one request; status 0 when it fails and may."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        if not fails:
            raise
        return 0, b""
    finally:
        connection.close()
