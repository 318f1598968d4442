"""The index: the topics that its pages link to, and which page of it comes next."""

import logging
from collections.abc import Sequence
from hashlib import blake2b

from scraper.frontier import Frontier
from scraper.pagination import IndexPage, following_url
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError, gate_of
from scraper.spiders.reading import ReadPage
from scraper.spiders.topic_links import topic_links

NO_TOPIC = "no link to a topic"
"""Why a page of the index is asked for again."""

Link = tuple[str, str]

logger = logging.getLogger(__name__)


class NoTopicError(NotAPageError):
    """A page of the index links to no topic, though it has to."""


class IndexReader:
    """Reads the pages of a site's index, each of which tells the next one, and enters their topics in the frontier."""

    def __init__(self, site: SiteProfile, frontier: Frontier) -> None:
        self._site = site
        self._frontier = frontier
        self._offsite: set[Link] = set()
        self._read: set[str] = set()

    def read(self, read: ReadPage, page: IndexPage) -> IndexPage | None:
        """Enter the topics of a page of the index; returns the page after it, None if the index ends here.

        Raises:
            NotAPageError: there is no topic where one has to be, or what sites show instead of a page.
        """
        links = list(topic_links(read, self._site))
        topics = [link for link in links if self._site.is_onsite(link[1])]
        self._leave_out(set(links).difference(topics))
        if not topics:
            self._check(read, page)
        following = self._following(read, page, topics) if topics else None
        sized = self._site.pagination.sized
        found = ((name, sized(url)) for name, url in topics)
        self._frontier.add_topics(found, following)
        return following

    def end(self) -> None:
        """The index has no further page."""
        self._frontier.add_topics([])

    @property
    def offsite(self) -> int:
        """The number of links to topics that led off the site."""
        return len(self._offsite)

    def _leave_out(self, offsite: set[Link]) -> None:
        for name, url in offsite - self._offsite:
            logger.warning("Topic %r is left out: %s is not on this site", name, url)
        self._offsite |= offsite

    def _check(self, read: ReadPage, page: IndexPage) -> None:
        """See that a page without topics may be one.

        The second may be no page of the index at all, but of what else the first one shows.
        """
        if gate := gate_of(read.document):
            raise NotAPageError(f"{gate} instead of topics")
        if page.guessed or page.number == 2 or self._site.topics is None:
            return
        selector, offsite = self._site.topics.source, self.offsite
        aside = f" but {offsite} that lead off the site" if offsite else ""
        advice = f". Try: scrapy suggest {read.url}" if page.number == 1 else ""
        raise NoTopicError(f"no topic: {selector!r} matches no link{aside}{advice}")

    def _following(
        self, read: ReadPage, page: IndexPage, topics: Sequence[Link]
    ) -> IndexPage | None:
        self._read |= {page.url, read.url}
        shown = _digest(topics)
        if page.shows_again(shown):
            return None
        url, guessed = further_index(read, self._site, topics)
        if not url or url in self._read:
            return None
        if page.number < self._site.index_pages:
            logger.info("Page %d of the index: %s", page.number + 1, url)
            return page.following(url, shown, guessed=guessed)
        if page.number > 1:
            logger.warning(
                "The index goes on at %s, which is not read: page %d is the last one wanted (index_pages)",
                *(url, page.number),
            )
        return None


def further_index(
    read: ReadPage, site: SiteProfile, topics: Sequence[Link]
) -> tuple[str, bool]:
    """The URL of what may be the page of the index after this one, which has these topics; "" if there is none.

    Says too whether it is guessed: no number vouches for it.
    """
    if site.topics is None:
        return "", True
    url, guessed = following_url(read.document, read.url, read.base_url)
    # The topics may be what is named 1, 2 and 3.
    is_topic = any(url == topic for _, topic in topics)
    return ("", True) if is_topic or not site.is_onsite(url) else (url, guessed)


def _digest(topics: Sequence[Link]) -> str:
    """What tells the topics of a page from those of another one, whatever their order."""
    urls = "\0".join(sorted(url for _, url in topics))
    data = urls.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=16).hexdigest()
