"""`scrapy check` and `scrapy list`: the spider is found, and its callbacks hold their contracts."""

import json

import pytest

from scraper.settings import SITES
from tests.crawls.running import scrapy
from tests.preview.serving import serving


def test_the_contracts_hold_on_the_demo_site() -> None:
    done = scrapy("check")
    assert done.returncode == 0, done.stderr
    assert "Ran 5 contracts" in done.stderr
    assert done.stderr.endswith("OK\n")


def test_they_are_checked_on_the_demo_site_whatever_site_is_set() -> None:
    away = {"index": "http://127.0.0.1:9/", "articles": "p"}
    sites = json.dumps(SITES | {"away": away})
    done = scrapy("check", "-s", f"SITES={sites}", "-s", "SITE=away")
    assert done.returncode == 0, done.stderr
    assert "Ran 5 contracts" in done.stderr


def test_a_contract_that_does_not_hold_is_told() -> None:
    with serving({"/": '<div id="content"></div>'}) as url:
        done = scrapy("check", "-a", f"url={url}")
    assert done.returncode == 1
    assert "topics, expected 10" in done.stderr
    assert "FAILED" in done.stderr


def test_without_the_demo_site_it_is_the_site_that_is_set() -> None:
    with serving({"/": "<p>nothing</p>"}) as url:
        sites = json.dumps({"own": {**SITES["demo"], "index": url}})
        done = scrapy("check", "-s", f"SITES={sites}", "-s", "SITE=own")
    assert done.returncode == 1
    assert "topics, expected 10" in done.stderr


def test_the_spider_is_listed() -> None:
    done = scrapy("list")
    assert (done.returncode, done.stdout) == (0, "topics\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-s", "SITES=books"], "SITES = 'books' is no dict of profiles"),
        (["-a", "site=nowhere"], "SITE: no profile named 'nowhere' in SITES"),
        (["-a", "url=books"], "SITES['demo']['index'] = 'books' is no http or https"),
        (["-a", "stie=demo"], "-a stie: the spider has no such argument"),
    ],
)
def test_a_site_that_cannot_be_checked_is_told_in_a_line(
    options: list[str], said: str
) -> None:
    done = scrapy("check", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
