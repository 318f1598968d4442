"""Several processes at one crawl: nothing is lost and nothing twice, whoever is killed or stopped."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.crawls.running import read_csv
from tests.crawls.stored import (
    SITE,
    all_urls,
    command,
    stored_urls,
)
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

if TYPE_CHECKING:
    import subprocess

SHARED = {"CRAWL_SHARED": "1", "CRAWL_WORKER_TIMEOUT": "3"}


class Workers:
    """Starts workers of one crawl, each the same command, and ends them all."""

    def __init__(self, server: SiteServer, folder: Path, stack: ExitStack) -> None:
        self._server = server
        self._folder = folder
        self._stack = stack

    def start(self, **settings: object) -> "subprocess.Popen[str]":
        return self._stack.enter_context(
            command(
                self._server,
                self._folder,
                "articles.csv",
                settings={**SHARED, **settings},
            )
        )


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def end(process: "subprocess.Popen[str]", status: int = 0) -> str:
    """Wait until a worker has ended; returns its log."""
    _, log = process.communicate(timeout=90)
    assert process.returncode == status, log
    return log


def check(server: SiteServer, folder: Path) -> None:
    """See that every article is there once, in the database and in the feed."""
    assert stored_urls(folder) == all_urls(server)
    rows = read_csv(folder / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_two_workers_share_the_pages(
    tmp_path: Path, site_server: ServeSite, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=0.1)
    workers = Workers(server, tmp_path, stack)
    processes = [workers.start() for _ in range(2)]
    logs = [end(process) for process in processes]
    check(server, tmp_path)
    fetched = Counter(server.pages)
    assert set(fetched.values()) == {1}, "a page was fetched by both"
    assert sum("Found 5 topics" in log for log in logs) == 1, "both read the index"
    for log in logs:
        assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log
        assert f"{len(all_urls(server)):,} unique" in log
    finished = [log for log in logs if "Another worker finishes" not in log]
    assert len(finished) == 1
