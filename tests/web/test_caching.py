"""Entity tags, the cache of answers, requests in flight."""

import asyncio

import pytest

from visiomatic.web.caching import ByteCache, Flights, entity_tag, matches
from waiting import soon


def test_a_tag_is_strong_and_belongs_to_one_identity() -> None:
    tag = entity_tag("a.fits|v1|look")
    assert tag.startswith(b'"')
    assert tag == entity_tag("a.fits|v1|look")
    assert tag != entity_tag("a.fits|v2|look")


@pytest.mark.parametrize(
    ("sent", "known"),
    [(b'"x"', True), (b'"a", "x"', True), (b'W/"x"', True), (b"*", True), (b'"y"', False), (b"", False)],
)
def test_if_none_match_is_a_list_of_tags_or_anything(sent: bytes, known: bool) -> None:
    assert matches(sent, b'"x"') is known


def test_the_cache_never_holds_more_bytes_than_its_limit_and_keeps_what_is_used() -> None:
    cache: ByteCache[int] = ByteCache(10 * (1000 + ByteCache.OVERHEAD))
    for key in range(10):
        cache.put(key, bytes(1000))
    assert cache.get(0) is not None
    cache.put(10, bytes(1000))
    assert cache.get(1) is None
    assert cache.get(0) is not None
    assert cache.size <= 10 * (1000 + ByteCache.OVERHEAD)


def test_an_answer_that_would_fill_the_cache_is_not_kept() -> None:
    cache: ByteCache[str] = ByteCache(8000)
    cache.put("huge", bytes(5000))
    assert cache.get("huge") is None
    assert cache.size == 0


async def fly(count: int, *, cancel_first: bool = False, fail: bool = False) -> tuple[int, list[object]]:
    flights: Flights[str, int] = Flights()
    started, go_on = 0, asyncio.Event()

    async def work() -> int:
        nonlocal started
        started += 1
        await go_on.wait()
        if fail:
            raise ValueError("no")
        return started

    tasks = [asyncio.ensure_future(flights.join("key", lambda: asyncio.ensure_future(work()))) for _ in range(count)]
    await soon(lambda: started == 1)  # and all have joined before
    if cancel_first:
        tasks[0].cancel()
        await soon(lambda: started == 2)
    go_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return started, list(results)


def test_identical_requests_are_computed_once() -> None:
    started, results = asyncio.run(fly(5))
    assert (started, results) == (1, [1] * 5)


def test_when_the_first_of_identical_requests_is_given_up_another_takes_over() -> None:
    started, results = asyncio.run(fly(4, cancel_first=True))
    assert started == 2
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [2, 2, 2]


def test_an_error_reaches_everyone_who_waits() -> None:
    started, results = asyncio.run(fly(3, fail=True))
    assert started == 1
    assert all(isinstance(result, ValueError) for result in results)
