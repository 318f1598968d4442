"""Which page comes after another, by what that one shows: from the first one to the last, in every style."""

from html import unescape
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest

from scraper.demo.topics import Topic
from scraper.markup import Engine, parse
from scraper.pagination import IndexPage, following_url
from tests.sites.site import SMALL, SiteUnderTest
from tests.sites.styles import STYLES

ORIGIN = "https://x.org/"
READ_ON = [
    name
    for name, style in STYLES.items()
    if not (style.newest_first or style.single or style.required)
]


def walked(site: SiteUnderTest, topic: Topic) -> list[int]:
    """The numbers of the pages from the first one on, each by what the one before it shows."""
    style, last = site.style, topic.pages(site.page_size)
    landing = style.href(style.addresses.landing(topic), site.page_size)
    url, numbers = urljoin(ORIGIN, unescape(landing)), list[int]()
    while url and len(numbers) < 20:
        parts = urlsplit(url)
        answer = site.answer(ORIGIN, unquote(parts.path), dict(parse_qsl(parts.query)))
        if answer is None or answer.number is None:
            break
        if answer.number in numbers or answer.number > last:
            break
        numbers.append(answer.number)
        document = parse(answer.html, Engine.LEXBOR)
        url, guessed = following_url(document, url, document.base_url(url))
        assert guessed or answer.number < last, "what is behind the last one is a guess"
    return numbers


@pytest.mark.parametrize("style", READ_ON)
def test_all_pages_are_walked_through(style: str) -> None:
    site = SiteUnderTest(style)
    for topic in SMALL.listing:
        pages = topic.pages(site.page_size)
        assert walked(site, topic) == list(range(1, pages + 1)), topic.name


def test_pages_remember_what_was_shown() -> None:
    first = IndexPage("https://x.org/")
    assert not first.shows_again("")
    second = first.following("https://x.org/2", "a", guessed=False)
    third = second.following("https://x.org/3", "b", guessed=True)
    assert (third.number, third.url, third.guessed) == (3, "https://x.org/3", True)
    assert [third.shows_again(shown) for shown in "abc"] == [True, True, False]


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ('<p>Page 1 / 2 <a href="/index2.html">»</a></p>', "/index2.html"),
        ("<p>Page 1 of 2</p>", "/?page=2"),
    ],
)
def test_a_page_that_only_a_text_tells_of_is_a_guess(links: str, found: str) -> None:
    document = parse(f'<div class="pagination">{links}</div>', Engine.LEXBOR)
    url, guessed = following_url(document, ORIGIN, ORIGIN)
    assert (url, guessed) == (f"https://x.org{found}", True)
