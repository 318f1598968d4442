"""Blogs, in the structure of well-known themes."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from tests.suggest.sites.content import (
    Entry,
    Site,
    all_entries,
    chunks,
    page,
    topics,
)


def wordpress_classic() -> Site:
    """WordPress, a classic theme (as Twenty Sixteen): whole posts, numbered pages, widgets with categories."""
    found = topics("Crafts,Journeys,Kitchen", 13, 7, 4)
    entries = sorted(all_entries(found), key=lambda entry: entry.id)

    def post(entry: Entry) -> str:
        return f"""<article id="post-{entry.id}" class="post-{entry.id} post type-post status-publish format-standard
 hentry category-{entry.id % 3}">
<header class="entry-header"><h2 class="entry-title"><a href="{{origin}}/{entry.slug}/" rel="bookmark">{entry.title}</a>
</h2></header>
<div class="entry-content"><p>{entry.text}</p><p>And a <a href="https://elsewhere.test/{entry.id}">source</a>.</p></div>
<footer class="entry-footer"><span class="byline"><span class="author vcard"><img alt="" src="/a.png"
 class="avatar avatar-49 photo"><span class="screen-reader-text">Author </span>
<a class="url fn n" href="{{origin}}/author/{entry.author[:3].lower()}/">{entry.author}</a></span></span>
<span class="posted-on"><span class="screen-reader-text">Posted on </span><a href="{{origin}}/{entry.slug}/" rel="bookmark">
<time class="entry-date published" datetime="{entry.iso}">{entry.said}</time>
<time class="updated" datetime="2026-01-01T00:00:00+00:00">January 1, 2026</time></a></span>
<span class="cat-links"><a href="{{origin}}/category/crafts/" rel="category tag">Crafts</a></span>
<span class="comments-link"><a href="{{origin}}/{entry.slug}/#respond">Leave a comment</a></span></footer></article>"""

    def links(base: str, number: int, last: int) -> str:
        if last == 1:
            return ""
        parts = [
            f'<span aria-current="page" class="page-numbers current"><span class="meta-nav screen-reader-text">Page '
            f"</span>{n}</span>"
            if n == number
            else f'<a class="page-numbers" href="{{origin}}{base}page/{n}/"><span class="meta-nav screen-reader-text">Page '
            f"</span>{n}</a>"
            for n in range(1, last + 1)
        ]
        following = f'<a class="next page-numbers" href="{{origin}}{base}page/{number + 1}/">Next page</a>'
        parts += [following] if number < last else []
        return (
            '<nav class="navigation pagination" aria-label="Posts pagination"><h2 class="screen-reader-text">Posts '
            f'pagination</h2><div class="nav-links">{" ".join(parts)}</div></nav>'
        )

    categories = "".join(
        f'<li class="cat-item cat-item-{t.id + 1}"><a href="{{origin}}/category/{t.slug}/">{t.name}</a> ({len(t.entries)})</li>'
        for t in found
    )
    recent = "".join(
        f'<li><a href="{{origin}}/{e.slug}/">{e.title}</a></li>' for e in entries[:5]
    )
    side = f"""<aside id="secondary" class="sidebar widget-area">
<section id="search-2" class="widget widget_search"><form role="search"><input type="search" name="s"></form></section>
<section id="recent-posts-2" class="widget widget_recent_entries"><h2 class="widget-title">Recent Posts</h2><nav><ul>
{recent}</ul></nav></section>
<section id="archives-2" class="widget widget_archive"><h2 class="widget-title">Archives</h2><ul>
<li><a href="{{origin}}/2025/12/">December 2025</a></li><li><a href="{{origin}}/2025/11/">November 2025</a></li></ul></section>
<section id="categories-2" class="widget widget_categories"><h2 class="widget-title">Categories</h2><nav><ul>{categories}
</ul></nav></section>
<section id="meta-2" class="widget widget_meta"><h2 class="widget-title">Meta</h2><ul><li><a href="{{origin}}/wp-login.php">
Log in</a></li><li><a href="{{origin}}/feed/">Entries feed</a></li></ul></section></aside>"""

    def whole(title: str, body: str, kind: str) -> str:
        return page(
            title,
            f"""<div id="page" class="site"><div class="site-inner"><a class="skip-link" href="#content">Skip</a>
<header id="masthead" class="site-header"><p class="site-title"><a href="{{origin}}/" rel="home">A Blog</a></p>
<nav id="site-navigation" class="main-navigation"><ul class="primary-menu"><li class="menu-item menu-item-1">
<a href="{{origin}}/">Home</a></li><li class="menu-item menu-item-2"><a href="{{origin}}/about/">About</a></li>
<li class="menu-item menu-item-3"><a href="{{origin}}/uses/">What I use</a></li></ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">
{body}</main></div>{side}</div>
<footer id="colophon" class="site-footer"><div class="site-info"><a href="https://wordpress.test/">Proudly powered</a>
</div></footer></div></div>""",
            body_class=kind + " group-blog hfeed",
        )  # fmt: skip

    pages = {}
    for base, title, listed in [
        ("/", "A Blog", entries),
        *((f"/category/{t.slug}/", t.name, t.entries) for t in found),
    ]:
        parts = chunks(listed, 5)
        heading = (
            f'<header class="page-header"><h1 class="page-title">Category: {title}</h1></header>'
            * (base != "/")
        )
        for number, part in enumerate(parts, 1):
            body = (
                heading + "\n".join(map(post, part)) + links(base, number, len(parts))
            )
            path = base if number == 1 else f"{base}page/{number}/"
            pages[path] = whole(
                title, body, "home blog" if base == "/" else "archive category"
            )
    for entry in entries:
        pages[f"/{entry.slug}/"] = whole(entry.title, post(entry), "single single-post")
    for slug in ("about", "uses"):
        pages[f"/{slug}/"] = whole(
            slug,
            f"<article class='page hentry'><h1 class='entry-title'>{slug}</h1><p>{'words ' * 40}</p></article>",
            "page",
        )
    expected = [
        {"title": e.title, "url": f"/{e.slug}/", "date": e.iso} for e in entries
    ]
    return Site(pages, expected, topics=3)


def wordpress_blocks() -> Site:
    """WordPress, a block theme (as Twenty Twenty-Four): excerpts, no side bar, pages of a query."""
    entries = all_entries(topics("All", 23))

    def post(entry: Entry) -> str:
        return f"""<li class="wp-block-post post-{entry.id} post type-post status-publish format-standard hentry category-notes">
<div class="wp-block-group is-vertical is-layout-flex wp-container-core-group-is-layout-{entry.id % 3}0b1 wp-block-group-is-layout-flex">
<h2 class="wp-block-post-title has-x-large-font-size"><a href="{{origin}}/{entry.slug}/" target="_self" >{entry.title}</a></h2>
<div class="wp-block-template-part"><div class="wp-block-group has-small-font-size">
<div class="wp-block-post-date"><time datetime="{entry.iso}"><a href="{{origin}}/{entry.slug}/">{entry.said}</a></time></div>
<div class="wp-block-post-author-name">{entry.author}</div>
<div class="taxonomy-category wp-block-post-terms"><span class="wp-block-post-terms__prefix">in </span>
<a href="{{origin}}/category/notes/" rel="tag">Notes</a></div></div></div>
<div class="wp-block-post-excerpt"><p class="wp-block-post-excerpt__excerpt">{entry.text} </p></div></div></li>"""

    parts = chunks(entries, 10)
    pages = {}
    for number, part in enumerate(parts, 1):
        numbers = "".join(
            f'<span aria-current="page" class="page-numbers current">{n}</span>'
            if n == number
            else f'<a class="page-numbers" href="{{origin}}/{f"page/{n}/" if n > 1 else ""}">{n}</a>'
            for n in range(1, len(parts) + 1)
        )
        following = f'<a href="{{origin}}/page/{number + 1}/" class="wp-block-query-pagination-next">Next Page</a>'
        body = f"""<div class="wp-site-blocks"><header class="wp-block-template-part"><div class="wp-block-group">
<p class="wp-block-site-title"><a href="{{origin}}" rel="home">Notes</a></p>
<nav class="is-responsive wp-block-navigation"><ul class="wp-block-page-list">
<li class="wp-block-pages-list__item wp-block-navigation-item"><a class="wp-block-pages-list__item__link
 wp-block-navigation-item__content" href="{{origin}}/about/">About</a></li>
<li class="wp-block-pages-list__item wp-block-navigation-item"><a class="wp-block-pages-list__item__link
 wp-block-navigation-item__content" href="{{origin}}/sample-page/">Sample Page</a></li></ul></nav></div></header>
<main class="wp-block-group alignfull"><h1 class="wp-block-heading alignwide">Posts</h1>
<div class="wp-block-query alignwide"><ul class="is-layout-grid wp-block-post-template columns-3">
{"".join(map(post, part))}</ul>
<nav class="alignwide wp-block-query-pagination" aria-label="Pagination"><div class="wp-block-query-pagination-numbers">
{numbers}</div>{following * (number < len(parts))}</nav></div></main>
<footer class="wp-block-template-part"><nav class="wp-block-navigation"><ul><li class="wp-block-navigation-item">
<a href="#">Team</a></li><li class="wp-block-navigation-item"><a href="#">History</a></li></ul></nav></footer></div>"""
        pages["/" if number == 1 else f"/page/{number}/"] = page(
            "Notes", body, body_class="home blog"
        )
    for slug in ("about", "sample-page"):
        pages[f"/{slug}/"] = page(
            slug,
            f"<main><h1>{slug}</h1><p>{'words ' * 50}</p></main>",
            body_class="page",
        )
    pages["/category/notes/"] = pages["/"]
    expected = [
        {"title": e.title, "url": f"/{e.slug}/", "description": e.text, "date": e.iso}
        for e in entries
    ]
    return Site(pages, expected)


def ghost() -> Site:
    """Ghost (as Casper): cards with a picture's link and a text's link, and a link to older posts."""
    entries = all_entries(topics("All", 17))

    def post(entry: Entry) -> str:
        kind = " post-card-large" if entry.id == 1 else ""
        return f"""<article class="post-card post{kind}">
<a class="post-card-image-link" href="/{entry.slug}/"><img class="post-card-image" srcset="/i/{entry.id}.jpg 300w"
 src="/i/{entry.id}.jpg" alt="{entry.title}" loading="lazy"></a>
<div class="post-card-content"><a class="post-card-content-link" href="/{entry.slug}/"><header class="post-card-header">
<div class="post-card-tags"><span class="post-card-primary-tag">News</span></div>
<h2 class="post-card-title">{entry.title}</h2></header><div class="post-card-excerpt">{entry.text}</div></a>
<footer class="post-card-meta"><time class="post-card-meta-date" datetime="{entry.day}">{entry.day:%d %b %Y}</time>
<span class="post-card-meta-length">{entry.id % 7 + 1} min read</span></footer></div></article>"""

    parts = chunks(entries, 6)
    pages = {}
    for number, part in enumerate(parts, 1):
        newer = (
            f'<a class="newer-posts" href="/page/{number - 1}/">Newer Posts</a>'
            if number > 1
            else ""
        )
        older = (
            f'<a class="older-posts" href="/page/{number + 1}/">Older Posts</a>'
            if number < len(parts)
            else ""
        )
        rel = (
            f'<link rel="next" href="{{origin}}/page/{number + 1}/">'
            if number < len(parts)
            else ""
        )
        body = f"""<div class="viewport"><header id="gh-head" class="gh-head outer"><nav class="gh-head-inner inner">
<div class="gh-head-brand"><a class="gh-head-logo" href="{{origin}}">A ghost</a></div><div class="gh-head-menu">
<ul class="nav"><li class="nav-home nav-current"><a href="{{origin}}/">Home</a></li>
<li class="nav-about"><a href="{{origin}}/about/">About</a></li><li class="nav-team"><a href="{{origin}}/team/">Team</a></li>
</ul></div></nav></header>
<div class="site-content"><main id="site-main" class="site-main outer"><div class="inner posts"><div class="post-feed">
{"".join(map(post, part))}</div><nav class="pagination">{newer}<span class="page-number">Page {number} of {len(parts)}</span>
{older}</nav></div></main></div>
<footer class="site-footer outer"><div class="inner"><section class="copyright"><a href="{{origin}}">A ghost</a> 2026</section>
<nav class="site-footer-nav"><ul class="nav"><li class="nav-sign-up"><a href="#/portal/">Sign up</a></li></ul></nav>
<div><a href="https://ghost.test/">Powered by Ghost</a></div></div></footer></div>"""
        pages["/" if number == 1 else f"/page/{number}/"] = page(
            "A ghost", body, body_class="home-template", head=rel
        )
    for slug in ("about", "team"):
        pages[f"/{slug}/"] = page(
            slug,
            f"<article class='post'><h1>{slug}</h1><p>{'words ' * 50}</p></article>",
        )
    expected = [
        {
            "title": e.title,
            "url": f"/{e.slug}/",
            "description": e.text,
            "date": str(e.day),
        }
        for e in entries
    ]
    return Site(pages, expected)


def hugo_papermod() -> Site:
    """Hugo with PaperMod: the whole card is one link without text; the first post is set apart."""
    entries = all_entries(topics("All", 12))

    def post(entry: Entry, first: bool) -> str:
        return f"""<article class="{"first-entry" if first else "post-entry"}"><header class="entry-header">
<h2 class="entry-hint-parent">{entry.title}
</h2></header><div class="entry-content"><p>{entry.text}</p></div>
<footer class="entry-footer"><span title='{entry.day} 08:00:00 +0000 UTC'>{entry.said}</span>&nbsp;·&nbsp;<span>{entry.id % 5 + 1} min</span>
&nbsp;·&nbsp;<span>{entry.author}</span></footer>
<a class="entry-link" aria-label="post link to {entry.title}" href="{{origin}}/posts/{entry.slug}/"></a></article>"""

    parts = chunks(entries, 5)
    pages = {}
    for number, part in enumerate(parts, 1):
        before = "/" if number == 2 else f"/page/{number - 1}/"
        prev = f'<a class="prev" href="{{origin}}{before}">«&nbsp;Prev&nbsp;{number - 1}/{len(parts)}</a>'
        following = f'<a class="next" href="{{origin}}/page/{number + 1}/">Next&nbsp;{number + 1}/{len(parts)}&nbsp;»</a>'
        posts = "".join(post(e, first=number == 1 and e is part[0]) for e in part)
        body = f"""<header class="header"><nav class="nav"><div class="logo"><a href="{{origin}}/" accesskey="h" title="Log">Log</a>
</div><ul id="menu"><li><a href="{{origin}}/archives/" title="Archive"><span>Archive</span></a></li>
<li><a href="{{origin}}/tags/" title="Tags"><span>Tags</span></a></li></ul></nav></header>
<main class="main">{posts}<footer class="page-footer"><nav class="pagination">{prev * (number > 1)}
{following * (number < len(parts))}</nav></footer></main>
<footer class="footer"><span>&copy; 2026 <a href="{{origin}}/">Log</a></span></footer>"""
        pages["/" if number == 1 else f"/page/{number}/"] = page(
            "Log", body, body_class="list"
        )
    pages["/tags/"] = page(
        "Tags",
        '<main class="main"><ul class="terms-tags"><li><a href="{origin}/tags/wood/">wood <sup>2</sup></a></li><li><a href="{origin}/tags/iron/">iron <sup>1</sup></a></li></ul></main>',
    )
    expected = [
        {"title": e.title, "url": f"/posts/{e.slug}/", "description": e.text}
        for e in entries
    ]
    return Site(pages, expected)


def hexo_landscape() -> Site:
    """Hexo with Landscape: a link to each category in a widget, posts with a date before their title."""
    found = topics("Wood,Iron", 9, 6)

    def post(entry: Entry) -> str:
        path = f"/{entry.day:%Y/%m/%d}/{entry.slug}/"
        return f"""<article id="post-{entry.slug}" class="h-entry article article-type-post" itemprop="blogPost" itemscope>
<div class="article-meta"><a href="{path}" class="article-date"><time class="dt-published" datetime="{entry.iso}"
 itemprop="datePublished">{entry.day}</time></a><div class="article-category"><a class="article-category-link"
 href="/categories/wood/">wood</a></div></div>
<div class="article-inner"><header class="article-header"><h1 itemprop="name"><a class="p-name article-title" href="{path}">
{entry.title}</a></h1></header><div class="e-content article-entry" itemprop="articleBody"><p>{entry.text}</p></div>
<footer class="article-footer"><a data-url="{path}" data-id="x{entry.id}" class="article-share-link"><span>Share</span></a>
</footer></div></article>"""

    def links(base: str, number: int, last: int) -> str:
        if last == 1:
            return ""
        parts = [
            f'<span class="page-number current">{n}</span>'
            if n == number
            else f'<a class="page-number" href="{base}{f"page/{n}/" if n > 1 else ""}">{n}</a>'
            for n in range(1, last + 1)
        ]
        parts += [
            f'<a class="extend next" rel="next" href="{base}page/{number + 1}/">Next &raquo;</a>'
        ] * (number < last)
        return f'<nav id="page-nav">{"".join(parts)}</nav>'

    listed = "".join(
        f'<li class="category-list-item"><a class="category-list-link" href="/categories/{t.slug}/">{t.name}</a></li>'
        for t in found
    )
    recent = "".join(
        f'<li><a href="/{e.day:%Y/%m/%d}/{e.slug}/">{e.title}</a></li>'
        for e in all_entries(found)[:5]
    )
    side = f"""<aside id="sidebar"><div class="widget-wrap"><h3 class="widget-title">Categories</h3><div class="widget">
<ul class="category-list">{listed}</ul></div></div><div class="widget-wrap"><h3 class="widget-title">Archives</h3>
<div class="widget"><ul class="archive-list"><li class="archive-list-item"><a class="archive-list-link"
 href="/archives/2025/12/">December 2025</a></li><li class="archive-list-item"><a class="archive-list-link"
 href="/archives/2025/11/">November 2025</a></li></ul></div></div><div class="widget-wrap">
<h3 class="widget-title">Recent Posts</h3><div class="widget"><ul>{recent}</ul></div></div></aside>"""
    pages = {}
    for base, entries in [
        ("/", all_entries(found)),
        *((f"/categories/{t.slug}/", t.entries) for t in found),
    ]:
        parts = chunks(entries, 4)
        for number, part in enumerate(parts, 1):
            body = f"""<div id="container"><div id="wrap"><header id="header"><div id="banner"></div><div id="header-outer">
<h1 id="logo-wrap"><a href="/" id="logo">Workshop</a></h1></div><nav id="main-nav"><a class="main-nav-link" href="/">Home</a>
<a class="main-nav-link" href="/archives">Archives</a></nav></header><div class="outer"><section id="main">
{"".join(map(post, part))}{links(base, number, len(parts))}</section>{side}</div>
<footer id="footer"><div class="outer"><div id="footer-info">&copy; 2026</div></div></footer></div></div>"""
            pages[base if number == 1 else f"{base}page/{number}/"] = page(
                "Workshop", body
            )
    expected = [
        {
            "title": e.title,
            "url": f"/{e.day:%Y/%m/%d}/{e.slug}/",
            "description": e.text,
            "date": e.iso,
        }
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=2)


def jekyll_minima() -> Site:
    """Jekyll with Minima: a plain list of dates and titles, all on one page."""
    entries = all_entries(topics("All", 14))
    items = "".join(
        f'<li><span class="post-meta">{e.day:%b} {e.day.day}, {e.day.year}</span><h3><a class="post-link" '
        f'href="/notes/{e.slug}.html">{e.title}</a></h3></li>'
        for e in entries
    )
    head = """<header class="site-header" role="banner"><div class="wrapper"><a class="site-title" rel="author" href="/">Minima</a>
<nav class="site-nav"><div class="trigger"><a class="page-link" href="/about/">About</a>
<a class="page-link" href="/talks/">Talks</a></div></nav></div></header>"""
    foot = """<footer class="site-footer h-card"><div class="wrapper"><div class="footer-col-wrapper"><div class="footer-col">
<p class="feed-subscribe"><a href="/feed.xml">Subscribe</a></p></div></div></div></footer>"""
    body = f"""{head}<main class="page-content" aria-label="Content"><div class="wrapper"><div class="home">
<h2 class="post-list-heading">Posts</h2><ul class="post-list">{items}</ul></div></div></main>{foot}"""
    pages = {"/": page("Minima", body)}
    for slug in ("about", "talks"):
        pages[f"/{slug}/"] = page(
            slug,
            f"{head}<main class='page-content'><article class='post'><h1>{slug}</h1><p>{'words ' * 60}</p></article></main>{foot}",
        )
    for e in entries:
        pages[f"/notes/{e.slug}.html"] = page(
            e.title,
            f"{head}<main class='page-content'><article class='post h-entry'><h1 class='post-title p-name'>{e.title}</h1><p>{e.text * 3}</p></article></main>{foot}",
        )
    expected = [{"title": e.title, "url": f"/notes/{e.slug}.html"} for e in entries]
    return Site(pages, expected)


def pelican_notmyidea() -> Site:
    """Pelican's default theme: the newest article stands apart from the others, categories are in the menu."""
    found = topics("Garden,Street", 13, 5)

    def info(e: Entry) -> str:
        return f"""<footer class="post-info"><abbr class="published" title="{e.iso}">Published: {e.day:%a %d %B %Y}</abbr>
<address class="vcard author">By <a class="url fn" href="/author/{e.author[:3].lower()}.html">{e.author}</a></address>
<p>In <a href="/category/garden.html">Garden</a>.</p></footer>"""

    def first(e: Entry) -> str:
        return f"""<aside id="featured" class="body"><article><h1 class="entry-title"><a href="/{e.slug}.html">{e.title}</a>
</h1>{info(e)}<p>{e.text}</p></article></aside>"""

    def other(e: Entry) -> str:
        return f"""<li><article class="hentry"><header><h1><a href="/{e.slug}.html" rel="bookmark"
 title="Permalink to {e.title}">{e.title}</a></h1></header><div class="entry-content">{info(e)}<p>{e.text}</p>
<a class="readmore" href="/{e.slug}.html">read more</a></div></article></li>"""

    menu = "".join(
        f'<li><a href="/category/{t.slug}.html">{t.name}</a></li>' for t in found
    )
    pages = {}
    for base, entries in [
        ("/index", all_entries(found)),
        *((f"/category/{t.slug}", t.entries) for t in found),
    ]:
        parts = chunks(entries, 5)
        for number, part in enumerate(parts, 1):
            top = first(part[0]) if number == 1 else ""
            rest = part[1:] if number == 1 else part
            link = (
                f'<a href="{base}{number + 1}.html">&raquo;</a>'
                if number < len(parts)
                else ""
            )
            pagination = (
                f'<p class="paginator">Page {number} / {len(parts)} {link}</p>'
                * (len(parts) > 1)
            )
            body = f"""<header id="banner" class="body"><h1><a href="/">A Pelican</a></h1><nav><ul>{menu}</ul></nav></header>
{top}<section id="content" class="body"><h1>Other articles</h1><hr><ol id="posts-list" class="hfeed">
{"".join(map(other, rest))}</ol>{pagination}</section>
<section id="extras" class="body"><div class="blogroll"><h2>links</h2><ul><li><a href="https://pelican.test/">Pelican</a></li>
<li><a href="https://python.test/">Python</a></li></ul></div></section>
<footer id="contentinfo" class="body"><p>The theme</p></footer>"""
            pages[f"{base}{number if number > 1 else ''}.html"] = page(
                "A Pelican", body, body_class="home"
            )
    pages["/"] = pages["/index.html"]
    expected = [
        {"title": e.title, "url": f"/{e.slug}.html", "date": e.iso}
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=2)
