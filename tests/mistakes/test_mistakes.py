"""The likeliest mistakes: each is said in one line that names what happened, where, and what to do."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import scraper
from tests.crawls.running import PROJECT
from tests.faults.certificates import Authority
from tests.mistakes.making import complaints, crawl
from tests.preview.serving import serving

pytestmark = pytest.mark.slow

SITE = {
    "/": '<div id="content"><div class="topic"><a href="/a">Alpha</a></div></div>',
    "/a?limit=35": '<div class="article"><h2>One</h2><p>It.</p><a href="/1">more</a></div>',
}


def test_a_host_whose_name_is_misspelled() -> None:
    done = crawl("-a", "url=http://exmaple.invalid/")
    assert done.returncode == 3
    failed, account = complaints(done)
    assert failed.startswith(
        "The index http://exmaple.invalid/ failed: Cannot resolve exmaple.invalid: "
    )
    assert failed.endswith("is its name spelled right, and is this machine online?")
    assert account.startswith("FAILED the index, 2 attempts: Cannot resolve")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("example.com", "'example.com' is no http or https URL"),
        ("http://[::1", "'http://[::1' is no http or https URL"),
    ],
)
def test_an_address_that_is_none(url: str, said: str) -> None:
    done = crawl("-a", f"url={url}")
    assert done.returncode == 1
    assert complaints(done) == [f"Error: SITES['demo']['index'] = {said}"]


def test_a_page_that_is_not_there() -> None:
    with serving({}) as url:
        done = crawl("-a", f"url={url}typo")
    assert done.returncode == 3
    assert complaints(done) == [
        f"The index {url}typo failed: HTTP 404 Not Found",
        f"FAILED the index, 1 attempt: HTTP 404 Not Found ({url}typo)",
    ]


def test_a_selector_that_matches_no_topic() -> None:
    with serving({"/": "<p>Hello</p>"}) as url:
        done = crawl("-a", f"url={url}")
    reason = f"no topic: '#content .topic a' matches no link. Try: scrapy suggest {url}"
    assert done.returncode == 3
    assert complaints(done) == [
        f"The index {url} failed: {reason}",
        f"FAILED the index, 2 attempts: {reason} ({url})",
    ]


def test_a_selector_that_matches_no_article() -> None:
    page = '<p>Hello, <a href="/other">other</a> page.</p>'
    with serving({**SITE, "/a?limit=35": page}) as url:
        done = crawl("-a", f"url={url}")
    assert done.returncode == 3
    assert complaints(done) == [
        "There is no article on any page: is 'articles': '.article' right? See: scrapy preview demo"
    ]


def test_a_site_that_is_down() -> None:
    with serving({}) as url:
        pass
    done = crawl("-a", f"url={url}")
    assert done.returncode == 3
    failed, account = complaints(done)
    address = url.removeprefix("http://").rstrip("/")
    assert failed.startswith(f"The index {url} failed: Cannot connect to {address}: ")
    assert failed.endswith(": is it running, at this port?")
    assert account.startswith("FAILED the index, 2 attempts: Cannot connect")


def test_a_certificate_that_is_self_signed(tmp_path: Path) -> None:
    with serving({}, Authority(tmp_path, "nobody").context()) as url:
        done = crawl("-a", f"url={url}")
    assert done.returncode == 3
    robots, failed, account = complaints(done)
    address = url.removeprefix("https://").rstrip("/")
    assert f"Cannot trust {address}: " in robots
    assert failed.startswith(f"The index {url} failed: Cannot trust {address}: ")
    assert "SSL_CERT_FILE" in failed
    assert "-s DOWNLOAD_VERIFY_CERTIFICATES=0" in failed
    assert account.startswith("FAILED the index, 1 attempt: Cannot trust")


def test_a_site_whose_robots_txt_forbids() -> None:
    with serving({**SITE, "/robots.txt": "User-agent: *\nDisallow: /"}) as url:
        done = crawl("-a", f"url={url}")
    reason = "Forbidden by robots.txt (the setting ROBOTSTXT_OBEY)"
    assert done.returncode == 3
    assert complaints(done) == [
        f"The index {url} failed: {reason}",
        f"FAILED the index, 1 attempt: {reason} ({url})",
    ]


@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:{port}", "http://proxy.invalid:3128"]
)
def test_a_proxy_that_is_wrong(proxy: str) -> None:
    with serving({}) as url:
        port = url.rpartition(":")[2].rstrip("/")
    proxy = proxy.format(port=port)
    done = crawl(
        "-a",
        "url=http://site.invalid/",
        variables={"http_proxy": proxy, "no_proxy": ""},
    )
    assert done.returncode == 3
    failed = complaints(done)[0]
    assert failed.startswith("The index http://site.invalid/ failed: Cannot ")
    assert failed.endswith(
        f" (by way of the proxy {proxy}: see http_proxy, https_proxy)"
    )


def test_a_disk_that_is_full() -> None:
    with serving(SITE) as url:
        done = crawl("-a", f"url={url}", "-o", "/dev/full:csv")
    assert done.returncode == 4
    (said,) = complaints(done)
    assert said == (
        "Cannot write the feed /dev/full: No space left on device: "
        "make room and run the same command again: it goes on where it was. "
        "What it holds is not complete"
    )


@pytest.mark.parametrize("setting", ["REPORT_JSON", "FAILED_PAGES"])
def test_a_disk_that_is_full_at_the_end(setting: str) -> None:
    with serving(SITE) as url:
        done = crawl("-a", f"url={url}", "-s", f"{setting}=/dev/full")
    assert done.returncode == 4
    (said,) = complaints(done)
    assert said.startswith(
        f"Cannot write /dev/full ({setting}): No space left on device: "
    )


def test_a_feed_that_another_program_holds(tmp_path: Path) -> None:
    feed = tmp_path / "articles.csv"
    feed.touch(mode=0o444)
    done = crawl("-a", "url=http://127.0.0.1:9/", "-o", str(feed), unprivileged=True)
    assert done.returncode == 4
    assert complaints(done) == [
        f"Cannot write the feed {feed}: Permission denied: is it open in another program, or is its folder not yours?"
    ]


def test_a_folder_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    done = crawl("-s", f"REPORT_JSON={folder}/report.json", unprivileged=True)
    assert done.returncode == 1
    (said,) = complaints(done)
    assert said.startswith(f"Error: REPORT_JSON = '{folder}/report.json' cannot be ")
    assert said.endswith("is it open in another program, or is its folder not yours?")


def test_a_database_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    database = f"sqlite:///{folder}/crawls.db"
    with serving(SITE) as url:
        done = crawl(
            "-a", f"url={url}", "-s", f"CRAWL_DB={database}", unprivileged=True
        )
    assert done.returncode == 1
    (said,) = complaints(done)
    assert f"{folder}/crawls.db" in said


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_python_that_is_too_old() -> None:
    pretend = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0); import scraper.settings"
    )
    done = _run("-c", pretend)
    assert done.returncode == 1
    assert done.stderr == (
        "This project needs Python 3.11 or later, not 3.9: make its .venv with a newer python3 (see README.md)\n"
    )


def test_the_check_can_be_read_by_an_old_python() -> None:
    source = Path(str(scraper.__file__)).read_text("utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert 'f"' not in source


def test_a_profile_with_a_key_that_is_none() -> None:
    profile: dict[str, Any] = {"topics": "a", "articles": "p", "artikles": "p"}
    sites = json.dumps({"demo": profile})
    done = crawl("-a", "url=http://x.test/", "-s", f"SITES={sites}")
    assert done.returncode == 1
    (said,) = complaints(done)
    assert said.startswith("Error: SITES['demo']['artikles'] = 'p' is no key of a")
