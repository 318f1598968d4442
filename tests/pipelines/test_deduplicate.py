import tracemalloc

import pytest

from scraper.frontier import Page
from scraper.identity import by_fields
from scraper.items import Article, TopicPage
from scraper.pipelines.deduplicate import DeduplicatePipeline, SeenKeys


def article(
    url: str = "", title: str = "", description: str = "", **own: str
) -> Article:
    return {
        "title": title,
        "description": description,
        "url": url,
        "topic": "a",
        "page": 1,
        **own,
    }


def page(*articles: Article) -> TopicPage:
    return TopicPage(
        Page(0, 1, "/"), "a", "/", "/", articles=list(articles), seen=len(articles)
    )


def process(pipeline: DeduplicatePipeline, *articles: Article) -> TopicPage:
    item = page(*articles)
    assert pipeline.process_item(item) is item
    return item


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (article("/1", "x"), article("/1", "y"), 1),
        (article("/1", "x"), article("/2", "x"), 2),
        (article("", "x", "y"), article("", "x", "y"), 1),
        (article("", "x", "y"), article("", "x", "z"), 2),
        (article("", "xy", ""), article("", "x", "y"), 2),
        (article(), article(), 2),
    ],
)
def test_articles_are_told_apart_by_url_else_by_text(
    first: Article, second: Article, kept: int
) -> None:
    item = process(DeduplicatePipeline(), first, second)
    assert (len(item.articles), item.duplicates) == (kept, 2 - kept)


def test_an_article_of_an_earlier_page_is_dropped() -> None:
    pipeline = DeduplicatePipeline()
    process(pipeline, article("/1"))
    assert process(pipeline, article("/1"), article("/2")).articles == [article("/2")]


def test_the_fields_that_tell_articles_apart_can_be_named() -> None:
    pipeline = DeduplicatePipeline(by_fields(["sku"]))
    kept = process(
        pipeline, article("/1", sku="7"), article("/2", sku="7"), article("/3", sku="")
    ).articles
    assert [each["url"] for each in kept] == ["/1", "/3"]


def test_the_articles_of_a_page_that_fails_are_new_again() -> None:
    pipeline = DeduplicatePipeline()
    pipeline.forget(process(pipeline, article("/1")))
    assert len(process(pipeline, article("/1")).articles) == 1


def test_a_page_that_fails_before_its_turn_forgets_nothing() -> None:
    pipeline = DeduplicatePipeline()
    process(pipeline, article("/1"))
    pipeline.forget(page(article("/1")))
    assert process(pipeline, article("/1")).articles == []


def test_other_items_pass() -> None:
    assert DeduplicatePipeline().process_item("else") == "else"


@pytest.mark.parametrize("count", [160_000])
def test_a_key_takes_less_than_100_bytes(count: int) -> None:
    keys = SeenKeys()
    tracemalloc.start()
    for number in range(count):
        keys.add((number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**120).to_bytes(15))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(keys) == count
    assert used / count < 100
