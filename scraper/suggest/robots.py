"""What a site's robots.txt forbids: hardly the articles that it wants to be found."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from scraper.preview import CannotFetchError, Fetch


@dataclass(frozen=True)
class Robots:
    """The rules for one host (`netloc`) and one user agent; none, if there is no parser."""

    netloc: str = ""
    agent: str = "*"
    parser: RobotParser | None = None

    def forbids(self, url: str) -> bool:
        """Whether a URL is one of the host that must not be fetched."""
        if self.parser is None or urlsplit(url).netloc != self.netloc:
            return False
        return not self.parser.allowed(url, self.agent)


async def robots_for(fetch: Fetch, url: str) -> Robots:
    """The rules of the host of `url`; where they cannot be had, nothing is forbidden (RFC 9309, 2.3.1.3)."""
    try:
        response = await fetch(urljoin(url, "/robots.txt"))
    except CannotFetchError:
        return Robots()
    request = response.request
    agent = request.headers.get("User-Agent", b"*") if request else b"*"
    parser = ProtegoRobotParser(response.body, None)
    return Robots(urlsplit(url).netloc, (agent or b"*").decode("latin-1"), parser)
