"""Workers divide what one may do."""

import pytest

from scraper.politeness.pace import Limits, Pace
from scraper.politeness.share import share_of, shared_pace
from scraper.politeness.throttle import Throttle


@pytest.mark.parametrize("total", [0, 1, 2, 7, 8, 32, 100])
@pytest.mark.parametrize("workers", [1, 2, 3, 5, 8, 64])
def test_shares_add_up_and_differ_by_one_at_most(total: int, workers: int) -> None:
    shares = [share_of(total, workers, place) for place in range(workers)]
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


def test_all_together_send_as_often_as_one_did() -> None:
    whole = Pace(8, 0.5)
    paces = [shared_pace(whole, 4, place) for place in range(4)]
    assert sum(1 / pace.delay for pace in paces) == 1 / whole.delay
    assert sum(pace.concurrency for pace in paces) == whole.concurrency


def test_a_slot_has_one_request_at_least() -> None:
    assert shared_pace(Pace(1, 0.0), 4, 3) == Pace(1, 0.0)


def test_a_pace_that_was_the_fastest_stays_so() -> None:
    throttle = Throttle(Limits(Pace(8, 0.0), 30.0))
    throttle.limit(Limits(Pace(4, 1.0), 30.0))
    assert throttle.pace == Pace(4, 1.0)
    throttle.limit(Limits(Pace(8, 0.0), 30.0))
    assert throttle.pace == Pace(8, 0.0)


def test_a_pace_that_was_slowed_down_is_not_made_faster() -> None:
    throttle = Throttle(Limits(Pace(8, 0.0), 30.0))
    throttle.restart()
    throttle.limit(Limits(Pace(4, 0.5), 30.0))
    assert throttle.pace == Pace(1, 0.5)
    throttle.limit(Limits(Pace(8, 0.0), 30.0))
    assert throttle.pace == Pace(1, 0.5)
