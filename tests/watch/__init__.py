"""Tests of what `scrapy watch` shows."""
