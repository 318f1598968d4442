"""Fixtures of the tests with Redis."""

from tests.downloader.conftest import serve

__all__ = ["serve"]
