"""Reading settings, so that a wrong one is named."""

import math

from scrapy.settings import BaseSettings

from scraper.exceptions import ConfigurationError


def number(
    settings: BaseSettings, name: str, default: float, *, least: float = 0.0
) -> float:
    """A finite number of at least `least`.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    value = settings.get(name, default)
    try:
        result = float(value)
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result) or result < least:
        raise ConfigurationError(
            f"{name} = {value!r} is wrong: it must be a number"
            + f" of at least {least:g}" * math.isfinite(least)
        )
    return result


def choice(settings: BaseSettings, name: str, *, default: bool = False) -> bool:
    """A setting that is true or false.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    try:
        return settings.getbool(name, default)
    except ValueError:
        raise ConfigurationError(
            f"{name} = {settings[name]!r} is neither true nor false"
        ) from None
