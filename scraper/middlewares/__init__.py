"""Downloader middlewares: they decide about requests and responses, and never parse."""

from scraper.middlewares.compression import StrictCompressionMiddleware
from scraper.middlewares.hosts import DeadHostMiddleware
from scraper.middlewares.meta_refresh import QuickMetaRefreshMiddleware
from scraper.middlewares.politeness import PolitenessMiddleware
from scraper.middlewares.redirects import OffsiteRedirectMiddleware
from scraper.middlewares.retry import BackoffRetryMiddleware
from scraper.middlewares.robots import RobotsTxtFailureMiddleware
from scraper.middlewares.unended import UnendedBodyMiddleware

__all__ = [
    "BackoffRetryMiddleware",
    "DeadHostMiddleware",
    "OffsiteRedirectMiddleware",
    "PolitenessMiddleware",
    "QuickMetaRefreshMiddleware",
    "RobotsTxtFailureMiddleware",
    "StrictCompressionMiddleware",
    "UnendedBodyMiddleware",
]
