"""`scrapy preview`: what is seen of a site by its profile, and what is warned of."""

from pathlib import Path
from typing import Any

import pytest

from scraper.preview import show
from tests.crawls.running import crawl, scrapy
from tests.preview.previewing import previewed
from tests.preview.serving import serving
from tests.sites.fixtures import ServeSite

PROFILE: dict[str, Any] = {"topics": ".topics a", "articles": ".article"}


def article(number: int, note: str = "") -> str:
    return (
        f'<div class="article"><h2>Story {number}</h2><p>{note}</p>'
        f'<a href="/read/{number}">more</a></div>'
    )


def page(numbers: range, links: str = "", note: str = "told") -> str:
    return (
        f'{"".join(article(n, note) for n in numbers)}<div class="pager">{links}</div>'
    )


def link(number: int) -> str:
    return f'<a href="/a?page={number}">{number}</a>'


def site(**changed: str) -> dict[str, str]:
    links = "".join(map(link, (1, 2, 3)))
    pages = {
        "/": '<div class="topics"><a href="/a">Alpha</a> <a href="/b">Beta</a></div>',
        "/a": page(range(4), links),
        "/a?page=2": page(range(4, 8), links),
        "/a?page=3": page(range(8, 10), links),
        "/b": page(range(20, 22)),
    }
    return {**pages, **changed}


def test_the_index_and_three_pages_of_a_topic_are_seen() -> None:
    with serving(site()) as url:
        seen, warnings, notes = previewed({**PROFILE, "index": url})
    assert [name for name, _ in seen.topics] == ["Alpha", "Beta"]
    assert seen.topic is not None
    assert (seen.topic.first, seen.topic.last) == (1, 3)
    assert [(p.number, len(p.articles)) for p in seen.topic.pages] == [
        (1, 4),
        (2, 4),
        (3, 2),
    ]
    assert seen.topic.articles[0] == {
        "title": "Story 0",
        "description": "told",
        "url": f"{url}read/0",
        "topic": "Alpha",
        "page": 1,
    }
    assert (warnings, notes) == ([], [])
    assert seen.requests == 4


def test_the_topic_can_be_chosen() -> None:
    with serving(site()) as url:
        seen, _, notes = previewed({**PROFILE, "index": url}, topic="Beta")
    assert seen.topic is not None
    assert seen.topic.name == "Beta"
    assert len(notes) == 1
    assert notes[0].startswith("'Beta' is taken for one page")


@pytest.mark.parametrize(
    ("profile", "pages", "warning"),
    [
        ({"topics": ".no a"}, {}, "'topics': '.no a' matches no link at"),
        ({"articles": ".no"}, {}, "'articles': '.no' matches nothing on page 1 of 'Alpha'"),
        (
            {"fields": {"title": "h2", "url": "a::attr(href)", "date": "time"}},
            {},
            "field 'date' is empty in all 10 articles: 'time' matches nothing in them",
        ),
        (
            {},
            {"/a": page(range(4), "".join(map(link, (1, 2))), note=""), "/a?page=2": page(range(4, 6))},
            "field 'description' is empty in 4 of 6 articles ('p')",
        ),
        (
            {},
            {"/": '<div class="topics"><a href="/a">A</a><a href="http://other.test/">B</a></div>'},
            "1 of 2 topic links leave the site and are left out, such as http://other.test/",
        ),
        (
            {},
            {"/a?page=2": site()["/a"]},
            "page 2 of 'Alpha' shows the same articles as the first page",
        ),
        ({}, {"/robots.txt": "User-agent: *\nDisallow: /"}, "the index cannot be read: "),
        ({}, {"/robots.txt": "User-agent: *\nDisallow: /a"}, "page 1 of 'Alpha' cannot be read: Forbidden"),
        (
            {"fields": {"title": "h2", "url": {"css": "link::attr(href)", "default": "x"}}},
            {},
            "10 articles have only 1 different 'url'",
        ),
        ({"pagination": ".no"}, {}, "'pagination': '.no' shows no further page of 'Alpha'"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_said(
    profile: dict[str, Any], pages: dict[str, str], warning: str
) -> None:
    with serving(site(**pages)) as url:
        _, warnings, _ = previewed({**PROFILE, "index": url, **profile})
    assert any(text.startswith(warning) for text in warnings), warnings


def test_only_a_next_link_is_noted() -> None:
    following = '<a rel="next" href="/a/more">next</a>'
    pages = site(**{"/a": page(range(4), following), "/a/more": page(range(4, 8))})
    with serving(pages) as url:
        seen, warnings, notes = previewed({**PROFILE, "index": url})
    assert seen.topic is not None
    assert len(seen.topic.articles) == 8
    assert warnings == []
    assert notes[0].startswith('there is only a "next" link')


@pytest.mark.parametrize("style", ["query-first", "path", "offset", "newest-first"])
def test_pages_of_real_numberings_are_reached(
    site_server: ServeSite, style: str
) -> None:
    server = site_server(style)
    seen, warnings, _ = previewed(server.profile())
    assert seen.topic is not None
    assert seen.topic.has_more_pages
    assert not [text for text in warnings if "same articles" in text], warnings


def test_an_index_that_is_its_own_topic(tmp_path: Path) -> None:
    links = "".join(f'<a href="/?page={n}">{n}</a>' for n in (1, 2))
    pages = {
        "/": f"<title>News</title>{page(range(3), links)}",
        "/?page=1": page(range(3), links),
        "/?page=2": page(range(3, 5), links),
    }
    profile = {**PROFILE, "topics": None}
    with serving(pages) as url:
        crawled = crawl(tmp_path, {**profile, "index": url})
        seen, warnings, _ = previewed({**profile, "index": url})
    assert [row["title"] for row in crawled.rows] == [f"Story {n}" for n in range(5)]
    assert {row["topic"] for row in crawled.rows} == {"News"}
    assert seen.topics == (("News", url),)
    assert warnings == []


def test_long_and_wide_values_are_cut_to_the_width(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    import sys

    wide = page(range(2), note="科学技術" * 30)
    with serving(site(**{"/a": wide})) as url:
        seen, warnings, notes = previewed({**PROFILE, "index": url}, topic="Alpha")
        show(seen, warnings, notes, sys.stdout)
    line = next(
        text for text in capsys.readouterr().out.splitlines() if "description" in text
    )
    assert line == "  description  " + "科学技術" * 3 + "…"


def test_the_command_shows_a_table_and_answers_with_a_status() -> None:
    with serving(site()) as url:
        good = scrapy("preview", "-a", f"url={url}", *_settings(PROFILE))
        bad = scrapy(
            "preview", "-a", f"url={url}", *_settings({**PROFILE, "articles": ".no"})
        )
    assert good.returncode == 0, good.stderr
    assert "topics         2: Alpha, Beta" in good.stdout
    assert "pages          1 to 3, found by links like" in good.stdout
    assert "articles       4 on page 1, 4 on page 2, 2 on page 3" in good.stdout
    assert "  title        Story 0" in good.stdout
    assert good.stderr == ""
    assert bad.returncode == 3
    assert "Warning: 'articles': '.no' matches nothing" in bad.stdout


def test_the_demo_site_is_served_where_no_other_is_named() -> None:
    done = scrapy("preview")
    assert (done.returncode, done.stderr) == (0, "")
    assert "topics         15: " in done.stdout


def test_a_pipe_of_few_letters_is_no_reason_to_break(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = scrapy("preview")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Science" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nowhere"], 1, "Error: SITE: no profile named 'nowhere' in SITES"),
        (["-a", "colour=red"], 2, "-a colour: there is only url, topic"),
        (["-a", "url=ftp://x.test"], 1, "is no http or https URL"),
        (["a", "b"], 2, "give one site, or none"),
        (["-a", "topic=Nothing"], 1, "Error: -a topic=Nothing: there is none"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    arguments: list[str], status: int, said: str
) -> None:
    done = scrapy("preview", *arguments)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def _settings(profile: dict[str, Any]) -> list[str]:
    import json

    return ["-s", f"SITES={json.dumps({'demo': profile})}"]


def test_an_index_of_several_pages_is_told() -> None:
    further = '<div class="pager"><a href="/">1</a><a href="/?p=2">2</a></div>'
    with serving(site(**{"/": site()["/"] + further})) as url:
        _, warnings, notes = previewed({**PROFILE, "index": url})
        _, _, others = previewed({**PROFILE, "index": url, "index_pages": 1})
    assert warnings == []
    first = "these are the topics of the index's first page; it may go on at"
    assert notes == [f"{first} {url}?p=2: a crawl reads on there"]
    assert others == [f"{first} {url}?p=2: which 'index_pages' leaves out"]
