"""Links as browsers read them."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from scraper.markup.text import FORBIDDEN

_HTTP = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_LINE_BREAKS = re.compile(r"[\t\n\r]")
# ASCII, without the brackets of an IPv6 address.
_IS_PLAIN = re.compile(r"[!-Z^-~\\]+").fullmatch
_C0_OR_SPACE = "".join(map(chr, range(0x21)))


def absolute_url(href: str, base_url: str) -> str:
    """Return `href` as an absolute http or https URL, its fragment included; "" if it is none.

    White space goes as the URL Standard (4.4, "basic URL parser") has it: trimmed at both ends, tabs and line breaks
    removed everywhere. `javascript:`, `mailto:` and their like lead to no page, and neither do "" and "#".
    """
    if not href.isprintable() or href[:1] == " " or href[-1:] == " ":
        href = FORBIDDEN.sub("", _LINE_BREAKS.sub("", href.strip(_C0_OR_SPACE)))
    if href in {"", "#"}:
        return ""
    url = join(base_url, href)
    return url if _HTTP.match(url) else ""


def join(base_url: str, href: str) -> str:
    """Do what `urljoin` does, for the usual links in a tenth of its time; "" for a link that is none."""
    if not href.isprintable() or href.endswith(("?", "#", ";")):
        return _urljoin(base_url, href)
    if href.startswith(("http://", "https://")) and _IS_PLAIN(href):
        return href
    if href[:1] == "/" and href[:2] != "//" and "/." not in href:
        return _origin(base_url) + href
    if href[:1] == "?" and href[1:2] != "#" and base_url.startswith("http"):
        return _QUERY_OR_FRAGMENT.split(base_url, maxsplit=1)[0] + href
    return _urljoin(base_url, href)


def _urljoin(base_url: str, href: str) -> str:
    try:
        return urljoin(base_url, href)
    except ValueError:  # a host in brackets that is no IPv6 address, or with a sign that no host can have
        return ""


@lru_cache(maxsize=64)
def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
