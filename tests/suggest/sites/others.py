"""Pages without a well-known theme: quotes, lists, tables, the simplest HTML there is."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from tests.suggest.sites.content import Site, all_entries, chunks, page, topics


def quotes() -> Site:
    """A list of quotes, as quotes.toscrape.com: no article has a page of its own, tags lead to lists of some."""
    entries = all_entries(topics("All", 24))

    def quote(text: str, author: str, tag: str) -> str:
        return f"""<div class="quote" itemscope itemtype="http://schema.org/CreativeWork"><span class="text" itemprop="text">“{text}”</span>
<span>by <small class="author" itemprop="author">{author}</small> <a href="/author/{author.replace(" ", "-")}">(about)</a></span>
<div class="tags"> Tags: <meta class="keywords" itemprop="keywords" content="{tag}"><a class="tag" href="/tag/{tag}/page/1/">{tag}</a>
</div></div>"""

    def whole(main: str) -> str:
        tags = "".join(
            f'<span class="tag-item"><a class="tag" style="font-size: {20 + n}px" href="/tag/{tag}/">{tag}</a></span>'
            for n, tag in enumerate(("love", "life", "books"))
        )
        return page(
            "Quotes",
            f"""<div class="container"><div class="row header-box"><div class="col-md-8"><h1><a href="/" style="text-decoration: none">Quotes
</a></h1></div><div class="col-md-4"><p><a href="/login">Login</a></p></div></div><div class="row"><div class="col-md-8">{main}</div>
<div class="col-md-4 tags-box"><h2>Top Ten tags</h2>{tags}</div></div></div><footer class="footer"><div class="container">
<p class="text-muted">Quotes by: <a href="https://quotes.test/">Readers</a></p></div></footer>""",
        )

    parts = chunks(entries, 10)
    pages = {}
    for number, part in enumerate(parts, 1):
        following = (
            f'<li class="next"><a href="/page/{number + 1}/">Next <span aria-hidden="true">&rarr;</span></a></li>'
            * (number < len(parts))
        )
        before = (
            f'<li class="previous"><a href="/page/{number - 1}/"><span aria-hidden="true">&larr;</span> Previous</a></li>'
            * (number > 1)
        )
        main = "".join(quote(e.text, e.author, "love") for e in part)
        pages["/" if number == 1 else f"/page/{number}/"] = whole(
            f'{main}<nav><ul class="pager">{before}{following}</ul></nav>'
        )
    for tag in ("love", "life", "books"):
        pages[f"/tag/{tag}/"] = whole(
            "".join(quote(e.text, e.author, tag) for e in entries[:4])
        )
    expected = [{"title": f"“{e.text}”", "author": e.author} for e in entries]
    return Site(pages, expected)


def plain() -> Site:
    """HTML as a person types it: lists, no class, no id."""
    found = topics("Recipes,Letters,Maps", 11, 8, 4)
    index = "".join(f'<li><a href="{t.slug}.html">{t.name}</a></li>' for t in found)
    pages = {
        "/": page(
            "Home",
            f'<h1>My pages</h1><p>Welcome to my pages. <a href="mailto:me@home.test">Write to me</a>.</p><ul>{index}</ul><hr><p>Last changed in 2024.</p>',
        )
    }
    for t in found:
        parts = t.pages(5)
        names = [f"{t.slug}{n if n > 1 else ''}.html" for n in range(1, len(parts) + 1)]
        for number, part in enumerate(parts, 1):
            links = " ".join(
                str(n) if n == number else f'<a href="{name}">{n}</a>'
                for n, name in enumerate(names, 1)
            )
            items = "".join(
                f'<li><a href="/texts/{e.slug}.html">{e.title}</a><br>{e.text}</li>'
                for e in part
            )
            pages[f"/{names[number - 1]}"] = page(
                t.name,
                f'<h1>{t.name}</h1><p><a href="/">Back</a></p><ul>{items}</ul><p>{f"Pages: {links}" if len(parts) > 1 else ""}</p>',
            )
    expected = [
        {"title": e.title, "url": f"/texts/{e.slug}.html"} for e in all_entries(found)
    ]
    return Site(pages, expected, topics=3)


def table() -> Site:
    """A table of documents, on several pages, its own topic."""
    entries = all_entries(topics("All", 25))
    parts = chunks(entries, 10)
    pages = {}
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<tr><td>{e.day}</td><td><a href="/doc?id={e.id}">{e.title}</a></td><td>{e.text}</td><td><a href="/pdf/{e.id}.pdf">PDF</a></td></tr>'
            for e in part
        )
        links = " | ".join(
            f"<b>{n}</b>" if n == number else f'<a href="/docs?p={n}">{n}</a>'
            for n in range(1, len(parts) + 1)
        )
        body = f"""<table width="100%"><tr><td width="150"><a href="/news">News</a><br><a href="/people">People</a><br><a href="/docs">Documents</a></td>
<td><h2>Documents</h2><table border="1"><tr><th>Date</th><th>Title</th><th>Abstract</th><th>File</th></tr>{rows}</table><p>{links}</p></td></tr></table>"""
        pages["/docs" if number == 1 else f"/docs?p={number}"] = page("Documents", body)
    pages["/docs?p=1"] = pages["/docs"]
    for slug in ("news", "people"):
        pages[f"/{slug}"] = page(slug, f"<h2>{slug}</h2><p>{'words ' * 50}</p>")
    expected = [
        {
            "title": e.title,
            "url": f"/doc?id={e.id}",
            "description": e.text,
            "date": str(e.day),
        }
        for e in entries
    ]
    return Site(pages, expected, start="/docs")


def newspaper() -> Site:
    """A newspaper: a home page with teasers of all kinds, sections in a menu that have pages."""
    found = topics("Politics,Economy,Culture,Sports", 14, 9, 11, 6)
    menu = "".join(
        f'<li class="nav__item"><a class="nav__link" href="/section/{t.slug}">{t.name}</a></li>'
        for t in found
    )

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<header class="site-header"><a class="logo" href="/">The Daily</a><nav class="nav" aria-label="Sections"><ul class="nav__list">
{menu}</ul></nav><ul class="meta-nav"><li><a href="/subscribe">Subscribe</a></li><li><a href="/login">Log in</a></li></ul></header>
<main class="content">{main}</main><footer class="site-footer"><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a>
</li></ul></footer>""",
        )

    def teaser(e) -> str:  # type: ignore[no-untyped-def]
        return f"""<article class="teaser"><a class="teaser__link" href="/article/{e.slug}-{e.id}"><div class="teaser__media"><img
 src="/img/{e.id}.jpg" alt=""></div><h3 class="teaser__headline">{e.title}</h3></a><p class="teaser__standfirst">{e.text}</p>
<div class="teaser__meta"><span class="teaser__author">{e.author}</span> <time datetime="{e.day}">{e.said}</time></div></article>"""

    home = "".join(
        f'<section class="block"><h2 class="block__title"><a href="/section/{t.slug}">{t.name}</a></h2>{"".join(map(teaser, t.entries[:3]))}</section>'
        for t in found
    )
    pages = {"/": whole("The Daily", home)}
    for t in found:
        parts = t.pages(5)
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li><a class="pagination__link{" is-active" if n == number else ""}" href="/section/{t.slug}?page={n}">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            most = "".join(
                f'<li><a href="/article/{e.slug}-{e.id}">{e.title}</a></li>'
                for e in found[0].entries[:5]
            )
            main = f"""<h1>{t.name}</h1><div class="teasers">{"".join(map(teaser, part))}</div><ul class="pagination">{numbers}</ul>
<aside class="most-read"><h4>Most read</h4><ol>{most}</ol></aside>"""
            pages[f"/section/{t.slug}" + (f"?page={number}" if number > 1 else "")] = (
                whole(t.name, main)
            )
            pages[f"/section/{t.slug}?page={number}"] = whole(t.name, main)
        for e in t.entries:
            pages[f"/article/{e.slug}-{e.id}"] = whole(
                e.title,
                f"<article class='story'><h1>{e.title}</h1><p>{e.text * 6}</p></article>",
            )
    expected = [
        {
            "title": e.title,
            "url": f"/article/{e.slug}-{e.id}",
            "description": e.text,
            "date": str(e.day),
        }
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=4)
