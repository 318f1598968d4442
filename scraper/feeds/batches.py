"""Feeds in batches (FEED_EXPORT_BATCH_ITEM_COUNT) of a crawl that goes on: what it wrote makes room for new ones."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scraper.crawl_store import CrawlStore
from scraper.feeds.local import FeedFileError, cut_back, local_path

_PARAMETER = re.compile(r"%\(\w+\)[-+ #0]*\d*[a-z]")
"""What stands for a number or a time in the URI of a feed."""


def is_split(options: Mapping[str, Any]) -> bool:
    """Whether a feed is written in batches."""
    return bool(options["batch_item_count"])


def clear(feeds: Mapping[str, Mapping[str, Any]], store: CrawlStore) -> None:
    """Take back the batches that the crawl has written: files that were there before are cut back, others deleted.

    `feeds` are the options of each feed by its URI (FEEDS).

    Raises:
        FeedFileError: batches are no local files, and their names differ from run to run.
    """
    templates = [uri for uri, options in feeds.items() if is_split(options)]
    paths = [path for uri in templates if (path := local_path(uri))]
    for uri in templates:
        if local_path(uri) is None and "%(batch_time)" in uri:
            raise FeedFileError(
                f"Cannot make the batches of {uri} whole, as the crawl goes on and their names change: "
                "name them by %(batch_id)d, or begin anew with -a fresh=1"
            )
    for path in _written(store.feed_paths(), paths):
        cut_back(path, store)
        if path.is_file() and not path.stat().st_size:
            path.unlink()


def _written(paths: Iterable[Path], templates: Iterable[Path]) -> list[Path]:
    """Those of `paths` that are batches of `templates`."""
    patterns = [_pattern(str(template.absolute())) for template in templates]
    return [
        path
        for path in paths
        if any(pattern.fullmatch(str(path)) for pattern in patterns)
    ]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, _PARAMETER.split(template))), re.DOTALL)
