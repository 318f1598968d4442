"""The tables of the crawl database."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    literal_column,
    select,
)

_Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

schema_version = Table(
    "schema_version", metadata, Column("version", Integer, nullable=False)
)

# Moments are seconds since 1970 (UTC) by the database's clock; texts that hold values are JSON. `index_reader` and
# `finisher` are the names of workers: the one that reads the index, and the one that writes the feeds at the end.
# `index_next` is the page of the index that is to be read after those whose topics are known.
crawls = Table(
    "crawls",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site", Text, nullable=False),
    Column("index_url", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("columns", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("started", Float, nullable=False),
    Column("finished", Float),
    Column("index_reader", Text),
    Column("index_error", Text),
    Column("index_next", Text),
    Column("finisher", Text),
    Index("crawls_of_site", "site", "id"),
)

# `first_shown` and `last_shown` are digests (with the page's number) of what the first page showed, and the latest
# one that was not vouched for.
topics = Table(
    "topics",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("crawl_id", _Id, ForeignKey("crawls.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("scheme", Text),
    Column("pagination", Text),
    Column("first", Integer),
    Column("last", Integer),
    Column("ends_at", Integer),
    Column("first_shown", Text),
    Column("last_shown", Text),
    UniqueConstraint("crawl_id", "url", name="topics_once"),
)

# `turn` is what the number would be if landing pages, which have none, came first. `crawl_id` is the topic's, for the
# indexes below.
pages = Table(
    "pages",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("crawl_id", _Id, nullable=False),
    Column("topic_id", _Id, ForeignKey("topics.id"), nullable=False),
    Column("number", Integer),
    Column("turn", Integer, nullable=False),
    Column("url", Text),
    Column("guessed", Boolean, nullable=False, default=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer),
    Column("error", Text),
    Column("lease_owner", Text),
    Column("lease_until", Float),
    Column("seen", Integer),
    Column("new", Integer),
    Column("duplicates", Integer),
    UniqueConstraint("topic_id", "number", name="pages_once"),
)

# Written out, not bound: a database uses a partial index only for the very condition it was made with.
is_pending = pages.c.state == literal_column("'pending'")
is_leased = pages.c.state == literal_column("'leased'")


def is_of_crawl(crawl_id: int) -> ColumnElement[bool]:
    """The condition of a page that it is the crawl's, by the index of each topic's pages: there is none of crawls."""
    its_topics = select(topics.c.id).where(topics.c.crawl_id == crawl_id)
    return pages.c.topic_id.in_(its_topics)


Index(
    "pages_pending",
    pages.c.crawl_id,
    pages.c.turn,
    pages.c.topic_id,
    sqlite_where=is_pending,
)
Index("pages_leased", pages.c.crawl_id, pages.c.lease_until, sqlite_where=is_leased)


@event.listens_for(pages, "before_create")
def _make_indexes_partial(_: Table, connection: Connection, **_options: Any) -> None:
    """Give the indexes their conditions on PostgreSQL too: to name it above would load its dialect at each start."""
    if connection.dialect.name == "postgresql":
        for index in pages.indexes:
            condition = index.dialect_kwargs["sqlite_where"]
            index.dialect_kwargs["postgresql_where"] = condition


# No foreign keys. One to pages would need one more index, only for deleting; one to crawls would be looked at for each
# article, which is a tenth of what storing it costs, and every article is stored by the way of its page.
articles = Table(
    "articles",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("crawl_id", _Id, nullable=False),
    Column("page_id", _Id, nullable=False),
    Column("key", LargeBinary),
    Column("fields", Text, nullable=False),
    UniqueConstraint("crawl_id", "key", name="articles_once"),
    Index("articles_in_order", "crawl_id", "id"),
)


def _of_crawl(name: str, key: str, *columns: Column[Any]) -> Table:
    """A table of something that a crawl has several of, told apart by the text `key`."""
    crawl_id = Column("crawl_id", _Id, ForeignKey("crawls.id"), primary_key=True)
    return Table(
        name, metadata, crawl_id, Column(key, Text, primary_key=True), *columns
    )


feeds = _of_crawl(
    "feeds",
    "uri",
    Column("start", BigInteger, nullable=False),
)

owners = Table(
    "owners",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("since", Float, nullable=False),
    Column("until", Float, nullable=False),
)

# The processes at work on a crawl, those that have left or died too. `status`: see `workers.Status`.
workers = _of_crawl(
    "workers",
    "name",
    Column("role", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("left", Float),
    Column("status", Text, nullable=False),
)

# What the workers of a crawl tell each other of a host (a download slot).
hosts = _of_crawl(
    "hosts",
    "host",
    Column("paused_until", Float, nullable=False),
)
