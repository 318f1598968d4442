"""Hosts: what one worker of a crawl learns of a host, and all others must know."""

from sqlalchemy import Connection, select

from scraper.storage.dialects import DatabaseNow, insert_into
from scraper.storage.schema import hosts


def pause(connection: Connection, crawl_id: int, host: str, seconds: float) -> None:
    """A host wants nothing to be sent for so long; a longer pause that it is in already stays."""
    until = DatabaseNow() + seconds
    row = {"crawl_id": crawl_id, "host": host, "paused_until": until}
    statement = insert_into(connection.dialect, hosts).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["crawl_id", "host"],
            set_={"paused_until": until},
            where=hosts.c.paused_until < until,
        )
    )


def paused(connection: Connection, crawl_id: int) -> dict[str, float]:
    """The hosts that are in a pause, each with the seconds that are left of it."""
    left = (hosts.c.paused_until - DatabaseNow()).label("left")
    rows = select(hosts.c.host, left).where(
        hosts.c.crawl_id == crawl_id, hosts.c.paused_until > DatabaseNow()
    )
    return {row.host: max(0.0, row.left) for row in connection.execute(rows)}
