"""A deterministic site of topics, to crawl when none is configured and to test with."""

from scraper.demo.content import DemoSite
from scraper.demo.exceptions import DemoError
from scraper.demo.options import DemoOptions
from scraper.demo.process import demo_site

__all__ = ["DemoError", "DemoOptions", "DemoSite", "demo_site"]
