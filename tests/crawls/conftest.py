"""Fixtures of the tests of whole crawls."""

from tests.downloader.conftest import serve

__all__ = ["serve"]
