"""Reading responses: from bytes to a document that may be a page."""

from dataclasses import dataclass
from urllib.parse import urljoin

from scrapy.http import Response, TextResponse

from scraper.markup import Document, Engine, parse
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError, check_page


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A response as the spider reads it: its document, its own URL, and the one its links are relative to."""

    document: Document
    url: str
    base_url: str
    redirected: bool


def read_page(response: Response, engine: Engine, site: SiteProfile) -> ReadPage:
    """Parse a response, decoded by the profile's encoding or else by its BOM, its header or its meta element.

    Raises:
        NotAPageError: it is no text, or has none, or is not what the profile says a page must be.
    """
    if not response.body or response.body.isspace():
        raise NotAPageError("the body is empty")
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        size = len(response.body)
        raise NotAPageError(
            f"not an HTML page but {kind or 'binary data'}, {size} bytes"
        )
    if site.encoding:
        response = response.replace(encoding=site.encoding)
    document = parse(response.text, engine)
    check_page(document, response.text, site)
    base = document.base_href()
    base_url = urljoin(response.url, base) if base else response.url
    return ReadPage(document, response.url, base_url, "redirect_urls" in response.meta)
