"""A glance at an element shows what a search finds first, or leaves it to the search."""

from random import Random

import pytest

from scraper.fields import ArticleRules
from scraper.markup import Document, Engine, compile_selector, first_value, parse
from scraper.markup.glance import Glance

SIMPLE = ["h2", "p", "a", ".x", ".y", "p.x", "a.x.y", "a, p", ".y::text"]
ATTRIBUTES = ["a::attr(href)", ".x::attr(title)"]
OTHERS = [
    "div p",
    "p > a",
    "p:first-child",
    "[title]",
    "*",
    "#i",
    ":scope > a",
    "h2, .x::attr(title)",
]
PIECES = [
    *("<div class=x>", "<p class='y x'>", "<p class='\tx\nz'>", "<a href='/1' class=y>", "<a href=' /2'>"),
    *("<a class='x y' title='a  b' href=/3>", "<h2>", "</h2>", "</a>", "</p>", "</div>", "<b>two</b> ", "one"),
    *("<!-- p -->", "<template><p class=x>in</p></template>", "<svg><a class=x><foreignObject><p>s</p></svg>"),
    *("<p title=t>&nbsp; </p>", "<script>p</script>", "<br>", "<noscript><h2>n</h2></noscript>", "<H2 ID=i>H"),
]  # fmt: skip


def page(seed: int, engine: Engine) -> Document:
    random = Random(seed)
    pieces = random.choices(PIECES, k=random.randint(1, 30))
    return parse(f"<body><div class=article>{''.join(pieces)}</div>", engine)


@pytest.mark.parametrize("engine", Engine)
def test_what_a_glance_shows_is_what_a_search_finds(engine: Engine) -> None:
    selectors = [compile_selector(css) for css in (*SIMPLE, *ATTRIBUTES, *OTHERS)]
    glance = Glance.of([None, *selectors])
    shown = 0
    for seed in range(600):
        article = page(seed, engine).root
        nothing, *glimpses = article.glance(glance)
        assert nothing is None
        for selector, glimpse in zip(selectors, glimpses, strict=True):
            if glimpse:
                shown += 1
                assert first_value(article, selector) == glimpse, (seed, selector)
    assert shown > 1500 or engine is Engine.BEAUTIFULSOUP


def test_what_names_and_classes_select_is_seen_at_a_glance() -> None:
    selectors = [compile_selector(css) for css in (*SIMPLE, *ATTRIBUTES)]
    html = """<h2>h</h2><p class="z y x">p<b>b</b></p><a class="x y" href=/a title=t>a</a>"""

    glimpses = parse(html, Engine.LEXBOR).root.glance(Glance.of(selectors))

    assert glimpses == ["h", "pb", "a", "pb", "pb", "pb", "a", "pb", "p", "/a", ""]


def test_what_takes_a_search_is_left_to_it() -> None:
    selectors = [compile_selector(css) for css in OTHERS]
    html = "<div><p id=i title=t class=x><a>a</a></p></div>"

    glimpses = parse(html, Engine.LEXBOR).root.glance(Glance.of(selectors))

    assert glimpses == [None] * len(OTHERS)


@pytest.mark.parametrize("engine", Engine)
def test_fields_are_found_however_far_away_they_are(engine: Engine) -> None:
    rules = ArticleRules.parse(
        {
            "title": "h2",
            "none": {"css": "h6", "default": "-"},
            "second": "i",
            "url": {"css": "a::attr(href)", "url": True},
        }
    )
    html = f"{'<b>' * 200}</b><i> </i><i>2</i><h2>far</h2><a>no</a><a href='x\n'>x</a>"

    row = rules.extract(parse(html, engine).root, "https://example.com/")

    assert row == {
        "title": "far",
        "none": "-",
        "second": "2",
        "url": "https://example.com/x",
    }
