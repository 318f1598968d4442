"""Fixtures of these tests: a database of each kind."""

from tests.storage.conftest import engine, url

__all__ = ["engine", "url"]
