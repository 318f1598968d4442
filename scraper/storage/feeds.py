"""Feeds: where in a feed's file the rows of a crawl begin."""

from sqlalchemy import Connection, select

from scraper.storage.dialects import insert_into
from scraper.storage.schema import feeds


def remember_start(connection: Connection, crawl_id: int, uri: str, start: int) -> int:
    """The crawl's rows in the feed at `uri` begin `start` bytes after its beginning, unless that is known already.

    Returns where they begin.
    """
    row = {"crawl_id": crawl_id, "uri": uri, "start": start}
    statement = insert_into(connection.dialect, feeds).values(row)
    connection.execute(statement.on_conflict_do_nothing())
    known = start_of(connection, crawl_id, uri)
    assert known is not None
    return known


def move_start(connection: Connection, crawl_id: int, uri: str, start: int) -> None:
    """The crawl's rows in the feed at `uri` begin `start` bytes after its beginning, whatever was known."""
    row = {"crawl_id": crawl_id, "uri": uri, "start": start}
    statement = insert_into(connection.dialect, feeds).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["crawl_id", "uri"], set_={"start": start}
        )
    )


def read_all(connection: Connection, crawl_id: int) -> list[str]:
    """The URIs of the feeds that the crawl has written to."""
    uris = select(feeds.c.uri).where(feeds.c.crawl_id == crawl_id)
    return list(connection.execute(uris.order_by(feeds.c.uri)).scalars())


def start_of(connection: Connection, crawl_id: int, uri: str) -> int | None:
    """Where the crawl's rows in the feed at `uri` begin, in bytes; None if it had no such feed yet."""
    return connection.execute(
        select(feeds.c.start).where(feeds.c.crawl_id == crawl_id, feeds.c.uri == uri)
    ).scalar_one_or_none()
