"""A Scrapy project that collects every article of a site of topics, and proves that none is missing."""
