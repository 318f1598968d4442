"""The profile of the site that a crawl's spider crawls."""

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.site import SiteProfile


def profile_of(crawler: Crawler) -> SiteProfile:
    """The profile of the spider of `crawler`.

    Raises:
        NotConfigured: the spider has none, so that Scrapy leaves the component out.
    """
    site = getattr(crawler.spider, "site", None)
    if not isinstance(site, SiteProfile):
        raise NotConfigured("the spider has no site profile")
    return site
