"""A crawl database on a PostgreSQL server: how its connections are set up."""

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text

from scraper.storage.dialects import COUNTING
from scraper.storage.outages import PATIENCE

DEFAULT_PATIENCE = 120.0
"""Seconds for which a server may be away in the middle of a crawl."""

# A lost network shows within half a minute, on either side; else a dead connection would be waited for
# for hours, and on the server a dead worker's transaction would hold its locks as long.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_CONNECTION = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "scraper",
}
_SESSION = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "60s",
    # The server knows little of rows that are new. It would sort a million pages to find the next ten, which an index
    # has in order.
    "enable_sort": "off",
    # What cannot be done without a sort looks so costly then that it would be compiled first.
    "jit": "off",
}

_SCHEMA_LOCK = 0x5C4A9E12  # any number, but always the same


def create_server_engine(url: URL, patience: float) -> Engine:
    """An engine for `url`, whose query may override how connections and sessions are set up.

    Each transaction has a connection of its own, but for the writer's, which keeps one.
    """
    session = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    given = {n: value for n, value in _CONNECTION.items() if n not in url.query}
    return create_engine(
        url,
        execution_options={**COUNTING, PATIENCE: patience},
        poolclass=NullPool,
        connect_args={
            **given,
            "options": f"{session} {url.query.get('options', '')}".strip(),
        },
    )


def lock_schema(connection: Connection) -> None:
    """Wait until nobody else makes or changes the tables, and keep others from it until the transaction ends."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))


def take_over(connection: Connection, name: str) -> None:
    """Make this the session called `name`, and end the one that was: it may hold locks, and its client has left it."""
    former = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = :name AND pid <> pg_backend_pid()"
    )
    connection.execute(former, {"name": name})
    rename = text("SELECT set_config('application_name', :name, false)")
    connection.execute(rename, {"name": name})
