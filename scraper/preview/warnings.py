"""What is doubtful about a profile, in plain words, by what a look has seen of its site."""

from collections.abc import Iterator, Sequence

from scraper.identity import url_or_text
from scraper.items import Article
from scraper.preview.seen import PageSeen, Preview, TopicSeen
from scraper.site import SiteProfile

MOST = 0.5
"""The share of articles that must have a field, and that must differ from each other."""


def warnings_on(preview: Preview) -> Iterator[str]:
    """Yield, a line each, what must be looked at before a crawl."""
    if preview.problem:
        yield f"the index cannot be read: {preview.problem}"
        return
    yield from _topic_warnings(preview)
    if preview.topic:
        for other in preview.others:
            yield from _unread(other)
        yield from _page_warnings(preview.site, preview.topic)
        yield from _article_warnings(preview.site, preview.topic.articles)


def notes_on(preview: Preview) -> Iterator[str]:
    """Yield, a line each, what is worth knowing and may well be right."""
    if preview.further:
        reads_on = preview.site.index_pages > 1
        then = (
            "a crawl reads on there" if reads_on else "which 'index_pages' leaves out"
        )
        yield f"these are the topics of the index's first page; it may go on at {preview.further}: {then}"
    topic = preview.topic
    if topic is None or not topic.articles:
        return
    if not topic.has_more_pages:
        yield (
            f"{topic.name!r} is taken for one page: no page links were found. If it has more, "
            "set 'pagination', 'next', 'page_param' or 'page_url'"
        )
    elif topic.last is None:
        yield 'there is only a "next" link, no numbering: a topic\'s pages are crawled one after the other'


def _topic_warnings(preview: Preview) -> Iterator[str]:
    site, offsite = preview.site, preview.offsite
    if offsite:
        total = len(preview.topics) + len(offsite)
        yield (
            f"{len(offsite)} of {total} topic links leave the site and are left out, such as {offsite[0]} "
            "(add the host to 'allowed_domains' if it belongs to it)"
        )
    elif not preview.topics and site.topics:
        yield f"'topics': {site.topics.source!r} matches no link at {site.index}"


def _page_warnings(site: SiteProfile, topic: TopicSeen) -> Iterator[str]:
    yield from _unread(topic)
    for page in topic.pages:
        if not page.articles and not page.problem:
            selector = site.articles.source
            yield f"'articles': {selector!r} matches nothing on {_name(topic, page)} ({page.url})"
    explicit = site.pagination.elements
    if explicit and not topic.has_more_pages and topic.articles:
        yield f"'pagination': {explicit.source!r} shows no further page of {topic.name!r} ({topic.url})"
    yield from _repeated_page(topic)


def _unread(topic: TopicSeen) -> Iterator[str]:
    for page in topic.pages:
        if page.problem:
            yield f"{_name(topic, page)} cannot be read: {page.problem} ({page.url})"


def _repeated_page(topic: TopicSeen) -> Iterator[str]:
    # A landing page without a number repeats one that has one: the newest.
    numbered = [page for page in topic.pages if page.number is not None]
    for page in numbered[1:]:
        if page.articles and _contents(page) == _contents(numbered[0]):
            yield (
                f"{_name(topic, page)} shows the same articles as the first page ({page.url}): "
                "the site takes no notice of the page's number; set 'page_param' or 'page_url'"
            )
            return


def _contents(page: PageSeen) -> list[Article]:
    return [{**article, "page": None} for article in page.articles]


def _article_warnings(site: SiteProfile, articles: Sequence[Article]) -> Iterator[str]:
    total = len(articles)
    if not total:
        return
    for rule in site.fields.fields:
        empty = sum(article[rule.name] in ("", rule.default) for article in articles)
        selectors = " or ".join(repr(selector.source) for selector in rule.selectors)
        if empty == total:
            yield f"field {rule.name!r} is empty in all {total} articles: {selectors} matches nothing in them"
        elif empty > total * MOST:
            yield f"field {rule.name!r} is empty in {empty} of {total} articles ({selectors})"
    yield from _alike(articles)


def _alike(articles: Sequence[Article]) -> Iterator[str]:
    """Articles that a crawl would take for duplicates."""
    keys = {url_or_text(article) for article in articles}
    if len(articles) > 2 and len(keys) < len(articles) * MOST:
        what = "'url'" if articles[0]["url"] else "'title' and 'description'"
        yield (
            f"{len(articles)} articles have only {len(keys)} different {what}: all others would be dropped as "
            "duplicates (see DEDUP_FIELDS)"
        )


def _name(topic: TopicSeen, page: PageSeen) -> str:
    return f"page {page.number or 1} of {topic.name!r}"
