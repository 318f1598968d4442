"""The report of a crawl: one HTML file to look at. No Scrapy in here but its settings."""
