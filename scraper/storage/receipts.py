"""Receipts: which transaction of a writer was its last to be committed, told by the transactions themselves.

When a server is lost during a COMMIT, whether that was done can only be seen later, in the database.
"""

from uuid import uuid4

from sqlalchemy import BigInteger, Column, Connection, Float, MetaData, Table, Text

from scraper.storage.dialects import DatabaseNow, insert_into

KEPT = 7 * 24 * 3600.0
"""Seconds after which the receipt of a writer that did not end in order is deleted."""

# Not among the tables of the schema: a file needs none of this.
_metadata = MetaData()
receipts = Table(
    "receipts",
    _metadata,
    Column("writer", Text, primary_key=True),
    Column("commits", BigInteger, nullable=False),
    Column("at", Float, nullable=False),
)


def create(connection: Connection) -> None:
    """Make the table, if it is not there, and forget old receipts."""
    _metadata.create_all(connection)
    old = receipts.c.at < DatabaseNow() - KEPT
    connection.execute(receipts.delete().where(old))


class Receipt:
    """The count of a writer's committed transactions. It is used by one thread."""

    def __init__(self) -> None:
        self.writer = uuid4().hex
        self._commits = 0

    def stamp(self, connection: Connection) -> bool:
        """Count the transaction that has begun; False if it was counted, and so committed, at an earlier attempt.

        If an earlier attempt is still under way on the server, this waits for its end.
        """
        counted = insert_into(connection.dialect, receipts).values(
            writer=self.writer, commits=self._commits + 1, at=DatabaseNow()
        )
        statement = counted.on_conflict_do_update(
            index_elements=["writer"],
            set_={"commits": counted.excluded.commits, "at": counted.excluded.at},
            where=receipts.c.commits == self._commits,
        )
        return connection.execute(statement).rowcount == 1

    def committed(self) -> None:
        """The transaction is committed; the next one is another."""
        self._commits += 1

    def discard(self, connection: Connection) -> None:
        """The writer ends in order: nobody will ask."""
        mine = receipts.c.writer == self.writer
        connection.execute(receipts.delete().where(mine))
