"""Additive increase, multiplicative decrease."""

import pytest

from scraper.politeness.pace import (
    FIRST_DELAY,
    Limits,
    Pace,
    Sign,
    Throttle,
    faster,
    sign_of,
    slower,
)

LIMITS = Limits(Pace(8, 0.0), longest_delay=4.0)


@pytest.mark.parametrize(
    ("pace", "next_pace"),
    [
        (Pace(8, 0.0), Pace(4, 0.0)),
        (Pace(3, 0.0), Pace(1, 0.0)),
        (Pace(1, 0.0), Pace(1, FIRST_DELAY)),
        (Pace(1, FIRST_DELAY), Pace(1, 2 * FIRST_DELAY)),
        (Pace(1, 3.0), Pace(1, 4.0)),
    ],
)
def test_slower(pace: Pace, next_pace: Pace) -> None:
    assert slower(pace, LIMITS) == next_pace


def test_a_delay_that_is_set_is_never_shortened() -> None:
    limits = Limits(Pace(1, 10.0), longest_delay=4.0)
    assert slower(Pace(1, 10.0), limits) == Pace(1, 10.0)
    assert faster(Pace(1, 10.0), limits) == Pace(1, 10.0)


@pytest.mark.parametrize(
    ("pace", "next_pace"),
    [
        (Pace(1, 4.0), Pace(1, 3.0)),
        (Pace(1, FIRST_DELAY), Pace(1, 0.0)),
        (Pace(1, 0.0), Pace(2, 0.0)),
        (Pace(8, 0.0), Pace(8, 0.0)),
    ],
)
def test_faster(pace: Pace, next_pace: Pace) -> None:
    assert faster(pace, LIMITS) == next_pace


@pytest.mark.parametrize(
    ("status", "asks", "sign"),
    [
        (200, False, Sign.GOOD),
        (404, False, Sign.GOOD),
        (429, False, Sign.TOO_FAST),
        (429, True, Sign.TOO_FAST),
        (503, True, Sign.TOO_FAST),
        (503, False, Sign.BUSY),
        (500, True, Sign.UNCLEAR),
        (502, False, Sign.UNCLEAR),
    ],
)
def test_what_a_status_says(status: int, asks: bool, sign: Sign) -> None:
    assert sign_of(status, asks_to_wait=asks) is sign


def test_a_round_slows_down_once() -> None:
    throttle = Throttle(LIMITS)
    assert throttle.answered("a", Sign.TOO_FAST, {"a", "b", "c"})
    assert not throttle.answered("b", Sign.TOO_FAST, {"b", "c"})
    assert throttle.pace.concurrency == 4
    assert throttle.answered("d", Sign.TOO_FAST, {"c", "d"})
    assert not throttle.answered("c", Sign.TOO_FAST, {"c"})
    assert throttle.pace.concurrency == 2


def test_a_round_of_good_answers_speeds_up_by_one() -> None:
    throttle = Throttle(LIMITS)
    throttle.answered("a", Sign.TOO_FAST, {"a"})
    changes = [throttle.answered(n, Sign.GOOD, ()) for n in range(4 + 5 + 6 + 7)]
    assert changes.count(True) == 4
    assert throttle.pace == LIMITS.fastest
    assert not any(throttle.answered(n, Sign.GOOD, ()) for n in range(20))


def test_one_busy_answer_may_be_one_page_alone() -> None:
    throttle = Throttle(LIMITS)
    for answer in (Sign.BUSY, Sign.GOOD, Sign.BUSY, Sign.UNCLEAR, Sign.BUSY):
        assert not throttle.answered("a", answer, ())
    assert throttle.answered("b", Sign.BUSY, ())
    assert throttle.pace.concurrency == 4


def test_a_restart_begins_with_one() -> None:
    throttle = Throttle(LIMITS)
    throttle.restart()
    assert throttle.pace == Pace(1, 0.0)
