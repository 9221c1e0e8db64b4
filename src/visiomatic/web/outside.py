"""Questions to services elsewhere (name resolvers, catalogues) for pages that cannot ask them themselves.

Only addresses under the listed services are asked, redirects included; names that lead into a private network are
refused when the connection is made, so that what was checked is what is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from visiomatic import __version__
from visiomatic.errors import BadParameter, ConfigurationError, LimitExceeded, NotAllowed, OutsideError, OutsideTimeout

if TYPE_CHECKING:
    import httpcore

# What `outside_services` calls by name: CDS Sesame, CDS VizieR, IMCCE SkyBoT.
KNOWN = {
    "sesame": "https://cds.unistra.fr/cgi-bin/nph-sesame",
    "vizier": "https://vizier.cds.unistra.fr/viz-bin",
    "skybot": "https://ssp.imcce.fr/webservices/skybot",
}
NOTHING = "none"
MAX_BYTES = 16 << 20  # of one answer
MAX_TOGETHER = 4  # questions under way in one worker
MAX_REDIRECTS = 3
CONNECT_SECONDS = 10.0
AGENT = f"VisiOmatic/{__version__}"
PORTS = {"https": 443, "http": 80}


class Service(NamedTuple):
    """Where questions may go: all paths at and below *path*."""

    scheme: str
    host: str
    port: int
    path: str

    def covers(self, other: Service) -> bool:
        below = other.path == self.path or other.path.startswith(self.path.rstrip("/") + "/")
        return self[:3] == other[:3] and below


class Answer(NamedTuple):
    body: bytes
    media: str


def services(words: Iterable[str]) -> tuple[Service, ...]:
    """The services that the option lists, by name or by address; `none` lists nothing."""
    return tuple(_service(KNOWN.get(word.lower(), word)) for word in words if word.lower() != NOTHING)


def _service(address: str) -> Service:
    try:
        service = _place(address)
    except ValueError:
        names = ", ".join([*KNOWN, NOTHING])
        raise ConfigurationError(f"outside-services: {address!r} is neither one of {names} nor an address") from None
    return service


def _place(url: str) -> Service:
    """Where *url* leads. Raises ValueError for what is not a plain address of http or https."""
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>^`{|}')
    if not plain or parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not a plain address")
    if {".", ".."} & set(unquote(parts.path).replace("\\", "/").split("/")):
        raise ValueError("steps in a path")
    return Service(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], parts.path or "/")


class Outside:
    """Asks the listed services. Belongs to one event loop; nothing is imported or opened before the first question."""

    def __init__(self, allowed: Sequence[Service], seconds: float, max_bytes: int = MAX_BYTES) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._places = asyncio.Semaphore(MAX_TOGETHER)
        self._pool: httpcore.AsyncConnectionPool | None = None

    def allowed(self, url: str) -> Service:
        """Where *url* leads, when it may be asked. Raises :class:`NotAllowed` or :class:`BadParameter`."""
        try:
            place = _place(url)
        except ValueError:
            raise BadParameter("url", "url: give a plain address of http or https", url[:200]) from None
        if not any(service.covers(place) for service in self._allowed):
            raise NotAllowed(f"this server does not ask {place.host} for others: see the option outside-services")
        return place

    async def ask(self, url: str) -> Answer:
        """The answer to GET *url*.

        Raises what :meth:`allowed` raises, :class:`OutsideTimeout`, :class:`LimitExceeded` for an answer too large,
        :class:`OutsideError` when the service cannot be reached or answers with an error.
        """
        host = self.allowed(url).host
        try:
            async with asyncio.timeout(self._seconds), self._places:
                return await self._follow(url)
        except TimeoutError:
            raise OutsideTimeout(f"{host} did not answer within {self._seconds:g} s") from None

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    async def _follow(self, url: str) -> Answer:
        for _ in range(1 + MAX_REDIRECTS):
            place = self.allowed(url)
            answer = await self._get(url, place)
            if isinstance(answer, Answer):
                return answer
            url = urljoin(url, answer)
        raise OutsideError(f"{self.allowed(url).host} sends from one address to the next without end")

    async def _get(self, url: str, place: Service) -> Answer | str:
        """One answer, or the address to ask instead."""
        import httpcore

        headers = [("host", _host(place)), ("user-agent", AGENT), ("accept", "*/*"), ("accept-encoding", "identity")]
        wait = {"connect": CONNECT_SECONDS, "read": self._seconds, "write": CONNECT_SECONDS, "pool": self._seconds}
        pool = self._connections()
        try:
            async with pool.stream("GET", url, headers=headers, extensions={"timeout": wait}) as response:
                return await self._read(response, place.host)
        except httpcore.TimeoutException:
            raise OutsideTimeout(f"{place.host} does not answer") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
            if isinstance(error, OutsideError | NotAllowed):
                raise
            raise OutsideError(f"{place.host} cannot be reached from the server") from None

    async def _read(self, response: httpcore.Response, host: str) -> Answer | str:
        headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in (301, 302, 303, 307, 308) and b"location" in headers:
            return headers[b"location"]
        if response.status != 200:
            raise OutsideError(f"{host} answered {response.status}")
        body = bytearray()
        async for part in response.aiter_stream():
            body += part
            if len(body) > self._max_bytes:
                raise LimitExceeded(f"the answer of {host} is larger than {self._max_bytes} bytes", "url")
        return Answer(bytes(body), headers.get(b"content-type", ""))

    def _connections(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:
            import httpcore

            self._pool = httpcore.AsyncConnectionPool(
                ssl.create_default_context(),
                max_connections=MAX_TOGETHER,
                keepalive_expiry=15,
                network_backend=_public_network({service.host for service in self._allowed}),
            )
        return self._pool


def _host(place: Service) -> str:
    name = f"[{place.host}]" if ":" in place.host else place.host
    return name if place.port == PORTS[place.scheme] else f"{name}:{place.port}"


def _public_network(listed: set[str]) -> Any:
    """A network that connects to public addresses, and to those that the option itself writes out in numbers."""
    import httpcore

    class PublicNetwork(httpcore.AsyncNetworkBackend):
        def __init__(self) -> None:
            self._network = httpcore.AnyIOBackend()

        async def connect_tcp(self, host: str, port: int, *more: Any, **how: Any) -> httpcore.AsyncNetworkStream:
            found = await public_addresses(host, port, listed)
            for address in found[:-1]:
                try:
                    return await self._network.connect_tcp(address, port, *more, **how)
                except (httpcore.ConnectError, httpcore.ConnectTimeout):
                    continue  # the next of the same host
            return await self._network.connect_tcp(found[-1], port, *more, **how)

        async def sleep(self, seconds: float) -> None:
            await self._network.sleep(seconds)

    return PublicNetwork()


async def public_addresses(host: str, port: int, listed: set[str]) -> list[str]:
    """The addresses of *host*. Raises :class:`NotAllowed` when one of them is not of the public internet."""
    if is_number(host):
        if host not in listed:
            raise NotAllowed(f"{host} is not a listed address")
        return [host]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(is_public(address) for address in addresses):
        raise NotAllowed(f"{host} leads into a private network: list it by its number if that is meant")
    return addresses


def is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """False for private, loopback, link-local, multicast and reserved addresses, also inside of IPv6."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if inner is not None:
            number = inner
    return number.is_global and not number.is_multicast
