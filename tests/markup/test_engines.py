"""The contract of both engines: the same tree and the same text from any input whatever."""

import gc
import random

import pytest
from bs4 import Comment
from bs4.element import PageElement

from scraper.markup import (
    Document,
    Element,
    Engine,
    compile_selector,
    first_value,
    parse,
)
from scraper.markup.beautifulsoup import SoupElement
from tests.markup.outline import outline

# What the HTML Standard makes of broken markup, as the outline of the body.
TREES = {
    "": "body()",
    " \n ": "body()",
    "plain": "body(plain)",
    "http://example.com/": "body(http://example.com/)",
    "index.html": "body(index.html)",
    "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>": ("body(ul(li(a) li(b ul(li(c))) li(d)))"),
    "<p>a<p>b<div>c</p>d": "body(p(a) p(b) div(c p() d))",
    "<table><tr><td>a<td>b<tr><td>c</table>": (
        "body(table(tbody(tr(td(a) td(b)) tr(td(c)))))"
    ),
    "<table>x<tr><td>1</table>": "body(x table(tbody(tr(td(1)))))",
    "<form><p>a<form>b</form>c</form>": "body(form(p(ab)) c)",
    "</div></p>a</div></b>b": "body(ab)",
    "<DIV><P>A<BR></DIV>": "body(div(p(A br())))",
    "<b>1<p>2</b>3": "body(b(1) p(b(2) 3))",
    "<a>1<a>2": "body(a(1) a(2))",
    "<div/>a": "body(div(a))",
    "<p>cut<a href='x": "body(p(cut))",
    "<p>cut</": "body(p(cut</))",
    "<p>a\0b\x01c": "body(p(ab\x01c))",
    "a&amp;b&lt&copy &#65;&#x42 &#0;&#x80;&nope;": "body(a&b<\xa9 AB \ufffd\u20ac&nope;)",
    "a<![CDATA[b]]>c<?php d ?>e": "body(ace)",
    "a<!-- <p>b --><!-->c<!---->d": "body(acd)",
    "<svg><![CDATA[a<b]]><linearGradient/></svg>": "body(svg(a<b lineargradient()))",
    "<body><script>'<p>a</p>'</script><style><b></style>": (
        "body(script('<p>a</p>') style(<b>))"
    ),
    "<body><template><p>a</p></template>b": "body(template() b)",
    "<body><noscript><p>a</p></noscript>": "body(noscript(p(a)))",
    "<textarea>\n<b>a": "body(textarea(<b>a))",
    "<p>half of a pair: \ud83c": "body(p(half of a pair: ?))",
}

# fmt: off
PIECES = (
    "<p>", "</p>", "<div class='a b'>", "</div>", "<b>", "</b>",
    "<a href='/x?a=1&b=2'>", "</a>", "<li>", "<ul>", "</ul>", "<table>", "<tr>",
    "<td>", "</table>", "text ", "&amp;", "&lt", "<br>", "<!--c-->", "<!--", "<i>",
    "</i>", "<h2>", "</h2>", "<script>x</script>", "<style>y</style>", "<form>",
    "</form>", "\n", "\0", "<select>", "<option>", "</select>", "<", ">", "</", "&",
    "'", '"', "<noscript>", "</noscript>", "<pre>", "<textarea>", "</textarea>",
    "<button>", "<font>", "<title>", "</title>", "<math>", "<template>",
    "</template>", "<p class=", "\xa0", "\u0436", "\U0001f345", "<dl>", "<dt>",
    "<dd>", "<h1>", "<body id=x>",
)
# fmt: on


def described(document: Document) -> tuple[object, ...]:
    """All that a document tells of itself."""
    elements = document.root.find("*")
    return (
        outline(document.root),
        document.text(),
        [
            (
                element.tag,
                element.text(),
                element.own_text(),
                element.attribute("class"),
                element.attribute("href"),
            )
            for element in elements
        ],
    )


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("html", TREES)
def test_broken_markup_makes_the_tree_of_the_standard(
    html: str, engine: Engine
) -> None:
    body = parse(html, engine).first(compile_selector("body"))

    assert body is not None
    assert outline(body) == TREES[html]


@pytest.mark.parametrize("seed", range(150))
def test_engines_agree_on_rubbish(seed: int) -> None:
    chance = random.Random(seed)
    html = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 80)))

    assert described(parse(html, "lexbor")) == described(parse(html, "beautifulsoup"))


@pytest.mark.parametrize("charset", ["latin-1", "utf-8", "utf-16", "koi8-r"])
def test_engines_agree_on_binary_data(charset: str) -> None:
    data = random.Random(charset).randbytes(30_000)
    text = data.decode(charset, "replace")

    assert described(parse(text, "lexbor")) == described(parse(text, "beautifulsoup"))


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "x-y"])
def test_deep_nesting(tag: str, engine: Engine) -> None:
    document = parse(f"<{tag}>" * 5_000 + "deep" + f"</{tag}>" * 5_000, engine)

    assert document.text() == "deep"
    assert len(document.select(compile_selector(f"{tag} {tag}"))) == 4_999
    assert first_value(document, compile_selector(f"{tag} ::text")) == "deep"


@pytest.mark.parametrize("engine", Engine)
def test_page_of_5_megabytes(engine: Engine) -> None:
    article = "<div class=article><h2>Title</h2><p>" + "word " * 200 + "</p></div>\n"
    count = 5_000_000 // len(article)

    document = parse(article * count, engine)

    assert len(document.select(compile_selector(".article h2"))) == count
    assert document.text().count("word") == 200 * count


@pytest.mark.parametrize("engine", Engine)
def test_elements_keep_their_document_alive(engine: Engine) -> None:
    def link() -> Element | None:
        html = "<p>" + "x" * 10_000 + "<a href=/y>text</a>"
        return parse(html, engine).first(compile_selector("a"))

    element = link()
    gc.collect()
    for _ in range(20):
        parse("<i>other</i>" * 1_000, engine)

    assert element is not None
    assert element.text() == "text"
    assert element.attribute("href") == "/y"
    assert element.parent is not None
    assert element.parent.tag == "p"


@pytest.mark.parametrize("engine", Engine)
def test_elements_are_equal_when_they_are_the_same(engine: Engine) -> None:
    document = parse("<p>same</p><p>same</p>", engine)
    first, second = document.select(compile_selector("p"))

    assert first != second
    assert first == document.first(compile_selector("p"))
    assert len({first, second, *document.select(compile_selector("p"))}) == 2
    other: object = "p"
    assert first != other


@pytest.mark.parametrize("engine", Engine)
def test_attributes(engine: Engine) -> None:
    html = "<a HREF='?a=1&amp;b=&quot;2&quot;' class='x  y' hidden title=''>q</a>"
    link = parse(html, engine).first(compile_selector("a"))

    assert link is not None
    assert link.attribute("href") == '?a=1&b="2"'
    assert link.attribute("Href") == link.attribute("href")
    assert link.attribute("class") == "x  y"
    assert link.attribute("hidden") == ""
    assert link.attribute("title") == ""
    assert link.attribute("rel") is None


@pytest.mark.parametrize("engine", Engine)
def test_names_are_in_lower_case_in_svg_too(engine: Engine) -> None:
    html = "<svg viewBox='0 0 1 1'><linearGradient xlink:HREF='#a'/></svg>"
    svg, gradient = parse(html, engine).select(compile_selector("svg, svg *"))

    assert svg.attribute("viewbox") == svg.attribute("viewBox") == "0 0 1 1"
    assert gradient.tag == "lineargradient"
    assert gradient.attribute("xlink:href") == "#a"
    assert gradient.attribute("href") is None


@pytest.mark.parametrize("engine", Engine)
def test_root_has_no_parent(engine: Engine) -> None:
    root = parse("<!-- before --><p>", engine).root

    assert root.tag == "html"
    assert root.parent is None
    assert root.find_first(":first-child") == root


@pytest.mark.parametrize("engine", Engine)
def test_class_names_are_case_sensitive_without_a_doctype(engine: Engine) -> None:
    document = parse("<p class=Article>no</p><p class=article>yes</p>", engine)

    assert [p.text() for p in document.select(compile_selector(".article"))] == ["yes"]


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("head", "href", "base_url"),
    [
        ("", None, "http://a.example/x/y?z"),
        ("<base target=_top>", None, "http://a.example/x/y?z"),
        ("<base href='/b/'><base href='/c/'>", "/b/", "http://a.example/b/"),
        (
            "<base target=_top><base href=' //cdn.example/d '>",
            " //cdn.example/d ",
            "http://cdn.example/d",
        ),
        ("<base href=''>", "", "http://a.example/x/y?z"),
        (
            "<base href='javascript:void(0)'>",
            "javascript:void(0)",
            "http://a.example/x/y?z",
        ),
        ("<base href='http://['>", "http://[", "http://a.example/x/y?z"),
    ],
)
def test_base(head: str, href: str | None, base_url: str, engine: Engine) -> None:
    document = parse(f"<head>{head}</head><p>text", engine)

    assert document.base_href() == href
    assert document.base_url("http://a.example/x/y?z") == base_url


def test_unknown_engine() -> None:
    with pytest.raises(ValueError, match="html5lib"):
        parse("<p>", "html5lib")


def test_soup_is_what_users_of_beautifulsoup_know() -> None:
    html = "<div class='card  big' rel=next><p class=text>one<!-- two --></p></div>"
    root = parse(html, "beautifulsoup").root

    assert isinstance(root, SoupElement)
    soup = root.node
    assert soup.find_all(class_="card") == soup.select(".card") == soup.find_all("div")
    assert soup.p is not None
    assert soup.p["class"] == ["text"]
    assert soup.get_text() == "one"
    assert soup.find(string=lambda text: isinstance(text, Comment)) == "two"
    assert str(soup.p) == '<p class="text">one<!--two--></p>'


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("css", "matches"),
    [
        ("[class=' a  b']", True),
        ("[class='a b']", False),
        ("[class^=a]", False),
        ("[class$='  b']", True),
        ("[class~=a]", True),
        (".a.b", True),
        (".c", False),
        ("[rel=next]", False),
        ("[rel~=next]", True),
        ("[title*='\xa0']", True),
    ],
)
def test_white_space_in_attributes_counts(
    css: str, matches: bool, engine: Engine
) -> None:
    html = "<a class=' a  b' rel='next ' title='x&nbsp;y'>"

    link = parse(html, engine).first(compile_selector(css))

    assert (link is not None) is matches


@pytest.mark.parametrize("engine", Engine)
def test_a_discarded_document_leaves_nothing_to_the_garbage_collector(
    engine: Engine,
) -> None:
    """A soup's tags hold each other: fifteen landing pages were 80 MB until the collector came by."""
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(it, PageElement) for it in gc.get_objects())
        document = parse("<ul><li>a<li>b<!-- c --></ul>", engine)
        document.select(compile_selector("li"))
        document.discard()
        del document
        after = sum(isinstance(it, PageElement) for it in gc.get_objects())
    finally:
        gc.enable()
    assert after <= before + 2  # the soup itself
