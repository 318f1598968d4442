"""Trees as text, so that tests can compare them."""

from scraper.markup import Element


def outline(element: Element) -> str:
    """Write `<p>a<!-- -->b<i>c</i></p>` as `p(ab i(c))`: names, and text as it stands."""
    parts: list[str] = []
    pending: list[Element | str] = [element]
    while pending:
        item = pending.pop()
        if not isinstance(item, str):
            parts.append(f" {item.tag}(")
            pending += [") ", *reversed(item.contents())]
        else:
            parts.append(item)
    return _tidy("".join(parts))


def _tidy(text: str) -> str:
    for loose, tight in (("( ", "("), (" )", ")"), ("  ", " ")):
        while loose in text:
            text = text.replace(loose, tight)
    return text.strip()
