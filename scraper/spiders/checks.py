"""A 200 is not yet a page: what a document must have and must not be."""

import re

from scraper.markup import Document, compile_selector
from scraper.site import SiteProfile

NO_ARTICLE = "no article where the pagination says there are some"
NO_LINK = "neither an article nor any link"

SHORT_TEXT = 600
"""Characters; a document of more text is no mere notice to wait."""

_TITLE = compile_selector("title")
_LINK = compile_selector("a[href]")
_GATES = {
    "a captcha": compile_selector(
        "iframe[src*=captcha], [class*=captcha], [id*=captcha], [class*=turnstile]"
    ),
    "a page that reloads itself": compile_selector("meta[http-equiv=refresh i]"),
}
_GATE_TEXTS = re.compile(
    r"just a moment|(?:one|a) moment,? please|please wait|(?:check|verify)(?:ing)? your browser|"
    r"are you (?:a )?(?:human|robot)|attention required|access denied|captcha|"
    r"security check|too many requests|(?:service|temporarily) unavailable|try again|"
    r"something went wrong|(?:under|down for|scheduled) maintenance|overloaded|rate limit|"
    r"you (?:have been|are) blocked",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"\b(?:log|sign) ?in\b", re.IGNORECASE)


class NotAPageError(Exception):
    """What came is no page, whatever its status; the message says what it is."""


def why_no_article(
    document: Document, site: SiteProfile, *, expected: bool
) -> str | None:
    """Why a document without an article is no page; None if it has one, or may have none.

    Without page links that say that there are articles (`expected`), it may be a page of
    a topic that has none, unless it looks like something that stands before a page.
    """
    if document.select(site.articles):
        return None
    gate = gate_of(document)
    if gate is not None:
        return f"{gate} instead of articles"
    if expected:
        return NO_ARTICLE
    return None if document.first(_LINK) else NO_LINK


def gate_of(document: Document) -> str | None:
    """What a document without content is that sites show instead of it: a login, a captcha, a "please wait"."""
    for name, selector in _GATES.items():
        if document.first(selector) is not None:
            return name
    title = document.first(_TITLE)
    title_text = title.text() if title else ""
    if _GATE_TEXTS.search(title_text) or _LOGIN_TITLE.search(title_text):
        return f"a page titled {title_text!r}"
    text = document.text()
    found = _GATE_TEXTS.search(text) if len(text) < SHORT_TEXT else None
    return f"a notice that says {found[0]!r}" if found else None
