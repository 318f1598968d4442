"""A crawl in the database: killed anywhere, the same command goes on; nothing is lost, nothing twice."""

import asyncio
import csv
import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from scraper.demo.content import DemoSite
from scraper.storage import leases, open_database, transaction, workers
from tests.crawls.listing import LISTING, listing
from tests.crawls.processes import end, read_until, wait_until
from tests.crawls.running import (
    PATIENCE,
    PROJECT,
    Crawled,
    crawl,
    project_settings,
    read_csv,
)
from tests.crawls.stored import (
    READERS,
    SITE,
    all_urls,
    command,
    database,
    stored_urls,
)
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.sites.fixtures import ServeSite
from tests.sites.site import SiteUnderTest

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_twenty_kills_lose_nothing_and_double_nothing(
    tmp_path: Path, site_server: ServeSite
) -> None:
    faults = {(0, 3): "503-then-ok", (1, 5): "reset-then-ok", (3, 7): "503-then-ok"}
    server = site_server(content=SITE, latency=0.1, faults=faults)
    moments = random.Random(5)
    (tmp_path / "articles.csv").write_text(
        "title,description,url,topic,page\nbefore,,https://x.org/,t,1\n"
    )
    kills = 0
    while kills < 20:
        with command(
            server, tmp_path, *[f"articles.{name}" for name in READERS]
        ) as process:
            shown = len(server.pages) + moments.randint(1, 10)
            wait_until(
                lambda: len(server.pages) >= shown or process.poll() is not None  # noqa: B023
            )
            if process.poll() is not None:
                break  # it was done before its turn came
            process.kill()
            kills += 1
    else:
        with command(
            server, tmp_path, *[f"articles.{name}" for name in READERS]
        ) as process:
            end(process)
    assert kills >= 3
    assert stored_urls(tmp_path) == all_urls(server)
    for name, reader in READERS.items():
        rows = reader(tmp_path / f"articles.{name}")
        if name == "csv":
            assert rows.pop(0)["title"] == "before"
        assert sorted(row["url"] for row in rows) == all_urls(server), name


def test_no_page_that_was_committed_is_fetched_again(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE)
    first = crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        CLOSESPIDER_PAGECOUNT=20,
    )
    done = sum(topic.done for topic in first.frontier.topics)
    fetched = len(server.requests)
    assert 0 < done < server.page_count
    second = crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path))
    assert second.frontier.failed_count == 0
    again = len(server.requests) - fetched
    assert again <= server.page_count - done + 1  # and robots.txt
    assert sum(topic.done for topic in second.frontier.topics) == server.page_count
    assert sorted(row["url"] for row in second.rows) == all_urls(server)


def test_it_says_that_it_goes_on(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(content=SITE)
    crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        CLOSESPIDER_PAGECOUNT=20,
    )
    assert "Crawl 1 begins" in caplog.text
    caplog.clear()
    crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path))
    assert "Crawl 1 goes on: " in caplog.text
    caplog.clear()
    crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path))
    assert "Crawl 2 begins" in caplog.text


def test_a_profile_that_changed_is_a_new_crawl(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(content=SITE)
    crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        CLOSESPIDER_PAGECOUNT=20,
    )
    caplog.clear()
    changed = {
        **server.profile(),
        "fields": {"title": "h2", "url": {"css": "a::attr(href)", "url": True}},
    }
    crawl(tmp_path, changed, CRAWL_DB=database(tmp_path))
    assert "Crawl 2 begins: the profile has changed" in caplog.text
    stays = "What an unfinished crawl before wrote to a feed stays in it"
    assert stays in caplog.text
    caplog.clear()
    crawl(tmp_path, changed, CRAWL_DB=database(tmp_path))
    assert stays not in caplog.text, "the one before was finished"


def test_fresh_begins_anew(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(content=SITE)
    crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        CLOSESPIDER_PAGECOUNT=20,
    )
    caplog.clear()
    crawl(tmp_path, server.profile(), {"fresh": "1"}, CRAWL_DB=database(tmp_path))
    assert "Crawl 2 begins" in caplog.text
    assert stored_urls(tmp_path, 2) == all_urls(server)


def test_failed_pages_are_tried_again_when_a_crawl_goes_on(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, faults={(0, 2): "500", (1, 1): "500"})
    quick: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "RETRY_TIMES": 0}
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=20, **quick)
    mended = site_server(content=SITE)
    server.site = mended.site
    second = crawl(tmp_path, server.profile(), **quick)
    assert second.frontier.failed_count == 0
    assert stored_urls(tmp_path) == all_urls(server)


@pytest.mark.parametrize(
    "style", ["next-only", "next-cursor", "from-zero", "offset", "path", "newest-first"]
)
def test_every_way_to_number_pages_goes_on(
    style: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(style)
    for limit in (4, 9, 0):
        last = crawl(
            tmp_path,
            server.profile(),
            CRAWL_DB=database(tmp_path),
            CLOSESPIDER_PAGECOUNT=limit,
        )
    assert last.frontier.failed_count == 0
    assert stored_urls(tmp_path) == all_urls(server)
    assert sorted(row["url"] for row in last.rows) == all_urls(server)


def test_ctrl_c_leaves_a_crawl_that_goes_on(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.02)
    with command(server, tmp_path, "articles.csv") as process:
        wait_until(lambda: len(server.pages) > 10)
        process.send_signal(signal.SIGINT)
        end(process, 130)
    rows = read_csv(tmp_path / "articles.csv")
    assert sorted(row["url"] for row in rows) == stored_urls(tmp_path)
    with command(server, tmp_path, "articles.csv") as process:
        end(process)
    assert sorted(
        row["url"] for row in read_csv(tmp_path / "articles.csv")
    ) == all_urls(server)


def test_a_second_process_is_refused(tmp_path: Path, site_server: ServeSite) -> None:
    server = site_server(content=SITE, latency=0.6)
    with command(server, tmp_path, "articles.csv") as first:
        wait_until(lambda: server.pages and (tmp_path / "articles.csv").exists())
        before = (tmp_path / "articles.csv").read_bytes()
        with command(server, tmp_path, "articles.csv") as second:
            log = end(second, 1)
        assert f"'site' is being crawled by process {first.pid} on" in log
        assert "Traceback" not in log
        assert (tmp_path / "articles.csv").read_bytes().startswith(before)


@pytest.mark.parametrize("shared", [0, 1])
def test_a_database_that_fails_at_the_very_end_is_told(
    shared: int, tmp_path: Path, site_server: ServeSite
) -> None:
    vanishing = "tests.crawls.components.VanishingDatabase"
    extensions = {**project_settings()["EXTENSIONS"], vanishing: 1}
    settings = {"CRAWL_SHARED": shared, "EXTENSIONS": json.dumps(extensions)}
    server = site_server()
    with command(server, tmp_path, "articles.csv", settings=settings) as process:
        log = end(process, 4)
    assert "was deleted or replaced" in log
    assert "use -O, as what was written to a feed stays in it" in log


def test_a_mistake_leaves_no_worker_that_others_would_wait_for(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    wrong = {"CRAWL_SHARED": 1, "REPORT_JSON": "/dev/null/x"}
    with command(server, tmp_path, settings=wrong) as process:
        assert "REPORT_JSON" in end(process, 1)
    with command(server, tmp_path, "articles.csv") as process:
        end(process)
    assert stored_urls(tmp_path) == all_urls(server)


def test_only_what_is_new(tmp_path: Path, site_server: ServeSite) -> None:
    older = DemoSite(topics=4, pages=20, articles=10)
    server = site_server(content=older)
    crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path))
    fetched = len(server.requests)
    (tmp_path / "articles.jsonl").unlink()
    second = crawl(
        tmp_path,
        server.profile(),
        {"only": "new"},
        CRAWL_DB=database(tmp_path),
        CONCURRENT_REQUESTS=1,
    )
    assert second.rows == []
    assert len(server.requests) - fetched < fetched


def test_only_what_is_new_is_not_taken_for_granted_after_a_crawl_that_lost_pages(
    tmp_path: Path, site_server: ServeSite
) -> None:
    content = DemoSite(topics=2, pages=60, articles=5)
    server = site_server(content=content, faults={(0, 4): "500"}, latency=0.02)
    once: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "RETRY_TIMES": 0}
    crawl(tmp_path, server.profile(), **once)
    server.site = SiteUnderTest(content=content)
    (tmp_path / "articles.jsonl").unlink()
    arguments = {"only": "new", "fresh": "1"}
    second = crawl(tmp_path, server.profile(), arguments, **once, CONCURRENT_REQUESTS=1)
    assert {row["page"] for row in second.rows} == {4}
    lost, other = second.frontier.topics
    assert lost.done >= 60, "it was read to its end"
    assert other.done < 40, "nothing had been lost of it"


def test_only_what_is_new_of_a_topic_that_is_new(tmp_path: Path, serve: Serve) -> None:
    """Its first page shows what another topic has had."""

    async def answer(call: Call) -> None:
        if call.target == "/":
            html = "".join(
                f'<a class="topic" href="/{name}">{name}</a>' for name in names
            )
        else:
            name, _, number = call.target.removeprefix("/").partition("?page=")
            page = int(number or 1)
            shown = f"{name if page > 1 else 'a'} {page}"
            html = f'<article><h2><a href="/{shown}">{shown}</a></h2></article>'
            links = "".join(f'<a href="?page={n}">{n}</a>' for n in range(1, 61))
            html += f'<div class="pagination">{links}</div>'
        await call.reply(html.encode(), "200 OK", "Content-Type: text/html")

    names = ["a"]
    profile = {**LISTING, "index": serve(answer).url()}
    crawl(tmp_path, profile, CRAWL_DB=database(tmp_path))
    names = ["a", "b"]
    (tmp_path / "articles.jsonl").unlink()
    arguments = {"only": "new", "fresh": "1"}
    second = crawl(tmp_path, profile, arguments, CRAWL_DB=database(tmp_path))
    assert {row["title"] for row in second.rows} == {f"b {n}" for n in range(2, 61)}


def test_a_page_of_known_and_new_articles_ends_no_topic(
    tmp_path: Path, serve: Serve
) -> None:
    """Though the new ones were in another topic before it: new ones may be behind."""

    async def answer(call: Call) -> None:
        if call.target == "/":
            html = "".join(f'<a class="topic" href="/{n}">{n}</a>' for n in "ab")
        else:
            html = "".join(
                f'<article><h2><a href="/{name}">{name}</a></h2></article>'
                for name in shown[call.target]
            )
            html += '<div class="pagination"><a href="?page=2">2</a></div>'
        await call.reply(html.encode(), "200 OK", "Content-Type: text/html")

    shown = {"/a": ["1"], "/a?page=2": ["2"], "/b": ["9"], "/b?page=2": ["8"]}
    profile = {**LISTING, "index": serve(answer).url()}
    crawl(tmp_path, profile, CRAWL_DB=database(tmp_path))
    shown = {
        "/a": ["n1", "n2"],
        "/a?page=2": ["1", "2"],
        "/b": ["9", "n1", "n2"],
        "/b?page=2": ["n3", "8"],
    }
    (tmp_path / "articles.jsonl").unlink()
    arguments = {"only": "new", "fresh": "1"}
    second = crawl(
        tmp_path,
        profile,
        arguments,
        CRAWL_DB=database(tmp_path),
        CONCURRENT_REQUESTS=1,
    )
    assert sorted(row["title"] for row in second.rows) == ["n1", "n2", "n3"]


def test_leases_that_run_out_in_a_sleep_hand_no_page_out_twice(
    tmp_path: Path, site_server: ServeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The computer's clock goes on in its sleep, the one that renews leases does not."""
    monkeypatch.setattr(leases, "renew", lambda *_: 0)
    server = site_server(content=DemoSite(topics=2, pages=60, articles=5), latency=0.02)
    options: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "STALL_TIMEOUT": 20}
    expiry = (
        "CREATE TRIGGER expiry AFTER UPDATE ON pages WHEN NEW.state = 'leased' BEGIN "
    )
    expiry += "UPDATE pages SET lease_until = 0 WHERE id = NEW.id; END"
    engine = open_database(make_url(database(tmp_path)))
    with transaction(engine) as connection:
        connection.exec_driver_sql(expiry)
    engine.dispose()
    crawled = crawl(tmp_path, server.profile(), **options)
    assert crawled.stat("finish_reason") == "finished"
    assert crawled.reasons == []
    assert max(server.pages.values()) == 1
    assert stored_urls(tmp_path) == all_urls(server)


@pytest.mark.parametrize("style", ["next-only", "next-cursor", "windowed-no-last"])
def test_a_page_in_work_and_the_one_behind_it_are_both_taken_up(
    style: str, tmp_path: Path, site_server: ServeSite
) -> None:
    """A kill after a page told of the next one, and before it was stored."""
    server = site_server(
        style, content=DemoSite(topics=8, pages=12, articles=5, spread=0)
    )
    options: dict[str, Any] = {
        "CRAWL_DB": database(tmp_path),
        "CONCURRENT_REQUESTS": 1,
        "STALL_TIMEOUT": 5,
    }
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=40, **options)
    engine = open_database(make_url(database(tmp_path)))
    with transaction(engine) as connection:
        last = "SELECT max(id) FROM pages WHERE state = 'done' GROUP BY topic_id"
        connection.exec_driver_sql(f"DELETE FROM articles WHERE page_id IN ({last})")
        connection.exec_driver_sql(
            f"UPDATE pages SET state = 'leased', guessed = 1, lease_until = 0 WHERE id IN ({last})"
        )
    engine.dispose()
    (tmp_path / "articles.jsonl").unlink()
    second = crawl(tmp_path, server.profile(), **options)
    assert second.stat("finish_reason") == "finished"
    assert second.reasons == []
    assert all(topic.open == 0 for topic in second.frontier.topics)
    assert stored_urls(tmp_path) == all_urls(server)


def test_rows_are_there_once_where_a_feed_was_moved_away_in_between(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=DemoSite(topics=2, pages=30, articles=5), latency=0.02)
    feed = tmp_path / "articles.jsonl"
    feed.write_text('{"title": "before"}\n' * 1000)
    options: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "CONCURRENT_REQUESTS": 2}
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=5, **options)
    feed.unlink()
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=8, **options)
    last = crawl(tmp_path, server.profile(), **options)
    assert sorted(row["url"] for row in last.rows) == all_urls(server)


def test_only_what_is_new_of_topics_that_open_at_their_newest_page(
    tmp_path: Path, serve: Serve
) -> None:
    async def answer(call: Call) -> None:
        index = ["/a"] if call.target == "/" else []
        page = int(call.target.partition("page=")[2] or last)
        shown = f"page {page}" + "!" * (page == last)
        html = "".join(f'<a class="topic" href="{url}">{url}</a>' for url in index)
        html += f'<article><h2><a href="/{shown}">{shown}</a></h2></article>'
        html += f'<div class="pagination"><b class="current">{page}</b>'
        html += (
            f'<a href="?page={page - 1}">{page - 1}</a><a href="?page=1">1</a></div>'
        )
        await call.reply(html.encode(), "200 OK", "Content-Type: text/html")

    last = 200
    profile = {**LISTING, "index": serve(answer).url()}
    crawl(tmp_path, profile, CRAWL_DB=database(tmp_path))
    last = 202
    (tmp_path / "articles.jsonl").unlink()
    arguments = {"only": "new", "fresh": "1"}
    second = crawl(tmp_path, profile, arguments, CRAWL_DB=database(tmp_path))
    new = ["page 200", "page 201", "page 202!"]
    assert sorted(row["title"] for row in second.rows) == new


def test_a_topic_can_end_while_its_pages_are_being_leased(
    tmp_path: Path, serve: Serve
) -> None:
    topics = [f"/t{topic}" for topic in range(8)]
    latency = random.Random(1)

    async def answer(call: Call) -> None:
        await asyncio.sleep(latency.uniform(0, 0.05))
        is_index = call.target == "/"
        await listing(index=topics if is_index else (), last=last)(call)

    last = 1
    profile = {**LISTING, "index": serve(answer).url()}
    crawl(tmp_path, profile, CRAWL_DB=database(tmp_path))
    last = 30  # all of them are new, but topics end at their first page
    second = crawl(
        tmp_path,
        profile,
        {"only": "new", "fresh": "1"},
        CRAWL_DB=database(tmp_path),
        STALL_TIMEOUT=5,
    )
    assert second.stat("finish_reason") == "finished"
    assert {topic.waiting for topic in second.frontier.topics} == {0}
    assert second.stat("pages/done") < 8 * 30


def newest_first(articles: list[int]) -> Callable[[Call], Awaitable[None]]:
    """Return what answers with pages of three `articles`, the last ones first."""

    async def answer(call: Call) -> None:
        number = int(call.target.partition("page=")[2] or 1)
        shown = articles[::-1][3 * number - 3 : 3 * number]
        html = '<a class="topic" href="/a">A</a>' * (call.target == "/")
        for name in shown:
            html += f'<article><h2><a href="/{name}">{name}</a></h2></article>'
        numbers = (1, 2, -(-len(articles) // 3))
        links = "".join(f'<a href="?page={page}">{page}</a>' for page in numbers)
        html += f'<div class="pagination">{links}</div>'
        await call.reply(html.encode(), "200 OK", "Content-Type: text/html")

    return answer


def test_one_page_at_a_time_misses_nothing_while_articles_are_published(
    tmp_path: Path, serve: Serve
) -> None:
    articles = list(range(90))  # the newest last

    async def answer(call: Call) -> None:
        if int(call.target.partition("page=")[2] or 1) % 4 == 0:
            articles.append(len(articles))
        await newest_first(articles)(call)

    profile = {**LISTING, "index": serve(answer).url()}
    crawled = crawl(tmp_path, profile, CRAWL_DB="", CONCURRENT_REQUESTS=1)
    assert len(articles) > 95
    assert {row["title"] for row in crawled.rows} >= {str(n) for n in range(90)}


def test_what_is_new_is_so_until_a_crawl_ends_that_is_not_superseded(
    tmp_path: Path, serve: Serve
) -> None:
    articles = list(range(30))
    profile = {**LISTING, "index": serve(newest_first(articles)).url()}
    where: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "CONCURRENT_REQUESTS": 1}
    crawl(tmp_path, profile, **where)
    articles += range(30, 60)
    crawl(tmp_path, profile, {"only": "new"}, CLOSESPIDER_PAGECOUNT=5, **where)
    (tmp_path / "articles.jsonl").unlink()
    anew = {"only": "new", "fresh": "1"}
    third = crawl(tmp_path, profile, anew, **where)
    assert sorted(int(row["title"]) for row in third.rows) == list(range(30, 60))


def test_without_a_database_all_is_in_memory(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    crawled: Crawled = crawl(tmp_path, server.profile(), CRAWL_DB="")
    assert sorted(row["url"] for row in crawled.rows) == all_urls(server)
    assert not list(tmp_path.glob("*.db"))


def limited_file_size() -> None:
    """Let files of this process grow to 300 kB only, as a disk that is full does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_disk_that_is_full_stops_the_crawl_which_goes_on_when_it_is_not(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE)
    with command(server, tmp_path, preexec_fn=limited_file_size) as process:
        log = end(process, 4)
    assert f"crawl database {tmp_path}/crawls.db" in log
    assert "the same command goes on with it" in log
    assert "Traceback" not in log
    before = stored_urls(tmp_path)
    assert len(before) < len(all_urls(server))
    with command(server, tmp_path, "articles.csv") as process:
        log = end(process)
    assert sorted(
        row["url"] for row in read_csv(tmp_path / "articles.csv")
    ) == all_urls(server)


def test_csv_rows_are_whole(tmp_path: Path, site_server: ServeSite) -> None:
    server = site_server(content=SITE)
    feeds = {str(tmp_path / "a.csv"): {"format": "csv"}}
    crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        FEEDS=feeds,
        CLOSESPIDER_PAGECOUNT=9,
    )
    written = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "a.csv").write_bytes(written[:-9])
    crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path), FEEDS=feeds)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {5}
    assert sorted(row["url"] for row in read_csv(tmp_path / "a.csv")) == all_urls(
        server
    )


def test_a_damaged_database_is_kept_aside(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    (tmp_path / "crawls.db").write_bytes(b"no database at all" * 500)
    with command(server, tmp_path) as process:
        log = end(process, 1)
    assert "Traceback" not in log
    assert "the same command begins with a new one" in log
    assert "What was written to a feed stays in it: to replace it, use -O" in log
    (kept,) = tmp_path.glob("crawls.db.*corrupt*")
    assert kept.read_bytes() == b"no database at all" * 500
    with command(server, tmp_path) as process:
        log = end(process)
    assert stored_urls(tmp_path) == all_urls(server)


def test_a_crawl_registers_as_a_worker_while_it_is_at_work(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE)
    crawl(tmp_path, server.profile(), CRAWL_DB=database(tmp_path))
    with transaction(open_database(make_url(database(tmp_path)))) as connection:
        assert workers.living(connection, 1) == []
        row = connection.exec_driver_sql("SELECT pid, status FROM workers").one()
    status = json.loads(row.status)
    assert row.pid == os.getpid()
    assert status["pages_done"] == server.page_count
    assert status["articles"] == len(all_urls(server))
    assert list(status["slots"]) == ["127.0.0.1"]


def test_ctrl_c_twice_leaves_a_crawl_that_goes_on(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.3)
    with command(server, tmp_path, "articles.csv") as process:
        wait_until(lambda: len(server.pages) > 10)
        process.send_signal(signal.SIGINT)
        read_until(process, "Send again to force")
        process.send_signal(signal.SIGINT)
        log = end(process, 130)
    assert len(stored_urls(tmp_path)) < len(all_urls(server))
    server.latency = 0.0
    with command(server, tmp_path, "articles.csv") as process:
        log = end(process)
    assert "Crawl 1 goes on: " in log
    assert stored_urls(tmp_path) == all_urls(server)
    rows = read_csv(tmp_path / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_damage_that_is_found_in_the_middle_is_kept_aside_too(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.2)
    crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database(tmp_path),
        CLOSESPIDER_PAGECOUNT=60,
    )
    fetched = len(server.pages)
    with command(server, tmp_path) as process:
        wait_until(lambda: len(server.pages) > fetched)
        path = tmp_path / "crawls.db"
        with path.open("r+b") as file:
            file.seek(0)
            file.write(b"damage! " * (path.stat().st_size // 8))
        log = end(process, 4)
    assert "is damaged: " in log
    assert "The crawl ends here" in log
    assert log.count("the same command begins with a new one") == 1
    assert "Traceback" not in log
    (kept,) = tmp_path.glob("crawls.db.corrupt-*Z")
    assert kept.read_bytes().startswith(b"damage! ")
    server.latency = 0.0
    with command(server, tmp_path) as process:
        log = end(process)
    assert stored_urls(tmp_path) == all_urls(server)


SCRIPT = """
import json, sys
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
settings = Settings()
settings.setmodule("scraper.settings", priority="project")
settings.set("SITES", {"site": json.loads(sys.argv[1])})
settings.set("SITE", "site")
process = CrawlerProcess(settings)
process.crawl("topics")
process.start()
"""


def test_a_crawl_from_a_script_is_in_the_database_of_its_folder(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SCRAPY")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(server.profile())],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    assert "Crawl 1 begins (crawl database .scrapy/crawls.db)" in done.stderr
    assert stored_urls(tmp_path / ".scrapy") == all_urls(server)


@pytest.mark.parametrize("name", ["b-%(batch_id)03d.csv", "b-%(batch_time)s.csv"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_batches_of_a_feed_are_whole_when_a_crawl_goes_on(
    name: str, overwrite: bool, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE)
    feed = {"format": "csv", "batch_item_count": 100, "overwrite": overwrite}
    before = "title,description,url,topic,page\nbefore,,https://x.org/,t,1\n"
    (tmp_path / "b-001.csv").write_text(before)
    for limit in (30, 30, 0):  # with what is in flight, two thirds of the pages
        crawl(
            tmp_path,
            server.profile(),
            CRAWL_DB=database(tmp_path),
            FEEDS={str(tmp_path / name): feed},
            CLOSESPIDER_PAGECOUNT=limit,
            CONCURRENT_REQUESTS=4,
        )
    rows = [row for path in tmp_path.glob("b-*.csv") for row in read_csv(path)]
    if "time" in name or not overwrite:
        rows = [row for row in rows if row["title"] != "before"]
        assert (tmp_path / "b-001.csv").read_text().startswith(before)
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_batches_that_cannot_be_taken_back_are_refused(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(content=SITE)
    where: dict[str, Any] = {"CRAWL_DB": database(tmp_path)}
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=30, **where)
    feed = {
        "ftp://x.org/b-%(batch_time)s.csv": {"format": "csv", "batch_item_count": 9}
    }
    crawl(tmp_path, server.profile(), FEEDS=feed, **where)
    assert (
        "Cannot make the batches of ftp://x.org/b-%(batch_time)s.csv whole"
        in caplog.text
    )


@pytest.mark.parametrize("style", ["query-first", "next-only"])
def test_a_page_that_is_fetched_again_is_no_repeat_of_itself(
    style: str, tmp_path: Path, site_server: ServeSite
) -> None:
    """What a page showed is remembered before it is stored: a kill in between leaves it to be fetched again."""
    server = site_server(style)
    where: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "RETRY_TIMES": 0}
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=6, **where)
    engine = open_database(make_url(database(tmp_path)))
    with transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM articles")
        connection.exec_driver_sql("UPDATE pages SET state = 'pending'")
    engine.dispose()
    (tmp_path / "articles.jsonl").unlink()
    second = crawl(tmp_path, server.profile(), **where)
    assert second.reasons == []
    assert stored_urls(tmp_path) == all_urls(server)
