"""A pytest plugin for Scrapy's tests: our handler is the default one, every skip is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import default_settings
from scrapy.utils import test as scrapy_test

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "scraper.downloader.ThreadedDownloadHandler"
HANDLERS = {"http": PATH, "https": PATH}

EXPECTED_SKIPS = (
    "Streams are specific to HTTP/2",
    "GOAWAY frames are specific to HTTP/2",
    "Frames are specific to HTTP/2",
    "Only applies to HTTPS",
    "Unable to test on HTTPS",
    "The check is Twisted-specific",
    'This test is only run when the --reactor value is not "asyncio" (default) or "none"',
)
"""Reasons for which Scrapy's own aiohttp handler skips these tests too."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Make our handler the default before any test module is imported."""
    default_settings.DOWNLOAD_HANDLERS_BASE.update(HANDLERS)
    reactor_settings = scrapy_test.get_reactor_settings

    def with_our_handler() -> dict[str, Any]:
        settings = reactor_settings()
        # Without a reactor Scrapy's tests ask for the aiohttp handler by name.
        if "DOWNLOAD_HANDLERS" in settings:
            settings["DOWNLOAD_HANDLERS"].update(HANDLERS)
        return settings

    scrapy_test.get_reactor_settings = with_our_handler


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skip for a reason that is not expected into a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in EXPECTED_SKIPS:
            report.outcome = "failed"
            report.longrepr = f"Unexpected skip: {reason}"
    return report
