"""Scrapy's settings: wrong ones are named, right ones pass, whatever they are written as."""

import logging
from pathlib import Path
from typing import Any

import pytest
from scrapy.core.scheduler import Scheduler
from scrapy.settings import Settings

from scraper.exceptions import ConfigurationError
from scraper.scrapys_settings import (
    check,
    check_given,
    check_process,
    misspelt_names,
)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RETRY_TIMES", "1.5", "'1.5' is wrong: it must be a whole number"),
        ("ROBOTSTXT_OBEY", "maybe", "'maybe' is neither true nor false"),
        ("TELNETCONSOLE_ENABLED", "x", "'x' is neither true nor false"),
        ("DEPTH_PRIORITY", "x", "'x' is wrong: it must be a number"),
        ("DOWNLOAD_DELAY", "-1", "'-1' is wrong: it must be a number of at least 0"),
        ("RETRY_HTTP_CODES", "500,5xx", "'500,5xx' is wrong: it must be a list of"),
        ("RETRY_HTTP_CODES", 503, "503 is wrong: it must be a list of whole numbers"),
        ("RETRY_EXCEPTIONS", "a.b", "'a.b' is wrong: No module named 'a'"),
        ("RETRY_EXCEPTIONS", 7, "7 is wrong: it must be a list of names"),
        ("RETRY_GIVE_UP_LOG_LEVEL", "LOUD", "'LOUD' is wrong: it must be one of"),
        ("SCHEDULER", "scrapy.no", "'scrapy.no' is wrong: Module 'scrapy' doesn't"),
        ("JOBDIR", "jobs", "'jobs' is not for this spider"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        check(Settings({name: value}))
    assert str(error.value).startswith(f"{name} = {said}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCHEDULER", Scheduler),
        ("SCHEDULER", None),
        ("RETRY_HTTP_CODES", "500, 503"),
        ("RETRY_HTTP_CODES", (500, 503)),
        ("RETRY_EXCEPTIONS", [OSError, "builtins.ValueError"]),
        ("REFERRER_POLICY", "same-origin"),
        ("RETRY_GIVE_UP_LOG_LEVEL", logging.ERROR),
        ("DEFAULT_DROPITEM_LOG_LEVEL", 15),
        ("TELNETCONSOLE_ENABLED", 1),
        ("DOWNLOAD_DELAY", "0.25"),
    ],
)
def test_a_right_value_passes(name: str, value: object) -> None:
    check(Settings({name: value}))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"LOG_LEVEL": "info"}, "LOG_LEVEL = 'info' is wrong: it must be one of CRIT"),
        ({"LOG_STDOUT": "x"}, "LOG_STDOUT = 'x' is neither true nor false"),
        (
            {"LOG_FILE": "/dev/null/x.log"},
            "LOG_FILE = '/dev/null/x.log' cannot be written: Not a directory",
        ),
        (
            {"LOG_FILE": "/dev/null", "LOG_ENCODING": "nix"},
            "LOG_ENCODING = 'nix' is wrong: unknown encoding: nix",
        ),
        (
            {"ASYNCIO_EVENT_LOOP": "uv"},
            "ASYNCIO_EVENT_LOOP = 'uv' is wrong: Error loading object 'uv'",
        ),
    ],
)
def test_what_a_process_needs_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        check_process(Settings(values))
    assert str(error.value).startswith(said)


def test_a_log_may_be_written_anywhere(tmp_path: Path) -> None:
    check_process(Settings({"LOG_FILE": tmp_path / "a.log", "LOG_LEVEL": 15}))
    check_process(Settings({"LOG_FILE": "/no/such/folder", "LOG_ENABLED": False}))


@pytest.mark.parametrize("value", ["books", "7", "[]", '{"x', ""])
def test_a_mapping_is_json(value: str) -> None:
    with pytest.raises(ConfigurationError, match="it must be a mapping, as JSON"):
        check_given(["LOG_LEVEL=INFO", f"FEEDS={value}"])
    check_given(['FEEDS={"a.csv": {}}', "SITES=none of Scrapy's"])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("CRAWL_REPROT=x", [("CRAWL_REPROT", "CRAWL_REPORT")]),
        ("LOG_LEVEL=INFO", []),
        ("MY_OWN=1", []),
    ],
)
def test_a_misspelt_name_is_told(given: str, meant: list[tuple[str, str]]) -> None:
    settings = Settings()
    settings.setmodule("scraper.settings")
    assert list(misspelt_names(settings, [given])) == meant
