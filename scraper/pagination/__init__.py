"""How the pages of a topic, or of the index, are numbered, and how far they reach, read from the pages themselves."""

from scraper.pagination.index_page import IndexPage, following_url
from scraper.pagination.numbering import PageScheme
from scraper.pagination.opening import Opening
from scraper.pagination.reading import (
    Landing,
    PaginationRules,
    Reach,
    TopicPages,
    read_landing,
)

__all__ = [
    "IndexPage",
    "Landing",
    "Opening",
    "PageScheme",
    "PaginationRules",
    "Reach",
    "TopicPages",
    "following_url",
    "read_landing",
]
