"""What storing costs: `python -m tests.storage.measure PAGES`, figures of which are in docs/database.md.

It leases and stores PAGES pages of 35 articles (each page repeats one article of the
page before), 20 pages a commit, which is what a crawl of 400 pages/s gives the writer.
"""

import os
import resource
import sys
import tempfile
from pathlib import Path
from time import thread_time

from scraper.storage import Writer, leases, open_database, pages, transaction
from scraper.storage.articles import Keyed
from scraper.storage.leases import LeasedPage
from scraper.storage.pages import DonePage
from tests.storage.crawling import article, begin_with_pages, file_url

ARTICLES = 35
AT_ONCE = 20


def found_on(page: LeasedPage) -> list[Keyed]:
    assert page.number is not None
    start = page.number * (ARTICLES - 1)
    return [
        article(
            number,
            description="Some ninety characters of text. " * 3,
            topic="Science",
            page=page.number,
        )
        for number in range(start, start + ARTICLES)
    ]


def store_some(writer: Writer, crawl_id: int) -> int:
    """Lease and store the next pages; returns how many there were."""
    taken = writer.submit(
        lambda c: leases.lease(c, crawl_id, AT_ONCE, "me", 60)
    ).result()
    stored = [
        writer.submit_item(
            pages.store, DonePage(page.id, found_on(page), seen=ARTICLES)
        )
        for page in taken
    ]
    assert all(future.result().is_first for future in stored)
    return len(taken)


def main() -> None:
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "crawls.db")
        engine = open_database(file_url(path))
        with transaction(engine) as connection:
            crawl_id = begin_with_pages(connection, count)
        with Writer(engine, batch=AT_ONCE) as writer:
            while store_some(writer, crawl_id):
                pass
            cpu = writer.submit(lambda _: thread_time()).result()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = os.path.getsize(path) / 1e6
    print(
        f"{count:,} pages: {cpu / count * 1e3:.2f} ms of CPU a page in the writer; "
        f"process {peak:.0f} MB at most; file {size:.1f} MB"
    )


if __name__ == "__main__":
    main()
