"""Handing values over to another thread's loop."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from scraper.downloader.bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Callable


def test_many_values_take_one_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        wake, wakes = loop.call_soon_threadsafe, 0

        def count(callback: Callable[[], None]) -> None:
            nonlocal wakes
            wakes += 1
            wake(callback)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        received: list[int] = []
        bridge = Bridge(loop, received.append)
        for _ in range(2):
            for number in range(100):
                bridge.send(number)
            await asyncio.sleep(0)
        assert received == [*range(100), *range(100)]
        assert wakes == 2

    asyncio.run(run())


def test_nothing_is_lost_between_threads() -> None:
    count, senders = 20_000, 4

    async def run() -> None:
        received: list[tuple[int, int]] = []
        complete = asyncio.Event()

        def receive(value: tuple[int, int]) -> None:
            assert threading.current_thread() is threading.main_thread()
            received.append(value)
            if len(received) == count * senders:
                complete.set()

        bridge = Bridge(asyncio.get_running_loop(), receive)

        def send(sender: int) -> None:
            for number in range(count):
                bridge.send((sender, number))

        threads = [threading.Thread(target=send, args=(one,)) for one in range(senders)]
        for thread in threads:
            thread.start()
        async with asyncio.timeout(60):
            await complete.wait()
        for thread in threads:
            thread.join()
        for sender in range(senders):
            assert [n for who, n in received if who == sender] == list(range(count))

    asyncio.run(run())


def test_a_receiver_that_fails_gets_the_other_values() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        failures: list[BaseException] = []
        loop.set_exception_handler(
            lambda _, context: failures.append(context["exception"])
        )
        received: list[float] = []
        bridge: Bridge[int] = Bridge(loop, lambda value: received.append(1 / value))
        for value in (1, 0, 2, 0, 4):
            bridge.send(value)
        for _ in range(5):
            await asyncio.sleep(0)
        assert received == [1, 0.5, 0.25]
        assert [type(failure) for failure in failures] == [ZeroDivisionError] * 2

    asyncio.run(run())


def test_a_closed_loop_is_an_error() -> None:
    loop = asyncio.new_event_loop()
    bridge = Bridge(loop, print)
    loop.close()
    with pytest.raises(RuntimeError):
        bridge.send(None)
