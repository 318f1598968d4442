"""The pages of a small site in a given style, as HTML."""

from html import escape
from urllib.parse import urljoin

from scraper.demo.articles import Article
from scraper.demo.topics import Topic
from tests.sites.styles import Style


def page(title: str, content: str, head: str = "") -> str:
    """Return a whole page; `head` is HTML for its head, `content` for its body."""
    return (
        f"<!DOCTYPE html>\n<html><head>{head}<title>{escape(title)}</title></head>\n"
        f'<body><a href="/">Home</a>\n<div id="content">\n{content}\n</div>\n'
        '<a href="/imprint">Imprint</a> <a href="http://[SITE_URL]/">2</a> <a href="http://a]b/">3</a></body></html>\n'
    )


def article_block(article: Article, style: Style) -> str:
    """Return one article as its topic lists it."""
    href = f"..{article.path}" if style.base else article.path
    hint = "" if article.hint is None else f' title="{escape(article.hint)}"'
    heading = "" if article.heading is None else f"<h2>{article.heading}</h2>"
    summary = "" if article.summary is None else f"<p>{article.summary}</p>"
    link = f'<a href="{escape(href)}"{hint}>Read</a>'
    return f'<div class="article">{heading}\n{summary}\n{link}</div>'


def plain_index(topics: tuple[Topic, ...], style: Style) -> str:
    """Return links to the topics, one each."""
    return "\n".join(
        _topic_link(_topic_path(topic, style), topic.html) for topic in topics
    )


def messy_index(topics: tuple[Topic, ...], style: Style) -> str:
    """Return links to the topics: relative, nested, repeated, with entities."""
    paths = [_topic_path(topic, style) for topic in topics]
    first, *others = (
        _topic_link(path.removeprefix("/"), topic.html)
        for path, topic in zip(paths, topics, strict=True)
    )
    nested = f'<div class="topic"><ul><li>{first}</li></ul></div>'
    repeated = "\n".join(
        _topic_link(f"./{path}#top".replace(".//", "./"), "again") for path in paths
    )
    numeric = _topic_link(
        "".join(f"&#{ord(letter)};" for letter in paths[0]), "once more"
    )
    return "\n".join((nested, *others, repeated, numeric))


def foreign_index(topics: tuple[Topic, ...], style: Style) -> str:
    """Return links to the topics among links that must not be followed."""
    foreign = (
        "http://127.0.0.2:9/elsewhere",
        "https://example.invalid/science",
        "file:///etc/passwd",
        "ftp://127.0.0.1/science",
        "data:text/html,<div class=article>",
        "javascript:void(0)",
        "mailto:editor@example.invalid",
        "//example.invalid/science",
        "http://[SITE_URL]/science",
    )
    links = "\n".join(_topic_link(href, "Foreign") for href in foreign)
    return f"{links}\n{plain_index(topics, style)}"


def empty_index(topics: tuple[Topic, ...], style: Style) -> str:
    """Return an index that links to no topic."""
    return "<p>No topics today.</p>"


INDEXES = {
    "plain": plain_index,
    "messy": messy_index,
    "foreign": foreign_index,
    "empty": empty_index,
}
"""What stands on the index page, by name."""


def base_element(style: Style, origin: str) -> str:
    """Return the base element of a style that has one; `origin` ends with a slash."""
    if style.base is None:
        return ""
    return f'<base href="{escape(urljoin(origin, style.base))}">'


def _topic_path(topic: Topic, style: Style) -> str:
    path = style.addresses.landing(topic)
    return f"..{path}" if style.base else path


def _topic_link(href: str, text: str) -> str:
    return f'<div class="topic"><a href="{href}">{text}</a></div>'
