"""Pages opened for inference: fetched, parsed, outlined, with what they say of further pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from scraper.markup import Engine, compile_selector, first_value
from scraper.pagination import Landing, PaginationRules, read_landing
from scraper.preview import CannotFetchError, Fetch
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError
from scraper.spiders.reading import ReadPage, read_page
from scraper.suggest.outline import Outline
from scraper.suggest.robots import Robots, robots_for

_OG_TYPE = compile_selector("meta[property='og:type']::attr(content)")
_DETAIL_TYPES = ("article", "product", "book", "og:product", "video")
_DETAIL_BODIES = frozenset({"single", "catalog-product-view", "template-product"})


@dataclass(frozen=True)
class Opened:
    """A page that was read, its outline, and the rules of its host's robots.txt."""

    read: ReadPage
    robots: Robots = field(default_factory=Robots)

    @property
    def url(self) -> str:
        """Where it came from."""
        return self.read.url

    @cached_property
    def outline(self) -> Outline:
        """Its nodes."""
        read, forbids = self.read, self.robots.forbids
        return Outline(read.document, read.url, read.base_url, forbids)

    @cached_property
    def landing(self) -> Landing:
        """What it says of further pages, as a profile without a word on that has it."""
        read = self.read
        return read_landing(read.document, read.url, read.base_url, PaginationRules())

    @property
    def second_url(self) -> str | None:
        """Where the second page is, if there is one."""
        scheme, reach = self.landing.pages.scheme, self.landing.reach
        first = self.landing.first
        if scheme and reach.last is not None and reach.last > first:
            return scheme.url(first + 1)
        return reach.next_url

    @property
    def is_detail(self) -> bool:
        """Whether it says of itself that it is about one thing, and so lists nothing."""
        kind = first_value(self.read.document, _OG_TYPE).split(".")[0]
        return kind in _DETAIL_TYPES or bool(
            _DETAIL_BODIES.intersection(self.outline.body.classes)
        )


async def open_page(fetch: Fetch, site: SiteProfile, url: str) -> Opened:
    """Fetch and read a page.

    Raises:
        CannotFetchError: it could not be had.
        NotAPageError: it is no HTML page.
    """
    read = read_page(await fetch(url), Engine.LEXBOR, site)
    return Opened(read, await robots_for(fetch, read.url))


async def open_those(
    fetch: Fetch, site: SiteProfile, urls: Iterable[str]
) -> list[Opened]:
    """The pages of some URLs, those that cannot be had left out."""
    opened = []
    for url in urls:
        try:
            opened.append(await open_page(fetch, site, url))
        except (CannotFetchError, NotAPageError):
            continue
    return opened
