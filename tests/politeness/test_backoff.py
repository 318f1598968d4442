"""The wait before a retry."""

import math
from typing import Any

import pytest

from scraper.politeness import Backoff


@pytest.mark.parametrize(
    ("retry", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (5000, 30.0)]
)
def test_the_longest_wait_doubles_up_to_the_cap(retry: int, longest: float) -> None:
    assert Backoff(base=0.5, factor=2, cap=30).longest(retry) == longest


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_the_jitter_is_full(fraction: float) -> None:
    assert Backoff(base=1, factor=3, cap=60).wait(3, fraction) == 9 * fraction


def test_single_numbers_can_be_changed() -> None:
    assert Backoff(1, 2, 3).changed({"cap": "7"}) == Backoff(1, 2, 7)
    assert Backoff(1, 2, 3).changed({}) == Backoff(1, 2, 3)


@pytest.mark.parametrize(
    "overrides",
    [{"bse": 1}, {"base": -1}, {"factor": 0.5}, {"cap": math.inf}, {"cap": "long"}],
)
def test_what_makes_no_sense_is_refused(overrides: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"bse|base|factor|cap|long"):
        Backoff().changed(overrides)
