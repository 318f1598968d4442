"""Scrapy's stats, counted without the detour that Scrapy makes for each of them."""

from typing import ClassVar

from scrapy.statscollectors import MemoryStatsCollector


class QuickStatsCollector(MemoryStatsCollector):
    """The stats of a crawl, as in STATS_CLASS's default.

    Scrapy's looks up each of its attributes in Python, to warn who still passes a `spider`: some thirty times a page.
    Here it is taken as it always was.
    """

    __getattribute__: ClassVar = object.__getattribute__
