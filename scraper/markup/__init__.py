"""HTML text to elements: one small interface, two engines, the same values from both."""

from scraper.markup.element import SIGNPOSTS, Document, Element
from scraper.markup.engine import Engine, parse
from scraper.markup.selector import Selector, Take, compile_selector
from scraper.markup.urls import absolute_url
from scraper.markup.values import first_value, values

__all__ = [
    "SIGNPOSTS",
    "Document",
    "Element",
    "Engine",
    "Selector",
    "Take",
    "absolute_url",
    "compile_selector",
    "first_value",
    "parse",
    "values",
]
