"""The pool of threads: fair among images, deaf to those who left."""

import asyncio
import threading
from collections.abc import Callable

from visiomatic.web.pool import Pool


def test_results_and_errors_come_back() -> None:
    async def ask() -> tuple[int, str]:
        pool = Pool(2)
        try:
            await pool.run("a", lambda: 1 // 0)
        except ZeroDivisionError as error:
            return await pool.run("a", lambda: 42), str(error)
        finally:
            pool.close()
        raise AssertionError

    assert asyncio.run(ask())[0] == 42


def test_an_image_on_a_held_disk_does_not_hold_up_others() -> None:
    held = threading.Event()

    async def ask() -> list[str]:
        pool, order = Pool(2), []
        slow = [pool.run("slow", held.wait) for _ in range(20)]
        for name in ("b", "c", "d"):
            order.append(await pool.run(name, lambda name=name: name))
            order.append(await pool.run(name, lambda name=name: name + "!"))
        assert not any(future.done() for future in slow)
        held.set()
        await asyncio.gather(*slow)
        pool.close()
        return order

    assert asyncio.run(asyncio.wait_for(ask(), 20)) == ["b", "b!", "c", "c!", "d", "d!"]


def test_work_given_up_while_it_waits_never_starts() -> None:
    held = threading.Event()
    ran: list[int] = []

    async def ask() -> None:
        pool = Pool(1)
        first = pool.run("a", held.wait)
        waiting = [pool.run("a", lambda number=number: ran.append(number)) for number in range(4)]
        waiting[1].cancel()
        waiting[2].cancel()
        held.set()
        await asyncio.gather(first, waiting[0], waiting[3])
        pool.close()

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert ran == [0, 3]


def test_images_that_wait_take_turns() -> None:
    held = threading.Event()
    order: list[str] = []

    def job(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    async def ask() -> None:
        pool = Pool(1, most=1)
        first = pool.run("a", held.wait)
        rest = [pool.run(key, job(key)) for key in "aaabbb"]
        held.set()
        await asyncio.gather(first, *rest)
        pool.close()

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert order == ["a", "b", "a", "b", "a", "b"]
