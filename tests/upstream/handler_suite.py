"""Scrapy's handler tests with our handler mixed into every base class they have.

`run` copies this file into Scrapy's unpacked `tests` package, where it becomes a test module.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from tests.utils.bases import download_handlers_http as bases

from scraper.downloader import ThreadedDownloadHandler

PATH = "scraper.downloader.ThreadedDownloadHandler"

NEEDS_INTERNET = {"TestRealWebsiteBase"}
"""The only base class that is left out: the tests run on a machine without internet."""


@pytest.mark.skip(reason="The check is Twisted-specific")
def skipped(self: object) -> None:
    """Stand in for the test of DOWNLOADER_CLIENTCONTEXTFACTORY, which takes Twisted classes."""


OVERRIDES: dict[str, dict[str, Any]] = {
    "TestHttps": {"test_verify_certs_deprecated": skipped},
    "TestMitmProxy": {"handler_supports_socks": True},
}

SECURE_TWINS = {
    "TestHttpsWithCrawler": "TestHttpWithCrawlerBase",
    "TestHttpsProxy": "TestHttpProxyBase",
}
"""Base classes that are run once more with `is_secure`."""


class ThreadedHandlerMixin:
    """What Scrapy's base classes ask of a handler's tests."""

    download_handler_cls = ThreadedDownloadHandler
    settings_dict: ClassVar[dict[str, Any]] = {
        "DOWNLOAD_HANDLERS": {"http": PATH, "https": PATH}
    }


def make_test_class(name: str, base: type, **attributes: Any) -> type:
    """Return a test class of `base` for our handler."""
    return type(
        name, (ThreadedHandlerMixin, base), {"__module__": __name__, **attributes}
    )


def make_test_classes() -> dict[str, type]:
    """Return a test class for each base class, by name."""
    found = {
        name.removesuffix("Base"): base
        for name, base in vars(bases).items()
        if isinstance(base, type)
        and name.startswith("Test")
        and name.endswith("Base")
        and name not in NEEDS_INTERNET
    }
    made = {
        name: make_test_class(name, base, **OVERRIDES.get(name, {}))
        for name, base in found.items()
    }
    for name, base in SECURE_TWINS.items():
        made[name] = make_test_class(name, getattr(bases, base), is_secure=True)
    made["TestMitmProxy"] = pytest.mark.requires_mitmproxy(made["TestMitmProxy"])
    return made


pytestmark = pytest.mark.only_asyncio
globals().update(make_test_classes())
