"""Feeds of articles: `articles.csv` and its like."""

from scraper.feeds.csv import ArticleCsvExporter
from scraper.feeds.exporter import ArticleFeedExporter, check_feeds
from scraper.feeds.local import FeedFileError, LocalFeedStorage

__all__ = [
    "ArticleCsvExporter",
    "ArticleFeedExporter",
    "FeedFileError",
    "LocalFeedStorage",
    "check_feeds",
]
