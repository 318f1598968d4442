"""Scrapy's settings, looked at before a crawl begins: their defaults tell what they must be."""

import json
import logging
import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.misc import load_object

from scraper.exceptions import ConfigurationError
from scraper.setting_values import choice, number

_LEAST = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 0,
    "RETRY_TIMES": 0,
}
"""What some numbers must be at least."""

_WHOLE = ("CONCURRENT_", "RETRY_TIMES")
"""How the names of those begin that Scrapy reads as whole numbers, and would break off at a fraction."""

_USED_EARLY = ("ASYNCIO_EVENT_LOOP", "SPIDER_LOADER_CLASS", "TWISTED_REACTOR")
"""What is loaded before there is a crawler."""


def check(settings: BaseSettings) -> None:
    """See that JOBDIR is unset, and that numbers, choices, log levels and what is to be loaded are such.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    if settings["JOBDIR"]:
        raise ConfigurationError(
            f"JOBDIR = {settings['JOBDIR']!r} is not for this spider: the crawl database remembers what is left of a "
            "crawl, and the same command goes on with it"
        )
    for name, default in vars(default_settings).items():
        if settings[name] is None or settings[name] == default:
            continue
        if isinstance(default, bool) or name.endswith("_ENABLED"):
            choice(settings, name)
        elif name.endswith("LOG_LEVEL"):
            _check_level(settings, name)
        elif isinstance(default, int | float):
            _check_number(settings, name)
        elif isinstance(default, list) and default:
            _check_elements(settings, name, default[0])
        elif _is_path(default) and name != "REFERRER_POLICY":  # or one of W3C's names
            _check_loads(name, settings[name])


def check_given(given: Sequence[str]) -> None:
    """See that of the options `NAME=VALUE` those for Scrapy's mappings have one, as JSON.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    for option in given:
        name, _, value = option.partition("=")
        default = vars(default_settings).get(name)
        if isinstance(default, dict) and not _is_mapping(value):
            raise ConfigurationError(
                f"{name} = {value!r} is wrong: it must be a mapping, as JSON"
            )


def misspelt_names(
    settings: BaseSettings, given: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The names in options `NAME=VALUE` that are no settings, each with the one that it is like.

    What is like none is passed over: components of one's own have settings of their own.
    """
    for name in (option.partition("=")[0] for option in given):
        if name not in settings:
            for like in get_close_matches(name, settings, n=1, cutoff=0.85):
                yield name, like


def check_process(settings: BaseSettings) -> None:
    """See that Scrapy's process can begin: load its event loop, reactor and spiders, and write its log.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    for name in filter(settings.get, _USED_EARLY):
        _check_loads(name, settings[name])
    for name in ("LOG_ENABLED", "LOG_STDOUT", "LOG_SHORT_NAMES"):
        choice(settings, name)
    _check_level(settings, "LOG_LEVEL")
    path, encoding = settings["LOG_FILE"], settings["LOG_ENCODING"]
    if not path or not settings.getbool("LOG_ENABLED"):
        return
    try:
        Path(path).open("a", encoding=encoding).close()
    except OSError as error:
        raise ConfigurationError(
            f"LOG_FILE = {path!r} cannot be written: {error.strerror}"
        ) from error
    except LookupError as error:
        raise ConfigurationError(
            f"LOG_ENCODING = {encoding!r} is wrong: {error}"
        ) from error


def _check_number(settings: BaseSettings, name: str) -> None:
    value = number(settings, name, 0, least=_LEAST.get(name, -math.inf))
    if name.startswith(_WHOLE) and not value.is_integer():
        raise ConfigurationError(
            f"{name} = {settings[name]!r} is wrong: it must be a whole number"
        )


def _check_level(settings: BaseSettings, name: str) -> None:
    level, levels = settings[name], logging.getLevelNamesMapping()
    if level not in levels and not isinstance(level, int):
        raise ConfigurationError(
            f"{name} = {level!r} is wrong: it must be one of {', '.join(levels)}"
        )


def _check_elements(settings: BaseSettings, name: str, default: object) -> None:
    are_loaded = _is_path(default)
    try:
        values = settings.getlist(name)
        if isinstance(default, int):
            list(map(int, values))
    except (TypeError, ValueError):
        what = "names" if are_loaded else "whole numbers"
        raise ConfigurationError(
            f"{name} = {settings[name]!r} is wrong: it must be a list of {what}"
        ) from None
    for value in values if are_loaded else ():
        _check_loads(name, value)


def _check_loads(name: str, value: Any) -> None:
    try:
        load_object(value)
    except (ImportError, NameError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{name} = {value!r} is wrong: {error}") from error


def _is_path(value: object) -> bool:
    return str(value).startswith(("scrapy.", "twisted."))


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
