"""The frontier of a crawl: its topics, their pages, and what became of each."""

from scraper.frontier.base import Frontier
from scraper.frontier.memory import MemoryFrontier
from scraper.frontier.topic import FailedPage, Page, Topic

__all__ = ["FailedPage", "Frontier", "MemoryFrontier", "Page", "Topic"]
