"""How the pages of a topic are numbered, and how far they reach, read from the pages themselves."""

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
    "Landing",
    "Opening",
    "PageScheme",
    "PaginationRules",
    "Reach",
    "TopicPages",
    "read_landing",
]
