"""A crawl leaves nothing behind: no thread, no task, no socket, no file."""

import asyncio
import gc
import threading
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from tests.crawls.processes import wait_until
from tests.crawls.running import crawl_async, project_settings
from tests.sites.fixtures import ServeSite

FILES = Path("/proc/self/fd")


def held() -> tuple[set[threading.Thread], set[str]]:
    """The threads and the open files of this process."""
    gc.collect()
    names = (
        {path.name: path.readlink() for path in FILES.iterdir() if path.is_symlink()}
        if FILES.exists()
        else {}
    )
    return set(threading.enumerate()), {
        f"{number} {link}" for number, link in names.items() if "/fd" not in str(link)
    }


def held_at_last() -> tuple[set[threading.Thread], set[str]]:
    """As `held`, when servers of earlier tests have closed what they are still about to close."""
    now = held()
    while True:
        before = now
        sleep(0.1)
        now = held()
        if now == before:
            return now


async def tasks_after(crawl: Callable[[], Any]) -> list[str]:
    """Run a crawl; the tasks that are still pending after it."""
    await crawl()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return [repr(task) for task in others]


@pytest.mark.parametrize(
    "faults", [{}, {(0, 2): "reset", (1, 1): "truncated", (3, 2): "500"}]
)
def test_after_a_crawl(
    faults: dict[tuple[int, int], str], tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults=faults)
    before = held_at_last()
    settings = project_settings(
        SITES={"demo": server.profile()},
        RETRY_TIMES=0,
        FEEDS={str(tmp_path / "a.csv"): {"format": "csv"}},
    )
    assert asyncio.run(tasks_after(lambda: crawl_async(settings))) == []
    wait_until(lambda: server.is_alone)
    assert held() == before


def test_after_a_start_that_failed(site_server: ServeSite) -> None:
    server = site_server()
    before = held_at_last()
    settings = project_settings(
        SITES={"demo": server.profile()}, DEDUP_FIELDS=["nonsense"]
    )
    with pytest.raises(ConfigurationError, match="DEDUP_FIELDS"):
        asyncio.run(crawl_async(settings))
    assert held() == before
    assert server.requests == []


def test_after_a_crawl_that_was_stopped_in_the_middle(site_server: ServeSite) -> None:
    server = site_server(latency=0.05)
    before = held_at_last()
    settings = project_settings(
        SITES={"demo": server.profile()}, CLOSESPIDER_PAGECOUNT=3, CONCURRENT_REQUESTS=2
    )
    assert asyncio.run(tasks_after(lambda: crawl_async(settings))) == []
    wait_until(lambda: server.is_alone)
    assert held() == before
