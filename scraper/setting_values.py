"""Reading numbers of settings, so that a wrong one is named."""

import math

from scrapy.settings import BaseSettings

from scraper.exceptions import ConfigurationError

SCRAPYS = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 0,
    "RETRY_TIMES": 0,
}
"""Numbers that Scrapy reads as they are, and what each must be at least."""

_FRACTIONS = {"DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT"}


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


def choice(settings: BaseSettings, name: str) -> bool:
    """A setting that is true or false.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    try:
        return settings.getbool(name)
    except ValueError:
        raise ConfigurationError(
            f"{name} = {settings[name]!r} is neither true nor false"
        ) from None


def check_numbers(settings: BaseSettings) -> None:
    """See that the numbers that Scrapy reads are numbers, whole ones where its own are.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    for name, least in SCRAPYS.items():
        value = number(settings, name, least, least=least)
        if name not in _FRACTIONS and not value.is_integer():
            raise ConfigurationError(
                f"{name} = {settings[name]!r} is wrong: it must be a whole number"
            )
