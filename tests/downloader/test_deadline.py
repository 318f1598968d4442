"""The time limit of a download."""

from __future__ import annotations

import asyncio
import time

import pytest

from scraper.downloader.deadline import Deadline


async def sleep_within(limit: float, seconds: float) -> None:
    async with Deadline(limit):
        await asyncio.sleep(seconds)


def test_in_time() -> None:
    asyncio.run(sleep_within(10, 0))


@pytest.mark.parametrize("limit", [0.01, 0.2])
def test_too_late(limit: float) -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(sleep_within(limit, 60))


def test_no_limit() -> None:
    asyncio.run(sleep_within(0, 0.05))


def test_error_of_the_block_comes_out() -> None:
    async def run() -> None:
        async with Deadline(10):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())


def test_cancelling_is_not_taken_for_the_end_of_time() -> None:
    async def run() -> None:
        task = asyncio.create_task(sleep_within(10, 60))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


def test_a_pause_is_off_the_clock() -> None:
    async def run() -> None:
        async with Deadline(0.2) as deadline:
            with deadline.paused():
                await asyncio.sleep(0.4)
            await asyncio.sleep(0.05)
            with deadline.paused():
                await asyncio.sleep(0.4)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(run())


def test_what_holds_the_loop_up_is_forgiven() -> None:
    """What has arrived while the interpreter was held can still be read."""

    async def run() -> None:
        async with Deadline(0.3):
            time.sleep(0.5)  # noqa: ASYNC251 - stands for another thread that holds the GIL
            await asyncio.sleep(0.05)

    asyncio.run(run())


def test_no_more_than_the_limit_is_forgiven() -> None:
    async def run() -> None:
        async with Deadline(0.1):
            for _ in range(100):
                time.sleep(0.2)  # noqa: ASYNC251
                await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        asyncio.run(run())
