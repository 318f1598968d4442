"""What a look at a site has seen, as plain values."""

from dataclasses import dataclass

from scraper.items import Article
from scraper.site import SiteProfile


@dataclass(frozen=True, slots=True)
class PageSeen:
    """One page: its number (None: the site does not say), its URL and its articles.

    `problem` says why it is no page, or could not be had.
    """

    number: int | None
    url: str
    articles: tuple[Article, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """One topic, and those of its pages that were looked at, its first page first.

    `found` says in words how its numbering was found; `last` is its last page as far as
    these pages show it, None without a numbering. `place` selects what holds the page links.
    """

    name: str
    url: str
    found: str = ""
    first: int = 1
    last: int | None = None
    next_url: str | None = None
    place: str | None = None
    pages: tuple[PageSeen, ...] = ()

    @property
    def articles(self) -> list[Article]:
        """The articles of all pages that were looked at."""
        return [article for page in self.pages for article in page.articles]

    @property
    def has_more_pages(self) -> bool:
        """Whether the topic is known to have pages beyond its first."""
        return self.next_url is not None or (self.last or 0) > self.first


@dataclass(frozen=True, slots=True)
class Preview:
    """A site, its topics (name and URL), those left out as they leave the site, and the one topic to show.

    `others` were opened too, and show less. `problem` says why there are no topics, `further`
    is the URL of what may be the second page of the index.
    """

    site: SiteProfile
    topics: tuple[tuple[str, str], ...] = ()
    offsite: tuple[str, ...] = ()
    topic: TopicSeen | None = None
    others: tuple[TopicSeen, ...] = ()
    problem: str | None = None
    requests: int = 0
    further: str = ""
