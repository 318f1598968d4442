"""The arguments of the `topics` spider: `scrapy crawl topics -a NAME=VALUE`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl

from scraper.exceptions import ConfigurationError
from scraper.failed_pages import read_failed_pages
from scraper.frontier import FailedPage

NAMES = ("site", "url", "pages", "fresh", "only")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is asked of a crawl.

    `site` names a profile in SITES, `url` takes the place of its index. `listed` are the only pages
    that are wanted, from the file `pages`. `fresh` begins anew where an unfinished crawl would go on; `only_new`
    wants only the articles that no earlier crawl of the site had.
    """

    site: str | None = None
    url: str | None = None
    pages: str | None = None
    listed: Sequence[FailedPage] | None = None
    fresh: bool = False
    only_new: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Read arguments as the command line gives them.

        Raises:
            ConfigurationError: there is no such argument, or its value makes no sense.
        """
        for name in given:
            if name not in NAMES:
                known = ", ".join(NAMES)
                raise ConfigurationError(
                    f"-a {name}: the spider has no such argument (it has: {known})"
                )
        return cls(
            given.get("site"),
            given.get("url"),
            given.get("pages"),
            _listed(given.get("pages")),
            fresh=_choice("fresh", given.get("fresh"), "1"),
            only_new=_choice("only", given.get("only"), "new"),
        )


def _listed(path: str | None) -> list[FailedPage] | None:
    """The pages of a list, each once; None for all of the site, also where it was the index that failed.

    A topic whose first page is listed is crawled as a whole, so that its other pages are left out: those of its name,
    which several topics may have, whose URLs go on where its own ends.
    """
    if path is None:
        return None
    if not path:
        raise ConfigurationError("-a pages= names no list: -a pages=failed.csv, say")
    pages = read_failed_pages(Path(path))
    if any(not page.topic for page in pages):
        return None
    whole = [page for page in pages if page.number is None]
    wanted = [p for p in pages if not any(_goes_on(p, first) for first in whole)]
    return list({(page.topic, page.url): page for page in wanted}.values())


def _goes_on(page: FailedPage, first: FailedPage) -> bool:
    """Whether `page` is a later page of the topic of which `first` is the first page."""
    if page.number is None or page.topic != first.topic:
        return False
    stem, _, query = first.url.partition("?")
    stem = stem.rstrip("/").removesuffix(".html")
    rest = page.url[len(stem) :]
    has_query = {*parse_qsl(query)} <= {*parse_qsl(rest.partition("?")[2])}
    return page.url.startswith(stem) and not rest[:1].isalnum() and has_query


def _choice(name: str, value: str | None, choice: str) -> bool:
    if value not in (None, choice):
        raise ConfigurationError(f"-a {name}={value}: can only be {choice!r}")
    return value == choice
