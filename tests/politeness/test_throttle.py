"""Keeping the pace of a host."""

import random
from collections.abc import Callable

import pytest

from scraper.politeness.pace import FIRST_DELAY, Limits, Pace, Sign
from scraper.politeness.throttle import ROUND, Throttle
from scraper.politeness.trial import FIRST_REST

LIMITS = Limits(Pace(8, 0.0), longest_delay=30.0)


def answer(
    throttle: Throttle, sign: Sign, request: str = "", in_flight: str = ""
) -> bool:
    return throttle.answered(request, sign, set(in_flight) | {request})


def test_a_round_slows_down_once() -> None:
    throttle = Throttle(LIMITS)
    assert answer(throttle, Sign.TOO_FAST, "a", in_flight="abc")
    assert not answer(throttle, Sign.TOO_FAST, "b", in_flight="bc")
    assert throttle.pace.concurrency == 4
    assert answer(throttle, Sign.TOO_FAST, "d", in_flight="cd")
    assert not answer(throttle, Sign.TOO_FAST, "c", in_flight="c")
    assert throttle.pace.concurrency == 2


def test_a_round_of_good_answers_speeds_up_by_one() -> None:
    throttle = Throttle(LIMITS)
    answer(throttle, Sign.TOO_FAST)
    changes = [answer(throttle, Sign.GOOD) for _ in range(4 * ROUND)]
    assert changes.count(True) == 4
    assert throttle.pace == LIMITS.fastest
    assert not any(answer(throttle, Sign.GOOD) for _ in range(2 * ROUND))


def test_one_busy_answer_may_be_one_page_alone() -> None:
    throttle = Throttle(LIMITS)
    for sign in (Sign.BUSY, Sign.GOOD, Sign.BUSY, Sign.UNCLEAR, Sign.BUSY):
        assert not answer(throttle, sign)
    assert answer(throttle, Sign.BUSY)
    assert throttle.pace.concurrency == 4


def test_a_restart_begins_with_one() -> None:
    throttle = Throttle(LIMITS)
    throttle.restart()
    assert throttle.pace == Pace(1, 0.0)


def crawl(
    throttle: Throttle, is_refused: Callable[[float], bool], requests: int
) -> tuple[float, int]:
    """Send one request after the other at the throttle's pace: the time it took, and how many were refused."""
    now, refused = 0.0, 0
    for _ in range(requests):
        now += max(throttle.pace.delay, 0.02)
        bad = is_refused(now)
        refused += bad
        answer(throttle, Sign.TOO_FAST if bad else Sign.GOOD)
    return now, refused


class Allowance:
    """Refuses what comes less than `interval` seconds after the last request that was not refused."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0

    def __call__(self, now: float) -> bool:
        if now < self._next:
            return True
        self._next = now + self._interval
        return False


@pytest.mark.parametrize("interval", [0.1, 0.7, 3.0])
def test_the_pace_that_a_host_allows_is_found(interval: float) -> None:
    throttle = Throttle(LIMITS)
    _, refused = crawl(throttle, Allowance(interval), 1000)
    assert refused < 450
    assert throttle.pace.concurrency <= 2


@pytest.mark.parametrize("share", [0.4, 0.6])
def test_refusals_that_no_delay_changes_are_borne(share: float) -> None:
    dice = random.Random(1)
    time, _ = crawl(Throttle(LIMITS), lambda now: dice.random() < share, 2000)
    assert time < 2000 * FIRST_DELAY / 2


def test_they_are_not_borne_for_ever() -> None:
    throttle, dice = Throttle(LIMITS), random.Random(2)
    crawl(throttle, lambda now: dice.random() < 0.5, 10 * FIRST_REST)
    crawl(throttle, lambda now: False, 32 * FIRST_REST)
    assert throttle.pace == LIMITS.fastest
    crawl(throttle, lambda now: True, 3 * ROUND)
    assert throttle.pace.concurrency == 1
    assert throttle.pace.delay >= FIRST_DELAY


@pytest.mark.parametrize("pages", [15, 60])
def test_a_host_that_refuses_all_for_good_is_asked_in_good_time(pages: int) -> None:
    throttle = Throttle(LIMITS)
    time, _ = crawl(throttle, lambda now: True, 6 * pages)
    assert time < 400
    assert throttle.pace.delay <= FIRST_DELAY, "nothing helps"
    assert throttle.pace.concurrency == 1


def test_pages_that_are_refused_at_first_are_had_in_good_time() -> None:
    throttle, answers = Throttle(LIMITS), 76
    refused_first, _ = crawl(throttle, lambda now: True, answers)
    dice = random.Random(3)
    again, _ = crawl(throttle, lambda now: dice.random() < 0.5, answers)
    assert refused_first + again < 300
