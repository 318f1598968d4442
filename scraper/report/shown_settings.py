"""The settings of a crawl that differ from Scrapy's defaults, fit to be shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pprint import pformat
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from scraper.report.masking import mask

LONGEST = 2000
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting and its value, masked. `is_given` tells that it is of this crawl's command line, not of settings.py."""

    name: str
    value: str
    is_given: bool


def shown_settings(
    settings: BaseSettings, site: str, arguments: Mapping[str, str]
) -> list[ShownSetting]:
    """The arguments of the spider (`-a`), then all settings that are not Scrapy's default; of SITES only `site`."""
    given = [_shown(f"-a {name}", value, True) for name, value in arguments.items()]
    shown = [
        _shown(name, value, _is_given(settings, name))
        for name, value in _differing(settings, site)
    ]
    return given + sorted(shown, key=lambda one: (not one.is_given, one.name))


def _differing(settings: BaseSettings, site: str) -> Iterator[tuple[str, Any]]:
    missing = object()
    for name in settings:
        value = settings[name]
        if isinstance(value, BaseSettings):
            value = value.copy_to_dict()
        if name == "SITES":
            value = {site: (value or {}).get(site)}
        if value != getattr(default_settings, name, missing):
            yield name, value


def _is_given(settings: BaseSettings, name: str) -> bool:
    priority = settings.getpriority(name)
    return priority is not None and priority > SETTINGS_PRIORITIES["project"]


def _shown(name: str, value: Any, is_given: bool) -> ShownSetting:
    masked = mask(name, value)
    text = pformat(masked, width=72, sort_dicts=False)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} ..."
    return ShownSetting(name, text, is_given)
