"""More layouts: cards in rows, a list that is a link, other forums and shops."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from tests.suggest.sites.content import Entry, Site, all_entries, chunks, page, topics


def bootstrap_cards() -> Site:
    """Bootstrap's album: cards in rows of three, the last row not full; an empty anchor around nothing."""
    entries = all_entries(topics("All", 20))

    def card(e: Entry) -> str:
        return f"""<div class="col-md-4"><div class="card mb-4 shadow-sm"><img class="card-img-top" src="/t/{e.id}.jpg" alt="Card image">
<div class="card-body"><h5 class="card-title">{e.title}</h5><p class="card-text">{e.text}</p><div class="d-flex justify-content-between">
<a href="/view/{e.id}" class="btn btn-sm btn-primary">Go somewhere</a><small class="text-muted">{e.said}</small></div></div></div></div>"""

    parts = chunks(entries, 7)
    pages = {}
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<div class="row">{"".join(map(card, row))}</div>'
            for row in chunks(part, 3)
        )
        items = "".join(
            f'<li class="page-item{" active" * (n == number)}"><a class="page-link" href="?page={n}">{n}</a></li>'
            for n in range(1, len(parts) + 1)
        )
        body = f"""<nav class="navbar navbar-expand-lg navbar-light bg-light"><a class="navbar-brand" href="/">Album</a><ul class="navbar-nav">
<li class="nav-item"><a class="nav-link" href="/pricing">Pricing</a></li><li class="nav-item"><a class="nav-link" href="/team">Team</a></li></ul></nav>
<main role="main"><section class="jumbotron text-center"><div class="container"><h1>Album</h1><p class="lead text-muted">{"Something short. " * 9}</p></div></section>
<div class="album py-5 bg-light"><div class="container">{rows}<nav aria-label="Page navigation"><ul class="pagination">{items}</ul></nav></div></div></main>
<footer class="text-muted"><div class="container"><p>Album example</p></div></footer>"""
        pages["/" if number == 1 else f"/?page={number}"] = page("Album", body)
    pages["/?page=1"] = pages["/"]
    for slug in ("pricing", "team"):
        pages[f"/{slug}"] = page(
            slug, f"<main><h1>{slug}</h1><p>{'words ' * 50}</p></main>"
        )
    return Site(
        pages,
        [
            {
                "title": e.title,
                "url": f"/view/{e.id}",
                "description": e.text,
                "date": e.said,
            }
            for e in entries
        ],
    )


def eleventy() -> Site:
    """Eleventy's base blog: a numbered list of links and dates, an archive on a page of its own."""
    entries = all_entries(topics("All", 15))
    items = "".join(
        f"""<li class="postlist-item"><a href="/blog/{e.slug}/" class="postlist-link">{e.title}</a>
<time class="postlist-date" datetime="{e.day}">{e.day:%d %B %Y}</time></li>"""
        for e in entries
    )
    head = """<a href="#skip" class="visually-hidden">Skip to main content</a><header><a href="/" class="home-link">Eleventy Base</a>
<nav><h2 class="visually-hidden">Top level navigation menu</h2><ul class="nav"><li class="nav-item"><a href="/">Home</a></li>
<li class="nav-item"><a href="/blog/" aria-current="page">Archive</a></li><li class="nav-item"><a href="/about/">About Me</a></li>
<li class="nav-item"><a href="/feed/feed.xml">Feed</a></li></ul></nav></header>"""
    pages = {
        "/blog/": page(
            "Archive",
            f'{head}<main id="skip"><h1>Archive</h1><ol reversed class="postlist" style="--postlist-index: 16">{items}</ol></main><footer></footer>',
        )
    }
    pages["/about/"] = page(
        "About", f"{head}<main><h1>About</h1><p>{'words ' * 60}</p></main>"
    )
    for e in entries:
        pages[f"/blog/{e.slug}/"] = page(
            e.title,
            f"{head}<main><h1>{e.title}</h1><p>{e.text * 3}</p><ul class='links-nextprev'><li>Previous: <a href='/blog/{entries[0].slug}/'>{entries[0].title}</a></li></ul></main>",
        )
    return Site(
        pages,
        [
            {"title": e.title, "url": f"/blog/{e.slug}/", "date": str(e.day)}
            for e in entries
        ],
        start="/blog/",
    )


def xenforo() -> Site:
    """XenForo 2: forums in blocks of nodes, threads as items of a structure with two dates and pages of their own."""
    found = topics("News,Talk,Market", 16, 7, 5)

    def node(t_id: int, name: str, slug: str) -> str:
        return f"""<div class="node node--id{t_id} node--depth2 node--forum node--unread"><div class="node-body"><span class="node-icon"><i class="fa--xf"></i></span>
<div class="node-main js-nodeMain"><h3 class="node-title"><a href="/forums/{slug}.{t_id}/" data-xf-init="element-tooltip">{name}</a></h3>
<div class="node-description node-description--tooltip">All about {name}.</div><div class="node-meta"><div class="node-statsMeta"><dl class="pairs pairs--inline"><dt>Threads</dt><dd>{t_id}</dd></dl></div></div></div>
<div class="node-extra"><div class="node-extra-row"><a href="/threads/last.{t_id}/post-{t_id}" class="node-extra-title">Last thing {t_id}</a></div>
<div class="node-extra-row"><time class="node-extra-date u-dt" datetime="2026-01-0{t_id}T10:00:00+0000">Jan {t_id}, 2026</time></div></div></div></div>"""

    def thread(e: Entry) -> str:
        jump = "".join(
            f'<a href="/threads/{e.slug}.{e.id}/page-{n}">{n}</a>' for n in (2, 3)
        )
        return f"""<div class="structItem structItem--thread js-inlineModContainer js-threadListItem-{e.id}" data-author="{e.author}"><div class="structItem-cell structItem-cell--icon"><div class="structItem-iconContainer">
<a href="/members/m.{e.id}/" class="avatar avatar--s"><img src="/a/{e.id}.jpg" alt="{e.author}"></a></div></div>
<div class="structItem-cell structItem-cell--main"><div class="structItem-title"><a href="/threads/{e.slug}.{e.id}/" data-tp-primary="on">{e.title}</a></div>
<div class="structItem-minor"><ul class="structItem-parts"><li><a href="/members/m.{e.id}/" class="username">{e.author}</a></li><li class="structItem-startDate"><a href="/threads/{e.slug}.{e.id}/" rel="nofollow"><time class="u-dt" datetime="{e.iso}">{e.said}</time></a></li></ul>
{f'<span class="structItem-pageJump">{jump}</span>' if e.id % 3 == 0 else ""}</div></div>
<div class="structItem-cell structItem-cell--meta"><dl class="pairs pairs--justified"><dt>Replies</dt><dd>{e.id}</dd></dl><dl class="pairs pairs--justified structItem-minor"><dt>Views</dt><dd>{e.id * 7}</dd></dl></div>
<div class="structItem-cell structItem-cell--latest"><a href="/threads/{e.slug}.{e.id}/latest" rel="nofollow"><time class="structItem-latestDate u-dt" datetime="2026-01-05T10:00:00+0000">Jan 5, 2026</time></a></div></div>"""

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<div class="p-pageWrapper"><header class="p-header"><a href="/">XF</a></header><nav class="p-nav"><ul class="p-navList"><li><a href="/" class="p-navEl-link">Forums</a></li>
<li><a href="/whats-new/" class="p-navEl-link">What's new</a></li><li><a href="/members/" class="p-navEl-link">Members</a></li></ul></nav><div class="p-body"><div class="p-body-main"><div class="p-body-content"><h1 class="p-title-value">{title}</h1>{main}</div></div></div>
<footer class="p-footer"><ul class="p-footer-linkList"><li><a href="/misc/contact">Contact us</a></li><li><a href="/help/terms/">Terms</a></li></ul></footer></div>""",
        )

    nodes = "".join(node(t.id, t.name, t.slug) for t in found)
    pages = {
        "/": whole(
            "XF",
            f'<div class="block block--category"><div class="block-container"><h2 class="block-header"><a href="/#main.1">Main category</a></h2><div class="block-body">{nodes}</div></div></div>',
        )
    }
    for t in found:
        parts = t.pages(6)
        base = f"/forums/{t.slug}.{t.id}/"
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li class="pageNav-page{" pageNav-page--current" * (n == number)}"><a href="{base}{f"page-{n}" if n > 1 else ""}">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            following = (
                f'<a href="{base}page-{number + 1}" class="pageNav-jump pageNav-jump--next">Next</a>'
                * (number < len(parts))
            )
            nav = (
                f'<div class="block-outer"><div class="block-outer-main"><nav class="pageNavWrapper pageNavWrapper--mixed"><div class="pageNav"><ul class="pageNav-main">{numbers}</ul>{following}</div></nav></div></div>'
                * (len(parts) > 1)
            )
            pages[base + (f"page-{number}" if number > 1 else "")] = whole(
                t.name,
                f'<div class="block">{nav}<div class="block-container"><div class="block-body"><div class="structItemContainer"><div class="structItemContainer-group js-threadList">{"".join(map(thread, part))}</div></div></div></div>{nav}</div>',
            )
    return Site(
        pages,
        [
            {"title": e.title, "url": f"/threads/{e.slug}.{e.id}/", "date": e.iso}
            for e in all_entries(found)
        ],
        topics=3,
    )


def prestashop() -> Site:
    """PrestaShop, its classic theme: articles that are product miniatures, next and numbers in one list, filters aside."""
    found = topics("Clothes,Art,Accessories", 13, 5, 8)
    menu = "".join(
        f'<li class="category" id="category-{t.id}"><a class="dropdown-item" href="{{origin}}/{t.id}-{t.slug}" data-depth="0">{t.name}</a></li>'
        for t in found
    )

    def product(e: Entry) -> str:
        return f"""<div class="js-product product col-xs-12 col-sm-6 col-xl-4"><article class="product-miniature js-product-miniature" data-id-product="{e.id}"><div class="thumbnail-container">
<div class="thumbnail-top"><a href="{{origin}}/home/{e.id}-{e.slug}.html" class="thumbnail product-thumbnail"><img src="{{origin}}/{e.id}-home_default/x.jpg" alt="{e.title}" loading="lazy"></a></div>
<div class="product-description"><h2 class="h3 product-title"><a href="{{origin}}/home/{e.id}-{e.slug}.html" content="{{origin}}/home/{e.id}.html">{e.title}</a></h2>
<div class="product-price-and-shipping"><span class="price" aria-label="Price">€{e.price}</span></div></div><ul class="product-flags js-product-flags">{'<li class="product-flag new">New</li>' * (e.id % 2)}</ul></div></article></div>"""

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<main><header id="header"><nav class="header-nav"><div class="user-info"><a href="{{origin}}/login" rel="nofollow">Sign in</a></div></nav><div class="header-top"><div class="menu js-top-menu" id="_desktop_top_menu"><ul class="top-menu" id="top-menu" data-depth="0">{menu}</ul></div></div></header>
<section id="wrapper"><div class="container">{main}</div></section><footer id="footer"><div class="links"><p class="h3">Our company</p><ul><li><a class="cms-page-link" href="{{origin}}/content/1-delivery">Delivery</a></li><li><a class="cms-page-link" href="{{origin}}/content/2-legal">Legal Notice</a></li></ul></div></footer></main>""",
            body_class="lang-en",
        )

    pages = {
        "/": whole(
            "Shop",
            f'<section class="featured-products"><h2>Popular Products</h2><div class="products">{"".join(product(e) for e in found[0].entries[:4])}</div><a class="all-product-link" href="{{origin}}/1-clothes">All products</a></section>',
        )
    }
    for t in found:
        parts = t.pages(5)
        base = f"/{t.id}-{t.slug}"
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li {"class=current" * (n == number)}><a rel="nofollow" href="{{origin}}{base}{f"?page={n}" if n > 1 else ""}" class="js-search-link">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            numbers += (
                f'<li><a rel="next" href="{{origin}}{base}?page={number + 1}" class="next js-search-link">Next</a></li>'
                * (number < len(parts))
            )
            facets = "".join(
                f'<li><label class="facet-label"><a href="{{origin}}{base}?q=Size-{s}" class="_gray-darker search-link js-search-link">{s} <span class="magnitude">(4)</span></a></label></li>'
                for s in "SML"
            )
            main = f"""<div id="left-column"><div id="search_filters"><section class="facet"><p class="facet-title">Size</p><ul class="collapse">{facets}</ul></section></div></div><div id="content-wrapper"><section id="main"><div class="block-category card"><h1 class="h1">{t.name}</h1></div>
<section id="products"><div id="js-product-list"><div class="products row">{"".join(map(product, part))}</div><nav class="pagination"><div class="col-md-4">Showing {len(part)} item(s)</div><div class="col-md-6"><ul class="page-list clearfix text-sm-center">{numbers * (len(parts) > 1)}</ul></div></nav></div></section></section></div>"""
            pages[base + (f"?page={number}" if number > 1 else "")] = whole(
                t.name, main
            )
    for e in all_entries(found):
        pages[f"/home/{e.id}-{e.slug}.html"] = whole(
            e.title,
            f'<section id="main"><h1 class="h1">{e.title}</h1><div class="product-description">{e.text}</div></section><section class="featured-products"><p class="h5">In the same category</p><div class="products">{"".join(product(o) for o in found[0].entries[:3])}</div></section>',
        )
    return Site(
        pages,
        [
            {
                "title": e.title,
                "url": f"/home/{e.id}-{e.slug}.html",
                "price": f"€{e.price}",
            }
            for e in all_entries(found)
        ],
        topics=3,
    )


def headings() -> Site:
    """Headings with a paragraph after each, nothing around them: only titles and links can be had."""
    entries = all_entries(topics("All", 12))
    parts = chunks(entries, 5)
    pages = {}
    for number, part in enumerate(parts, 1):
        following = f'<p><a href="/notes{number + 1}.html">Next</a></p>' * (
            number < len(parts)
        )
        items = "".join(
            f'<h3><a href="/n/{e.id}.html">{e.title}</a></h3><p>{e.text}</p>'
            for e in part
        )
        pages[f"/notes{number if number > 1 else ''}.html"] = page(
            "Notes", f"<h1>Notes</h1>{items}<hr>{following}"
        )
    return Site(
        pages,
        [{"title": e.title, "url": f"/n/{e.id}.html"} for e in entries],
        start="/notes.html",
    )


def hashed() -> Site:
    """What a bundler makes of styles: names of letters and digits everywhere, sections of links to sections."""
    found = topics("Alpha,Beta,Gamma", 9, 6, 4)

    def whole(main: str) -> str:
        return page(
            "App",
            f'<div id="root"><div class="sc-bdVaJa kYzQxp"><header class="Header_header__2hK9d"><a class="Header_logo__1xYz3" href="/">App</a></header>{main}<footer class="Footer_footer__9sD2k"><a href="/legal">Legal</a></footer></div></div>',
        )

    tiles = "".join(
        f'<a class="Tile_tile__3fG7h css-1q2w3e" href="/t/{t.slug}"><h2 class="Tile_name__8jK2l">{t.name}</h2><p>{len(t.entries)} things</p></a>'
        for t in found
    )
    pages = {
        "/": whole(
            f'<main class="Home_main__5tR4e"><div class="Home_grid__7uI8o">{tiles}</div></main>'
        )
    }
    for t in found:
        parts = t.pages(4)
        for number, part in enumerate(parts, 1):
            cards = "".join(
                f'<div class="Card_card__x3Fz1 sc-gZMcBi"><a href="/x/{e.id}"><h3 class="Card_title__aB12c">{e.title}</h3></a><p class="Card_text__Qw9eR">{e.text}</p></div>'
                for e in part
            )
            nav = "".join(
                f'<a class="Pager_link__q1W2e" href="/t/{t.slug}?page={n}">{n}</a>'
                for n in range(1, len(parts) + 1)
            ) * (len(parts) > 1)
            body = whole(
                f'<main class="List_main__5tR4e"><h1>{t.name}</h1><div class="List_grid__7uI8o">{cards}</div><div class="Pager_pager__zX3cV">{nav}</div></main>'
            )
            pages[f"/t/{t.slug}?page={number}"] = body
            if number == 1:
                pages[f"/t/{t.slug}"] = body
    return Site(
        pages,
        [
            {"title": e.title, "url": f"/x/{e.id}", "description": e.text}
            for e in all_entries(found)
        ],
        topics=3,
    )
