"""Scrapy's download slots do as they are told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot

from scraper.middlewares.slots import LEAST_DELAY, PacedSlot
from scraper.politeness.pace import Sign


@contextmanager
def paced(
    slot: Slot, total: int = 8, longest_delay: float | None = 4.0
) -> Iterator[PacedSlot]:
    result = PacedSlot(slot, total, longest_delay)
    yield result
    result.close()


def test_a_slot_that_only_the_total_limits_is_left_alone() -> None:
    slot = Slot(concurrency=8, delay=0, jitter=0.5)
    with paced(slot):
        assert (slot.concurrency, slot.download_delay()) == (8, 0)


@pytest.mark.parametrize(("concurrency", "total"), [(7, 8), (8, 0)])
def test_a_slot_that_limits_more_counts(concurrency: int, total: int) -> None:
    slot = Slot(concurrency, delay=0, jitter=0.5)
    with paced(slot, total):
        assert slot.download_delay() == LEAST_DELAY


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("delay", [0.0, 0.5])
def test_a_pause_is_kept_whatever_the_jitter(delay: float, jitter: float) -> None:
    async def pause() -> None:
        slot = Slot(8, delay, jitter)
        with paced(slot) as result:
            assert result.pause(0.05)
            assert not result.pause(0.01), "it is paused for longer already"
            waits = {slot.lastseen + slot.download_delay() for _ in range(50)}
            assert min(waits) > monotonic() + 0.04
            await asyncio.sleep(0.06)
            assert (slot.delay, result.paused_for) == (delay, 0)
            assert slot.jitter == (jitter if delay else 0)

    asyncio.run(pause())


def test_a_jitter_never_falls_short_of_the_crawl_delay() -> None:
    slot = Slot(8, delay=1.5, jitter=0.5)
    with paced(slot) as result:
        result.hold_to(1.0)
        assert min(slot.download_delay() for _ in range(100)) >= 1.0
        result.hold_to(0.5)
        assert slot.jitter == 0.5


def test_with_autothrottle_the_delay_is_not_ours() -> None:
    slot = Slot(8, delay=5.0, jitter=0.5)
    with paced(slot, longest_delay=None) as result:
        slot.delay = 2.0
        assert result.answered(Request("data:,"), Sign.TOO_FAST)
        assert (slot.concurrency, slot.delay) == (4, 2.0)
        result.hold_to(3.0)
        assert slot.delay == 3.0


def test_a_slot_that_scrapy_made_anew_goes_on_at_the_same_pace() -> None:
    with paced(Slot(8, 0.0, 0.5)) as result:
        result.hold_to(2.0)
        result.answered(Request("data:,"), Sign.TOO_FAST)
        new = Slot(8, 0.0, 0.5)
        result.adopt(new)
        assert (new.concurrency, new.delay) == (4, 2.0)


def test_a_slot_is_shared_with_other_workers() -> None:
    slot = Slot(concurrency=8, delay=0.5, jitter=0.0)
    with paced(slot) as shared:
        shared.hold_to(1.0)
        shared.share(workers=3, place=2)
        assert (slot.concurrency, slot.download_delay()) == (2, 3.0)
        shared.share(workers=1, place=0)
        assert (slot.concurrency, slot.download_delay()) == (8, 1.0)
