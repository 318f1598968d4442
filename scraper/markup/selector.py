"""CSS selectors with Scrapy's `::text` and `::attr(name)`, compiled once, the same for every engine."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from scraper.exceptions import ConfigurationError
from scraper.markup.css import DESCENDANT, SCOPE, check, split_groups

_PSEUDO_ELEMENT = re.compile(
    r"::(?:text|attr\(\s*(?P<quote>[\"']?)(?P<name>[\w:.-]+)(?P=quote)\s*\))$"
)
_IDENTIFIER = re.compile(r"[a-z_][\w-]*", re.ASCII)


class Take(Enum):
    """What a selector takes from an element that it matches."""

    TEXT = "all text of the element"
    OWN_TEXT = "the text directly inside of the element"
    ATTRIBUTE = "an attribute of the element"


@dataclass(frozen=True, slots=True)
class Step:
    """The compounds between two descendant combinators: `nav ul > li a` has the steps `nav`, `ul > li` and `a`.

    A match counts if it lies at least `depth` levels below the step's starting point (if `exact`, that many levels):
    then each compound of the step was matched by an element of the scope.
    """

    css: str
    depth: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One of a selector's comma-separated parts; without `steps` it is the scope element itself."""

    steps: tuple[Step, ...]
    take: Take = Take.TEXT
    attribute: str = ""
    outermost: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether an engine, which lets elements outside of the scope take part, matches it right as it stands."""
        if self.outermost or len(self.steps) != 1:
            return False
        return not (self.steps[0].depth or self.steps[0].exact)

    @property
    def is_plain_in_document(self) -> bool:
        """Whether an engine matches it right in a whole document, where no element lies outside of the scope."""
        is_whole = bool(self.steps) and not self.outermost
        return is_whole and not any(step.exact for step in self.steps)

    @property
    def css(self) -> str:
        """All of it as plain CSS."""
        return " ".join(step.css for step in self.steps)


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector: its `source`, its `groups`, and `css` that matches what they match, or more.

    If `is_plain`, an engine may match `css` as it stands; `document_css` it may match as it stands in a whole document
    (None: nowhere). If `is_uniform`, all groups take the same of an element.
    """

    source: str
    groups: tuple[Group, ...]
    css: str
    document_css: str | None
    is_plain: bool
    is_uniform: bool


@lru_cache(maxsize=1024)
def compile_selector(source: str) -> Selector:
    """Compile CSS with Scrapy's pseudo-elements, such as `h2 a::attr(href), .x::text`.

    It means what it means to parsel: it may match the scope element and what is inside of it, all of its parts have to
    match within the scope, `p::text` is the text directly inside of `p`, `p ::text` all of its text, and `::attr(id)`
    looks at the scope element, then at those inside of it. A `:scope` at the beginning is the scope element alone.
    Without a pseudo-element, the value is the whole text of the element.

    Raises:
        ConfigurationError: an engine does not understand it, or the engines differ; one line that quotes `source`.
    """
    try:
        groups = tuple(
            group for parts in split_groups(source) for group in _groups(parts)
        )
        for group in groups:
            for step in group.steps:
                check(step.css)
    except ValueError as error:
        raise ConfigurationError(f"invalid selector {source!r}: {error}") from None
    lasts = dict.fromkeys(
        group.steps[-1].css if group.steps else "*" for group in groups
    )
    in_document = [group.css for group in groups if group.is_plain_in_document]
    is_plain = all(group.is_plain for group in groups)
    is_uniform = len({(group.take, group.attribute) for group in groups}) == 1
    return Selector(
        source,
        groups,
        css=", ".join(lasts),
        document_css=", ".join(in_document)
        if len(in_document) == len(groups)
        else None,
        is_plain=is_plain,
        is_uniform=is_uniform,
    )


def _groups(parts: list[str]) -> list[Group]:
    pseudo = _PSEUDO_ELEMENT.search(parts[-1])
    if pseudo is None:
        return [Group(_steps(parts))]
    compound, name = parts[-1][: pseudo.start()], (pseudo["name"] or "").lower()
    if compound in {"", "*"} and parts[-2:-1] in ([], [DESCENDANT]):
        return _groups_below(parts[:-2], name)
    take = Take.ATTRIBUTE if name else Take.OWN_TEXT
    return [Group(_steps([*parts[:-1], compound or "*"]), take, name)]


def _groups_below(base: list[str], name: str) -> list[Group]:
    """What `base ::text` and `base ::attr(name)` take: of the elements of `base`, and of those inside of them."""
    if not name:
        return [Group(_steps(base), outermost=True)]
    having = f"[{name}]" if _IDENTIFIER.fullmatch(name) else ""
    paths = [[*base, DESCENDANT, "*" + having] if base else ["*" + having]]
    if base:
        paths.insert(0, [*base[:-1], base[-1] + having])
    return [Group(_steps(path), Take.ATTRIBUTE, name) for path in paths]


def _steps(parts: list[str]) -> tuple[Step, ...]:
    steps: list[list[str]] = [[]]
    for part in parts:
        if part == DESCENDANT:
            steps.append([])
        else:
            steps[-1].append(part)
    return tuple(_step(step, index) for index, step in enumerate(steps) if step)


def _step(parts: list[str], index: int) -> Step:
    """Return the step of compounds at even places of `parts`, combinators at odd ones."""
    if not all(parts[::2]):
        raise ValueError(
            "an element is missing beside a combinator" if parts[1:] else "it is empty"
        )
    exact = parts[0].startswith(SCOPE)
    if exact and parts[1:2] in (["+"], ["~"]):
        raise ValueError(f"what stands beside {SCOPE} lies outside of it")
    css = " ".join(parts)
    # Of the first step's compounds one may be the scope itself, which has no siblings
    # in the scope; those of later steps lie below the match of the step before.
    depth = _depth(parts[1::2]) if index == 0 else parts[1::2].count(">") + 1
    return Step(css.replace(SCOPE, "*", 1) if exact else css, depth, exact)


def _depth(combinators: list[str]) -> int:
    depth = needed = 0
    for combinator in reversed(combinators):
        depth += combinator == ">"
        needed = max(needed, depth + (combinator != ">"))
    return needed
