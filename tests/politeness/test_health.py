"""When a host counts as dead."""

import pytest

from scraper.politeness.health import MOST_TOLERATED, HostHealth, ProbePlan

PLAN = ProbePlan(failures=3, first_wait=5, give_up_after=60)


@pytest.mark.parametrize(
    ("probes", "dead_for", "wait"),
    [
        (0, 0, 5),
        (1, 5, 7.5),
        (2, 13, 11.25),
        (5, 50, 10),
        (6, 60, None),
        (3, 60, None),
        (2, 600, 11.25),
        (9999, 59, 1),
    ],
)
def test_waits_grow_until_the_end(
    probes: int, dead_for: float, wait: float | None
) -> None:
    assert PLAN.wait(probes, dead_for) == wait


def test_a_host_is_paused_probed_and_given_up() -> None:
    health = HostHealth(PLAN, now=0)
    assert [health.failed(now, again=True) for now in (1, 2)] == [None, None]
    assert not health.is_down
    assert health.failed(10, again=True) == 5
    assert health.is_down
    assert health.failed(12, again=False) is None, "it was sent before the pause"
    assert health.paused_until == 15
    assert health.failed(15, again=False) == 7.5
    assert health.failed(25, again=False) == 11.25
    assert health.failed(55, again=False) == 15
    assert not health.given_up
    assert health.failed(70, again=False) is None
    assert health.given_up


def test_a_wave_of_pages_that_fail_for_the_first_time_is_no_dead_host() -> None:
    health = HostHealth(PLAN, now=0)
    assert [health.failed(1, again=False) for _ in range(100)] == [None] * 100
    assert health.failed(1, again=True) == 5


def test_a_wave_without_any_answer_for_a_while_is() -> None:
    health = HostHealth(PLAN, now=0)
    assert [health.failed(60, again=False) for _ in range(3)] == [None, None, 5]


def test_one_good_answer_ends_it() -> None:
    health = HostHealth(PLAN, now=0)
    assert not health.succeeded(0)
    for _ in range(3):
        health.failed(1, again=True)
    assert health.succeeded(2)
    assert not health.is_down
    assert [health.failed(3, again=True) for _ in range(5)] == [None] * 5
    assert health.failed(3, again=True) == 5, "it takes twice as many now"


def test_the_failures_that_are_tolerated_have_an_end() -> None:
    health = HostHealth(PLAN, now=0)
    for _ in range(10):
        while not health.is_down:
            health.failed(1, again=True)
        health.succeeded(1)
    waits = [health.failed(1, again=True) for _ in range(MOST_TOLERATED * 3)]
    assert waits == [None] * (MOST_TOLERATED * 3 - 1) + [5]
