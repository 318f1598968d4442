"""Sites to crawl in tests: real servers, each with its way of numbering pages."""
