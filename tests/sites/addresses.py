"""How a site's addresses say which page of which topic they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from scraper.demo.hashing import mix
from scraper.demo.topics import Topic


@dataclass(frozen=True, slots=True)
class Place:
    """What an address stands for: a topic by its decoded slug, and a page counted from 1.

    `page` is None for the topic's own address, which has no page number in it.
    """

    slug: str
    page: int | None


class Addresses(Protocol):
    """One site's way of addressing pages. Pages are counted from 1 here, whatever the address says."""

    def landing(self, topic: Topic) -> str:
        """Return the path of the topic's own address."""
        ...

    def page(self, topic: Topic, number: int, size: int) -> str:
        """Return path and query of a page at `size` articles a page, without the size."""
        ...

    def find(self, path: str, query: Mapping[str, str], size: int) -> Place | None:
        """Return what a decoded path and query stand for; None if nothing."""
        ...


@dataclass(frozen=True, slots=True)
class QueryAddresses:
    """`/science?page=3`, or `?start=70` with `by_article`.

    `first` is the number of the first page in the address.
    """

    param: str = "page"
    first: int = 1
    by_article: bool = False

    def landing(self, topic: Topic) -> str:
        return topic.path

    def page(self, topic: Topic, number: int, size: int) -> str:
        step = size if self.by_article else 1
        return f"{topic.path}?{self.param}={self.first + (number - 1) * step}"

    def find(self, path: str, query: Mapping[str, str], size: int) -> Place | None:
        slug, text = path.removeprefix("/"), query.get(self.param)
        if text is None:
            return Place(slug, None)
        if not text.isdecimal():
            return None
        step = size if self.by_article else 1
        pages, rest = divmod(int(text) - self.first, step)
        return None if rest else Place(slug, pages + 1)


@dataclass(frozen=True, slots=True)
class PathAddresses:
    """`/science/` and `/science/page/3/`, or any two patterns with {topic} and {page}."""

    own: str = "/{topic}/"
    numbered: str = "/{topic}/page/{page}/"

    def landing(self, topic: Topic) -> str:
        return self.own.format(topic=topic.slug)

    def page(self, topic: Topic, number: int, size: int) -> str:
        return self.numbered.format(topic=topic.slug, page=number)

    def find(self, path: str, query: Mapping[str, str], size: int) -> Place | None:
        if match := _pattern(self.numbered).fullmatch(path):
            return Place(match["topic"], int(match["page"]))
        match = _pattern(self.own).fullmatch(path)
        return Place(match["topic"], None) if match else None


@dataclass(frozen=True, slots=True)
class CursorAddresses:
    """`/science?after=kdbfa`: a token that shows neither number nor order."""

    most: int = 100

    def landing(self, topic: Topic) -> str:
        return topic.path

    def page(self, topic: Topic, number: int, size: int) -> str:
        return f"{topic.path}?after={_token(number)}"

    def find(self, path: str, query: Mapping[str, str], size: int) -> Place | None:
        slug = path.removeprefix("/")
        if "after" not in query:
            return Place(slug, None)
        numbers = range(1, self.most)
        return next(
            (Place(slug, n) for n in numbers if _token(n) == query["after"]), None
        )


def _token(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(mix(0, number))[:9])


def _pattern(address: str) -> re.Pattern[str]:
    escaped = re.escape(address)
    topic = escaped.replace(r"\{topic\}", "(?P<topic>[^/]+?)")
    return re.compile(topic.replace(r"\{page\}", "(?P<page>[0-9]+)"))


def decoded_slug(topic: Topic) -> str:
    """Return the topic's slug as servers hand it over: percent-decoded."""
    return unquote(topic.slug)
