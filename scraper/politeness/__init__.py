"""Policy on plain values: how long to wait before a retry, for a host, between two requests."""

from scraper.politeness.backoff import Backoff
from scraper.politeness.retry_after import seconds_to_wait

__all__ = ["Backoff", "seconds_to_wait"]
