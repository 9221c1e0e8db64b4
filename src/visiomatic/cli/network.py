"""Ports, addresses and the browser."""

from __future__ import annotations

import errno
import http.client
import ipaddress
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from visiomatic.errors import ConfigurationError

PORTS_TRIED = 100
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def resolve(host: str) -> str:
    """The numeric address of *host*, an IPv4 one where it has both."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigurationError(f"option host: {host!r} is no address of this machine ({error.strerror})") from None
    return str(min(found, key=lambda entry: entry[0] != socket.AF_INET)[4][0])


def choose_port(address: str, wanted: int, *, exactly: bool) -> int:
    """The first free port from *wanted* on, or *wanted* itself; raises ConfigurationError when it is taken.

    The test binds without SO_REUSEPORT: with it, two servers of one user would quietly share a port.
    """
    for port in range(wanted, min(wanted + (1 if exactly else PORTS_TRIED), 65536)):
        if _is_free(address, port):
            return port
    if exactly:
        raise ConfigurationError(f"port {wanted} is taken by another program; choose another one with --port")
    raise ConfigurationError(f"no free port from {wanted} on; choose one with --port")


def _is_free(address: str, port: int) -> bool:
    with socket.socket(_family(address), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise ConfigurationError(f"no permission to listen on port {port}; choose one above 1023") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise ConfigurationError(f"cannot listen on {address}: {error.strerror}") from None
    return True


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@contextmanager
def held(address: str, port: int) -> Iterator[None]:
    """Keep *port* from other programs until the block ends, workers (SO_REUSEPORT, same user) excepted.

    Workers listen a second after the port was chosen: without this, a server started meanwhile would choose it too,
    and both would share it.
    """
    if not hasattr(socket, "SO_REUSEPORT"):
        yield
        return
    with socket.socket(_family(address), socket.SOCK_STREAM) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with suppress(OSError):  # then it is as it is without
            holder.bind((address, port))
        yield


def page_url(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    name = "localhost" if host in WILDCARDS else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def wait_until_ready(address: str, port: int, path: str, seconds: float) -> bool:
    """True as soon as the server answers a request for *path*; False when it has not done so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.1)
        connection = http.client.HTTPConnection(WILDCARDS.get(address, address), port, timeout=5)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
        return True
    return False


def is_loopback(address: str) -> bool:
    """True when only this computer reaches a numeric *address*."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def has_display() -> bool:
    """Whether a browser opened here would be seen by anybody."""
    if sys.platform in ("darwin", "win32") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
