"""Tests of the crawl database, on SQLite and on PostgreSQL."""
