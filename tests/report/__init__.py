"""Tests of the report of a crawl."""
