"""Sizes: how many articles the pages of each topic show, to find those that show too few."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, func, select

from scraper.storage.schema import is_of_crawl, pages
from scraper.storage.states import PageState


@dataclass(frozen=True, slots=True)
class SizeRow:
    """So many `pages` of a topic show `articles` each; `numbers` are the first of theirs, if others show more."""

    topic_id: int
    articles: int
    pages: int
    numbers: tuple[int, ...] = ()


_is_done = (pages.c.state == PageState.DONE, pages.c.number.is_not(None))


def read(connection: Connection, crawl_id: int, most: int) -> Iterator[SizeRow]:
    """The sizes of the pages that are done, with at most so many numbers of those that are below the usual size."""
    counted = (
        select(pages.c.topic_id, pages.c.seen, func.count().label("pages"))
        .where(is_of_crawl(crawl_id), *_is_done)
        .group_by(pages.c.topic_id, pages.c.seen)
        .order_by(pages.c.topic_id)
    )
    rows = connection.execute(counted).all()
    for topic_id, group in groupby(rows, attrgetter("topic_id")):
        sizes = list(group)
        usual = max(sizes, key=lambda row: (row.pages, row.seen))
        for row in sizes:
            is_short = row.seen < usual.seen
            numbers = _first(connection, topic_id, row.seen, most) if is_short else ()
            yield SizeRow(topic_id, row.seen, row.pages, numbers)


def _first(
    connection: Connection, topic_id: int, seen: int, most: int
) -> tuple[int, ...]:
    its = select(pages.c.number).where(
        pages.c.topic_id == topic_id, pages.c.seen == seen, *_is_done
    )
    numbers = connection.execute(its.order_by(pages.c.number).limit(most))
    return tuple(numbers.scalars())
