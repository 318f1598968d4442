"""A program that stores the pages of a crawl, and kills itself (SIGKILL) at a step of the writer.

killed.py DATABASE STEP COMMITS: STEP is one of `operation` (in a transaction), `commit`
(while it is written), `committed` (before anyone knows) or `never`; COMMITS transactions
are let pass before. It prints the number of each page that is reported as stored.
"""

import os
import signal
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Connection, event, make_url

from scraper.storage import Writer, crawls, leases, open_database, pages, transaction
from scraper.storage.leases import LeasedPage
from scraper.storage.ownership import Ownership
from scraper.storage.pages import DonePage, Stored
from tests.storage.crawling import article, begin_with_pages

PAGES = 120
ARTICLES = 20
AT_ONCE = 40


def kill() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("still alive")


def numbers_on(page: int) -> range:
    """The articles of a page: each page repeats the last two of the one before."""
    start = page * (ARTICLES - 2)
    return range(start, start + ARTICLES)


class Killer:
    """Kills this process at a step of one of the writer's transactions."""

    def __init__(self, step: str, commits: int, log: Path) -> None:
        self._step = step
        self._left = commits
        self._log = log

    def operation(self, connection: Connection) -> None:
        """Part of each transaction, after its pages are stored."""
        if self._step == "operation" and self._left == 0:
            kill()

    def commit(self, connection: Connection) -> None:
        """At the beginning of each commit."""
        if self._step == "commit" and self._left == 0:
            threading.Thread(target=self._kill_when_written, daemon=True).start()
        self._left -= 1

    def committed(self, future: Future[None]) -> None:
        """Right after each commit, in the writer's thread."""
        if self._step == "committed" and self._left == -1:
            kill()

    def _kill_when_written(self) -> None:
        before = self._log.stat().st_size
        while self._log.stat().st_size == before:
            pass
        kill()


def main() -> None:
    url, step, commits = make_url(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    engine = open_database(url)
    ownership = Ownership(url, "site", "https://x.org/")
    with transaction(engine) as connection:
        if not ownership.must_be_renewed:  # or it would outlive this program
            ownership.take(connection)
        if crawls.last(connection, "site") is None:
            begin_with_pages(connection, PAGES)
        leases.release(connection, 1, "me")
    writer = Writer(engine)
    writer.submit(lambda _: None).result()  # it is connected
    killer = Killer(step, commits, Path(f"{url.database}-wal"))
    event.listen(engine, "commit", killer.commit)
    while store_some(writer, killer):
        pass
    writer.submit(lambda connection: crawls.finish(connection, 1, "finished")).result()
    writer.close()


def store_some(writer: Writer, killer: Killer) -> bool:
    """Store the next pages in one transaction; False when there are none."""
    taken = writer.submit(lambda c: leases.lease(c, 1, AT_ONCE, "me", 60)).result()
    futures = [store(writer, page) for page in taken]
    last = writer.submit(killer.operation)
    last.add_done_callback(killer.committed)
    last.result()
    for page, future in zip(taken, futures, strict=True):
        assert future.result().is_first
        print(page.number, flush=True)
    return bool(taken)


def store(writer: Writer, page: LeasedPage) -> Future[Stored]:
    assert page.number is not None
    found = [article(number) for number in numbers_on(page.number)]
    return writer.submit_item(pages.store, DonePage(page.id, found, seen=len(found)))


if __name__ == "__main__":
    main()
