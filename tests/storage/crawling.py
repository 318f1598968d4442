"""The steps of a crawl, in short."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection

from scraper.pagination import Opening, PageScheme
from scraper.pagination.numbering import UrlTemplate
from scraper.storage import crawls, leases, pages, topics
from scraper.storage.articles import Keyed
from scraper.storage.leases import LeasedPage
from scraper.storage.pages import DonePage, Stored
from scraper.storage.topics import TopicRow

only_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For tests of what only a file has."""
only_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

SCHEME = PageScheme(UrlTemplate("https://x.org/a?page=", "", "page"))


def file_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def begin(connection: Connection, site: str = "site", **options: Any) -> int:
    arguments = {"index_url": "https://x.org/", "profile": "profile", **options}
    return crawls.begin(connection, site=site, **arguments).id


def begin_with_topics(connection: Connection, *names: str) -> int:
    crawl_id = begin(connection)
    found = [(name, f"https://x.org/{name}") for name in names]
    assert topics.add(connection, crawl_id, found) == len(names)
    return crawl_id


def begin_with_pages(connection: Connection, last: int) -> int:
    """A crawl with one topic, whose pages 1 to `last` are to fetch."""
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, last=last)
    leases.release(connection, crawl_id, "me")
    return crawl_id


def lease(
    connection: Connection, crawl_id: int, count: int = 100, **options: Any
) -> list[LeasedPage]:
    arguments = {"owner": "me", "seconds": 60, **options}
    return leases.lease(connection, crawl_id, count, **arguments)


def land(connection: Connection, landing: LeasedPage, **options: Any) -> None:
    arguments = {"number": 1, "first": 1, "last": None, "scheme": SCHEME, **options}
    topics.land(connection, landing.id, Opening(**arguments))


def topic(connection: Connection, crawl_id: int, name: str = "a") -> TopicRow:
    (found,) = (row for row in topics.load(connection, crawl_id) if row.name == name)
    return found


def article(number: int, **fields: Any) -> Keyed:
    """Article `number`, with its key."""
    key = blake2b(str(number).encode(), digest_size=15).digest()
    return key, {
        "title": f"Article {number}",
        "url": f"https://x.org/{number}",
        **fields,
    }


def store(connection: Connection, page: LeasedPage, numbers: Iterable[int]) -> Stored:
    """Store a page with these articles."""
    found = [article(number) for number in numbers]
    (stored,) = pages.store(connection, [DonePage(page.id, found, seen=len(found))])
    return stored
