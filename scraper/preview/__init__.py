"""What a site's profile gives, seen on a handful of pages: `scrapy preview`."""

from scraper.preview.fetch import CannotFetchError, Fetch
from scraper.preview.looking import QUIET, LookingSpider, look
from scraper.preview.seen import PageSeen, Preview, TopicSeen
from scraper.preview.table import show
from scraper.preview.walk import preview
from scraper.preview.warnings import notes_on, warnings_on

__all__ = [
    "QUIET",
    "CannotFetchError",
    "Fetch",
    "LookingSpider",
    "PageSeen",
    "Preview",
    "TopicSeen",
    "look",
    "notes_on",
    "preview",
    "show",
    "warnings_on",
]
