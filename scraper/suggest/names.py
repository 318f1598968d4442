"""Which class names and ids a person would use in a selector: those that mean something and last."""

import re

_USABLE = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_GENERATED = re.compile(
    r"""
      (?:css|sc|jss|jsx|emotion|styled|svelte|astro|chakra|mui|ember|ng|v)-[\w-]*\d[\w-]*
    | sc-[A-Za-z]{5,}
    | data-v-\w+
    | .*__[A-Za-z0-9_-]*(?:\d[A-Za-z]|[a-z][A-Z0-9][a-z0-9]*[A-Z0-9])[\w-]*   # CSS modules: Card_title__x3Fz1
    | _[A-Za-z0-9]{5,}
    | .*\d{3,}.*                                # post-1234
    | (?=[a-z]*\d)(?=\d*[a-z])(?:[a-z]+\d+){2,}\w*   # a1b2c3
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r".*[-_]\d+$")
_UTILITY = re.compile(
    r"""
      (?:col|row|container|offset|span|grid|columns?|large|medium|small|cell)(?:-[\w-]*)?\d*
    | (?:[mp][trblxyse]?|w|h|d|z|gap|space|top|left|right|bottom|inset|order)-[\w./-]+
    | (?:text|bg|font|border|rounded|shadow|leading|tracking|align|items|justify|self|content|
         float|overflow|opacity|transition|duration|cursor|max|min|object|whitespace|aspect|
         sm|md|lg|xl|u|is|has|js|wp-elements)-[\w./-]+
    | flex(?:-\w+)*|block|inline(?:-\w+)?|hidden|relative|absolute|clearfix|clear|cf|fixed|static
    | (?:border|rounded|shadow|text|bg|font|truncate|uppercase|underline|container|media|list|item|
         content|body|clickable|link|button|btn)
    | (?:first|last|odd|even|active|current|selected|open|closed|left|right|center|pull-\w+)
    | (?:has|is)-[\w-]+
    | inner|outer|wrap|wrapper|group|box|unstyled
    """,
    re.VERBOSE,
)


_STATES = frozenset(
    {
        "instock", "outofstock", "stock", "purchasable", "sale", "onsale", "read", "unread",
        "locked", "sticky", "hot", "new", "featured", "publish", "status", "format", "type",
        "taxable", "shipping", "thumbnail", "large", "small", "cat", "category", "tag",
        "visible", "loaded", "lazy", "has", "no", "simple", "variable", "standard", "animate",
        "trigger", "scroll",
    }
)  # fmt: skip
_TELLING = frozenset(
    {
        "article", "post", "product", "entry", "story", "quote", "book", "thread", "topic",
        "title", "headline", "name", "excerpt", "summary", "description", "price", "author",
        "date", "teaser", "hentry", "subject", "result", "job", "event", "news", "row",
    }
)  # fmt: skip


def is_usable(name: str) -> bool:
    """Whether a class name or id can stand in a selector as it is, and is not made by a program."""
    return (
        _USABLE.fullmatch(name) is not None
        and _GENERATED.fullmatch(name) is None
        and not _is_random(name)
    )


def is_state(name: str) -> bool:
    """Whether a name says what state something is in, which others of its kind need not be in: `instock`."""
    return not _STATES.isdisjoint(re.split(r"[-_]+", name.lower()))


def is_telling(name: str) -> bool:
    """Whether a name says what something is."""
    return not _TELLING.isdisjoint(re.split(r"[-_]+", name.lower()))


def is_numbered(name: str) -> bool:
    """Whether a name ends with a number, as those of single elements do: `post-7`."""
    return _NUMBERED.fullmatch(name) is not None


def is_utility(name: str) -> bool:
    """Whether a name says how something looks, or what state it is in, and not what it is."""
    return _UTILITY.fullmatch(name) is not None


def _is_random(name: str) -> bool:
    """Whether a name has capital letters where no word begins, as `bdVaJa`."""
    if "-" in name or "_" in name or len(name) > 10:
        return False
    parts = re.findall(r"[A-Z]?[a-z]*", name)
    short = [part for part in parts if part and len(part) < 3]
    return len(short) >= 2 and any(letter.isupper() for letter in name[1:])
