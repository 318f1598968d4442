"""Feeds of articles: `articles.csv` and its like."""

from scraper.feeds.csv import ArticleCsvExporter
from scraper.feeds.exporter import ArticleFeedExporter
from scraper.feeds.local import LocalFeedStorage

__all__ = ["ArticleCsvExporter", "ArticleFeedExporter", "LocalFeedStorage"]
