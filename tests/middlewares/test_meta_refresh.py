"""Pages that refresh themselves: those that Scrapy redirects, and no page decoded for it that cannot be one."""

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from scraper.middlewares import QuickMetaRefreshMiddleware

URL = "http://site.example/a"
META = '<meta http-equiv="refresh" content="0;url=/b">'


class WatchedResponse(HtmlResponse):
    """Notes whether it was decoded."""

    was_decoded = False

    @property
    def text(self) -> str:
        self.was_decoded = True
        return super().text


def outcome(
    middleware: MetaRefreshMiddleware, body: bytes, charset: str
) -> tuple[str, bool]:
    headers = {"Content-Type": f"text/html; charset={charset}"}
    response = WatchedResponse(URL, headers=headers, body=body)
    result = middleware.process_response(Request(URL), response)
    assert isinstance(result, Request | Response)
    return result.url, response.was_decoded


@pytest.mark.parametrize(
    ("body", "charset", "target"),
    [
        (META.encode(), "utf-8", "/b"),
        (META.upper().replace("URL=/B", "url=/b").encode(), "utf-8", "/b"),
        # Whether references are decoded first depends on the release of w3lib.
        (META.replace("refresh", "r&#101;fresh").encode(), "utf-8", None),
        (META.replace("refresh", "r&#x65;fresh").encode(), "utf-8", None),
        (("🍣" * 4000 + META).encode(), "utf-8", "/b"),
        (("🍣" * 4096 + META).encode(), "utf-8", "/a"),  # beyond what is looked at
        (META.encode("utf-16"), "utf-8", "/b"),  # its BOM says so
        (META.encode("utf-16-le"), "utf-16-le", "/b"),
        (META.encode("cp1252"), "iso-8859-1", "/b"),
        (f"<noscript>{META}</noscript>".encode(), "utf-8", "/b"),
        (f"<!-- {META} -->".encode(), "utf-8", "/a"),
        ("<p>🍣 & more".encode(), "utf-8", "/a"),
    ],
)
def test_it_redirects_as_scrapys_does(
    body: bytes, charset: str, target: str | None
) -> None:
    crawler = get_crawler(settings_dict={"METAREFRESH_IGNORE_TAGS": []})
    scrapys = MetaRefreshMiddleware.from_crawler(crawler)
    expected, _ = outcome(scrapys, body, charset)
    assert target is None or expected == f"http://site.example{target}"
    got, _ = outcome(QuickMetaRefreshMiddleware.from_crawler(crawler), body, charset)
    assert got == expected


def test_other_pages_are_not_decoded() -> None:
    body = "<p>🍣 & more".encode()
    scrapys = MetaRefreshMiddleware.from_crawler(get_crawler())
    quick = QuickMetaRefreshMiddleware.from_crawler(get_crawler())
    assert outcome(scrapys, body, "utf-8") == (URL, True)
    assert outcome(quick, body, "utf-8") == (URL, False)
