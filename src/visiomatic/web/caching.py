"""What need not be computed or sent again: entity tags, a cache of finished answers, requests in flight.

All of it belongs to one event loop (one worker), so that nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Generic, TypeVar

from visiomatic import __version__
from visiomatic.web.pool import GivenUp

K = TypeVar("K")
T = TypeVar("T")

IMMUTABLE = b"public, max-age=31536000, immutable"
REVALIDATE = b"no-cache"
NEVER = b"no-store"
_SALT = blake2b(__version__.encode(), digest_size=8).digest()  # another release may draw otherwise


def entity_tag(identity: str) -> bytes:
    """A strong ETag of *identity*: version of the file and canonical parameters."""
    return b'"' + blake2b(identity.encode(), digest_size=12, salt=_SALT).hexdigest().encode() + b'"'


@lru_cache(maxsize=1024)
def address_version(file_version: str) -> str:
    """What stands for a version of a file in addresses; what is kept for ever under it ends with this release, too."""
    return blake2b(file_version.encode(), digest_size=8, salt=_SALT).hexdigest()


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """True when the client already has what *tag* stands for."""
    if if_none_match == tag:
        return True
    known = (one.strip().removeprefix(b"W/") for one in if_none_match.split(b","))
    return if_none_match.strip() == b"*" or tag in known


def accepts(accept_encoding: str, coding: str) -> bool:
    """True when the client named *coding*, and not only to refuse it (``;q=0``)."""
    for one in accept_encoding.lower().split(","):
        name, _, weight = (part.strip() for part in one.partition(";"))
        if name == coding:
            return not re.fullmatch(r"q=0(\.0*)?", weight)
    return False


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The value of one request header (lower-case name), empty when it is not there."""
    for key, value in headers:
        if key == name:
            return value
    return b""


class ByteCache(Generic[K]):
    """Answers by key, at most *limit* bytes of them, the least recently used dropped first."""

    OVERHEAD = 256  # of an entry, beside its bytes

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[K, bytes] = OrderedDict()
        self.size = 0

    def get(self, key: K) -> bytes | None:
        body = self._held.get(key)
        if body is not None:
            self._held.move_to_end(key)
        return body

    def put(self, key: K, body: bytes) -> None:
        cost = len(body) + self.OVERHEAD
        if cost > self._limit // 8 or key in self._held:
            return
        self._held[key] = body
        self.size += cost
        while self.size > self._limit:
            _, dropped = self._held.popitem(last=False)
            self.size -= len(dropped) + self.OVERHEAD


class Flights(Generic[K, T]):
    """Identical work that is under way is waited for, not started again."""

    def __init__(self) -> None:
        self._flying: dict[K, asyncio.Future[T]] = {}

    async def join(self, key: K, start: Callable[[], asyncio.Future[T]]) -> T:
        """The result of what *start* starts, or of the same work started by another request.

        When that other request is given up before it has a result, one of those that wait starts anew.
        """
        while (other := self._flying.get(key)) is not None and not other.done():
            try:
                return await asyncio.shield(other)
            except GivenUp:
                continue
            except asyncio.CancelledError:
                me = asyncio.current_task()
                if not other.cancelled() or (me is not None and me.cancelling()):
                    raise
        flight = self._flying[key] = start()
        try:
            return await flight
        finally:
            if self._flying.get(key) is flight:
                del self._flying[key]
