"""Forums, in the structure of well-known software."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from tests.suggest.sites.content import Entry, Site, all_entries, page, topics


def phpbb() -> Site:
    """phpBB with prosilver: offsets in the URLs, and page links beside each long thread."""
    found = topics("General talk,Repairs,Show and tell", 27, 11, 6)

    def forum_row(t_id: int, name: str) -> str:
        return f"""<li class="row"><dl class="row-item forum_read"><dt title="No unread posts"><div class="list-inner">
<a href="./viewforum.php?f={t_id}" class="forumtitle">{name}</a><br>All about {name.lower()}, and what goes with it.</div></dt>
<dd class="topics">{t_id * 7} <dfn>Topics</dfn></dd><dd class="posts">{t_id * 31} <dfn>Posts</dfn></dd>
<dd class="lastpost"><span><dfn>Last post</dfn> <a href="./viewtopic.php?p={t_id * 9}#p{t_id * 9}" title="Re" class="lastsubject">
Re: something {t_id}</a> <br>by <a href="./memberlist.php?mode=viewprofile&amp;u={t_id}" class="username">user{t_id}</a>
<br><time datetime="2025-11-0{t_id}T10:00:00+00:00">Sat Nov 0{t_id}, 2025 10:00 am</time></span></dd></dl></li>"""

    def thread_row(e: Entry, forum: int) -> str:
        own = f"./viewtopic.php?t={e.id}"
        long = "".join(
            f'<li><a class="button" href="{own}&amp;start={(n - 1) * 10}">{n}</a></li>'
            for n in range(1, 4)
        )
        pages = f'<div class="pagination"><span><i class="icon fa-clone fa-fw"></i></span><ul>{long}</ul></div>'
        return f"""<li class="row bg{1 + e.id % 2}{" sticky" if e.id % 11 == 1 else ""}"><dl class="row-item topic_read">
<dt title="No unread posts"><div class="list-inner"><a href="{own}" class="topictitle">{e.title}</a><br>
{pages if e.id % 4 == 0 else ""}<div class="topic-poster responsive-hide left-box">by
<a href="./memberlist.php?mode=viewprofile&amp;u={e.id % 7}" class="username">{e.author}</a> &raquo;
<time datetime="{e.iso}">{e.day:%a %b %d, %Y} 8:00 am</time></div></div></dt>
<dd class="posts">{e.id % 30} <dfn>Replies</dfn></dd><dd class="views">{e.id * 17} <dfn>Views</dfn></dd>
<dd class="lastpost"><span><dfn>Last post </dfn>by <a href="./memberlist.php?mode=viewprofile&amp;u=3" class="username">Zed</a>
<a href="./viewtopic.php?p={e.id * 5}#p{e.id * 5}" title="Go to last post"><i class="icon"></i></a><br>
<time datetime="2026-01-02T00:00:00+00:00">Fri Jan 02, 2026</time></span></dd></dl></li>"""

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<div id="wrap" class="wrap"><div id="page-header"><div class="headerbar"><div class="inner"><div id="site-description">
<a id="logo" class="logo" href="./index.php"></a><h1>A Board</h1></div></div></div><div class="navbar"><ul id="nav-main"
 class="nav-main linklist"><li><a href="/app.php/help/faq">FAQ</a></li><li><a href="./ucp.php?mode=login">Login</a></li>
<li><a href="./ucp.php?mode=register">Register</a></li></ul><ul id="nav-breadcrumbs" class="nav-breadcrumbs linklist"><li
 class="breadcrumbs"><a href="./index.php">Board index</a></li></ul></div></div>
<div id="page-body" class="page-body">{main}</div><div id="page-footer" class="page-footer"><div class="navbar">
<ul class="nav-footer linklist"><li><a href="./ucp.php?mode=delete_cookies">Delete cookies</a></li></ul></div></div></div>""",
            body_class="nojs notouch section-index",
        )

    rows = [forum_row(t.id, t.name) for t in found]

    def block(rows: list[str], name: str) -> str:
        return f"""<div class="forabg"><div class="inner"><ul class="topiclist"><li class="header"><dl class="row-item"><dt>
<div class="list-inner"><a href="./viewforum.php?f=9{len(rows)}">{name}</a></div></dt><dd class="topics">Topics</dd></dl></li></ul>
<ul class="topiclist forums">{"".join(rows)}</ul></div></div>"""

    index = block(rows[:2], "First things") + block(rows[2:], "Other things")
    pages = {
        "/index.php": whole(
            "A Board",
            index
            + '<div class="stat-block online-list"><h3>Who is online</h3><p>In total there are 3 users.</p></div>',
        )
    }
    pages["/"] = pages["/index.php"]
    for t in found:
        parts = t.pages(10)
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li class="active"><span>{n}</span></li>'
                if n == number
                else f'<li><a class="button" href="./viewforum.php?f={t.id}{f"&amp;start={(n - 1) * 10}" if n > 1 else ""}" role="button">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            following = f'<li class="arrow next"><a class="button button-icon-only" href="./viewforum.php?f={t.id}&amp;start={number * 10}" rel="next" role="button"><i class="icon"></i><span class="sr-only">Next</span></a></li>'
            listing = (
                f"<ul>{numbers}{following * (number < len(parts))}</ul>"
                if len(parts) > 1
                else f"Page <strong>{number}</strong> of <strong>{len(parts)}</strong>"
            )
            bar = f"""<div class="action-bar bar-top"><a href="./posting.php?mode=post&amp;f={t.id}" class="button" title="New">New
 Topic</a><div class="pagination">{len(t.entries)} topics &bull; {listing}</div></div>"""
            main = f"""<h2 class="forum-title"><a href="./viewforum.php?f={t.id}">{t.name}</a></h2>{bar}<div class="forumbg">
<div class="inner"><ul class="topiclist"><li class="header"><dl class="row-item"><dt><div class="list-inner">Topics</div></dt>
<dd class="posts">Replies</dd></dl></li></ul><ul class="topiclist topics">{"".join(thread_row(e, t.id) for e in part)}</ul></div></div>
{bar.replace("bar-top", "bar-bottom")}"""
            path = f"/viewforum.php?f={t.id}" + (
                f"&start={(number - 1) * 10}" if number > 1 else ""
            )
            pages[path] = whole(t.name, main)
    for e in all_entries(found):
        posts = "".join(
            f'<div id="p{e.id}{n}" class="post has-profile bg{n}"><div class="inner"><dl class="postprofile"><dt><a href="./memberlist.php?mode=viewprofile&amp;u={n}" class="username">user{n}</a></dt></dl><div class="postbody"><h3 class="first"><a href="#p{e.id}{n}">Re: {e.title}</a></h3><div class="content">{e.text * 2} {n}</div></div></div></div>'
            for n in range(3)
        )
        pages[f"/viewtopic.php?t={e.id}"] = whole(
            e.title,
            f'<h2 class="topic-title"><a href="./viewtopic.php?t={e.id}">{e.title}</a></h2>{posts}',
        )
    expected = [
        {"title": e.title, "url": f"/viewtopic.php?t={e.id}", "date": e.iso}
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=3)


def discourse() -> Site:
    """Discourse as crawlers see it: tables, pages from 0, only a link to the next."""
    found = topics("Support,Plugins,Theme", 16, 9, 5)

    def row(e: Entry, place: int) -> str:
        return f"""<tr class="topic-list-item" id="topic-list-item-{e.id}"><td class="main-link topic-list-data" itemprop="itemListElement"
 itemscope itemtype="http://schema.org/ListItem"><meta itemprop="name" content="{e.title}"><meta itemprop="url"
 content="{{origin}}/t/{e.slug}/{e.id}"><meta itemprop="position" content="{place}"><span class="link-top-line">
<a itemprop="item" href="{{origin}}/t/{e.slug}/{e.id}" class="title raw-link raw-topic-link">{e.title}</a></span>
<div class="link-bottom-line"></div></td><td class="posters topic-list-data"><a href="{{origin}}/u/ada" class="latest">
<img width="25" height="25" src="/a/{e.id}.png" class="avatar" title="ada - Original Poster"></a></td>
<td class="replies num topic-list-data"><span class="posts" title="posts">{e.id % 9}</span></td><td class="views num
 topic-list-data"><span class="views" title="views">{e.id * 3}</span></td><td class="num topic-list-data">{e.said}</td></tr>"""

    head = """<header><div class="wrap"><div class="contents"><div class="title"><a href="/"><h2>Meta</h2></a></div></div></div></header>"""
    foot = """<footer class="container wrap"><nav class="crawler-nav"><ul><li itemscope><span itemprop="name"><a href="/" itemprop="url">Home</a>
</span></li><li itemscope><span itemprop="name"><a href="/guidelines" itemprop="url">Guidelines</a></span></li><li itemscope>
<span itemprop="name"><a href="/tos" itemprop="url">Terms of Service</a></span></li></ul></nav></footer>"""
    cats = "".join(
        f"""<tr><td class="category" style="border-color: #{t.id}00;"><div itemprop="itemListElement" itemscope><meta itemprop="position"
 content="{t.id}"><meta itemprop="url" content="/c/{t.slug}/{t.id}"><h3><a href="/c/{t.slug}/{t.id}"><span itemprop="name">{t.name}
</span></a></h3><div itemprop="description">Where {t.name} is discussed.</div></div></td><td class="topics">{len(t.entries)}</td></tr>"""
        for t in found
    )
    pages = {
        "/categories": page(
            "Meta",
            f'{head}<div id="main-outlet" class="wrap"><div itemscope itemtype="http://schema.org/ItemList"><table class="category-list"><thead><tr><th>Category</th><th>Topics</th></tr></thead><tbody>{cats}</tbody></table></div></div>{foot}',
            body_class="crawler",
        )
    }
    for t in found:
        parts = t.pages(6)
        for number, part in enumerate(parts):
            more = f"/c/{t.slug}/{t.id}?page={number + 1}"
            last = number == len(parts) - 1
            nav = f"""<div role="navigation" itemscope itemtype="http://schema.org/SiteNavigationElement" class="topic-list-bottom">
<span itemprop="name"><b><a href="{more}" rel="next" itemprop="url">next page →</a></b></span></div>"""
            body = f"""{head}<div id="main-outlet" class="wrap"><div class="topic-list-container" itemscope><table class="topic-list">
<thead class="topic-list-header"><tr><th class="default">Topic</th><th class="posters"></th><th class="num">Replies</th>
<th class="num">Views</th><th class="num">Activity</th></tr></thead><tbody class="topic-list-body">
{"".join(row(e, n) for n, e in enumerate(part, 1))}</tbody></table></div>{"" if last else nav}</div>{foot}"""
            pages[f"/c/{t.slug}/{t.id}" + (f"?page={number}" if number else "")] = page(
                t.name,
                body,
                body_class="crawler",
                head="" if last else f'<link rel="next" href="{more}">',
            )
    expected = [
        {"title": e.title, "url": f"/t/{e.slug}/{e.id}"} for e in all_entries(found)
    ]
    return Site(pages, expected, start="/categories", topics=3)


def vbulletin() -> Site:
    """vBulletin 3: tables in tables, hardly a class, ids with numbers, "Page 1 of 3"."""
    found = topics("Engines,Bodywork,Wanted", 18, 7, 5)

    def thread(e: Entry) -> str:
        return f"""<tr><td class="alt1" id="td_threadstatusicon_{e.id}"><img src="images/thread.gif" id="s{e.id}" alt="" border="0"></td>
<td class="alt2"><img src="images/icon1.gif" alt="" border="0"></td>
<td class="alt1" id="td_threadtitle_{e.id}" title="{e.text}"><div><a href="showthread.php?t={e.id}" id="thread_title_{e.id}">{e.title}</a>
</div><div class="smallfont"><span style="cursor:pointer">{e.author}</span></div></td>
<td class="alt2" title="Replies: {e.id}"><div class="smallfont" style="text-align:right">{e.day:%d-%m-%Y}
<span class="time">08:00</span><br>by <a href="member.php?find=lastposter&amp;t={e.id}">Zed</a>
<a href="showthread.php?p={e.id * 5}#post{e.id * 5}"><img class="inlineimg" src="images/last.gif" alt="Go"></a></div></td>
<td class="alt1" align="center"><a href="misc.php?do=whoposted&amp;t={e.id}">{e.id % 13}</a></td><td class="alt2" align="center">{e.id * 41}</td></tr>"""

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<div align="center"><div class="page" style="width:100%"><table class="tborder" cellpadding="6"><tr><td class="alt1">
<span class="navbar"><a href="index.php">Garage</a></span></td></tr></table>
<table class="tborder"><tr align="center"><td class="vbmenu_control"><a href="register.php">Register</a></td><td class="vbmenu_control">
<a href="faq.php">FAQ</a></td><td class="vbmenu_control"><a href="memberlist.php">Members List</a></td></tr></table>{main}
<div class="smallfont" align="center">All times are GMT.</div></div></div>""",
        )

    forums = "".join(
        f"""<tr align="center"><td class="alt1Active" align="left" id="f{t.id}"><table><tr><td><img src="images/f.gif" alt=""></td><td><div>
<a href="forumdisplay.php?f={t.id}"><strong>{t.name}</strong></a> <span class="smallfont">(3 Viewing)</span></div>
<div class="smallfont">Talk about {t.name}.</div></td></tr></table></td><td class="alt2"><div class="smallfont"><div>
<a href="showthread.php?goto=newpost&amp;t={t.id}" title="Go"><strong>Last one {t.id}</strong></a></div></div></td>
<td class="alt1">{t.id * 12}</td><td class="alt2">{t.id * 120}</td></tr>"""
        for t in found
    )
    pages = {
        "/index.php": whole(
            "Garage",
            f'<table class="tborder" cellpadding="6"><thead><tr align="center"><td class="thead">Forum</td><td class="thead">Last Post</td><td class="thead">Threads</td><td class="thead">Posts</td></tr></thead><tbody>{forums}</tbody></table>',
        )
    }
    for t in found:
        parts = t.pages(6)
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<td class="alt2"><span class="smallfont" title="Showing"><strong>{n}</strong></span></td>'
                if n == number
                else f'<td class="alt1"><a class="smallfont" href="forumdisplay.php?f={t.id}&amp;order=desc&amp;page={n}" title="Show results">{n}</a></td>'
                for n in range(1, len(parts) + 1)
            )
            following = f'<td class="alt1"><a rel="next" class="smallfont" href="forumdisplay.php?f={t.id}&amp;order=desc&amp;page={number + 1}" title="Next Page">&gt;</a></td>'
            nav = (
                f'<div class="pagenav" align="right"><table class="tborder"><tr><td class="vbmenu_control">Page {number} of {len(parts)}</td>{numbers}{following * (number < len(parts))}</tr></table></div>'
                * (len(parts) > 1)
            )
            main = f"""<table width="100%"><tr><td class="smallfont"><a href="newthread.php?do=newthread&amp;f={t.id}" rel="nofollow"><img
 src="images/new.gif" alt="New Thread"></a></td><td align="right">{nav}</td></tr></table>
<table class="tborder" cellpadding="6" id="threadslist"><thead><tr><td class="thead" colspan="2">&nbsp;</td><td class="thead">
<a href="forumdisplay.php?f={t.id}&amp;sort=title">Thread</a> / <a href="forumdisplay.php?f={t.id}&amp;sort=postusername">Starter</a></td><td class="thead">Last Post</td>
<td class="thead">Replies</td><td class="thead">Views</td></tr></thead>
<tbody id="threadbits_forum_{t.id}">{"".join(map(thread, part))}</tbody></table>"""
            path = f"/forumdisplay.php?f={t.id}" + (
                f"&order=desc&page={number}" if number > 1 else ""
            )
            pages[path] = whole(t.name, main)
            pages[f"/forumdisplay.php?f={t.id}&order=desc&page={number}"] = whole(
                t.name, main
            )
    expected = [
        {"title": e.title, "url": f"/showthread.php?t={e.id}"}
        for e in all_entries(found)
    ]
    return Site(pages, expected, start="/index.php", topics=3)
