"""The demo site's content as HTML: the index, the pages of a topic, one article."""

from html import escape

from scraper.demo import skeleton
from scraper.demo.articles import Article
from scraper.demo.topics import Topic

_NEIGHBOURS = 3

_IMAGE = """<img class="article__image" alt="" loading="lazy" width="320" height="180"
 src="/media/320.webp" srcset="/media/640.webp 640w, /media/960.webp 960w"
 sizes="(min-width: 60em) 33vw, 100vw">"""

_ACTIONS = """
<svg class="icon" aria-hidden="true"><use href="#i-3"/></svg>
<time datetime="2024-05-17T09:00:00Z">17 May</time>
<span class="article__tags"><a rel="tag" href="/tag/one">one</a>,
 <a rel="tag" href="/tag/two">two</a>, <a rel="tag" href="/tag/three">three</a></span>
<button class="button button--save" type="button"><svg class="icon" aria-hidden="true">
<use href="#i-7"/></svg><span class="button__text">Save for later</span></button>
"""


def index_page(topics: tuple[Topic, ...]) -> bytes:
    """Return the index page: each topic linked at least once, as real pages link."""
    blocks = "\n".join(_topic_block(topic) for topic in topics)
    again = "\n".join(_repeated_link(topic) for topic in topics[::4])
    content = (
        f'<h1>Topics</h1>\n<div class="topics">\n{blocks}\n</div>\n'
        f'<aside class="popular">\n{again}\n</aside>\n'
    )
    return skeleton.page("Demo: all topics", content)


def topic_page(topic: Topic, number: int, limit: int, articles: list[Article]) -> bytes:
    """Return page `number` of the topic, from 1, at `limit` articles a page."""
    blocks = "\n".join(_article_block(topic, article) for article in articles)
    listing = blocks or "<p>Nothing here yet.</p>"
    links = _pagination(number, topic.pages(limit), limit)
    content = f'<h1>{topic.html}</h1>\n<div class="list">\n{listing}\n</div>\n{links}'
    return skeleton.page(f"{topic.name}, page {number}", content)


def article_page(article: Article) -> bytes:
    """Return the page that an article's link leads to."""
    title, text = escape(article.title), escape(article.description)
    return skeleton.page(article.title, f"<h1>{title}</h1>\n<p>{text}</p>\n")


def _article_block(topic: Topic, article: Article) -> str:
    """Return one article as a topic's page lists it; about 1 kB."""
    href = escape(article.path)
    hint = "" if article.hint is None else f' title="{escape(article.hint)}"'
    heading = "" if article.heading is None else f"<h2>{article.heading}</h2>\n"
    summary = "" if article.summary is None else f"<p>{article.summary}</p>\n"
    return f"""<div class="article article--wide" id="a-{topic.index}-{article.number}">
<a class="article__link" href="{href}"{hint}>{_IMAGE}</a>
{heading}{summary}<div class="article__meta">
<a class="article__comments" href="{href}#comments">Comments</a>{_ACTIONS}</div>
</div>"""


def _pagination(number: int, last: int, limit: int) -> str:
    """Return the links to the first pages, the neighbours and the last page, if any."""
    if last == 1:
        return ""
    near = range(max(1, number - _NEIGHBOURS), min(last, number + _NEIGHBOURS) + 1)
    items = [_page_item(page, number, limit) for page in sorted({1, *near})]
    if number < last:
        items.append(_page_link(last, limit, f"Last ({last})"))
    return f'<ul class="pagination">{"".join(items)}</ul>\n'


def _page_item(page: int, current: int, limit: int) -> str:
    if page == current:
        return f'<li class="active"><span aria-current="page">{page}</span></li>'
    return _page_link(page, limit, str(page))


def _page_link(page: int, limit: int, text: str) -> str:
    return f'<li><a href="?page={page}&amp;limit={limit}">{text}</a></li>'


def _topic_block(topic: Topic) -> str:
    link = f'<h3><a href="{_topic_href(topic)}">{topic.html}</a></h3>'
    if topic.index % 5 == 3:
        return f'<div class="topic"><div class="topic">{link}</div></div>'
    return f'<div class="topic">{link}<span>{topic.total} articles</span></div>'


def _topic_href(topic: Topic) -> str:
    match topic.index % 6:
        case 1:
            return topic.slug
        case 2:
            return f"./{topic.slug}"
        case 4:
            return f"{topic.path}?sort=new&amp;lang=en"
    return topic.path


def _repeated_link(topic: Topic) -> str:
    href = f"{_topic_href(topic)}#latest"
    return f'<div class="topic"><a href="{href}">{topic.html}: the latest</a></div>'
