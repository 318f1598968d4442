"""What a person may choose about the demo site, checked once."""

import argparse
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from scraper.demo.content import DemoSite
from scraper.exceptions import ConfigurationError

_HELP = {
    "topics": "topics on the index page",
    "pages": "pages per topic, give or take half",
    "articles": "articles on a page",
    "latency": "seconds before each answer",
    "error_rate": "share of answers that are a 503, at most 0.99",
    "seed": "another number makes another site",
    "port": "port on the loopback interface; 0 takes a free one",
}

_RANGES = {
    "topics": (1, 10_000),
    "pages": (1, 10_000_000),
    "articles": (1, 1000),
    "latency": (0, 3600),
    "error_rate": (0, 0.99),
    "seed": (0, 2**63),
    "port": (0, 65_535),
}


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """The demo site and how it is served; a value that makes no sense raises.

    `latency` is in seconds, `error_rate` the share of answers that are a 503, `gzip`
    compresses answers for clients that accept it.

    Raises ConfigurationError, naming the option and its value.
    """

    topics: int = 15
    pages: int = 20
    articles: int = 35
    latency: float = 0.0
    error_rate: float = 0.0
    seed: int = 1
    port: int = 0
    gzip: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if not (least <= value <= most and math.isfinite(value)):
                wanted = f"must be from {least} to {most}"
                raise ConfigurationError(f"{flag(name)} {wanted}, not {value!r}")

    @property
    def site(self) -> DemoSite:
        """The content these options ask for."""
        return DemoSite(self.topics, self.pages, self.articles, self.seed)

    @classmethod
    def from_strings(cls, values: Mapping[str, Any]) -> "DemoOptions":
        """Return the options that command-line values stand for.

        A value that is missing or None leaves the option at its default. Raises
        ConfigurationError, naming the option and its value.
        """
        given = {
            field.name: _parse(field.name, field.type, values[field.name])
            for field in fields(cls)
            if values.get(field.name) is not None
        }
        return cls(**given)

    def arguments(self) -> list[str]:
        """Return the command-line arguments that give these options again."""
        flags = [f"{flag(name)}={getattr(self, name)}" for name in _RANGES]
        return [*flags, "--gzip"] if self.gzip else flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add one argument per option, as text, for `DemoOptions.from_strings` to check."""
    for field in fields(DemoOptions):
        if field.name in _RANGES:
            text = f"{_HELP[field.name]} (default {field.default})"
            parser.add_argument(flag(field.name), metavar="N", help=text)
    parser.add_argument("--gzip", action="store_true", help="compress answers")


def flag(name: str) -> str:
    """Return the command-line spelling of an option's name."""
    return "--" + name.replace("_", "-")


def _parse(name: str, kind: Any, value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        noun = "a whole number" if kind is int else "a number"
        raise ConfigurationError(
            f"{flag(name)} must be {noun}, not {value!r}"
        ) from None
