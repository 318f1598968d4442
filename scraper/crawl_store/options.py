"""CrawlOptions: what the settings say of the crawl database, and of who shares it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings
from scrapy.utils.project import data_path
from sqlalchemy import URL

from scraper.exceptions import ConfigurationError
from scraper.setting_values import choice, number
from scraper.storage import database_url
from scraper.storage.database import DEFAULT_TIMEOUT
from scraper.storage.server import DEFAULT_PATIENCE
from scraper.storage.sqlite_file import sqlite_path
from scraper.storage.workers import SILENCE, Role

LEASE_ALONE = 600.0
"""Seconds for which a crawl that is not shared has pages on lease: it renews them, and nobody waits for them."""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """Which database, and how a crawl is in it.

    `silence` is after how many seconds without a sign of life a worker is taken for
    dead. `crawl_id` is the crawl to work on, if that is decided already (by `scrapy fleet`).
    A server may be away for `patience` seconds.
    """

    url: URL
    synchronous: str = "NORMAL"
    role: Role = Role.ALONE
    silence: float = SILENCE
    crawl_id: int | None = None
    patience: float = DEFAULT_PATIENCE

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self | None:
        """Read CRAWL_DB, CRAWL_DB_*, CRAWL_SHARED and CRAWL_WORKER_TIMEOUT; None if there is no database.

        Raises:
            ConfigurationError: one of them is wrong.
        """
        url = database_url(settings["CRAWL_DB"], default_path())
        if url is None:
            return None
        shared = settings["CRAWL_SHARED"]
        is_server = url.get_backend_name() != "sqlite"
        shares = is_server if shared in (None, "") else choice(settings, "CRAWL_SHARED")
        if shares and not is_server and sqlite_path(url) is None:
            raise ConfigurationError(
                "CRAWL_SHARED: a database in memory is its process's own"
            )
        fleet = settings.getbool("FLEET_FINISHES")
        return cls(
            url,
            settings.get("CRAWL_DB_SYNCHRONOUS", "NORMAL"),
            Role.FLEET if fleet else Role.SHARING if shares else Role.ALONE,
            number(settings, "CRAWL_WORKER_TIMEOUT", SILENCE, least=1),
            settings.getint("FLEET_CRAWL") or None,
            number(settings, "CRAWL_DB_PATIENCE", DEFAULT_PATIENCE),
        )

    @property
    def shared(self) -> bool:
        """Whether the crawl is shared with other workers."""
        return self.role is not Role.ALONE

    @property
    def lease(self) -> float:
        """The seconds for which pages are handed out; renewed while the crawl goes on."""
        return 2 * self.silence if self.shared else LEASE_ALONE

    @property
    def lock_timeout(self) -> float:
        """The seconds to wait for others that write to a SQLite file: until one that hangs is killed by its fleet."""
        return max(DEFAULT_TIMEOUT, 4 * self.silence if self.shared else 0.0)


def default_path() -> Path:
    """The project's crawl database; where there is no project, that of the working folder."""
    try:
        return Path(data_path("crawls.db"))
    except NotConfigured:  # no scrapy.cfg here: a crawl from a script
        return Path(".scrapy", "crawls.db")
