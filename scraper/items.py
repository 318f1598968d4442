"""What a crawl yields: pages of topics, each with its articles."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.frontier import Page
    from scraper.markup import Document

Article = dict[str, Any]
"""One article: the columns of a feed's row, in order, each name with its text (`page` is a number)."""

ARTICLE_COLUMNS = ("title", "description", "url", "topic", "page")
"""The columns every article has; a profile's own fields follow them."""


@dataclass(slots=True)
class TopicPage:
    """One page of one topic, the unit of work: what is stored, counted and retried.

    `page` says which page it is, `topic` the topic's name, `url` where the page came from and `base_url` what its links
    are relative to. The spider gives the `document`, ParsePipeline takes it and leaves `articles`, and `seen`, their
    number. DeduplicatePipeline leaves the new ones of them: `duplicates` counts the others, and is None before.
    `keys` are those of all its articles (see scraper.identity), where OnlyNewPipeline asks for them.
    """

    page: "Page"
    topic: str
    url: str
    base_url: str = field(repr=False)
    document: "Document | None" = field(default=None, repr=False)
    articles: list[Article] = field(default_factory=list, repr=False)
    seen: int = 0
    duplicates: int | None = None
    keys: list[bytes | None] = field(default_factory=list, repr=False)

    def __getitem__(self, name: object) -> Any:
        raise TypeError(
            f"a page of articles has no {name!r}; a pipeline for single articles is a scraper.pipelines.ArticlePipeline"
        )

    def __setitem__(self, name: object, value: object) -> None:
        self[name]
