"""The pages of an index: which one comes after another, by what that one shows."""

from dataclasses import dataclass

from scraper.markup import Document
from scraper.pagination.reading import PaginationRules, read_landing


@dataclass(frozen=True, slots=True)
class IndexPage:
    """A page of the index: its URL, and which one it is, from 1.

    No number of the site vouches for a `guessed` page, only a "next" link leads there. `first_shown` and `last_shown`
    are digests of the topics on the index's first page and on the one before this: an index shows others on each.
    """

    url: str
    number: int = 1
    guessed: bool = False
    first_shown: str = ""
    last_shown: str = ""

    def shows_again(self, shown: str) -> bool:
        """Whether topics of the digest `shown` were on a page before this one already."""
        return self.number > 1 and shown in (self.first_shown, self.last_shown)

    def following(self, url: str, shown: str, *, guessed: bool) -> "IndexPage":
        """The page after this one, on which topics of the digest `shown` were."""
        first_shown = self.first_shown or shown
        return IndexPage(url, self.number + 1, guessed, first_shown, shown)


def following_url(document: Document, url: str, base_url: str) -> tuple[str, bool]:
    """The URL of the page after that at `url`, whose links are relative to `base_url`; "" if there is none.

    Says too whether it is guessed: no number vouches for it.
    """
    # How the index is paged is found out: what a profile says of pagination is said of the topics.
    landing = read_landing(document, url, base_url, PaginationRules())
    pages, reach = landing.pages, landing.reach
    if pages.scheme is None or landing.number is None:
        return reach.next_url or "", True
    scheme, shown = pages.scheme, pages.shown(document, base_url)
    number = scheme.number(url)
    if number is None:
        number = shown.current(scheme) or landing.number
    if number != landing.number:
        reach = pages.reach(shown, number)
    following = number + 1
    if following in shown.linked(scheme):
        return scheme.url(following), False
    # That a text tells of more pages does not tell their URLs.
    is_told = reach.last is not None and reach.last >= following
    return reach.next_url or (scheme.url(following) if is_told else ""), True
