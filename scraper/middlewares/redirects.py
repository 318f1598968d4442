"""OffsiteRedirectMiddleware: who is sent off the site knocks again, and goes nowhere."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from scraper.retries import delayed_retry
from scraper.site import SiteProfile

REASON = "redirected off the site"

TRACES = ("redirect_urls", "redirect_reasons", "redirect_times", "redirect_ttl")
"""What Scrapy keeps of redirects in `Request.meta`."""


class OffsiteRedirectMiddleware:
    """Takes a redirect to a domain that is not allowed for what it mostly is: a login, a captcha, a parked domain.

    Scrapy follows it when the request has `dont_filter`. Here it is a failure that may pass: the page is asked for
    again after the back-off, and ignored with that reason when no attempt is left. A robots.txt
    may be redirected anywhere (RFC 9309, 2.3.1.2).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """It has no settings: `allowed_domains` of the spider and the profile of its site, if it has one, decide."""
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Let through what was not redirected, or to where requests may go.

        Raises:
            IgnoreRequest: it was redirected off the site at every attempt.
        """
        urls = request.meta.get("redirect_urls")
        offsite = self._crawler.get_downloader_middleware(OffsiteMiddleware)
        spider = self._crawler.spider
        if not urls or offsite is None or spider is None:
            return None
        if request.callback is NO_CALLBACK or request.meta.get("allow_offsite"):
            return None
        site = getattr(spider, "site", None)
        is_onsite = not isinstance(site, SiteProfile) or site.is_onsite(request.url)
        if is_onsite and offsite.should_follow(request, spider):
            return None
        meta = {key: value for key, value in request.meta.items() if key not in TRACES}
        meta.pop("download_slot", None)
        original = request.replace(url=urls[0], meta=meta)
        retry = delayed_retry(original, spider=spider, reason=REASON)
        if retry is None:
            raise IgnoreRequest(f"{REASON}, to {request.url}")
        return retry
