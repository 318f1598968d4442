"""One record: its main link, and what it seems to be called."""

from scraper.suggest.outline import Node

RECORD_WORDS = frozenset(
    {
        "article", "post", "product", "item", "entry", "card", "result", "topic",
        "thread", "book", "quote", "story", "listing", "record", "hentry", "forum",
        "discussion", "question", "teaser", "news", "job", "event", "recipe",
    }
)  # fmt: skip
"""Words in the class names of records."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def main_link(record: Node) -> Node | None:
    """The link to what a record is about: that in its heading, or around it, or else the first with text."""
    links = record.links
    for link in links:
        if _is_heading_link(link, record):
            return link
    return next((link for link in links if link.text), links[0] if links else None)


def title_text(record: Node) -> str:
    """What a record seems to be called, for telling records apart."""
    for node in record.walk():
        if node.tag in _HEADINGS and node.text:
            return node.text
    link = main_link(record)
    if link is None:
        return record.text[:80]
    return link.text or link.attribute("title") or link.attribute("aria-label")


def _is_heading_link(link: Node, record: Node) -> bool:
    inside = any(node.tag in _HEADINGS for node in link.walk())
    around = (node for node in link.ancestors() if node.is_inside(record))
    return inside or any(node.tag in _HEADINGS for node in around)
