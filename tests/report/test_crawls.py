"""The report of real crawls."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.demo.process import demo_site
from scraper.exceptions import ConfigurationError
from tests.crawls.processes import running, wait_until
from tests.crawls.running import PATIENCE, crawl, crawl_async, project_settings, scrapy
from tests.sites.fixtures import ServeSite
from tests.sites.site import SiteUnderTest

pytestmark = pytest.mark.slow


def numbers(html: str) -> dict[str, str]:
    """The figures of a report by their names."""
    tree = LexborHTMLParser(html)
    names, values = tree.css(".stat dt"), tree.css(".stat dd")
    return {n.text(): v.text() for n, v in zip(names, values, strict=True)}


def verdict(html: str) -> str:
    (paragraph,) = LexborHTMLParser(html).css(".verdict")
    return paragraph.text()


def test_a_report_of_a_crawl_with_failures(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 2): "500", (1, 1): "500"})
    path = tmp_path / "out" / "report.html"
    settings: dict[str, Any] = {
        "CRAWL_REPORT": str(path),
        "RETRY_TIMES": 1,
        "HTTP_PASSWORD": "hunter2",
    }
    crawled = crawl(tmp_path, server.profile(), **settings)
    html = path.read_text("utf-8")
    shown, topics = numbers(html), crawled.frontier.topics
    done = sum(topic.done for topic in topics)
    assert shown["pages done"] == f"{done} of {sum(t.expected for t in topics)}"
    assert shown["pages failed"] == "2"
    assert int(shown["retries"]) == crawled.stat("retry/count") >= 2
    assert shown["articles"] == str(len(crawled.rows))
    assert shown["response time, median"]
    tree = LexborHTMLParser(html)
    reasons = [node.text() for node in tree.css(".failures .text")]
    assert reasons == ["HTTP 500 Internal Server Error"] * 2
    assert tree.css("figure svg")
    assert "hunter2" not in html
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_the_next_crawl_is_compared_with_it(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    path = tmp_path / "report.html"
    settings: dict[str, Any] = {
        "CRAWL_REPORT": str(path),
        "CRAWL_DB": f"sqlite:///{tmp_path}/crawls.db",
    }
    before = crawl(tmp_path, server.profile(), **settings)
    assert "Since crawl" not in path.read_text("utf-8")
    server.site = SiteUnderTest(content=server.site.content, faults={(0, 2): "404"})
    crawl(tmp_path, server.profile(), RETRY_TIMES=0, **settings)
    tree = LexborHTMLParser(path.read_text("utf-8"))
    new, changed, gone = (node.text() for node in tree.css(".listing h3"))
    assert (new, changed) == ("0 new", "0 changed")
    assert 0 < int(gone.split()[0]) < len(before.rows)


def test_an_interrupted_crawl_and_the_one_that_goes_on(tmp_path: Path) -> None:
    feed, path = tmp_path / "a.csv", tmp_path / "report.html"
    settings = (
        *("-s", f"CRAWL_REPORT={path}"),
        *("-s", f"CRAWL_DB=sqlite:///{tmp_path}/crawls.db"),
    )
    with demo_site(topics=2, pages=300, articles=5, latency=0.02) as url:
        arguments = ("crawl", "topics", "-a", f"url={url}", "-o", str(feed), *settings)
        with running(*arguments, stderr=subprocess.DEVNULL) as interrupted:
            wait_until(lambda: feed.exists() and feed.stat().st_size)
            interrupted.send_signal(signal.SIGINT)
            assert interrupted.wait(PATIENCE) == 130
        first = path.read_text("utf-8")
        done = scrapy(*arguments)
    assert done.returncode == 0, done.stderr
    second = path.read_text("utf-8")
    assert "Interrupted" in verdict(first)
    assert "resumed" not in first
    assert "Complete." in verdict(second)
    assert "resumed" in second
    pages = [int(numbers(html)["pages done"].split()[0]) for html in (first, second)]
    assert 0 < pages[0] < pages[1]


def test_the_workers_of_a_fleet_are_in_its_report(
    tmp_path: Path, demo_url: str
) -> None:
    path = tmp_path / "report.html"
    settings = (
        *("-s", f"CRAWL_REPORT={path}"),
        *("-s", f"CRAWL_DB=sqlite:///{tmp_path}/crawls.db"),
    )
    done = scrapy("fleet", "topics", "-n", "2", "-a", f"url={demo_url}", *settings)
    assert done.returncode == 0, done.stderr
    html = path.read_text("utf-8")
    assert "Complete." in verdict(html)
    assert "shared" in html
    tree = LexborHTMLParser(html)
    workers = [row.css("td") for row in tree.css(".workers tbody tr")]
    assert len(workers) == 2
    pages = sum(int(cells[1].text()) for cells in workers)
    assert pages == int(numbers(html)["pages done"])
    assert tree.css("svg") == []


def test_a_report_that_cannot_be_written_stops_the_crawl_before_it_begins(
    site_server: ServeSite,
) -> None:
    server = site_server()
    settings = project_settings(
        SITES={"demo": server.profile()}, CRAWL_REPORT="/dev/null/report.html"
    )
    with pytest.raises(ConfigurationError, match=r"CRAWL_REPORT = .* cannot be writ"):
        asyncio.run(crawl_async(settings))
    assert server.requests == []


def test_a_library_that_is_missing_is_told_before_the_crawl(
    site_server: ServeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygal", None)
    settings = project_settings(
        SITES={"demo": site_server().profile()}, CRAWL_REPORT=str(tmp_path / "r.html")
    )
    with pytest.raises(ConfigurationError, match="CRAWL_REPORT needs pygal: pip inst"):
        asyncio.run(crawl_async(settings))


def test_a_report_that_cannot_be_written_in_the_end_is_one_line_and_a_status(
    demo_url: str,
) -> None:
    full = ("-s", "CRAWL_REPORT=/dev/full")
    done = scrapy("crawl", "topics", "-a", f"url={demo_url}", *full)
    assert done.returncode == 4
    assert "Cannot write the report /dev/full: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_report_nothing_of_it_is_there(demo_url: str) -> None:
    code = (
        "import sys; from scrapy.cmdline import execute\n"
        "try: execute(sys.argv)\n"
        "except SystemExit: pass\n"
        "import json; print(json.dumps(sorted(sys.modules)))"
    )
    arguments = ("crawl", "topics", "-a", f"url={demo_url}", "-s", "CRAWL_DB=")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert not {"pygal", "jinja2"} & set(json.loads(done.stdout))
    assert "CrawlReport" not in done.stderr
