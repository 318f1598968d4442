"""Scrapy's HTTP cache, where pages are tried again."""

from scrapy import Request
from scrapy.extensions.httpcache import DummyPolicy
from scrapy.http import Response


class RetriedAnewPolicy(DummyPolicy):
    """HTTPCACHE_POLICY: all is taken from the cache, but for what is tried again.

    What failed was stored as it came, a "please wait" or half a page, and would fail again. What the site answers
    now takes its place.
    """

    def is_cached_response_fresh(
        self,
        cachedresponse: Response,  # noqa: ARG002 (Scrapy's)
        request: Request,
    ) -> bool:
        """Whether the site need not be asked."""
        return not request.meta.get("retry_times")

    def is_cached_response_valid(self, *_: Response | Request) -> bool:
        """Whether what is in the cache stands, when the site was asked: never, it was asked for something better."""
        return False
