"""The pytest fixture that serves sites; import it in a conftest."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from scraper.demo.content import DemoSite
from tests.sites.server import SiteServer
from tests.sites.site import SMALL, SiteUnderTest

ServeSite = Callable[..., SiteServer]


@pytest.fixture
def site_server() -> Iterator[ServeSite]:
    """Return a function that serves a site until the test ends.

    It takes the name of a style (see tests.sites.styles), and by keyword: `content`, a
    DemoSite; `index`, `encoding` and `faults`, as in SiteUnderTest; `latency` in seconds.
    """
    with ExitStack() as stack:

        def serve(
            style: str = "query-first",
            *,
            content: DemoSite = SMALL,
            index: str = "plain",
            encoding: str = "utf-8",
            faults: Mapping[tuple[int, int], str] | None = None,
            latency: float = 0.0,
        ) -> SiteServer:
            site = SiteUnderTest(
                style, content, index, encoding, {} if faults is None else faults
            )
            return stack.enter_context(SiteServer(site, latency=latency))

        yield serve
