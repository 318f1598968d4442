"""Crawls with scrapy-redis's scheduler, dupefilter and pipeline, against a real Redis."""
