"""Suggesting a profile in this process, and crawling with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.suggest import NoSuggestion, Suggestion, suggest
from tests.crawls.running import crawl
from tests.preview.previewing import looked
from tests.preview.serving import serving
from tests.suggest.sites.content import Site


@dataclass(frozen=True)
class Outcome:
    """What was suggested for a site, and what a crawl with it found: rows with a path as their URL."""

    found: Suggestion
    rows: list[dict[str, Any]]
    topics: int
    failures: list[str]


def suggested(pages: Mapping[str, str], start: str = "/") -> Suggestion | NoSuggestion:
    """What is suggested for a site of these pages."""
    with serving(pages) as url:
        return looked(partial(suggest, url=url + start[1:]))


def crawled_as_suggested(site: Site, folder: Path) -> Outcome:
    """Have a profile suggested, and crawl the site with it."""
    with serving(site.pages) as url:
        found = looked(partial(suggest, url=url + site.start[1:]))
        assert isinstance(found, Suggestion), found
        crawled = crawl(folder, found.profile)
    rows = [{**row, "url": _path(row["url"])} for row in crawled.rows]
    return Outcome(found, rows, len(crawled.frontier.topics), crawled.reasons)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
