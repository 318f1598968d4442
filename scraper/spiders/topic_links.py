"""The topics that an index page links to."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from scraper.markup import (
    Document,
    Element,
    Selector,
    absolute_url,
    compile_selector,
    values,
)
from scraper.markup.selector import Take
from scraper.site import SiteProfile
from scraper.spiders.reading import ReadPage

_LINK = compile_selector("a[href]")
_TITLE = compile_selector("title")


def topic_links(index: ReadPage, site: SiteProfile) -> Iterator[tuple[str, str]]:
    """The topics an index page links to, each once: name and absolute URL, in document order.

    Where the profile has no `topics`, the page is itself the one topic, named by its title.
    """
    if site.topics is None:
        yield _own_name(index, site.topic_name), index.url
        return
    names: dict[str, str] = {}
    for name, href in _named_links(index.document, site.topics, site.topic_name):
        if href and not href.startswith("#"):
            url = (absolute_url(href, index.base_url) or href).partition("#")[0]
            names[url] = names.get(url) or name
    for url, name in names.items():
        yield name or _slug(url), url


def _own_name(index: ReadPage, topic_name: Selector | None) -> str:
    named = next(values(index.document, topic_name or _TITLE), "")
    return named or _slug(index.url)


def _named_links(
    document: Document, topics: Selector, topic_name: Selector | None
) -> Iterator[tuple[str, str]]:
    if any(group.take is not Take.TEXT for group in topics.groups):
        yield from (("", href) for href in values(document, topics))
        return
    for element in document.select(topics):
        link = element if element.tag == "a" else element.first(_LINK)
        if link is not None:
            yield (
                _name(element, link, topic_name),
                (link.attribute("href") or "").strip(),
            )


def _name(element: Element, link: Element, topic_name: Selector | None) -> str:
    if topic_name:
        return next(values(element, topic_name), "")
    return link.text() or link.attribute("title") or ""


def _slug(url: str) -> str:
    """A name for a topic whose link has no text: the last part of its path."""
    try:
        parts = urlsplit(url)
    except ValueError:  # it leads nowhere
        return url
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc
