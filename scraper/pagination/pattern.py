"""A profile's `page_url` as a template for the pages of one topic."""

from urllib.parse import urljoin

from scraper.pagination.numbering import UrlTemplate


def from_pattern(pattern: str, url: str, base_url: str) -> UrlTemplate:
    """The template that a profile's `pattern` means for the topic at `url`, whose query `{topic}` stands for too."""
    topic, _, query = url.partition("#")[0].partition("?")
    ahead, found, rest = pattern.partition("{topic}")
    if found:
        if "?" not in pattern:
            rest = rest.replace("&", "?", 1)
        if topic.endswith("/"):
            rest = rest.removeprefix("/")
        elif rest[:1].isalnum() or rest.startswith("{"):
            topic += "/"
        pattern = _with_query(ahead + topic + rest, query)
    before, _, after = urljoin(base_url, pattern).partition("{page}")
    name = before.rpartition("?")[2].rpartition("&")[2].removesuffix("=")
    return UrlTemplate(before, after, name if "?" in before else None)


def _with_query(url: str, query: str) -> str:
    """`url` with those parameters of `query` that it has none of."""
    path, _, own = url.partition("?")
    names = {parameter.partition("=")[0] for parameter in own.split("&")}
    more = [each for each in query.split("&") if each.partition("=")[0] not in names]
    joined = "&".join(filter(None, [own, *more]))
    return f"{path}?{joined}" if joined else path
