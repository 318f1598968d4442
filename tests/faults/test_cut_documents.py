"""Documents whose length proves nothing: cut off before they were measured, or longer than announced."""

import re
from pathlib import Path

import pytest

from scraper.demo.content import DemoSite
from tests.downloader.peer import Call
from tests.faults.crawling import QUICK, RETRIES, assert_exact, crawl_quickly
from tests.faults.plans import HARMLESS as ALL_OF_THEM
from tests.faults.plans import places
from tests.faults.site import Bad, FaultySite, serving
from tests.faults.wire import HTML, Send, good

CONTENT = DemoSite(topics=6, pages=12, articles=4)
FOREIGN = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nforeign!\n"


def cut(html: bytes) -> bytes:
    """The first half, which ends in the middle of an article."""
    return html[: len(html) // 2]


async def cut_and_measured(call: Call, html: bytes) -> None:
    await good(call, cut(html))


async def without_the_last_article(call: Call, html: bytes) -> None:
    *_, last = re.finditer(rb'<\w+ class="article[ "]', html)
    await good(call, html[: last.start()])


async def longer_than_announced(call: Call, html: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {len(cut(html))}\r\n\r\n"
    await call.send(head.encode() + html)


async def followed_by_another(call: Call, html: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {len(html)}\r\n\r\n"
    await call.send(head.encode() + html + FOREIGN)


async def followed_by_rubbish(call: Call, html: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {len(html)}\r\n\r\n"
    await call.send(head.encode() + html + b"<!-- cached -->")


async def without_end_tag(call: Call, html: bytes) -> None:
    await good(call, html.replace(b"</html>", b""))


@pytest.mark.parametrize("send", [cut_and_measured, longer_than_announced])
def test_a_document_without_its_end_is_had_again(send: Send, tmp_path: Path) -> None:
    plan = {place: Bad(send, 1) for place in places(CONTENT) if place[1] % 3 == 2}
    site = FaultySite(plan, CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)


def test_a_document_that_never_has_its_end_is_taken_and_told_of(tmp_path: Path) -> None:
    site = FaultySite({(0, 5): Bad(without_the_last_article)}, CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert site.attempts((0, 5)) == 1 + RETRIES
    assert crawled.reasons == []
    assert crawled.stat("pages/short") == 1


def test_a_document_longer_than_announced_is_no_page(tmp_path: Path) -> None:
    lost = (0, 5), (1, 7)
    plan = {place: Bad(longer_than_announced) for place in lost}
    site = FaultySite(plan, CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert crawled.reasons == [
        "ResponseDataLossError: the document ends before its </html>"
    ] * len(lost)
    assert [site.attempts(place) for place in lost] == [1 + RETRIES] * len(lost)


@pytest.mark.parametrize("send", [followed_by_another, followed_by_rubbish])
def test_what_follows_a_response_is_not_the_next_one(
    send: Send, tmp_path: Path
) -> None:
    plan = {place: Bad(send, ALL_OF_THEM) for place in places(CONTENT)}
    site = FaultySite(plan, CONTENT)
    with serving(site) as peer:
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert crawled.stat("retry/count") is None
    assert peer.connections >= len(plan)


def test_a_site_that_leaves_the_end_tag_out_is_believed(tmp_path: Path) -> None:
    plan = {place: Bad(without_end_tag, ALL_OF_THEM) for place in places(CONTENT)}
    site = FaultySite(plan, CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert crawled.stat("retry/count") <= QUICK["CONCURRENT_REQUESTS"]


def test_a_site_that_ends_no_more_documents_is_believed_soon(tmp_path: Path) -> None:
    later = [place for place in places(CONTENT) if place[1] > 1]
    plan = {place: Bad(without_end_tag, ALL_OF_THEM) for place in later}
    site = FaultySite(plan, CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert len(crawled.reasons) <= 1
    assert crawled.stat("retry/count") < len(later)
