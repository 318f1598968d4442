"""Sites whose frame looks more like articles than the articles: footers, side bars, and all that the demo site has."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper.demo.content import DemoSite
from scraper.demo.routes import UNASKED_LIMIT, Routes
from tests.suggest.sites.content import Entry, Site, Topic, all_entries, page, topics

_DEMO = DemoSite(topics=5, pages=3, articles=20)


class _DemoPages(Mapping[str, str]):
    """The pages of a demo site by address, made when they are asked for, and its robots.txt."""

    def __init__(self, site: DemoSite) -> None:
        self._routes = Routes(site)

    def __getitem__(self, address: str) -> str:
        if address == "/robots.txt":
            return "User-agent: *\nDisallow: /legal/\n"
        parts = urlsplit(address)
        found = self._routes.page(unquote(parts.path), dict(parse_qsl(parts.query)))
        if found is None:
            raise KeyError(address)
        return found.decode()

    def __iter__(self) -> Iterator[str]:
        return iter(("/",))

    def __len__(self) -> int:
        return 1


def demo() -> Site:
    """The demo site: a topic without articles, articles without titles, 60 links in a footer that robots.txt forbids."""
    rows = {row["url"]: row for row in _DEMO.records("", UNASKED_LIMIT)}
    expected = [
        {name: str(row[name]) for name in ("title", "url", "description")}
        for row in rows.values()
    ]
    return Site(_DemoPages(_DEMO), expected, topics=5)


def mega_footer() -> Site:
    """A footer that is a `div`, of 200 links with a line to each: several times as long as the articles of a page."""
    items = "".join(
        f'<div class="fat-item"><h4><a href="/service/{n}">Service number {n}</a></h4><p>What we do for you in case {n}, at any hour.</p></div>'
        for n in range(200)
    )

    def whole(name: str, main: str) -> str:
        body = f'<div class="head"><a href="/">Home</a></div><div class="main"><h1>{name}</h1>{main}</div><div class="fat">{items}</div>'
        return page(name, body)

    return _site(whole, _row)


def latest_posts() -> Site:
    """A side bar of the latest posts with excerpts, marked up as the posts are, on every page."""
    newest = topics("Newest", 9)[0].entries

    def latest(e: Entry) -> str:
        return _post(f"/latest/{e.slug}", f"News: {e.title}", e.text * 3)

    side = "".join(map(latest, newest))

    def whole(name: str, main: str) -> str:
        body = f'<h1>{name}</h1><div class="columns"><div class="left"><h2>Latest posts</h2>{side}</div><div class="right">{main}</div></div>'
        return page(name, body)

    return _site(whole, lambda e: _post(f"/{e.slug}", e.title, e.text))


def _site(whole: Callable[[str, str], str], article: Callable[[Entry], str]) -> Site:
    """Three topics of pages of four articles, in a frame; `whole` makes a page of its name and what it shows."""
    found = topics("Garden,Street,Harbour", 11, 3, 6)
    links = "".join(f'<li><a href="/in/{t.slug}">{t.name}</a></li>' for t in found)
    pages = {"/": whole("Topics", f'<ul class="topics">{links}</ul>')}
    for topic in found:
        pages |= _pages_of(topic, whole, article)
    expected = [
        {"title": e.title, "url": f"/{e.slug}", "description": e.text}
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=len(found))


def _pages_of(
    topic: Topic, whole: Callable[[str, str], str], article: Callable[[Entry], str]
) -> dict[str, str]:
    parts = topic.pages(4)
    base = f"/in/{topic.slug}"
    numbers = "".join(
        f'<a href="{base}?page={n}">{n}</a> ' for n in range(1, len(parts) + 1)
    )
    pages = {
        f"{base}?page={number}": whole(
            topic.name,
            f'{"".join(map(article, part))}<p class="pages">{numbers * (len(parts) > 1)}</p>',
        )
        for number, part in enumerate(parts, 1)
    }
    return {base: pages[f"{base}?page=1"], **pages}


def _row(e: Entry) -> str:
    return f'<div class="row-of"><h4><a href="/{e.slug}">{e.title}</a></h4><p>{e.text}</p></div>'


def _post(url: str, title: str, text: str) -> str:
    return f'<div class="post"><h3><a href="{url}">{title}</a></h3><p class="excerpt">{text}</p></div>'
