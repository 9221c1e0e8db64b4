"""The load: keep-alive connections that each ask for the next random path as soon as an answer is complete.

`wrk` does it where it is installed (`make peers`); otherwise a process of this file, which reaches some thousand
answers a second.
A path is a template whose fields are random tile positions and a number that is new in each request:
``/…/{z}/{x}/{y}.jpg?contrast={fresh}``.
"""

import json
import random
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from installed import wrk
from server import cores, pinned

CONNECTIONS = 16


@dataclass(frozen=True)
class Paths:
    """Random paths: *template* with x below *columns*, y below *rows*."""

    template: str
    columns: int = 1
    rows: int = 1
    headers: tuple[tuple[str, str], ...] = ()
    expect: int = 200

    def path(self, number: int, source: random.Random) -> str:
        """The path of the *number*-th request."""
        x, y = source.randrange(self.columns), source.randrange(self.rows)
        return self.template.format(x=x, y=y, fresh=f"{1 + number * 1e-7:.7f}")


LUA = """\
math.randomseed({seed})
local number = {seed} * 1000
local template = {template}
function request()
  number = number + 1
  local fresh = string.format("%.7f", 1 + number * 1e-7)
  local path = template:gsub("{{x}}", math.random(0, {columns} - 1)):gsub("{{y}}", math.random(0, {rows} - 1))
  return wrk.format("GET", (path:gsub("{{fresh}}", fresh)), {headers})
end
local bad = 0
function response(status) if status ~= {expect} then bad = bad + 1 end end
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function done(summary)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do wrong = wrong + (thread:get("bad") or 0) end
  print(string.format("RESULT %d %f %d", summary.requests, summary.duration / 1e6, wrong))
end
"""


def rate(port: int, paths: Paths, seconds: float, seed: int, core: str | None = None) -> float:
    """Answers per second, asked for from *core*; raises RuntimeError when any answer was wrong."""
    count, spent, wrong = (_wrk if wrk() else _own)(port, paths, seconds, seed, pinned(core or cores()[1]))
    if wrong:
        raise RuntimeError(f"{wrong} of {count} answers were not {paths.expect}: {paths.template}")
    return count / spent


def _wrk(port: int, paths: Paths, seconds: float, seed: int, pin: list[str]) -> tuple[int, float, int]:
    headers = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in paths.headers)
    script = LUA.format(
        seed=seed,
        template=json.dumps(paths.template),
        columns=paths.columns,
        rows=paths.rows,
        headers=f"{{{headers}}}",
        expect=paths.expect,
    ).replace("local bad", "bad")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        program, environment = wrk() or ("wrk", None)
        command = [
            program,
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{max(1, round(seconds))}s",
            "-s",
            file.name,
            f"http://127.0.0.1:{port}/",
        ]
        command = [*pin, *command]
        text = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    found = re.search(r"RESULT (\d+) ([\d.]+) (\d+)", text)
    if found is None:
        raise RuntimeError(f"wrk gave no result: {text}")
    return int(found[1]), float(found[2]), int(found[3])


def _own(port: int, paths: Paths, seconds: float, seed: int, pin: list[str]) -> tuple[int, float, int]:
    job = json.dumps({"port": port, "paths": asdict(paths), "seconds": seconds, "seed": seed})
    command = [*pin, sys.executable, str(Path(__file__)), job]
    count, spent, wrong = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return count, spent, wrong


class Connection:
    """One keep-alive connection that reads answers with a Content-Length."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.received = bytearray()
        self.missing = -1  # bytes of the body still to come; -1 while the header is incomplete
        self.status = 0

    def ask(self, request: bytes) -> None:
        self.received.clear()
        self.missing = -1
        self.socket.sendall(request)

    def read(self) -> bool:
        """Take what has arrived; True when the answer is complete."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        if self.missing >= 0:
            self.missing -= len(data)
            return self.missing <= 0
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.received[:end]).lower()
        self.status = int(head[9:12])
        length = re.search(rb"content-length: *(\d+)", head)
        self.missing = (int(length[1]) if length else 0) - (len(self.received) - end - 4)
        return self.missing <= 0


def drive(port: int, paths: Paths, seconds: float, seed: int) -> tuple[int, float, int]:
    """Answers, seconds and wrong answers of one run."""
    source, number, count, wrong = random.Random(seed), seed * 1000, 0, 0
    extra = "".join(f"{name}: {value}\r\n" for name, value in paths.headers)
    selector = selectors.DefaultSelector()
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)

    def ask(connection: Connection) -> None:
        nonlocal number
        number += 1
        connection.ask(f"GET {paths.path(number, source)} HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode())

    start = time.perf_counter()
    for connection in connections:
        ask(connection)
    while (spent := time.perf_counter() - start) < seconds:
        for key, _ in selector.select(1.0):
            connection = key.data
            if connection.read():
                count += 1
                wrong += connection.status != paths.expect
                ask(connection)
    return count, spent, wrong


if __name__ == "__main__":
    job = json.loads(sys.argv[1])
    wanted = Paths(**(job["paths"] | {"headers": tuple(map(tuple, job["paths"]["headers"]))}))
    print(json.dumps(drive(job["port"], wanted, job["seconds"], job["seed"])))
