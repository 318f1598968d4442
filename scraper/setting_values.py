"""Reading numbers of settings, so that a wrong one is named."""

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
    if not least <= result < math.inf:
        raise ConfigurationError(
            f"{name} = {value!r} is wrong: it must be a number of at least {least:g}"
        )
    return result
