"""Fields of an article: what a profile may say of them, and what an element yields."""

from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from scraper.fields import ArticleRules, FieldRule
from scraper.markup import Element, Engine, compile_selector, parse

BASE = "https://www.example.com/topics/?page=2"
ARTICLE = """<div class=article id=a1 data-id=" 7 ">
<h2><a href="/one">A <b>title</b>&nbsp;of
 one</a></h2><h2>Second</h2><h3></h3>
<p>First   paragraph.</p><p> </p><p>Second\x00 paragraph.\x07</p>
<a href="javascript:go()">js</a><a href="mailto:x@example.com">mail</a><a href=" two.html
#top ">two</a><a href="http://other.example/3">three</a></div>"""


def article(engine: Engine, html: str = ARTICLE) -> Element:
    element = parse(html, engine).first(compile_selector(".article"))
    assert element is not None
    return element


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("h2", "A title of one"),
        ("h2::text", "Second"),
        ("h3", ""),
        (["h3", "h2"], "A title of one"),
        (["h3", ".none", "p"], "First paragraph."),
        (["h3", "h4"], ""),
        (("h3", "h2"), "A title of one"),
        ({"css": "h2"}, "A title of one"),
        ({"css": ["h3", "h2"]}, "A title of one"),
        ({"css": "h3", "default": "untitled"}, "untitled"),
        ({"css": "h2", "default": "untitled"}, "A title of one"),
        ({"css": "h2", "all": True}, "A title of one Second"),
        (
            {"css": "p", "all": True, "join": "\n"},
            "First paragraph.\nSecond paragraph.",
        ),
        ({"css": ["h3", "h2"], "all": True, "join": " | "}, "A title of one | Second"),
        ({"css": ["h3", "h4"], "all": True, "default": "-"}, "-"),
        ({"css": "h2", "all": False}, "A title of one"),
        ("::attr(data-id)", "7"),
        (":scope::attr(id)", "a1"),
        (":scope::attr(href)", ""),
        ("::attr(href)", "/one"),
        (":scope > a", "js"),
        ({"css": "a::attr(href)", "url": True}, "https://www.example.com/one"),
        (
            {"css": ":scope > a::attr(href)", "url": True},
            "https://www.example.com/topics/two.html#top",
        ),
        (
            {"css": "h2 a::attr(href)", "url": True, "all": True},
            "https://www.example.com/one",
        ),
        (
            {"css": ":scope > a::attr(href)", "url": True, "all": True},
            "https://www.example.com/topics/two.html#top http://other.example/3",
        ),
        (
            {"css": ["h3 a::attr(href)", "h2 a::attr(href)"], "url": True},
            "https://www.example.com/one",
        ),
        ({"css": "img::attr(src)", "url": True, "default": "none"}, "none"),
        ({"css": "a::attr(href)", "url": False}, "/one"),
    ],
)
def test_value_of_a_field(spec: Any, value: str, engine: Engine) -> None:
    assert FieldRule.parse("field", spec).extract(article(engine), BASE) == value


@pytest.mark.parametrize("engine", Engine)
def test_url_may_be_the_text_of_an_element(engine: Engine) -> None:
    html = "<div class=article><code> /a/b </code></div>"
    rule = FieldRule.parse("url", {"css": "code", "url": True})

    assert rule.extract(article(engine, html), BASE) == "https://www.example.com/a/b"


@pytest.mark.parametrize("engine", Engine)
def test_article_that_is_a_link(engine: Engine) -> None:
    html = "<a class=article href=/x><i>text</i></a>"
    rule = FieldRule.parse("url", {"css": "a::attr(href)", "url": True})

    assert rule.extract(article(engine, html), BASE) == "https://www.example.com/x"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "field 'title': 'css': invalid selector '': it is empty"),
        ("h2:::text", "field 'title': 'css': invalid selector 'h2:::text': "),
        (["h2", "h2["], "field 'title': 'css': invalid selector 'h2[': "),
        ({"css": "p:hover"}, "field 'title': 'css': invalid selector 'p:hover': "),
        ([], "field 'title': 'css' must be a selector or a list of selectors, not []"),
        ({}, "field 'title': 'css' must be a selector or a list of selectors"),
        ({"url": True}, "field 'title': 'css' must be a selector or a list of"),
        (["h2", 3], "field 'title': 'css' must be a selector or a list of"),
        (None, "field 'title': 'css' must be str or list or tuple, not None"),
        (5, "field 'title': 'css' must be str or list or tuple, not 5"),
        ({"css": "h2", "al": 1}, "field 'title': unknown key 'al' (with 1)"),
        ({"css": "h2", 7: 1}, "field 'title': unknown key 7 (with 1)"),
        ({"css": "h2", "all": "yes"}, "field 'title': 'all' must be bool, not 'yes'"),
        ({"css": "h2", "url": 1}, "field 'title': 'url' must be bool, not 1"),
        ({"css": "h2", "default": None}, "field 'title': 'default' must be str"),
        ({"css": "h2", "join": ","}, "field 'title': 'join' is ',', but 'all' is not"),
        (
            {"css": "h2", "join": ",", "all": False},
            "field 'title': 'join' is ',', but 'all' is not",
        ),
    ],
)
def test_wrong_field(spec: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ArticleRules.parse({"url": "a::attr(href)", "title": spec})

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_rules_are_compiled_once_and_equal_by_value() -> None:
    rules = ArticleRules.parse({"title": "h2", "url": {"css": "a", "url": True}})

    assert rules == ArticleRules.parse(
        {"title": ["h2"], "url": {"css": "a", "url": True}}
    )
    assert hash(rules) == hash(ArticleRules(rules.fields))
    assert [rule.name for rule in rules.fields] == ["title", "url"]


@pytest.mark.parametrize("engine", Engine)
def test_fields_come_in_the_order_of_the_profile(engine: Engine) -> None:
    specs = {"z": "h2", "a": "p", "m": ":scope::attr(id)"}

    fields = ArticleRules.parse(specs).extract(article(engine), BASE)

    assert list(fields.items()) == [
        ("z", "A title of one"),
        ("a", "First paragraph."),
        ("m", "a1"),
    ]


@pytest.mark.parametrize("engine", Engine)
def test_all_articles_of_a_document(engine: Engine) -> None:
    html = "".join(f"<li><h2>{n}</h2><a href=/{n}>x</a>" for n in range(35))
    rules = ArticleRules.parse(
        {"title": "h2", "url": {"css": "a::attr(href)", "url": True}}
    )

    elements = parse(html, engine).select(compile_selector("li"))

    assert [rules.extract(element, BASE) for element in elements] == [
        {"title": str(n), "url": f"https://www.example.com/{n}"} for n in range(35)
    ]
