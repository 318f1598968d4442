"""What the page says, and that a site's own words stay words."""

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.report.page import is_web_url, render
from scraper.report.sampling import Series
from scraper.report.topic_rows import CHARTED, LISTED
from tests.report.reports import NASTY, comparison, report


def page(**changes: Any) -> LexborHTMLParser:
    return LexborHTMLParser(render(report(**changes)))


def text(tree: LexborHTMLParser, selector: str) -> str:
    (node,) = tree.css(selector)
    return " ".join(node.text().split())


def test_a_site_cannot_put_markup_into_it() -> None:
    tree = page()
    assert tree.css("script") == []
    assert NASTY in tree.css(".topics tbody th")[0].text()
    assert NASTY in tree.css(".failures td.text")[0].text()
    assert [a for a in tree.css("a") if "script" in (a.attributes["href"] or "")] == []
    assert "https://x.org/?a=1&b=2" in [a.attributes["href"] for a in tree.css("a")]


def test_it_needs_nothing_from_elsewhere() -> None:
    html = render(report())
    tree = LexborHTMLParser(html)
    assert tree.css("script, iframe, object, embed, img, link[rel=stylesheet]") == []
    assert not re.search(r"@import|url\((?!data:)", html)
    assert "default-src 'none'" in html


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" not in render(report())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"failures": 0}, "Complete. Every page known is done."),
        ({"failures": 1}, "1 page failed. All others are done."),
        ({"failures": 2}, "2 pages failed. All others are done."),
        (
            {"finish_reason": "closespider_timeout"},
            "Closed: closespider_timeout, with 0 pages left. The same command goes on",
        ),
    ],
)
def test_the_verdict(changes: dict[str, Any], said: str) -> None:
    assert text(page(**changes), ".verdict").startswith(said)


def test_without_a_database_no_crawl_goes_on() -> None:
    said = text(page(finish_reason="shutdown", crawl_id=None), ".verdict")
    assert said == "Closed: shutdown, with 0 pages left."


@pytest.mark.parametrize("how", ["resumed", "shared"])
def test_a_crawl_that_is_more_than_this_run_says_so(how: str) -> None:
    assert how in text(page(**{how: True}), "header .note")
    assert how not in text(page(), "header .note")


def test_thousands_of_topics_do_not_blow_it_up() -> None:
    count = LISTED + 500
    names = [f"topic {number}" for number in range(count)]
    html = render(report(names, failures=count // 2))
    tree = LexborHTMLParser(html)
    assert len(tree.css(".topics td.bar")) == CHARTED + 2
    assert f"{count - CHARTED:,} more topics" in text(tree, "tr.rest th")
    assert len(tree.css("details .topics tbody tr")) == LISTED
    assert "and 500 more" in text(tree, "details .topics + .note, details > .note")
    assert len(tree.css(".failures tbody tr")) == 200
    assert f"and {count // 2 - 200:,} more" in html
    totals = [node.text() for node in tree.css("tfoot td")]
    assert totals[1:4] == [f"{count:,}", f"{count // 2:,}", f"{count // 2:,}"]
    assert len(html) < 1_500_000


def test_what_went_wrong_comes_first() -> None:
    names = [f"good {number}" for number in range(CHARTED)]
    tree = page(names=[*names, "a", "b", "c"], failures=0)
    assert [node.text() for node in tree.css(".topics tbody th")][:2] == names[:2]
    tree = page(names=["bad", *names, "a"], failures=1)
    assert tree.css(".topics tbody th")[0].text() == "bad"


def test_the_comparison_is_told() -> None:
    tree = page()
    assert [node.text() for node in tree.css(".listing h3")] == [
        "1,234 new",
        "1 changed",
        "1 gone",
    ]
    assert "and 1,232 more" in (tree.css(".listing")[0].text())
    compared = comparison()
    compared.gone = None
    tree = page(compared=compared)
    assert len(tree.css(".listing")) == 2
    assert "What is gone cannot be told" in tree.text()
    compared.is_whole = False
    assert "too many articles to compare them all" in page(compared=compared).text()


def test_a_crawl_that_ended_at_once_has_a_report() -> None:
    tree = page(names=[], failures=0, series=Series())
    assert tree.css("svg") == []
    assert text(tree, "h1").startswith("site")


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://x.org/", True),
        ("HTTP://x.org/", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//x.org/", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_links_lead_to_the_web_only(url: str, is_one: bool) -> None:
    assert is_web_url(url) is is_one
