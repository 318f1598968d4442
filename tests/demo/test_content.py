"""What the demo site holds."""

import hashlib
from collections import defaultdict
from itertools import islice

import pytest

from scraper.demo import DemoSite
from scraper.demo.samples import plain

BASE = "http://demo.test/"


def digest(site: DemoSite) -> str:
    rows = "\n".join(repr(sorted(row.items())) for row in site.records(BASE))
    return hashlib.sha256(rows.encode()).hexdigest()


def test_is_the_same_on_every_machine() -> None:
    site = DemoSite(topics=4, pages=3, articles=5)
    assert (
        digest(site)
        == "069784291134d405cf3729624728fdeb0fdc583ec45ba29b85688c0109dc9f9c"
    )
    assert digest(DemoSite(topics=4, pages=3, articles=5, seed=2)) != digest(site)


def test_default_site_has_a_few_hundred_pages_of_differing_topics() -> None:
    site = DemoSite()
    pages = [topic.pages(site.articles) for topic in site.listing]
    assert len(pages) == 15
    assert 200 <= site.page_count <= 400
    assert sum(pages) == site.page_count
    assert len(set(pages)) > 5
    assert all(10 <= count <= 30 for count in pages if count > 1)


def test_one_topic_is_empty_one_has_a_single_page_some_end_on_a_full_page() -> None:
    listing = DemoSite().listing
    totals = [topic.total for topic in listing]
    assert totals.count(0) == 1
    assert sum(1 for total in totals if 0 < total <= 35) == 1
    assert any(total % 35 == 0 for total in totals if total > 35)
    assert any(total % 35 != 0 for total in totals if total > 35)


@pytest.mark.parametrize("topics", [1, 2, 3])
def test_smallest_sites_have_pages_and_a_repeated_article(topics: int) -> None:
    site = DemoSite(topics=topics, pages=2, articles=2)
    urls = [row["url"] for row in site.records(BASE)]
    assert len(urls) == site.listed_count
    assert len(set(urls)) < len(urls)


def test_a_few_per_cent_of_the_articles_are_shown_again_with_the_same_fields() -> None:
    rows_of = defaultdict(list)
    for row in DemoSite().records(BASE):
        rows_of[row["url"]].append(row)
    shown = sum(len(rows) for rows in rows_of.values())
    repeated = [rows for rows in rows_of.values() if len(rows) > 1]
    assert 0.02 < 1 - len(rows_of) / shown < 0.08
    assert any(len({row["topic"] for row in rows}) > 1 for rows in repeated)
    for rows in repeated:
        assert len({(row["title"], row["description"]) for row in rows}) == 1
        assert len({(row["topic"], row["page"]) for row in rows}) > 1


def test_another_limit_cuts_the_same_articles_into_other_pages() -> None:
    site = DemoSite(topics=3, pages=4, articles=35)
    at_35 = [row["url"] for row in site.records(BASE)]
    at_10 = list(site.records(BASE, limit=10))
    assert [row["url"] for row in at_10] == at_35
    assert max(int(row["page"]) for row in at_10) > site.listing[0].pages(35)


def test_any_page_of_a_huge_site_is_made_at_once() -> None:
    site = DemoSite(topics=3, pages=10_000_000, spread=0)
    articles = site.page(site.listing[0], 9_000_000)
    assert len(articles) == 35
    assert site.page_count > 10_000_000
    assert len(list(islice(site.records(BASE), 100))) == 100


def test_topics_past_the_list_of_names_differ_too() -> None:
    listing = DemoSite(topics=40).listing
    assert len({topic.name for topic in listing}) == 40
    assert len({topic.path for topic in listing}) == 40
    assert all(topic.path.isascii() for topic in listing)


@pytest.mark.parametrize(
    ("kind", "sample"),
    [
        ("Cyrillic", "река"),
        ("CJK", "市場"),
        ("RTL", "שוק"),
        ("combining mark", "\u0301"),
        ("joined emoji", "👩‍🔬"),
        ("decoded entity", 'The "quiet" revolution'),
        ("decoded twice would be wrong", "bold &amp; nothing else"),
        ("no-break space, folded", "Price: 10 000 €"),
        ("newlines, folded", "Two lines: this one, and that one"),
        ("inline tags, dropped", "Marked up and boldly so"),
        ("quotes and commas", "a comma, a 'quote' and a \"double\""),
    ],
)
def test_texts_hold_what_breaks_crawlers(kind: str, sample: str) -> None:
    assert any(sample in str(row["title"]) for row in DemoSite().records(BASE)), kind


def test_some_titles_are_formulas_to_a_spreadsheet_and_some_texts_are_very_long() -> (
    None
):
    rows = list(DemoSite().records(BASE))
    starts = {str(row["title"])[:1] for row in rows}
    assert set("=+-@") <= starts
    assert max(len(str(row["description"])) for row in rows) > 1500


def test_some_articles_lack_a_title_or_a_description() -> None:
    site = DemoSite()
    articles = [article for topic in site.listing for article in site.page(topic, 1)]
    headings = {(article.heading, article.hint is None) for article in articles}
    assert {(None, True), (None, False), ("", False), (" &nbsp; ", True)} <= headings
    assert {None, " &nbsp; "} <= {article.summary for article in articles}
    assert any(not article.title for article in articles)
    assert any(not article.heading and article.title for article in articles)
    assert any(not article.description for article in articles)


def test_plain_is_what_a_reader_sees() -> None:
    assert plain(" a&nbsp;<em>b</em>\n c &amp;amp; &#x41; ") == "a b c &amp; A"
