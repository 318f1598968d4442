"""Choosing an engine by the name that settings give it."""

from enum import StrEnum

from scraper.markup.element import Document
from scraper.markup.lexbor import LexborElement, parse_tree


class Engine(StrEnum):
    """The engines, by the names that settings have for them."""

    BEAUTIFULSOUP = "beautifulsoup"
    LEXBOR = "lexbor"


def parse(html: str | bytes, engine: Engine | str) -> Document:
    """Parse a page, given as text or as sound UTF-8.

    Any text makes a document, as the HTML Standard has it, and the same one in every engine.

    Raises:
        ValueError: there is no engine of that name.
    """
    root = parse_tree(html)
    if Engine(engine) is Engine.LEXBOR:
        return Document(LexborElement(root))
    # Imported when it is needed: a crawl without it starts sooner and takes less memory.
    from scraper.markup.beautifulsoup import SoupElement
    from scraper.markup.tree_builder import to_soup

    return Document(SoupElement(to_soup(root)))
