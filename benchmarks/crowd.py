"""200 users panning at once: an open-loop load at 60 % of what the server can do, a fifth of the tiles in own styles.

Requests come when they come, whether or not earlier ones are answered; the time of each counts from the moment when
its user wanted it. The capacity is taken from the rates of fresh and of remembered tiles just before; so that it is
what the server can do from the first moment on, the tiles in the common style have all been asked for once.
"""

import argparse
import heapq
import json
import random
import selectors
import statistics
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import product

from images import sky_image
from load import Connection, Paths, rate
from server import cores, pinned
from tiles_http import GREY, SIZE, TILE, prepared, tile_paths

USERS, CONNECTIONS = 200, 2  # of each user
SHARE, OWN_STYLES = 0.6, 0.2
GOAL = 100.0  # milliseconds
ACROSS = SIZE // TILE


@dataclass
class User:
    """Somebody who moves over the image tile by tile."""

    x: int
    y: int
    free: list[Connection]
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)  # when it was wanted, request

    def next_request(self, template: str, source: random.Random, number: int) -> bytes:
        """A neighbour of the last tile, one in five in a style that nobody else has."""
        self.x = (self.x + source.choice((-1, 0, 1))) % ACROSS
        self.y = (self.y + source.choice((-1, 0, 1))) % ACROSS
        fresh = f"{1 + number * 1e-7:.7f}" if source.random() < OWN_STYLES else "1"
        path = template.format(x=self.x, y=self.y, fresh=fresh)
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Crowd:
    """All users with their connections, driven by one loop."""

    def __init__(self, port: int, template: str, seed: int) -> None:
        self.source, self.template = random.Random(seed), template
        self.users = []
        for _ in range(USERS):
            place = self.source.randrange(ACROSS), self.source.randrange(ACROSS)
            self.users.append(User(*place, [Connection(port) for _ in range(CONNECTIONS)]))
        self.selector = selectors.DefaultSelector()
        self.times: list[float] = []
        self.late: list[float] = []  # how much too late this program itself was
        self.errors = 0

    def run(self, per_second: float, seconds: float) -> None:
        """Ask *per_second* times a second at random moments."""
        start, number, due = time.perf_counter(), 0, 0.0
        moments: list[float] = []
        while due < seconds:
            due += self.source.expovariate(per_second)
            heapq.heappush(moments, start + due)
        while moments or any(len(user.free) < CONNECTIONS for user in self.users):
            now = time.perf_counter()
            while moments and moments[0] <= now:
                wanted = heapq.heappop(moments)
                self.late.append(now - wanted)
                user, number = self.source.choice(self.users), number + 1
                user.waiting.append((wanted, user.next_request(self.template, self.source, number)))
                self._ask(user)
            for key, _ in self.selector.select(max(0.0, moments[0] - now) if moments else 1.0):
                self._read(*key.data)

    def _ask(self, user: User) -> None:
        while user.free and user.waiting:
            connection, (wanted, request) = user.free.pop(), user.waiting.popleft()
            self.selector.register(connection.socket, selectors.EVENT_READ, (user, connection, wanted))
            connection.ask(request)

    def _read(self, user: User, connection: Connection, wanted: float) -> None:
        if connection.read():
            self.selector.unregister(connection.socket)
            self.times.append(time.perf_counter() - wanted)
            self.errors += connection.status != 200
            user.free.append(connection)
            self._ask(user)


def see_all(port: int, paths: Paths) -> None:
    """Ask for each tile in the common style once."""
    connection = Connection(port)
    for x, y in product(range(paths.columns), range(paths.rows)):
        connection.ask(f"GET {paths.template.format(x=x, y=y, fresh='1')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        while not connection.read():
            pass
    connection.socket.close()


def capacity(port: int, paths: Paths, seconds: float) -> float:
    """Tiles per second of this mixture at full load, from the rates of its two parts."""
    remembered = Paths(paths.template.format(x=1, y=1, fresh="1"))
    rate(port, remembered, 0.5, 1)
    fresh = statistics.median(rate(port, paths, seconds, n) for n in (2, 3, 4))
    known = statistics.median(rate(port, remembered, seconds, n) for n in (2, 3, 4))
    return 1 / (OWN_STYLES / fresh + (1 - OWN_STYLES) / known)


def main() -> int:
    """Measure and print; the exit code is 1 when an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    image = sky_image()
    with prepared(image) as port:
        paths = tile_paths(GREY, image, 0)
        most = capacity(port, paths, 2.0)
        see_all(port, paths)
        job = json.dumps([port, paths.template, SHARE * most, options.seconds])
        command = [*pinned(cores()[1]), sys.executable, __file__, "--drive", job]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    report(found, most)
    return int(found["errors"] > 0)


def report(found: dict[str, float], most: float) -> None:
    title = f"{USERS} users, {SHARE * most:.0f} tiles/s of {most:.0f} possible, one core"
    print(f"{title:<54}{'measured':>10}{'goal':>9}")
    print(f"{'median, ms':<54}{found['median']:>10.1f}")
    print(f"{'95 of 100 are answered within, ms':<54}{found['p95']:>10.1f}{'<= ' + format(GOAL, '.0f'):>9}")
    print(f"{'errors among ' + format(found['count'], '.0f'):<54}{found['errors']:>10.0f}{'0':>9}")
    print(f"{'the load itself was late by (95 of 100), ms':<54}{found['late']:>10.1f}")


def drive(port: int, template: str, per_second: float, seconds: float) -> dict[str, float]:
    """One run, in a process of its own."""
    crowd = Crowd(port, template, 1)
    crowd.run(per_second, seconds)
    times, late = (statistics.quantiles(values, n=20) for values in (crowd.times, crowd.late))
    return {
        "median": 1e3 * times[9], "p95": 1e3 * times[18], "late": 1e3 * late[18],
        "count": len(crowd.times), "errors": crowd.errors,
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--drive"]:
        print(json.dumps(drive(*json.loads(sys.argv[2]))))
    else:
        sys.exit(main())
