"""FleetMember: a worker of `scrapy fleet` ends when the fleet does, however that ends."""

import logging
import os
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper import signals as own_signals
from scraper.closing import Closing
from scraper.outcome import INTERRUPTED

logger = logging.getLogger(__name__)


class FleetMember:
    """Looks at each sign of life whether the process that started this one is still there."""

    def __init__(self, crawler: Crawler, fleet: int) -> None:
        # On Windows the parent may be the launcher of an environment's interpreter.
        self._parent = fleet if os.name == "posix" else os.getppid()
        self._closing = Closing(crawler)
        crawler.signals.connect(self._heartbeat, own_signals.heartbeat)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read FLEET_CRAWL, FLEET_FINISHES and FLEET_PID, which `scrapy fleet` sets.

        Raises:
            NotConfigured: this is no worker of a fleet.
        """
        settings = crawler.settings
        if not settings.getint("FLEET_CRAWL") or settings.getbool("FLEET_FINISHES"):
            raise NotConfigured
        return cls(crawler, settings.getint("FLEET_PID"))

    def _heartbeat(self) -> None:
        if os.getppid() != self._parent and self._closing(INTERRUPTED):
            logger.error("The fleet is gone: this worker ends too")
