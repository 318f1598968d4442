"""The project's own signals, sent like Scrapy's: `crawler.signals.connect(receiver, signal)`."""

host_given_up = object()
"""A download slot answered nothing for HOST_GIVE_UP seconds; arguments: `host` (the slot's key), `reason` (str) and
`is_last`, whether no other is left that answers."""

stalled = object()
"""No response and no item for STALL_TIMEOUT seconds with work pending; argument: `times`, from 1, in a row."""

stopping = object()
"""The crawl was told to stop (Ctrl-C, SIGTERM): nothing more is to be sent."""

grace_over = object()
"""SHUTDOWN_GRACE seconds have passed since the crawl was told to stop: what is in flight is dropped."""

sending_late = object()
"""A request is about to be sent later than it was given out: again, or after a long wait; argument: `request`.

A receiver keeps it from being sent by raising HostPausedError, which becomes the outcome of the download.
"""

host_paused = object()
"""A host asked for a pause; arguments: `host` (the slot's key) and `seconds`."""

heartbeat = object()
"""Every few seconds of a crawl in the database; argument: `beat` (crawl_store.Beat), who else is at work on it."""

finishing = object()
"""All of the crawl is done; what follows, its end in the database, is not to be interrupted any more."""
