"""Workers with scrapy-redis's usual settings, each a process of the command."""

import json
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from redis import Redis

from tests.crawls.processes import options, running
from tests.sites.server import SiteServer

SETTINGS: dict[str, Any] = {
    "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
    "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
    "SCHEDULER_PERSIST": True,
    "CRAWL_DB": "",
}
"""What scrapy-redis's own documentation has users set; REDIS_URL goes with them."""

ITEMS = "topics:items"
QUEUE = "topics:requests"


def worker(
    server: SiteServer, redis_url: str, folder: Path, feed: str = "", **settings: Any
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """`scrapy crawl topics` on the site, with its queue in Redis; killed if it still runs at the end."""
    values = {
        "SITES": json.dumps({"site": server.profile()}),
        "SITE": "site",
        "REDIS_URL": redis_url,
        "RETRY_BACKOFF_CAP": 0.1,
        **SETTINGS,
        **settings,
    }
    output = ["-o", str(folder / feed)] if feed else []
    arguments = ("crawl", "topics", *options(values), *output)
    return running(*arguments, cwd=folder, stdout=subprocess.DEVNULL)


def items_of(client: Redis) -> list[dict[str, Any]]:
    """The pages that RedisPipeline has stored."""
    rows: list[bytes] = client.lrange(ITEMS, 0, -1)  # type: ignore[assignment]
    return [json.loads(row) for row in rows]


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a feed of JSON lines."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]
