"""SiteProfile: one site described, where its topics are, how its pages are numbered, which fields its articles have."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from scraper.exceptions import ConfigurationError
from scraper.fields import ArticleRules
from scraper.items import ARTICLE_COLUMNS
from scraper.markup import Selector, compile_selector
from scraper.pagination import PaginationRules

DEFAULT_FIELDS: Mapping[str, Any] = {
    "title": ["h2", "h3", "a::attr(title)"],
    "description": "p",
    "url": {"css": "a::attr(href)", "url": True},
}
"""What an article's fields are when a profile does not say: the markup of the demo site."""

MOST_INDEX_PAGES = 1000
"""Pages of an index that are read when a profile does not say."""

_KEYS = frozenset(
    {
        "index",
        "index_pages",
        "topics",
        "topic_name",
        "articles",
        "fields",
        "pagination",
        "next",
        "page_param",
        "page_url",
        "first_page",
        "page_step",
        "page_size_param",
        "page_size",
        "allowed_domains",
        "encoding",
        "must_have",
        "must_not_say",
    }
)


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """One site. `topics` selects the topics' links (or what holds one each), `articles` the articles of a page.

    `topics` is None where the index is itself the one topic.

    `name` is its key in SITES, `index` the URL of the page that lists the topics (the first of `index_pages` at most),
    `columns` what a feed's row has.
    """

    name: str
    index: str
    index_pages: int
    topics: Selector | None
    topic_name: Selector | None
    articles: Selector
    fields: ArticleRules
    pagination: PaginationRules
    allowed_domains: tuple[str, ...]
    encoding: str | None
    must_have: Selector | None
    must_not_say: tuple[str, ...]
    digest: str

    @classmethod
    def from_settings(
        cls, sites: Mapping[str, Mapping[str, Any]], site: str, url: str | None = None
    ) -> "SiteProfile":
        """The profile named `site` in SITES, with the index at `url` if that is given.

        Raises:
            ConfigurationError: there is no such profile, or something is wrong in it.
        """
        if site not in sites:
            known = ", ".join(sorted(sites)) or "none"
            raise ConfigurationError(
                f"SITE: no profile named {site!r} in SITES (there are: {known})"
            )
        profile = sites[site]
        if not isinstance(profile, Mapping):
            raise ConfigurationError(f"SITES[{site!r}] must be a dict, not {profile!r}")
        return cls.parse(
            site, {**profile, "index": url} if url is not None else profile
        )

    @classmethod
    def parse(cls, name: str, profile: Mapping[str, Any]) -> "SiteProfile":
        """Check a profile as settings hold it.

        Raises:
            ConfigurationError: naming the key and the value that are wrong.
        """
        keys = _Keys(name, profile)
        keys.check_known()
        index = keys.url("index")
        host = urlsplit(index).hostname or ""
        return cls(
            name=name,
            index=index,
            index_pages=keys.number("index_pages", 1) or MOST_INDEX_PAGES,
            topics=keys.topics(),
            topic_name=keys.optional_selector("topic_name"),
            articles=keys.selector("articles"),
            fields=keys.fields(),
            pagination=keys.pagination(),
            allowed_domains=(host, *map(str.lower, keys.texts("allowed_domains"))),
            encoding=keys.encoding(),
            must_have=keys.optional_selector("must_have"),
            must_not_say=keys.texts("must_not_say"),
            digest=_digest(profile),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a feed's row: those every article has, then the profile's own fields."""
        own = (
            rule.name for rule in self.fields.fields if rule.name not in ARTICLE_COLUMNS
        )
        return (*ARTICLE_COLUMNS, *own)

    def is_onsite(self, url: str) -> bool:
        """Whether `url` is on this site: http(s), an allowed domain ("www." aside), the index's port or a usual one."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").removeprefix("www.")
        on_domain = any(
            host == domain.removeprefix("www.") or host.endswith("." + domain)
            for domain in self.allowed_domains
        )
        on_port = port in (None, 80, 443, urlsplit(self.index).port)
        return parts.scheme in ("http", "https") and on_domain and on_port


def read_sites(settings: BaseSettings) -> dict[str, Any]:
    """The profiles by their names (SITES).

    Raises:
        ConfigurationError: it is no dict.
    """
    try:
        return settings.getdict("SITES")
    except (TypeError, ValueError):
        raise ConfigurationError(
            f"SITES = {settings['SITES']!r} is no dict of profiles"
        ) from None


def _digest(profile: Mapping[str, Any]) -> str:
    """What tells this profile from a changed one, its index aside."""
    rest = {key: value for key, value in profile.items() if key != "index"}
    text = json.dumps(rest, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


class _Keys:
    """A profile's values, checked; every error names the profile, the key and the value."""

    def __init__(self, name: str, profile: Mapping[str, Any]) -> None:
        self._name = name
        self._profile = profile

    def check_known(self) -> None:
        for key in self._profile:
            if key not in _KEYS:
                known = ", ".join(sorted(_KEYS))
                raise self._error(key, f"is no key of a profile (these are: {known})")

    def url(self, key: str) -> str:
        value = self._profile.get(key)
        if not value:
            raise ConfigurationError(
                f"SITES[{self._name!r}] has no {key!r}: set it, or give the site's address with -a url=https://..."
            )
        try:
            parts = urlsplit(value) if isinstance(value, str) else None
            valid = parts and parts.scheme in ("http", "https") and parts.hostname
            if parts:
                _ = parts.port
        except ValueError:
            valid = None
        if not valid:
            raise self._error(key, "is no http or https URL")
        return str(value)

    def text(self, key: str) -> str | None:
        value = self._profile.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._error(key, "must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._profile.get(key, ())
        is_list = isinstance(value, list | tuple)
        if not is_list or not all(isinstance(each, str) for each in value):
            raise self._error(key, "must be a list of texts")
        return tuple(value)

    def number(self, key: str, least: int) -> int | None:
        value = self._profile.get(key)
        if value is not None and (type(value) is not int or value < least):
            raise self._error(key, f"must be a whole number of at least {least}")
        return value

    def selector(self, key: str) -> Selector:
        if key not in self._profile:
            raise ConfigurationError(
                f"SITES[{self._name!r}] has no {key!r}: set the CSS selector of the {key}"
            )
        selector = self.optional_selector(key)
        if selector is None:
            raise self._error(key, "must be a CSS selector")
        return selector

    def topics(self) -> Selector | None:
        """The selector, or None, which must be said: forgetting the key is no way to crawl one topic only."""
        stated = self._profile.get("topics", "")
        return None if stated is None else self.selector("topics")

    def optional_selector(self, key: str) -> Selector | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            return compile_selector(text)
        except ConfigurationError as error:
            raise self._error(key, str(error)) from None

    def fields(self) -> ArticleRules:
        fields = self._profile.get("fields", DEFAULT_FIELDS)
        if not isinstance(fields, Mapping) or not fields:
            raise self._error("fields", "must be a dict of names and selectors")
        for reserved in ("topic", "page"):
            if reserved in fields:
                raise self._error(
                    "fields", f"may not have {reserved!r}: every article has it"
                )
        try:
            return ArticleRules.parse(fields)
        except ConfigurationError as error:
            raise ConfigurationError(f"SITES[{self._name!r}]: {error}") from None

    def pagination(self) -> PaginationRules:
        param, pattern = self.text("page_param"), self.text("page_url")
        if param and pattern:
            raise self._error("page_url", "and 'page_param' exclude each other")
        if pattern and pattern.count("{page}") != 1:
            raise self._error("page_url", "must have {page} in it, once")
        size_param, size = self.text("page_size_param"), self.number("page_size", 1)
        if (size_param is None) != (size is None):
            raise self._error("page_size", "and 'page_size_param' go together")
        return PaginationRules(
            elements=self.optional_selector("pagination"),
            next_link=self.optional_selector("next"),
            param=param,
            pattern=pattern,
            first_page=self.number("first_page", 0),
            page_step=self.number("page_step", 1),
            size_param=size_param,
            size=size,
        )

    def encoding(self) -> str | None:
        name = self.text("encoding")
        try:
            # What is no encoding of texts, base64 say, is none.
            "".encode(name or "utf-8")
            return codecs.lookup(name).name if name else None
        except LookupError:
            raise self._error("encoding", "is no encoding that Python knows") from None

    def _error(self, key: str, what: str) -> ConfigurationError:
        return ConfigurationError(
            f"SITES[{self._name!r}][{key!r}] = {self._profile.get(key)!r} {what}"
        )
