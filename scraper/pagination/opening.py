"""Opening: what a topic's landing page tells of the topic, as it is kept."""

from dataclasses import dataclass

from scraper.pagination.numbering import PageScheme


@dataclass(frozen=True, slots=True)
class Opening:
    """The landing page is page `number` of its topic; None: it repeats a page with a number, and does not count.

    The topic's pages are `first` to `last` at the URLs of `scheme`; one page only, if `last` is None. `elements` is
    the source of the selector for what holds the page links.
    """

    number: int | None
    first: int
    last: int | None = None
    scheme: PageScheme | None = None
    elements: str | None = None
