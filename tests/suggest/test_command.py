"""`scrapy suggest` as a person runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scraper.site import SiteProfile
from scraper.suggest import NoSuggestion, block, name_of
from tests.crawls.running import PROJECT, read_csv, scrapy
from tests.preview.serving import serving
from tests.suggest.sites import LAYOUTS
from tests.suggest.suggesting import suggested

pytestmark = pytest.mark.slow

PROSE = "<h1>A page</h1><p>Nothing but words.</p>"


def profile_in(text: str, name: str) -> dict[str, Any]:
    names: dict[str, Any] = {"SITES": {}}
    exec(text, names)
    assert names["SITE"] == name
    found: dict[str, Any] = names["SITES"][name]
    return found


def test_the_block_is_what_the_settings_take() -> None:
    site = LAYOUTS["books"]()
    with serving(site.pages) as url:
        done = scrapy("suggest", url)
    assert done.returncode == 0, done.stderr
    profile = profile_in(done.stdout, "127_0_0_1")
    assert profile["index"] == url
    assert SiteProfile.parse("books", profile).topics is not None
    assert "Confidence: high" in done.stderr
    assert "  + topics: 4 links (" in done.stderr
    assert "topics         4: Travel, Mystery, Poetry, Science" in done.stderr


def test_a_profile_with_doubts_says_so() -> None:
    with serving(LAYOUTS["quotes"]().pages) as url:
        done = scrapy("suggest", url)
    assert done.returncode == 3
    assert "Confidence: medium" in done.stderr
    assert "  - the articles have no link of their own" in done.stderr


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PROSE, "shows no repeating element with titles"),
        ("", "cannot be read: the body is empty"),
    ],
)
def test_nothing_is_suggested_without_reason(page: str, reason: str) -> None:
    with serving({"/": page}) as url:
        done = scrapy("suggest", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Nothing to suggest: {url} {reason}" in done.stderr
    assert "Traceback" not in done.stderr


def test_robots_txt_is_obeyed() -> None:
    site = LAYOUTS["table"]()
    with serving({**site.pages, "/robots.txt": "User-agent: *\nDisallow: /"}) as url:
        done = scrapy("suggest", f"{url}docs")
    assert done.returncode == 1
    assert "Forbidden by robots.txt" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "give the address of one page"),
        (["http://[::1"], 1, "is no http or https URL"),
    ],
)
def test_a_wrong_address_is_told_in_a_line(
    arguments: list[str], status: int, said: str
) -> None:
    done = scrapy("suggest", *arguments)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_from_an_address_to_a_csv_without_an_edit(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "scraper", tmp_path / "scraper", ignore=ignored)
    shutil.copy(PROJECT / "scrapy.cfg", tmp_path)
    site = LAYOUTS["woocommerce"]()
    with serving(site.pages) as url:
        for command in (
            ["suggest", f"{url}shop/", "--write", "--name", "shop"],
            ["crawl", "topics", "-o", "articles.csv"],
        ):
            done = _in_project(tmp_path, command)
            assert done.returncode == 0, done.stderr
        again = ["suggest", f"{url}shop/", "--write", "--name", "shop"]
        assert "SITES has a profile 'shop'" in _in_project(tmp_path, again).stderr
    rows = read_csv(tmp_path / "articles.csv")
    found = sorted((row["title"], row["price"]) for row in rows)
    assert found == sorted((e["title"], e["price"]) for e in site.expected)


def _in_project(folder: Path, command: list[str]) -> "subprocess.CompletedProcess[str]":
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("SCRAPY")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *command],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.example.com/a", "example_com"),
        ("http://127.0.0.1:80/", "127_0_0_1"),
        ("http://bücher.example/", "bücher_example"),
    ],
)
def test_a_site_is_named_by_its_host(url: str, name: str) -> None:
    assert name_of(url) == name


def test_a_block_holds_any_text() -> None:
    profile = {
        "index": "http://x.test/?a='\"",
        "topics": None,
        "fields": {"title": ['a[title="it\'s"]', "h2"], "n": {"css": "b", "url": True}},
    }
    text = "\n".join(block("x", profile, {"topics": "The one."}))
    assert profile_in(text, "x") == profile
    assert "    # The one.\n" in text


def test_a_page_that_lists_one_article_is_no_list() -> None:
    page = "<main><article><h2><a href='/1'>One</a></h2><p>Text</p></article></main>"
    assert isinstance(suggested({"/": page}), NoSuggestion)
