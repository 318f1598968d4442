"""The pool's decisions, as tables."""

from __future__ import annotations

import pytest

from scraper.downloader.policy import (
    choose_worker,
    connections_per_worker,
    default_thread_count,
)


@pytest.mark.parametrize(
    ("loads", "worker"),
    [([0], 0), ([9], 0), ([1, 0], 1), ([0, 1], 0), ([3, 2, 2, 1], 3)],
)
def test_the_least_loaded_worker_is_chosen(loads: list[int], worker: int) -> None:
    assert choose_worker(loads, "example.com") == worker


def test_among_equals_a_host_has_its_place() -> None:
    chosen = {choose_worker([0] * 4, "example.com") for _ in range(10)}
    assert len(chosen) == 1
    hosts = [f"{number}.example.com" for number in range(200)]
    places = [choose_worker([0] * 4, host) for host in hosts]
    assert all(places.count(place) > 20 for place in range(4))


def test_a_busy_place_gives_way_to_the_next() -> None:
    home = choose_worker([0] * 3, "example.com")
    loads = [0] * 3
    loads[home] = 1
    assert choose_worker(loads, "example.com") == (home + 1) % 3


@pytest.mark.parametrize(
    ("cpus", "threads"), [(None, 1), (1, 1), (2, 1), (4, 2), (64, 4)]
)
def test_threads_follow_the_processors(cpus: int | None, threads: int) -> None:
    assert default_thread_count(cpus) == threads


@pytest.mark.parametrize(
    ("concurrency", "workers", "connections"),
    [(16, 2, 16), (16, 3, 11), (1, 4, 1), (0, 2, 0)],
)
def test_connections_per_worker(
    concurrency: int, workers: int, connections: int
) -> None:
    assert connections_per_worker(concurrency, workers) == connections
