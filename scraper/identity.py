"""What tells articles apart, and the keys made of it."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from scrapy.settings import BaseSettings

from scraper.exceptions import ConfigurationError
from scraper.items import Article

Identity = Callable[[Article], str]

KEY_BYTES = (
    15  # 120 bits: two of 10^9 articles share a key with a probability of 10^-18
)


def url_or_text(article: Article) -> str:
    """What tells articles apart by default: the URL, else title and description; "" if all are empty."""
    if url := article["url"]:
        return f"url\0{url}"
    title, description = article["title"], article["description"]
    return f"text\0{title}\0{description}" if title or description else ""


def by_fields(names: Sequence[str]) -> Callable[[Article], str]:
    """A function that gives what tells articles apart by the fields `names`; "" if all are empty."""

    def identity(article: Article) -> str:
        values = [str(article[name]) for name in names]
        return "\0".join(values) if any(values) else ""

    return identity


def identity_from_settings(settings: BaseSettings, columns: Sequence[str]) -> Identity:
    """What DEDUP_FIELDS says tells articles apart, or `url_or_text`.

    Raises:
        ConfigurationError: it names a field that is none of `columns`.
    """
    names = settings.getlist("DEDUP_FIELDS")
    for name in names:
        if name not in columns:
            known = ", ".join(columns)
            raise ConfigurationError(
                f"DEDUP_FIELDS: articles have no field {name!r} (they have: {known})"
            )
    return by_fields(names) if names else url_or_text


def key_of(identity: str) -> bytes:
    """The key of an identity: 15 bytes."""
    data = identity.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=KEY_BYTES).digest()


def keys_of(articles: Iterable[Article], identity: Identity) -> list[bytes | None]:
    """The key of each article; None for one that nothing tells apart, which is never a duplicate."""
    return [key_of(text) if text else None for text in map(identity, articles)]
