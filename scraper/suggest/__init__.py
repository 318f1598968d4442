"""A profile for a site that was never seen before: `scrapy suggest`."""

from scraper.suggest.block import block, name_of
from scraper.suggest.suggest import suggest
from scraper.suggest.suggestion import Confidence, NoSuggestion, Suggestion

__all__ = [
    "Confidence",
    "NoSuggestion",
    "Suggestion",
    "block",
    "name_of",
    "suggest",
]
