"""Additive increase, multiplicative decrease."""

import pytest

from scraper.politeness.pace import (
    FIRST_DELAY,
    LAST_DELAY,
    Limits,
    Pace,
    Sign,
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


def test_a_delay_is_raised_as_far_as_is_asked() -> None:
    assert slower(Pace(1, 1.0), LIMITS, factor=1.5) == Pace(1, 1.5)


def test_a_delay_that_is_set_is_never_shortened() -> None:
    limits = Limits(Pace(1, 10.0), longest_delay=4.0)
    assert slower(Pace(1, 10.0), limits) == Pace(1, 10.0)
    assert faster(Pace(1, 10.0), limits) == Pace(1, 10.0)


@pytest.mark.parametrize(
    ("pace", "next_pace"),
    [
        (Pace(1, 4.0), Pace(1, 3.6)),
        (Pace(1, LAST_DELAY), Pace(1, 0.0)),
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
