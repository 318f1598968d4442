"""The fields of an article: how a site's profile describes them, and how an element yields them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from scraper.exceptions import ConfigurationError
from scraper.markup import absolute_url, compile_selector, first_value, values
from scraper.markup.glance import Glance

if TYPE_CHECKING:
    from scraper.markup import Element, Selector

_TYPES: dict[str, tuple[type, ...]] = {
    "css": (str, list, tuple),
    "default": (str,),
    "url": (bool,),
    "all": (bool,),
    "join": (str,),
}


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field is taken from an article's element.

    Of the `selectors`, the first that yields text wins; without any, the field is `default`. With `is_url`, values are
    made absolute (see `absolute_url`); with `takes_all`, all values are joined by `separator`, else the first counts.
    """

    name: str
    selectors: tuple[Selector, ...]
    default: str = ""
    is_url: bool = False
    takes_all: bool = False
    separator: str = " "

    @classmethod
    def parse(cls, name: str, spec: Any) -> Self:
        """Read a field of a profile: a selector, a list of selectors, or a mapping.

        A mapping has `css` (a selector, or a list of them) and may have `default` (text), `url` (true: an absolute
        URL), `all` (true: every match) and `join` (the text between the matches). What a selector means is told at
        `compile_selector`; the article's element itself is `:scope`, as in `:scope::attr(data-id)`.

        Raises:
            ConfigurationError: one line that names field, key and value.
        """
        options = dict(spec) if isinstance(spec, Mapping) else {"css": spec}
        for key, value in options.items():
            _check_option(name, key, value)
        if "join" in options and not options.get("all"):
            raise ConfigurationError(
                f"field {name!r}: 'join' is {options['join']!r}, but 'all' is not set"
            )
        return cls(
            name,
            _selectors(name, options.get("css")),
            options.get("default", ""),
            options.get("url", False),
            options.get("all", False),
            options.get("join", " "),
        )

    @property
    def glanced_at(self) -> Selector | None:
        """The selector whose first match mostly has the value."""
        return None if self.takes_all else self.selectors[0]

    def extract(
        self, element: Element, base_url: str, glimpse: str | None = None
    ) -> str:
        """Return the field of the article at `element`; links in it are relative to `base_url`.

        `glimpse` is what a glance at the article showed for `glanced_at`.
        """
        if glimpse:
            value = absolute_url(glimpse, base_url) if self.is_url else glimpse
            if value:
                return value
        clean = partial(absolute_url, base_url=base_url) if self.is_url else None
        for selector in self.selectors:
            if self.takes_all:
                value = self.separator.join(values(element, selector, clean))
            else:
                value = first_value(element, selector, clean)
            if value:
                return value
        return self.default


@dataclass(frozen=True, slots=True)
class ArticleRules:
    """The rules of all fields of an article, in the order of the columns."""

    fields: tuple[FieldRule, ...]
    _glance: Glance = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        glance = Glance.of([rule.glanced_at for rule in self.fields])
        object.__setattr__(self, "_glance", glance)

    @classmethod
    def parse(cls, specs: Mapping[str, Any]) -> Self:
        """Read the fields of a profile, `{name: spec}`; see `FieldRule.parse` for a spec and for what is raised."""
        return cls(tuple(FieldRule.parse(name, spec) for name, spec in specs.items()))

    def extract(self, element: Element, base_url: str) -> dict[str, str]:
        """Return all fields of the article at `element`, "" for what it does not have."""
        glimpses = element.glance(self._glance)
        return {
            rule.name: rule.extract(element, base_url, glimpse)
            for rule, glimpse in zip(self.fields, glimpses, strict=True)
        }


def _check_option(name: str, key: Any, value: Any) -> None:
    if key not in _TYPES:
        raise ConfigurationError(
            f"field {name!r}: unknown key {key!r} (with {value!r}); known are {', '.join(_TYPES)}"
        )
    if not isinstance(value, _TYPES[key]):
        expected = " or ".join(type_.__name__ for type_ in _TYPES[key])
        raise ConfigurationError(
            f"field {name!r}: {key!r} must be {expected}, not {value!r}"
        )


def _selectors(name: str, css: Any) -> tuple[Selector, ...]:
    sources = [css] if isinstance(css, str) else css
    if not sources or not all(isinstance(source, str) for source in sources):
        raise ConfigurationError(
            f"field {name!r}: 'css' must be a selector or a list of selectors, not {css!r}"
        )
    try:
        return tuple(compile_selector(source) for source in sources)
    except ConfigurationError as error:
        raise ConfigurationError(f"field {name!r}: 'css': {error}") from None
