"""The project's own extensions, pipelines and middlewares, without which a crawl is none."""

import logging
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from scraper import settings as project
from scraper.exceptions import ConfigurationError

_SETTINGS = (
    "DOWNLOADER_MIDDLEWARES",
    "EXTENSIONS",
    "ITEM_PIPELINES",
    "SPIDER_MIDDLEWARES",
)

_STORE = "scraper.pipelines.StorePipeline"

logger = logging.getLogger(__name__)


def complete(settings: BaseSettings) -> None:
    """Add those of the project's components that a setting leaves out: it names others, `-s ITEM_PIPELINES=...` say.

    One that is set to None stays out.

    Raises:
        ConfigurationError: such a setting names something that cannot be loaded.
    """
    for name in _SETTINGS:
        given, own = settings.getdict(name), getattr(project, name)
        if own.keys() <= given.keys():
            continue
        loaded = {_load(name, key) for key in given}
        lacking = {
            path: order
            for path, order in own.items()
            if load_object(path) not in loaded
        }
        # One above: a runner sets what it was given once more.
        priority = (settings.getpriority(name) or 0) + 1
        settings.set(name, {**given, **lacking}, priority)


def check_pipelines(settings: BaseSettings) -> None:
    """See that pages reach the crawl database, and warn of pipelines that come after it.

    Raises:
        ConfigurationError: there is no StorePipeline.
    """
    name, store = "ITEM_PIPELINES", load_object(_STORE)
    orders = {
        _load(name, key): order
        for key, order in settings.getdict(name).items()
        if order is not None
    }
    stores = [
        order
        for pipeline, order in orders.items()
        if isinstance(pipeline, type) and issubclass(pipeline, store)
    ]
    if not stores:
        raise ConfigurationError(
            f"{name} has no {_STORE}, which the crawl database needs (without one: CRAWL_DB = '')"
        )
    own = set(map(load_object, project.ITEM_PIPELINES))
    for pipeline, order in orders.items():
        if order > max(stores) and pipeline not in own:
            logger.warning(
                "%s comes after StorePipeline (%s, %s): what it drops or changes is in the crawl database all the same",
                *(getattr(pipeline, "__name__", pipeline), order, max(stores)),
            )


def _load(name: str, key: Any) -> Any:
    try:
        return load_object(key)
    except (ImportError, NameError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"{name}: {key!r} cannot be loaded: {error}"
        ) from error
