"""What surrounds the content of a page of today: head, menus, icons, scripts, footers."""

from html import escape

from scraper.demo.hashing import mix

_ICONS = 40
_RULES = 90
_MENU_COLUMNS = 8
_MENU_LINKS = 12
_FOOTER_LINKS = 60
_EVENTS = 110


def page(title: str, content: str) -> bytes:
    """Return a whole page in UTF-8: `content` is HTML, `title` plain text.

    The content stands in `#content`; what surrounds it is about 50 kB.
    """
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
    )
    return b"".join((head.encode(), _BEFORE, content.encode(), _AFTER))


def _style() -> str:
    rules = "\n".join(
        f".c-{mix(2, n) & 0xFFFF:04x}__item--{n} {{ display: flex; "
        f"color: #{mix(3, n) & 0xFFFFFF:06x}; transition: opacity .{n % 7 + 1}s }}"
        for n in range(_RULES)
    )
    return f"<style>\n{rules}\n</style>\n"


def _not_content() -> str:
    """Return a script and a comment that hold an article's markup, but no article."""
    block = '<div class="article"><h2>Draft</h2><a href="/read/draft">draft</a></div>'
    return f'<script type="text/template">{block}</script>\n<!-- {block} -->\n'


def _sprite() -> str:
    symbols = "\n".join(
        f'<symbol id="i-{n}" viewBox="0 0 24 24"><path fill="none" '
        f'stroke="currentColor" d="{_curve(n)}"/></symbol>'
        for n in range(_ICONS)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" hidden>\n{symbols}\n</svg>\n'


def _curve(icon: int) -> str:
    points = (mix(icon, n) for n in range(12))
    steps = (f"C{p % 24} {p % 23}.{p % 7} {p % 19} {p % 17} {p % 22}" for p in points)
    return f"M2 2{' '.join(steps)}z"


def _menu() -> str:
    columns = "\n".join(_menu_column(n) for n in range(_MENU_COLUMNS))
    return (
        '<header role="banner"><a class="logo" href="/">Demo</a>\n'
        f'<nav class="mega-menu" aria-label="Main">\n{columns}\n</nav></header>\n'
    )


def _menu_column(column: int) -> str:
    links = "\n".join(
        f'<li class="mega-menu__item topic" data-track="menu-{column}-{n}">'
        f'<a class="mega-menu__link" href="/about/{mix(column, n) & 0xFFFF:x}">'
        f'<svg class="icon"><use href="#i-{n}"/></svg>Link {n}</a></li>'
        for n in range(_MENU_LINKS)
    )
    return f'<ul class="mega-menu__column" id="menu-{column}">\n{links}\n</ul>'


def _footer() -> str:
    links = "\n".join(
        '<li class="site-footer__item"><a class="site-footer__link" rel="nofollow" '
        f'href="/legal/{n}">Legal {n}</a></li>'
        for n in range(_FOOTER_LINKS)
    )
    return f'<footer class="site-footer"><ul>\n{links}\n</ul></footer>\n'


def _script() -> str:
    events = ",\n".join(
        f'{{"id": "{mix(5, n):x}", "event": "click", '
        f'"selector": "[data-track=\'menu-{n}\']"}}'
        for n in range(_EVENTS)
    )
    return f'<script type="application/json" id="tracking">[\n{events}\n]</script>\n'


_BEFORE = "".join(
    (
        _style(),
        _not_content(),
        "</head>\n<body>\n",
        _sprite(),
        _menu(),
        '<main id="content" class="layout__main">\n',
    )
).encode()
_AFTER = f"</main>\n{_footer()}{_script()}</body>\n</html>\n".encode()
