"""The topics of the demo site: names as people write them, and addresses."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

_NAMES = (
    ("science", "Science"),
    ("arts-crafts", "Arts & Crafts"),
    ("food-drink", "Food, Drink"),
    ("наука", "Наука и жизнь"),
    ("cafe", "Café “Zürich”"),
    ("tech", "科学技術"),
    ("q-and-a", 'Q&A: "how to"'),
    ("travel", "Travel"),
    ("music", "Música 🎧"),
    ("beta", "R&D <beta>"),
    ("news", "أخبار"),
    ("history", "History"),
    ("diy", "D.I.Y. / Repairs"),
    ("sport", "Sport ⚽"),
    ("archive", "Archive"),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its place in the index, from 0, its name as read, and its address.

    `slug` is the percent-encoded last part of the address; `total` says how many
    articles the topic's pages list, repeated ones as often as they are shown.
    """

    index: int
    name: str
    slug: str
    total: int

    @property
    def path(self) -> str:
        """The path of the topic's first page, percent-encoded."""
        return f"/{self.slug}"

    @property
    def folder(self) -> str:
        """The path that the addresses of the topic's articles begin with."""
        return f"/read/{self.slug}/"

    @property
    def html(self) -> str:
        """The name as it stands in HTML."""
        return escape(self.name)

    def pages(self, limit: int) -> int:
        """Return how many pages there are at `limit` articles a page, at least one."""
        return max(1, -(-self.total // limit))


def make_topic(index: int, total: int) -> Topic:
    """Return topic `index`, from 0; past the list of names they come again, numbered."""
    slug, name = _NAMES[index % len(_NAMES)]
    if again := index // len(_NAMES):
        slug, name = f"{slug}-{again + 1}", f"{name} {again + 1}"
    return Topic(index, name, quote(slug), total)
