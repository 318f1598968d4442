"""A crawl seen from outside, in the terminal: what `scrapy watch` shows. It only reads the crawl database."""
