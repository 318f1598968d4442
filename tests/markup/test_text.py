"""Text as a reader sees it: folded, words apart, nothing hidden."""

import random

import pytest

from scraper.markup import Engine, compile_selector, parse
from scraper.markup.text import fold

ALPHABET = (
    "ab\u0436\U0001f345\u200b\ufeff \t\n\r\f\v\xa0\u2003\u2028\u3000\x85\x1c"
    "\0\x01\x08\x0e\x1b\x7f\x80\x9f\ufffe\uffff\ud800"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        (" ", ""),
        ("plain text", "plain text"),
        (" two  spaces ", "two spaces"),
        ("line\r\nbreak\tand\xa0nbsp\u2003em\u3000wide", "line break and nbsp em wide"),
        ("NUL\0 and\x1b escape\x7f", "NUL and escape"),
        ("a \0 b", "a b"),
        ("zero\u200bwidth and \ufeffBOM stay", "zero\u200bwidth and \ufeffBOM stay"),
        ("\ud800half a pair", "half a pair"),
        (
            "\u043f\u0440\u0438\u0432\u0435\u0442  \u043c\u0438\u0440",
            "\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440",
        ),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("seed", range(200))
def test_fold_has_one_result_for_all_white_space(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(ALPHABET) for _ in range(chance.randint(0, 60)))

    folded = fold(text)

    assert fold(folded) == folded
    assert folded == " ".join(folded.split())
    assert not any(
        char in folded for char in "\0\x01\x08\x0e\x1b\x7f\x80\x9f\ufffe\uffff\ud800"
    )
    kept = [char for char in text if char in "ab\u0436\U0001f345\u200b\ufeff"]
    assert [char for char in folded if char != " "] == kept


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Tom &amp; <b>Jerry</b>x", "Tom & Jerryx"),
        ("one<br>two<br/>three", "one two three"),
        ("one<div>two</div>three<p>four</p>five", "one two three four five"),
        ("<ul><li>one<li>two</ul>three", "one two three"),
        ("<table><tr><td>one<td>two</table>", "one two"),
        ("in<span>line</span>, <i>in</i><em>line</em><a>.</a>", "inline, inline."),
        ("a<!-- b -->c<wbr>d<img alt=no>e", "acde"),
        ("a<script>b</script>c<style>d</style>e", "ace"),
        ("a<template>b</template>c<noscript>d</noscript>e", "ace"),
        ("a <span><b><script>b</script></b> </span> c", "a c"),
        ("<pre>  a\n\n\tb </pre>", "a b"),
        ("&nbsp;a&nbsp;&nbsp;b&#12;c&#8195;", "a b c"),
        ("<option>a<option>b", "a b"),
        ("<h2>a</h2>b<hr>c", "a b c"),
        ("<span></span>", ""),
        ("", ""),
        ("a\0b", "ab"),
    ],
)
def test_text_of_an_element(html: str, text: str, engine: Engine) -> None:
    section = parse(f"<section>{html}</section>", engine).first(
        compile_selector("section")
    )

    assert section is not None
    assert section.text() == text


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Tom &amp; <b>Jerry</b>x", "Tom & x"),
        ("one<br>two<div>three</div>four", "one two four"),
        ("<b>one</b>", ""),
        ("<p>one</p>", ""),
        ("only", "only"),
        ("a<!-- b -->c", "ac"),
        ("", ""),
    ],
)
def test_own_text_of_an_element(html: str, text: str, engine: Engine) -> None:
    section = parse(f"<section>{html}</section>", engine).first(
        compile_selector("section")
    )

    assert section is not None
    assert section.own_text() == text


@pytest.mark.parametrize("engine", Engine)
def test_script_has_text_when_asked_for_itself(engine: Engine) -> None:
    script = parse("<script>{'a':  1}</script>", engine).first(
        compile_selector("script")
    )

    assert script is not None
    assert script.text() == script.own_text() == "{'a': 1}"


@pytest.mark.parametrize("engine", Engine)
def test_text_of_a_document(engine: Engine) -> None:
    html = "<title>Topic</title><style>p{}</style><p>Page 1 of 57<div>More</div>"

    assert parse(html, engine).text() == "Topic Page 1 of 57 More"
