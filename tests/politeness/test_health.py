"""When a host counts as dead."""

import pytest

from scraper.politeness.health import HostHealth, ProbePlan

PLAN = ProbePlan(failures=3, first_wait=5, give_up_after=60)


@pytest.mark.parametrize(
    ("probes", "dead_for", "wait"),
    [
        (0, 0, 5),
        (1, 5, 10),
        (2, 15, 20),
        (3, 35, 25),
        (4, 60, None),
        (3, 60, None),
        (2, 600, 20),
        (9999, 59, 1),
    ],
)
def test_waits_grow_until_the_end(
    probes: int, dead_for: float, wait: float | None
) -> None:
    assert PLAN.wait(probes, dead_for) == wait


def test_a_host_is_paused_probed_and_given_up() -> None:
    health = HostHealth(PLAN)
    assert [health.failed(now) for now in (1, 2)] == [None, None]
    assert not health.is_down
    assert health.failed(10) == 5
    assert health.is_down
    assert health.failed(12) is None, "it was sent before the pause"
    assert health.paused_until == 15
    assert health.failed(15) == 10
    assert health.failed(25) == 20
    assert health.failed(45) == 25
    assert not health.given_up
    assert health.failed(70) is None
    assert health.given_up


def test_one_good_answer_ends_it() -> None:
    health = HostHealth(PLAN)
    assert not health.succeeded()
    for now in (1, 2, 3):
        health.failed(now)
    assert health.succeeded()
    assert not health.is_down
    assert [health.failed(now) for now in (8, 9)] == [None, None]
    assert health.failed(100) == 5
