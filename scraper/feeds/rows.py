"""Rows of a page into a feed, all at once."""

from collections.abc import Sequence
from typing import Any

from scrapy.extensions.feedexport import FeedSlot, ItemFilter

from scraper.feeds.csv import ArticleCsvExporter


def write_rows(slot: FeedSlot, rows: Sequence[Any]) -> None:
    """Do for `rows` what Scrapy's FeedExporter does for each row of a feed that is not split into batches."""
    if type(slot.filter) is not ItemFilter or slot.filter.item_classes:
        rows = [row for row in rows if slot.filter.accepts(row)]
    if not rows:
        return
    # Counted first: the file of a feed that counts no row is not closed, and this write may fail.
    slot.itemcount += len(rows)
    slot.start_exporting()
    exporter = slot.exporter
    assert exporter is not None  # made by start_exporting
    if isinstance(exporter, ArticleCsvExporter):
        exporter.export_items(rows)
    else:
        for row in rows:
            exporter.export_item(row)
