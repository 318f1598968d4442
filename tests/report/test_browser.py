"""The report in a real browser: it loads nothing, fits a phone, and can be read by day and by night."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from scraper.report.page import render
from tests.report.browser import Tab, browser_tab, needs_chromium
from tests.report.reports import report

pytestmark = [needs_chromium, pytest.mark.slow]

LOWEST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: of text and its background."""

CONTRASTS = """
(() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = color => {
    const [r, g, b] = channels(color).slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      const [r, g, b, a = 1] = channels(color);
      if (a > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [luminance(color), luminance(background(element))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), node.data.trim().slice(0, 30), color]);
  }
  return found.sort((x, y) => x[0] - y[0]);
})()
"""


def look(page: Path, expressions: list[str], **window: Any) -> tuple[Tab, list[Any]]:
    """Show the page, and return the tab and the expressions' values."""

    async def looked() -> tuple[Tab, list[Any]]:
        async with browser_tab(page.parent / "profile") as tab:
            await tab.open(page.as_uri(), **window)
            return tab, [await tab.evaluate(each) for each in expressions]

    return asyncio.run(looked())


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    names = ["<script>alert(1)</script>", "x" * 500, *map(str, range(60))]
    path.write_text(render(report(names, failures=30)), "utf-8")
    return path


def test_it_loads_nothing_and_nothing_complains(page: Path) -> None:
    tab, (scripts, charts) = look(
        page,
        ["document.scripts.length", "document.querySelectorAll('figure svg').length"],
        width=1200,
    )
    asked = [event["request"]["url"] for event in tab.saw("Network.requestWillBeSent")]
    assert {url for url in asked if not url.startswith("data:")} == {page.as_uri()}
    assert tab.saw("Log.entryAdded") == []
    assert tab.saw("Runtime.consoleAPICalled") == []
    assert tab.saw("Runtime.exceptionThrown") == []
    assert (scripts, charts) == (0, 5)


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_it_fits_its_window(width: int, page: Path) -> None:
    _, (content, tables, charts, text) = look(
        page,
        [
            "document.documentElement.scrollWidth",
            "[...document.querySelectorAll('.table')].map(e => e.getBoundingClientRect().right)",
            "[...document.querySelectorAll('svg')].map(e => e.getBoundingClientRect().right)",
            "Math.min(...[...document.querySelectorAll('svg .axis text')].map(e => e.getBoundingClientRect().height))",
        ],
        width=width,
    )
    assert content <= width
    assert max(tables) <= width
    assert max(charts) <= width
    assert text >= 9  # pixels, so that a phone can show it


@pytest.mark.parametrize("dark", [False, True])
def test_it_follows_the_colour_scheme_and_can_be_read(dark: bool, page: Path) -> None:
    _, (luminous, contrasts) = look(
        page,
        [
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)",
            CONTRASTS,
        ],
        width=1200,
        dark=dark,
    )
    assert max(luminous) < 60 if dark else min(luminous) > 240
    assert len(contrasts) > 200
    assert contrasts[0][0] >= LOWEST_CONTRAST, contrasts[:5]
