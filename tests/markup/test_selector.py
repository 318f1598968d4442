"""What selectors mean: CSS as parsel has it, refused where the engines would differ."""

import itertools
import random

import parsel
import pytest
import soupsieve

from scraper.exceptions import ConfigurationError
from scraper.markup import (
    Engine,
    Take,
    compile_selector,
    first_value,
    parse,
    values,
)
from scraper.markup.css import needs_no_second_opinion

PAGE = """<!DOCTYPE html><html lang="en"><head><title>x</title></head><body class="home page">
<div id="main" class="a b" data-x="1"><h2 class="t">One <a href="/1" title="T one">l</a></h2>
<p>para <b>b</b> <i></i>tail</p><p class="a c">two</p>
<ul class="list"><li>1</li><li class="x">2 <ul><li>2a<a href="#q">z</a></li><li class="x">2b</li></ul></li>
<li lang="de">3</li><!-- c --></ul>
<div class="a"><p>in <span>sp</span></p><div><p data-x="2">deep</p></div></div></div>
<div class="a"><span>q</span><em>q</em><a name="n">anchor</a></div>
<table><tbody><tr><td>1</td><td class="B a">2</td></tr><tr><td colspan="2">3</td></tr></tbody></table>
<section><article><p>d</p></article></section></body></html>"""

# fmt: off
COMPOUNDS = (
    "p", "a", "li", "div", "ul", "*", ".a", ".x", "#main", ".a.b", "[href]",
    "[data-x]", "[class~=b]", "[href^='/']", "p:first-child", ":last-child",
    "li:nth-child(2)", "li:nth-child(odd)", "p:first-of-type", ":only-child",
    "li:nth-last-of-type(2)", "html", "td", "tr", "span", "section", "b",
    "li:not(.x)", ":not(p)", "div:not(#main)", ":is(p, li)", "p:not(:first-child)",
    ":not(p):not(a)",
)
# fmt: on


def random_group(chance: random.Random) -> str:
    group = chance.choice(COMPOUNDS)
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        group += chance.choice([" ", " ", " > ", " + ", " ~ "])
        group += chance.choice(COMPOUNDS)
    return group


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("seed", range(60))
def test_elements_are_those_of_parsel(seed: int, engine: Engine) -> None:
    chance = random.Random(seed)
    scopes = parse(PAGE, engine).root.find("*")
    peers = parsel.Selector(PAGE).xpath("//*")
    place = {element: index for index, element in enumerate(scopes)}
    peer_place = {peer.root: index for index, peer in enumerate(peers)}

    for _ in range(10):
        source = ", ".join(
            random_group(chance) for _ in range(chance.choice([1, 1, 2]))
        )
        selector = compile_selector(source)
        at = chance.choice([0, chance.randrange(len(scopes))])
        inside = {peer.root for peer in peers[at].xpath("descendant-or-self::*")}
        expected = [
            peer_place[peer.root]
            for peer in peers[at].css(source)
            if peer.root in inside
        ]

        assert [place[e] for e in scopes[at].select(selector)] == expected, source
        first = scopes[at].first(selector)
        assert ([] if first is None else [place[first]]) == expected[:1], source


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("seed", range(40))
def test_values_are_those_of_parsel(seed: int, engine: Engine) -> None:
    chance = random.Random(seed)
    scopes = parse(PAGE, engine).root.find("*")
    peers = parsel.Selector(PAGE).xpath("//*")

    for _ in range(10):
        group = chance.choice(COMPOUNDS) + " " + chance.choice(COMPOUNDS)
        source = chance.choice(["", group, chance.choice(COMPOUNDS)])
        source += chance.choice(["::text", " ::text", "::attr(class)", " ::attr(href)"])
        selector = compile_selector(source)
        at = chance.choice([0, chance.randrange(len(scopes))])
        found = list(values(scopes[at], selector))
        expected = peers[at].css(source).getall()

        assert first_value(scopes[at], selector) == (found[0] if found else "")
        if "attr" in source:
            assert found == expected, source
        else:
            assert "".join("".join(found).split()) == "".join("".join(expected).split())


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("h2", ["One l"]),
        ("h2::text", ["One"]),
        ("h2 ::text", ["One l"]),
        ("#main > p::text", ["para tail", "two"]),
        ("a::attr(href)", ["/1", "#q"]),
        ("a::attr( 'href' )", ["/1", "#q"]),
        ('a::attr("TITLE")', ["T one"]),
        ("ul ::attr(class)", ["list", "x", "x"]),
        ("ul *::attr(class)", ["list", "x", "x"]),
        ("ul > *::attr(class)", ["x", "x"]),
        ("ul > ::attr(class)", ["x", "x"]),
        ("::attr(lang)", ["en", "de"]),
        (":scope::attr(lang)", ["en"]),
        (":scope > ::attr(class)", ["home page"]),
        ("ul ::text", ["1 2 2az 2b 3"]),
        ("ul::text", []),
        ("li.x > ul > li:first-child::text", ["2a"]),
        ("h2 a::attr(title), h2::text, .nothing", ["One", "T one"]),
        ("h2 a::attr(title), h2 a::text, h2 a::attr(href)", ["T one", "l", "/1"]),
        ("span, em, span", ["sp", "q", "q"]),
        ("[title='T one'], [title=\"a, b::text\"]", ["l"]),
        ("[data-x='2']::text", ["deep"]),
        (":is(h2, p) > :is(a, b)::text", ["l", "b"]),
        (":is(.list) li li::text", ["2a", "2b"]),
        ("td:nth-child(2 of td)::text", ["2"]),
        ("p:has(> span)::text", ["in"]),
        (".\\61::text", ["two", "2"]),
    ],
)
def test_values_of_a_document(source: str, expected: list[str], engine: Engine) -> None:
    document = parse(PAGE, engine)
    selector = compile_selector(source)

    assert list(values(document, selector)) == expected
    assert first_value(document, selector) == (expected[0] if expected else "")


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("scope", "source", "expected"),
    [
        (".list", "li", ["1", "2 2az 2b", "2az", "2b", "3"]),
        (".list", ":scope > li", ["1", "2 2az 2b", "3"]),
        (".list", ":scope > li > ul li::text", ["2a", "2b"]),
        (".list", ":scope li li", ["2az", "2b"]),
        (".list", ":scope", ["1 2 2az 2b 3"]),
        (".list", ":scope.list > .x::text", ["2"]),
        (".list", ":scope.other > .x::text", []),
        (".list", ":scope:not(.other) > .x::text", ["2"]),
        (".list", "#main li", []),
        (".list", "#main > ul > li", []),
        (".list", "ul > li", ["1", "2 2az 2b", "2az", "2b", "3"]),
        (".list", "ul ul li", ["2az", "2b"]),
        (".list", "p + ul", []),
        (".list", "li + li::text", ["2", "2b", "3"]),
        (".list", "li ~ li ul > li::text", ["2a", "2b"]),
        ("li.x", "li::text", ["2", "2a", "2b"]),
        ("li.x", "li > a", ["z"]),
        ("li.x", "::attr(class)", ["x", "x"]),
        ("li.x", ":scope ::attr(href)", ["#q"]),
        ("li.x", "::text", ["2 2az 2b"]),
        ("#main", "div div p", ["in sp", "deep"]),
        ("#main", "div > div > p", ["in sp", "deep"]),
        ("#main", "div div > p", ["in sp", "deep"]),
        (
            "#main",
            "div div, h2, #main > p",
            ["One l", "para b tail", "two", "in sp deep", "deep"],
        ),
    ],
)
def test_every_part_matches_within_the_scope(
    scope: str, source: str, expected: list[str], engine: Engine
) -> None:
    element = parse(PAGE, engine).first(compile_selector(scope))

    assert element is not None
    assert list(values(element, compile_selector(source))) == expected
    assert first_value(element, compile_selector(source)) == "".join(expected[:1])


@pytest.mark.parametrize("engine", Engine)
def test_first_value_is_the_first_that_is_not_empty(engine: Engine) -> None:
    document = parse("<p> </p><p><b></b></p><p class>third</p><p class=x>", engine)

    assert first_value(document, compile_selector("p")) == "third"
    assert first_value(document, compile_selector("p::attr(class)")) == "x"
    assert first_value(document, compile_selector("h2")) == ""


@pytest.mark.parametrize("engine", Engine)
def test_clean_decides_what_a_value_is(engine: Engine) -> None:
    document = parse("<a href=' x '>one</a><a href='y'> two  words </a>", engine)
    hrefs = compile_selector("a::attr(href), a")

    assert list(values(document, hrefs, repr)) == [
        "' x '",
        "'one'",
        "'y'",
        "'two words'",
    ]
    assert list(values(document, hrefs, lambda text: "")) == []


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    "source",
    [
        ":is(.far) i.found",
        ":is(:is(.far) i.found)",
        ":is(a, :where(.far) i.found)",
        ":is(.far) ~ i.found",
        ":where(.far) ~ i.found",
        ":not(.near) ~ i.found",
        ":is(:not(.near) ~ i.found)",
    ],
)
def test_match_beyond_the_nearest_candidate(source: str, engine: Engine) -> None:
    nested = "<b class=far><b class=near><i class=found></i></b></b>"
    beside = "<i class=far></i><i class=near></i><i class=found></i>"
    html = beside if "~" in source else nested

    assert parse(html, engine).first(compile_selector(source)) is not None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("p,", "it is empty"),
        (",p", "it is empty"),
        ("p >", "an element is missing beside a combinator"),
        ("> p", "an element is missing beside a combinator"),
        ("p > > a", "an element is missing beside a combinator"),
        ("p..x", "malformed class selector at position 1"),
        ("p[", "brackets do not match"),
        ("p[x", "brackets do not match"),
        ("p)", "brackets do not match"),
        ("p:not(a", "brackets do not match"),
        ("p[]", "malformed attribute selector at position 1"),
        ("#1", "malformed id selector at position 0"),
        ("p!", "invalid character '!' position 1"),
        ("p{}", "invalid character '{' position 1"),
        ("p:hover", ":hover is not supported"),
        ("p:contains('x')", ":contains is not supported"),
        ("p:lexbor-contains('x')", ":lexbor-contains is not supported"),
        ("p:empty", ":empty is not supported"),
        ("p:no-such", ":no-such is not supported"),
        ("svg|a", "namespaces are not supported"),
        ("p /* a */ b", "comments are not supported"),
        ("a::before", "::before is neither ::text nor ::attr(name)"),
        ("a::attr", "pseudo-element"),
        ("a::attr()", "pseudo-element"),
        ("a::attr(x y)", "pseudo-element"),
        ("a::text b", "pseudo-element"),
        ("a::text::text", "pseudo-element"),
        ("a :scope", ":scope may only be at the beginning"),
        ("a:scope", ":scope may only be at the beginning"),
        (":is(:scope)", ":scope may only be at the beginning"),
        (":scope + a", "what stands beside :scope lies outside of it"),
        ("p:nth-child(x)", ""),
        ("p:not()", ""),
        ("p:has(a b)", ""),
    ],
)
def test_invalid_selector(source: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        compile_selector(source)

    message = str(caught.value)
    assert message.startswith(f"invalid selector {source!r}: ")
    assert reason in message
    assert "\n" not in message


def test_compiled_selectors_are_cached_and_hashable() -> None:
    selector = compile_selector("h2 a::attr(href)")

    assert compile_selector("h2 a::attr(href)") is selector
    assert len({selector, compile_selector("h2 a::text")}) == 2
    assert selector.groups[0].take is Take.ATTRIBUTE


def test_valid_selectors_stay_valid_with_white_space_and_in_any_order() -> None:
    groups = ["h2 a::attr(href)", ".x  >  a", ":scope > p::text", "::text"]
    for order in itertools.permutations(groups):
        assert len(compile_selector(" , ".join(order)).groups) == 4


@pytest.mark.parametrize("seed", range(20))
def test_what_needs_no_second_opinion_is_read_by_soupsieve_too(seed: int) -> None:
    """A selector that is common to all engines is not shown to soupsieve, whose first one takes a third of a second."""
    chance = random.Random(seed)
    simple = ("a", "*", "h2", ".x", ".x-y_z", "#main", "[href]")
    parts = (*simple, "[data-x=b]", "[a~='b c' i]", 'p.a#b[c$="d"]')
    for _ in range(20):
        css = chance.choice(parts)
        for _ in range(chance.randrange(3)):
            css += chance.choice([" ", " > ", "+", " ~ "]) + chance.choice(parts)

        assert needs_no_second_opinion(css), css
        soupsieve.compile(css)
