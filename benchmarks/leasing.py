"""What handing out pages costs the database: many workers lease and settle pages, and do nothing else.

    python -m benchmarks.leasing                                    64 workers, 1,000,000 pages, PostgreSQL
    python -m benchmarks.leasing --articles 35 --pages 20000        the articles stored too
    python -m benchmarks.leasing --database sqlite --workers 4 --pages 100000

The server is one of its own, with PostgreSQL's defaults but for 512 MB of buffers and 4 GB of log between two
checkpoints; what it commits is flushed to the disk. A worker is a thread with a session of its own, in one of as many
processes as there are cores: to the database a worker is a session, and 64 interpreters would only compete with it for
the cores. The figures are in docs/scaling.md.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
from array import array
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from time import perf_counter, process_time, sleep
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, make_url

from benchmarks.leasing_database import (
    cpu_of,
    database,
    print_sizes,
    report_statements,
    watching,
)
from scraper.pagination import Opening, PageScheme
from scraper.pagination.numbering import UrlTemplate
from scraper.storage import (
    crawls,
    leases,
    open_database,
    pages,
    topics,
    transaction,
)
from scraper.storage.pages import DonePage
from scraper.storage.session import open_session

if TYPE_CHECKING:
    from scraper.storage.articles import Keyed
    from scraper.storage.leases import LeasedPage

TOPICS = 100
LEASE = 600.0
RENEWED_AFTER = 20
"""Batches after which a worker renews its leases."""

SCHEME = PageScheme(UrlTemplate("https://x.org/topic?page=", "", "page"))


@dataclass
class Work:
    """What workers did, and how long each step took them."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    lease_ms: list[float] = field(default_factory=list)
    settle_ms: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def add(self, other: Work) -> None:
        """Count what another did, too."""
        self.ids.extend(other.ids)
        self.lease_ms += other.lease_ms
        self.settle_ms += other.settle_ms
        self.cpu += other.cpu


# the workers


def work_in_process(
    url: str, crawl_id: int, names: list[str], batch: int, articles: int, pause: float
) -> Work:
    """Be the workers of these names, each a thread, until no page is left."""
    total, started = Work(), process_time()
    with ThreadPoolExecutor(len(names)) as threads:
        be = partial(work, make_url(url), crawl_id, batch, articles, pause)
        for done in threads.map(be, names):
            total.add(done)
    total.cpu = process_time() - started
    return total


def work(
    url: URL, crawl_id: int, batch: int, articles: int, pause: float, name: str
) -> Work:
    """Lease and settle pages until there is none; wait about `pause` seconds in between, as if they were fetched."""
    done, engine = Work(), open_database(url)
    with closing(open_session(engine)) as session:
        for turn in range(10**9):
            begun = perf_counter()
            taken = session.commit(
                lambda c: leases.lease(c, crawl_id, batch, name, LEASE)
            )
            leased = perf_counter()
            if not taken:
                break
            sleep(random.uniform(0, 2 * pause))  # noqa: S311
            shown = [shown_on(page, articles) for page in taken]
            settling = perf_counter()
            stored = session.commit(partial(pages.store, done=shown))
            done.settle_ms.append((perf_counter() - settling) * 1000)
            done.lease_ms.append((leased - begun) * 1000)
            assert all(what.is_first for what in stored), "stored by somebody else"
            done.ids.extend(page.id for page in taken)
            if turn % RENEWED_AFTER == RENEWED_AFTER - 1:
                session.commit(lambda c: leases.renew(c, crawl_id, name, LEASE))
    return done


def shown_on(page: LeasedPage, count: int) -> DonePage:
    """The page with its articles; each page repeats the last one of the page before."""
    first = (page.number or 0) * max(count - 1, 0)
    found = [article(page.topic_id, first + n) for n in range(count)]
    return DonePage(page.id, found, seen=count)


def article(topic: int, number: int) -> Keyed:
    """An article of 0.2 KB."""
    key = blake2b(f"{topic}/{number}".encode(), digest_size=15).digest()
    return key, {
        "title": f"Article {number}",
        "description": "Some ninety characters of text. " * 3,
        "url": f"https://x.org/{topic}/{number}",
        "topic": "Science",
        "page": number // 34,
    }


# the crawl


def begin(connection: Connection, count: int) -> int:
    """A crawl of so many pages to fetch, in TOPICS topics."""
    begun = crawls.begin(
        connection, site="benchmark", index_url="https://x.org/", profile="-"
    )
    found = [(f"topic {n}", f"https://x.org/{n}") for n in range(TOPICS)]
    topics.add(connection, begun.id, found)
    for landing in leases.lease(connection, begun.id, TOPICS, "me", LEASE):
        topics.land(connection, landing.id, Opening(None, 1, count // TOPICS, SCHEME))
    return begun.id


# the figures


def measure(options: argparse.Namespace) -> None:
    """Run the workers, check that no page was handed out twice, and print what it took."""
    with database(options.database) as (url, server):
        engine = open_database(url)
        with transaction(engine) as connection:
            started = perf_counter()
            crawl_id = begin(connection, options.pages)
            entering = perf_counter() - started
        print(f"{options.pages:,} pages entered in {entering:.1f} s")
        if server:
            server.execute("CHECKPOINT")
            server.execute("SELECT pg_stat_statements_reset()")
        names = [f"worker {n}" for n in range(options.workers)]
        shares = [names[n :: options.processes] for n in range(options.processes)]
        cpu, started, total = cpu_of(server), perf_counter(), Work()
        with watching(server) as seen, ProcessPoolExecutor(options.processes) as pool:
            address = url.render_as_string(hide_password=False)
            be = partial(
                work_in_process,
                address,
                crawl_id,
                batch=options.batch,
                articles=options.articles,
                pause=options.workers * options.batch / options.rate
                if options.rate
                else 0.0,
            )
            for done in pool.map(be, shares):
                total.add(done)
            seconds = perf_counter() - started
        report(total, seconds, cpu_of(server) - cpu)
        if server:
            report_statements(server, len(total.ids) / 1000, seen)
        with transaction(engine, reads_only=True) as connection:
            check(connection, crawl_id, total.ids)
        print_sizes(url, server, options.pages)


def check(connection: Connection, crawl_id: int, ids: array[int]) -> None:
    """See that each page was handed out once, and is done."""
    rows = topics.load(connection, crawl_id)
    done = sum(row.done for row in rows)
    assert len(set(ids)) == len(ids) == done, "a page was handed out twice"
    assert not sum(row.pending + row.leased for row in rows), "a page is left"
    print(f"{done:,} pages handed out, each once; all are done")


def report(total: Work, seconds: float, server_cpu: float) -> None:
    """Print what the workers did."""
    thousands = len(total.ids) / 1000
    print(f"{len(total.ids) / seconds:,.0f} pages/s ({seconds:.1f} s of wall clock)")
    for name, times in (("lease", total.lease_ms), ("settle", total.settle_ms)):
        cuts = statistics.quantiles(times, n=100)
        print(
            f"{name}: {len(times):,} batches, as a worker sees it: median {cuts[49]:.1f} ms, "
            f"95% {cuts[94]:.1f} ms, longest {max(times):.0f} ms"
        )
    print(f"CPU of the server, for 1,000 pages: {server_cpu / thousands * 1000:.0f} ms")
    print(f"CPU of the workers: {total.cpu / thousands * 1000:.0f} ms")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--database", choices=["postgresql", "sqlite"], default="postgresql"
    )
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=64, help="pages leased at once")
    parser.add_argument("--articles", type=int, default=0, help="of a page")
    parser.add_argument("--rate", type=float, help="pages/s of all, at most")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    measure(parser.parse_args())


if __name__ == "__main__":
    main()
