"""What is on all pages, apart from the content, hidden, forbidden or not to be followed is not taken for articles."""

import pytest

from scraper.markup import Engine, parse
from scraper.suggest import Suggestion
from scraper.suggest.frame import frame_of
from scraper.suggest.outline import Outline
from scraper.suggest.records import find_records
from tests.suggest.sites import LAYOUTS
from tests.suggest.suggesting import suggested

pytestmark = pytest.mark.slow

URL = "https://x.test/"


def items(name: str, count: int, *, rel: str = "", text: str = "") -> str:
    return "".join(
        f'<li class="{name}"><a rel="{rel}" href="/{name}/{n}">{name} {n}</a> <b>{text}</b></li>'
        for n in range(count)
    )


def outline(body: str, forbidden: str = "no") -> Outline:
    document = parse(f"<body>{body}</body>", Engine.LEXBOR)
    return Outline(document, URL, URL, lambda url: f"/{forbidden}/" in url)


def class_of_records(page: Outline, *others: Outline) -> str | None:
    found = find_records(page, frame_of([page, *others]))
    return found.nodes[0].classes[0] if found else None


ARTICLES = f"<ul>{items('yes', 4, text='a')}</ul>"
FRAME = items("no", 40, text="much more text than in the articles")


@pytest.mark.parametrize(
    "frame",
    [
        f"<footer><ul>{FRAME}</ul></footer>",
        f"<nav><ul>{FRAME}</ul></nav>",
        f"<aside><ul>{FRAME}</ul></aside>",
        f"<header><ul>{FRAME}</ul></header>",
        f"<div role=contentinfo><ul>{FRAME}</ul></div>",
        f"<div hidden><ul>{FRAME}</ul></div>",
        f"<ul style='display: none'>{FRAME}</ul>",
        f"<ul aria-hidden=true>{FRAME}</ul>",
        f"<template><ul>{FRAME}</ul></template>",
        f"<script type=text/template><ul>{FRAME}</ul></script>",
        f"<!-- <ul>{FRAME}</ul> -->",
        f"<ul>{FRAME}</ul>",
    ],
    ids=lambda frame: str(frame)[:24],
)
def test_a_frame_is_no_list_of_articles(frame: str) -> None:
    other = outline(frame + "<p>Something else</p>")
    assert class_of_records(outline(ARTICLES + frame), other) == "yes"
    assert class_of_records(other, outline(ARTICLES + frame)) is None


@pytest.mark.parametrize("tag", ["footer", "nav", "aside", "header"])
def test_a_landmark_is_better_than_nothing(tag: str) -> None:
    page = outline(f"<{tag}><ul>{items('only', 5, text='text')}</ul></{tag}>")
    found = find_records(page)
    assert found is not None
    assert found.is_apart
    assert len(found.nodes) == 5


def test_what_robots_txt_forbids_counts_against() -> None:
    page = f"{ARTICLES}<div><ol>{items('no', 6, text='a little more text')}</ol></div>"
    assert class_of_records(outline(page, forbidden="-")) == "no"
    assert class_of_records(outline(page)) == "yes"


def test_links_that_are_not_to_be_followed_count_against() -> None:
    more = "a little more text"
    for rel, found in (("", "no"), ("nofollow", "yes")):
        page = f"{ARTICLES}<div><ol>{items('no', 6, rel=rel, text=more)}</ol></div>"
        assert class_of_records(outline(page, forbidden="-")) == found


def test_an_article_pinned_on_every_page_is_one() -> None:
    pinned = "<li class=yes><a href=/pin>Read this first</a> <b>text</b></li>"
    pages = [
        outline(f"<ul>{pinned}{items('yes', count, text=str(count))}</ul>")
        for count in (4, 7)
    ]
    found = find_records(pages[0], frame_of(pages))
    assert found is not None
    assert len(found.nodes) == 5


def test_pages_that_are_the_same_have_no_frame() -> None:
    assert frame_of([outline(ARTICLES), outline(ARTICLES)]).marks == frozenset()


def test_the_demo_site_leaves_no_doubt() -> None:
    found = suggested(LAYOUTS["demo"]().pages)
    assert isinstance(found, Suggestion)
    assert found.doubts == []
    assert any("1 to a page with nothing in it" in reason for reason in found.reasons)
