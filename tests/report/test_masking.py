"""A report can be shown to others: no password is in it."""

from typing import Any

import pytest
from scrapy.settings import Settings

from scraper.report.masking import mask, mask_text
from scraper.report.shown_settings import LONGEST, shown_settings


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("http://user:hunter2@proxy:8080/", "http://***@proxy:8080/"),
        ("postgresql+psycopg://hunter2@db/crawls", "postgresql+psycopg://***@db/crawls"),
        ("postgresql:///db?user=me&password=hunter2", "postgresql:///db?user=me&password=***"),
        ("https://example.com/?api_key=hunter2&page=3", "https://example.com/?api_key=***&page=3"),
        ("two: http://a:hunter2@b/, http://c:hunter2@d/", "two: http://***@b/, http://***@d/"),
        ("https://example.com/@user?keyword=x", "https://example.com/@user?keyword=x"),
    ],
)  # fmt: skip
def test_urls_lose_their_credentials(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("MAIL_PASS", "hunter2"),
        ("TELNETCONSOLE_PASSWORD", "hunter2"),
        ("API_TOKENS", ["hunter2", "hunter2"]),
        ("DEFAULT_REQUEST_HEADERS", {"Authorization": "Bearer hunter2"}),
        ("DEFAULT_REQUEST_HEADERS", {"Cookie": "session=hunter2"}),
        ("SITES", {"books": {"login": [{"password": "hunter2"}]}}),
        ("FEEDS", {"ftp://me:hunter2@host/a.csv": {"format": "csv"}}),
        ("PROXIES", ["http://me:hunter2@host", ("http://me:hunter2@host",)]),
        ("CRAWL_DB", "postgresql+psycopg://me:hunter2@host/db"),
        ("FTP_PASSWORD", b"hunter2"),
    ],
)
def test_secrets_are_masked_at_any_depth(name: str, value: Any) -> None:
    masked = str(mask(name, value))
    assert "hunter2" not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COOKIES_ENABLED", True),
        ("RETRY_TIMES", 5),
        ("DEDUP_FIELDS", ["title"]),
        ("CRAWL_DB", None),
        ("AUTOTHROTTLE_ENABLED", False),
        ("HTTPERROR_ALLOWED_CODES", [404]),
    ],
)
def test_other_settings_are_shown_as_they_are(name: str, value: Any) -> None:
    assert mask(name, value) == value


def shown(settings: dict[str, Any], **arguments: str) -> dict[str, tuple[str, bool]]:
    project = Settings()
    project.setdict(
        {"RETRY_TIMES": 9, "SITES": {"a": {"index": "A"}, "b": {"index": "B"}}},
        priority="project",
    )
    project.setdict(settings, priority="cmdline")
    return {
        one.name: (one.value, one.is_given)
        for one in shown_settings(project, "a", arguments)
    }


def test_settings_that_differ_are_shown_and_who_set_them() -> None:
    found = shown({"DOWNLOAD_DELAY": "2", "LOG_LEVEL": "DEBUG"}, url="http://u:p@x/")
    assert found == {
        "-a url": ("'http://***@x/'", True),
        "DOWNLOAD_DELAY": ("'2'", True),
        "RETRY_TIMES": ("9", False),
        "SITES": ("{'a': {'index': 'A'}}", False),
    }
    assert list(found) == ["-a url", "DOWNLOAD_DELAY", "RETRY_TIMES", "SITES"]


def test_a_setting_without_end_is_cut() -> None:
    value, _ = shown({"LONG": list(range(10_000))})["LONG"]
    assert len(value) < LONGEST + 10
