"""Reading settings, so that a wrong one is named."""

import math

from scrapy.settings import BaseSettings, default_settings

from scraper.exceptions import ConfigurationError

LEAST = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 0,
    "RETRY_TIMES": 0,
}
"""What some of Scrapy's numbers must be at least."""

_WHOLE = ("CONCURRENT_", "RETRY_TIMES")
"""How the names of those begin that Scrapy reads as whole numbers, and would break off at a fraction."""


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


def check_scrapys(settings: BaseSettings) -> None:
    """See that Scrapy's settings mean something here: JOBDIR is unset, and numbers and choices are such.

    Raises:
        ConfigurationError: naming the setting and its value.
    """
    if settings["JOBDIR"]:
        raise ConfigurationError(
            f"JOBDIR = {settings['JOBDIR']!r} is not for this spider: the crawl database remembers what is left of a "
            "crawl, and the same command goes on with it"
        )
    for name, default in vars(default_settings).items():
        if not isinstance(default, int | float) or settings[name] is None:
            continue
        if isinstance(default, bool) or name.endswith("_ENABLED"):
            choice(settings, name)
            continue
        least = LEAST.get(name, -math.inf)
        is_whole = number(settings, name, default, least=least).is_integer()
        if name.startswith(_WHOLE) and not is_whole:
            raise ConfigurationError(
                f"{name} = {settings[name]!r} is wrong: it must be a whole number"
            )
