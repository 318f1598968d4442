"""Fixtures of the tests with faulty servers."""

from tests.downloader.conftest import serve

__all__ = ["serve"]
