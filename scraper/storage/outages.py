"""Outages: a database server that is away is waited for, for a bounded time."""

import logging
import random
from collections.abc import Callable
from itertools import count
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from scraper.politeness.backoff import Backoff

T = TypeVar("T")

PATIENCE = "scraper_patience"
"""The execution option of engines: seconds for which their server may be away. Without it an error counts at once."""

_BACKOFF = Backoff(base=0.1, cap=5.0)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_CLASHES = ("40001", "40P01")  # of transactions with one another: done again, they pass
_AWAY = (
    "08",  # the connection is broken
    "25006",  # read-only: a standby, which another server is about to take over from
    "25P03",  # this program was stopped for so long that the server ended its transaction
    "53300",  # too many connections
    "57P01",  # shutting down, or the session was ended by an administrator
    "57P02",  # another session crashed
    "57P03",  # starting up
    "57P05",  # idle for too long
)

logger = logging.getLogger(__name__)


def patiently(engine: Engine, describe: str, attempt: Callable[[], T]) -> T:
    """Do `attempt`, and do it again for as long as the server is away, or has it clash with other transactions.

    Between two attempts it waits, by exponential back-off with full jitter, so that
    many workers do not come back as one. It may block for the engine's PATIENCE.
    `describe` names the database in the log.

    Raises:
        DBAPIError: the attempt failed for another reason, or for longer than that.
    """
    outage = _Outage(engine.get_execution_options().get(PATIENCE, 0.0), describe)
    for retry in count(1):
        try:
            result = attempt()
        except DBAPIError as error:
            outage.wait(error, retry)
        else:
            outage.end()
            return result
    raise AssertionError  # it counts without end


class _Outage:
    def __init__(self, patience: float, database: str) -> None:
        self._patience = patience
        self._database = database
        self._began: float | None = None
        self._is_lost = False

    def wait(self, error: DBAPIError, retry: int) -> None:
        """Wait before the next attempt; raises the error of the last if there is to be none."""
        now = monotonic()
        if self._began is None:
            self._began = now
        left = self._began + self._patience - now
        if left <= 0 or not (is_clash(error) or is_away(error)):
            raise error
        if not is_clash(error):
            self._say_lost(error)
        sleep(min(left, _BACKOFF.wait(retry, random.random())))  # noqa: S311 (jitter)

    def end(self) -> None:
        """The attempt succeeded."""
        if self._is_lost and self._began is not None:
            away = monotonic() - self._began
            logger.warning("The %s is back after %.0f s", self._database, away)

    def _say_lost(self, error: DBAPIError) -> None:
        if not self._is_lost:
            self._is_lost = True
            logger.warning(
                "Lost the %s (%s); trying again for up to %g s",
                self._database,
                reason_of(error.orig),
                self._patience,
            )


def reason_of(error: object) -> str:
    """What a driver says, in one line. PostgreSQL's further lines are advice."""
    said = str(error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def is_clash(error: DBAPIError) -> bool:
    """Whether the server undid a transaction for the sake of another: it will pass when it is done again."""
    return getattr(error.orig, "sqlstate", None) in _CLASHES


def is_away(error: DBAPIError) -> bool:
    """Whether the server cannot be reached or does not serve now, which may pass."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:  # not said by the server, but by the driver about the connection
        return isinstance(error, OperationalError) or error.connection_invalidated
    return str(code).startswith(_AWAY)
