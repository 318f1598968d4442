"""Fixtures of the middlewares' tests."""

from tests.downloader.conftest import serve

__all__ = ["serve"]
