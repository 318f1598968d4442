"""The smallest site: an index of topics, and topics of any number of pages, one article on each."""

from collections.abc import Awaitable, Callable, Sequence

from tests.downloader.peer import Call

LISTING = {"topics": "a.topic", "articles": "article"}
"""What its profile says, but for the index."""


def listing(
    *, index: Sequence[str] = (), last: int = 1
) -> Callable[[Call], Awaitable[None]]:
    """Return what answers with an index of these topics, or with pages of a topic up to `last`."""

    async def answer(call: Call) -> None:
        if call.target == "/robots.txt":
            await call.reply(b"", "404 Not Found")
            return
        links = "".join(f'<a class="topic" href="{url}">{url}</a>' for url in index)
        numbers = (1, 2, last) if last > 1 else ()
        pages = "".join(f'<a href="?page={page}">{page}</a>' for page in numbers)
        html = (
            f"{links}<article><h2>"
            f'<a href="{call.target}/article">{call.target}</a></h2></article>'
            f'<div class="pagination">{pages}</div>'
        )
        await call.reply(html.encode(), "200 OK", "Content-Type: text/html")

    return answer
