"""One article of the demo site: how its listing shows it, with or without each part."""

from typing import NamedTuple

from scraper.demo.samples import plain
from scraper.demo.topics import Topic

_BLANK = " &nbsp; "


class Article(NamedTuple):
    """One article as its listing shows it.

    `number`, from 0, counts the articles of its own topic; `path` is its address,
    absolute on the site. `heading` is the HTML in the `h2`, None where the listing has
    no `h2` at all; `summary` is the HTML in the `p`, None where it has no `p`. `hint` is
    the `title` attribute of the link as plain text, None where it has none.
    """

    number: int
    path: str
    heading: str | None
    hint: str | None
    summary: str | None

    @property
    def title(self) -> str:
        """What a reader takes for the title: the heading, else the hint, else ''."""
        return plain(self.heading or "") or self.hint or ""

    @property
    def description(self) -> str:
        """The summary as read, else ''."""
        return plain(self.summary or "")


def make_article(
    topic: Topic, number: int, bits: int, samples: tuple[str, ...]
) -> Article:
    """Return the article that 64 random bits stand for, with texts out of `samples`."""
    query = "?from=list&v=2" if (bits >> 56) % 7 == 0 else ""
    path = f"{topic.folder}{number}-{bits & 0xFFFF:x}.html{query}"
    heading, hint = _heading(f"{samples[bits % len(samples)]} {number}", bits >> 10)
    return Article(number, path, heading, hint, _summary(bits >> 16, number, samples))


def _heading(heading: str, bits: int) -> tuple[str | None, str | None]:
    """Return heading and hint; in one article of ten, one of them or both miss."""
    match bits % 40:
        case 0:
            return None, None
        case 1:
            return None, plain(heading)
        case 2:
            return "", plain(heading)
        case 3:
            return _BLANK, None
        case 4 | 5:
            return heading, plain(heading)
    return heading, None


def _summary(bits: int, number: int, samples: tuple[str, ...]) -> str | None:
    """Return two sentences; nothing, or white space, in one article of twenty."""
    match bits % 40:
        case 0:
            return None
        case 1:
            return _BLANK
    one = samples[(bits >> 6) % len(samples)]
    two = samples[(bits >> 16) % len(samples)]
    return f"{one} {two} ({number})."
