"""Looking at a site in this process, with the project's downloader and middlewares."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerRunner

from scraper.preview import (
    QUIET,
    Fetch,
    LookingSpider,
    Preview,
    notes_on,
    preview,
    warnings_on,
)
from scraper.site import SiteProfile
from tests.crawls.running import project_settings

Seen = TypeVar("Seen")


def looked(looks: Callable[[Fetch], Awaitable[Seen]], **settings: Any) -> Seen:
    """Run a look; returns what it returns."""

    async def run() -> Any:
        runner = AsyncCrawlerRunner(project_settings(**{**QUIET, **settings}))
        crawler = runner.create_crawler(LookingSpider)
        await runner.crawl(crawler, looks=looks)
        assert isinstance(crawler.spider, LookingSpider)
        return crawler.spider.seen

    seen: Seen = asyncio.run(run())
    return seen


def previewed(
    profile: Mapping[str, Any], topic: str | None = None, **settings: Any
) -> tuple[Preview, list[str], list[str]]:
    """Look at the site of `profile`; returns what was seen, the warnings and the notes."""
    site = SiteProfile.parse("site", profile)

    async def looks(fetch: Fetch) -> Preview:
        return await preview(fetch, site, topic)

    seen = looked(looks, **settings)
    return seen, list(warnings_on(seen)), list(notes_on(seen))
