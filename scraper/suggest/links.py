"""Groups of links that may lead to topics: alike in place and form, likeliest first."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from scraper.site import SiteProfile
from scraper.suggest.names import is_numbered, is_usable, is_utility
from scraper.suggest.outline import Node, Outline
from scraper.suggest.records import Records

LEAST = 2

_TOPIC_WORDS = (
    r"categor(?:y|ies)|categories|topics?|forums?|sections?|genres?|departments?|"
    r"collections?|boards?|subjects?|shelf|shelves|catalog(?:ue)?|rubri[ck]\w*|kategori\w*|viewforum|forumdisplay|"
    r"subforums?|catalogue|channels?|series|themes?|areas?|viewboard"
)
_TOPIC = re.compile(
    rf"(?:^|[^a-z])(?:{_TOPIC_WORDS}|c|f|cat)(?:$|[^a-z])", re.IGNORECASE
)
_TOPIC_HEADING = re.compile(
    rf"\b(?:{_TOPIC_WORDS}|browse|shop by|kategorien|themen|рубрики|категории)\b", re.I
)
_TAG = re.compile(r"(?:^|[^a-z])(?:tags?|schlagwort\w*)(?:$|[^a-z])", re.IGNORECASE)
_NEVER = re.compile(
    r"(?:^|[/?&=._-])(?:log-?in|log-?out|sign-?(?:in|up)|register|cart|basket|checkout|account|wishlist|compare|search|"
    r"feed|rss|atom|privacy|terms|imprint|impressum|contact|about|faq|help|users?|members?|memberlist|authors?|profiles?|"
    r"ucp|wp-login|wp-admin|archives?|print|share|cdn-cgi|lang|currency)(?:[/?&=._#-]|$)",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:xml|pdf|zip|jpe?g|png|gif|svg|webp|css|js|mp[34]|json)$", re.I
)
_DATED = re.compile(r"/\d{4}/\d{1,2}/?$")
_LANDMARKS = frozenset({"nav", "aside", "header", "footer", "main", "section"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend"})


@dataclass(frozen=True)
class LinkGroup:
    """Links that look alike. `prior` says how likely they lead to topics, by their place and names; `why` in words."""

    links: tuple[Node, ...]
    prior: float
    why: str
    is_strong: bool = False
    is_own: bool = False

    @property
    def urls(self) -> list[str]:
        """Where they lead, each once."""
        return list(dict.fromkeys(link.url for link in self.links))

    def sample(self, count: int) -> list[str]:
        """The first, the last, and some between."""
        urls = self.urls
        if len(urls) <= count:
            return urls
        steps = [round(n * (len(urls) - 1) / (count - 1)) for n in range(count)]
        return [urls[step] for step in steps]


def link_groups(
    page: Outline, site: SiteProfile, records: Records | None, pages: Collection[str]
) -> list[LinkGroup]:
    """The groups of links of a page that may lead to topics, likeliest first.

    `records` is the page's repeating element, whose links are a group too; `pages` are
    the URLs of further pages of the page itself.
    """
    groups = []
    own = {link.url for link in records.links} if records else set()
    if records and len(own) >= LEAST:
        groups.append(_rated(page, tuple(records.links), is_own=True))
    for links in _alike(page):
        kept = tuple(link for link in links if _may_be_topic(link, page, site, pages))
        urls = {link.url for link in kept}
        if len(urls) >= LEAST and len(kept) >= 0.6 * len(links) and urls != own:
            groups.append(_rated(page, kept))
    return sorted(groups, key=lambda group: -group.prior)


def _may_be_topic(
    link: Node, page: Outline, site: SiteProfile, pages: Collection[str]
) -> bool:
    url = link.url
    if not site.is_onsite(url) or url in pages or page.forbids(url):
        return False
    here, there = urlsplit(page.url), urlsplit(url)
    is_home = there.path in ("", "/") and not there.query
    # The page itself, sorted or filtered.
    is_here = there.path.rstrip("/") == here.path.rstrip("/")
    is_other_view = is_here and not _TOPIC.search(there.query)
    never = _NEVER.search(_path(url)) or _FILE.search(there.path)
    return not (is_home or is_other_view or never)


def _alike(page: Outline) -> Iterator[Sequence[Node]]:
    """Links with text, grouped by the tags around them, their classes, and the landmark they stand in."""
    groups: dict[tuple[object, ...], list[Node]] = defaultdict(list)
    for node in page.nodes:
        if node.url and (node.text or node.attribute("title")):
            names = [n for n in node.classes if is_usable(n) and not is_numbered(n)]
            kept = tuple(name for name in names if not is_utility(name))
            path = "/".join(ancestor.tag for ancestor in node.ancestors())
            groups[_landmark(node), path, kept].append(node)
    yield from groups.values()


def _landmark(node: Node) -> Node | None:
    """The nearest element around a node that parts a page: by its tag, its id, or as a widget."""
    for around in node.ancestors():
        has_id = bool(around.id) and not is_numbered(around.id)
        if around.tag in _LANDMARKS or around.words & {"widget", "sidebar", "menu"}:
            return around
        if has_id and around.tag in ("div", "ul", "table"):
            return around
    return None


def _rated(
    page: Outline, links: tuple[Node, ...], *, is_own: bool = False
) -> LinkGroup:
    urls = list(dict.fromkeys(link.url for link in links))
    count = len(links)
    in_url = sum(bool(_TOPIC.search(_path(url))) for url in urls) / len(urls)
    tagged = sum(bool(_TAG.search(_path(url))) for url in urls) / len(urls)
    dated = sum(bool(_DATED.search(url)) for url in urls) / len(urls)
    named = _is_named(links)
    heading = _heading_above(page, links)
    is_headed = bool(_TOPIC_HEADING.search(heading))
    aside = sum(map(page.is_furniture, links)) / count
    prior = (
        3.0 * (in_url > 0.5)
        + 2.5 * named
        + 2.5 * is_headed
        + 2.0 * is_own
        + 0.6 * min(1.0, count / 10)
        - 0.8 * aside
        - 3.0 * (tagged > 0.5)
        - 4.0 * (dated > 0.5)
        - 2.0 * _is_in_footer(links[0])
    )
    reasons = [
        "their URLs say so" * (in_url > 0.5),
        "their class names say so" * named,
        f"they stand below {heading!r}" * is_headed,
    ]
    why = ", ".join(filter(None, reasons))
    is_strong = bool(why) and tagged <= 0.5 and dated <= 0.5
    return LinkGroup(links, prior, why, is_strong, is_own)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _is_named(links: Sequence[Node]) -> bool:
    """Whether a class or id of the links, or of what is close around them, speaks of topics."""
    first = links[0]
    names = [first, *islice(first.ancestors(), 4)]
    return any(_TOPIC.search(" ".join((*n.classes, n.id))) for n in names)


def _heading_above(page: Outline, links: Sequence[Node]) -> str:
    """The heading of the element that the links stand in; "" without one."""
    around = list(islice(links[0].ancestors(), 5))
    for ancestor in around:
        if ancestor is page.body:
            break
        for sibling in _before(ancestor):
            if sibling.tag in _HEADINGS and sibling.text:
                return sibling.text[:40]
    return ""


def _before(node: Node) -> Iterator[Node]:
    """The siblings before a node, the nearest first."""
    if node.parent:
        siblings = node.parent.children
        yield from reversed(siblings[: siblings.index(node)])


def _is_in_footer(link: Node) -> bool:
    return any(
        node.tag == "footer" or "footer" in node.words for node in link.ancestors()
    )
