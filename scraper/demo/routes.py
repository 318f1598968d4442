"""Which page of the demo site an address stands for."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from scraper.demo import markup
from scraper.demo.content import DemoSite
from scraper.demo.topics import Topic

UNASKED_LIMIT = 10
"""Articles on a page when the request has no `limit`.

Fewer than most sites are given, so that a crawl which forgets to ask gets other pages.
"""

_MAX_LIMIT = 1000
_ARTICLE = re.compile(r"(?P<topic>/.+)/(?P<number>[0-9]{1,9})-[0-9a-f]+\.html")
_READ = "/read"


class Routes:
    """The pages of one site by address; holds the topics' addresses, no page."""

    def __init__(self, site: DemoSite) -> None:
        self._site = site
        self._topics = {unquote(topic.path): topic for topic in site.listing}

    def page(self, path: str, query: Mapping[str, str]) -> bytes | None:
        """Return the page at a decoded path and query, None if there is none."""
        if path == "/":
            return markup.index_page(self._site.listing)
        if path in self._topics:
            return self._topic_page(self._topics[path], query)
        if path.startswith(_READ):
            return self._article_page(path.removeprefix(_READ))
        return None

    def _topic_page(self, topic: Topic, query: Mapping[str, str]) -> bytes | None:
        limit = _positive(query.get("limit", str(UNASKED_LIMIT)))
        number = _positive(query.get("page", "1"))
        if not 0 < limit <= _MAX_LIMIT or not 0 < number <= topic.pages(limit):
            return None
        articles = self._site.page(topic, number, limit)
        return markup.topic_page(topic, number, limit, articles)

    def _article_page(self, path: str) -> bytes | None:
        match = _ARTICLE.fullmatch(path)
        topic = self._topics.get(match["topic"]) if match else None
        if match is None or topic is None or int(match["number"]) >= topic.total:
            return None
        return markup.article_page(self._site.article(topic, int(match["number"])))


def _positive(text: str) -> int:
    """Return the number that `text` is, 0 if it is none."""
    return int(text) if text.isascii() and text.isdigit() else 0
