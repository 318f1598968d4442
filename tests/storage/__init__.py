"""Tests of the crawl database, on real SQLite files."""
