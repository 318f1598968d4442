"""The project's own signals, sent like Scrapy's: `crawler.signals.connect(receiver, signal)`."""

host_given_up = object()
"""A download slot answered nothing for HOST_GIVE_UP seconds; arguments: `host` (the slot's key) and `reason` (str)."""

stalled = object()
"""No response and no item for STALL_TIMEOUT seconds with work pending; argument: `times`, from 1, in a row."""

grace_over = object()
"""SHUTDOWN_GRACE seconds have passed since the crawl was told to stop: what is in flight is dropped."""
