"""Shops, in the structure of well-known themes."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from tests.suggest.sites.content import (
    Entry,
    Site,
    all_entries,
    chunks,
    page,
    topics,
)


def books() -> Site:
    """A bookshop as books.toscrape.com: titles cut short, categories below one of all books."""
    found = topics("Travel,Mystery,Poetry,Science", 23, 12, 3, 8)
    every = all_entries(found)

    def pod(e: Entry) -> str:
        return f"""<li class="col-xs-6 col-sm-4 col-md-3 col-lg-3"><article class="product_pod"><div class="image_container">
<a href="../../{e.slug}_{e.id}/index.html"><img src="../../media/{e.id}.jpg" alt="{e.title}" class="thumbnail"></a></div>
<p class="star-rating Three"><i class="icon-star"></i><i class="icon-star"></i></p>
<h3><a href="/catalogue/{e.slug}_{e.id}/index.html" title="{e.title}">{e.title[:14]} ...</a></h3>
<div class="product_price"><p class="price_color">£{e.price}</p><p class="instock availability"><i class="icon-ok"></i>
 In stock </p><form><button type="submit" class="btn btn-primary btn-block">Add to basket</button></form></div></article></li>"""

    side = f"""<aside class="sidebar col-sm-4 col-md-3"><div id="promotions_left"></div><div class="side_categories">
<ul class="nav nav-list"><li><a href="/catalogue/category/books_1/index.html">Books</a><ul>
{"".join(f'<li><a href="/catalogue/category/books/{t.slug}_{t.id + 1}/index.html"> {t.name} </a></li>' for t in found)}
</ul></li></ul></div></aside>"""
    pages = {}
    for base, entries in [
        ("/catalogue/category/books_1/", every),
        *(
            (f"/catalogue/category/books/{t.slug}_{t.id + 1}/", t.entries)
            for t in found
        ),
    ]:
        parts = chunks(entries, 10)
        for number, part in enumerate(parts, 1):
            following = (
                f'<li class="next"><a href="page-{number + 1}.html">next</a></li>'
                * (number < len(parts))
            )
            pager = f'<ul class="pager"><li class="current"> Page {number} of {len(parts)} </li>{following}</ul>'
            body = f"""<header class="header container-fluid"><div class="page_inner"><div class="row"><div class="col-sm-8 h1">
<a href="/">Books to Read</a></div></div></div></header><div class="container-fluid page"><div class="page_inner">
<ul class="breadcrumb"><li><a href="/">Home</a></li><li class="active">All</li></ul><div class="row">{side}
<div class="col-sm-8 col-md-9"><div class="page-header action"><h1>All products</h1></div>
<form method="get" class="form-horizontal"><strong>{len(entries)}</strong> results</form>
<section><div class="alert alert-warning" role="alert"><strong>Warning!</strong> This is a demo.</div><div>
<ol class="row">{"".join(map(pod, part))}</ol>{pager * (len(parts) > 1)}</div></section></div></div></div></div>"""
            name = "index" if number == 1 else f"page-{number}"
            pages[f"{base}{name}.html"] = page("Books", body, body_class="default")
            if base.endswith("books_1/"):
                home = body.replace(
                    'href="page-', 'href="/catalogue/category/books_1/page-'
                )
                if number == 1:
                    pages["/"] = page("Books", home, body_class="default")
    expected = [
        {
            "title": e.title,
            "url": f"/catalogue/{e.slug}_{e.id}/index.html",
            "price": f"£{e.price}",
        }
        for e in every
    ]
    return Site(pages, expected, topics=4)


def woocommerce() -> Site:
    """WooCommerce with Storefront: products on sale have two prices, categories are in a widget."""
    found = topics("Hoodies,Mugs,Posters", 19, 8, 4)

    def product(e: Entry) -> str:
        amount = f'<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">&#36;</span>{e.price}</bdi></span>'
        old = f'<del aria-hidden="true">{amount.replace(e.price, "99.00")}</del> <span class="screen-reader-text">Original price was: &#36;99.00.</span>'
        sale = f'{old}<ins aria-hidden="true">{amount}</ins><span class="screen-reader-text">Current price is: &#36;{e.price}.</span>'
        price = sale if e.id % 3 == 0 else amount
        return f"""<li class="product type-product post-{e.id} status-publish {"first" if e.id % 3 == 1 else ""} instock
 product_cat-hoodies has-post-thumbnail shipping-taxable purchasable product-type-simple">
<a href="{{origin}}/product/{e.slug}/" class="woocommerce-LoopProduct-link woocommerce-loop-product__link">
{'<span class="onsale">Sale!</span>' if e.id % 3 == 0 else ""}<img width="324" height="324" src="/wp/{e.id}.jpg"
 class="attachment-woocommerce_thumbnail" alt="" loading="lazy">
<h2 class="woocommerce-loop-product__title">{e.title}</h2><span class="price">{price}</span></a>
<a href="?add-to-cart={e.id}" data-quantity="1" class="button product_type_simple add_to_cart_button ajax_add_to_cart"
 aria-label="Add to cart: {e.title}" rel="nofollow">Add to cart</a></li>"""

    cats = "".join(
        f'<li class="cat-item cat-item-{t.id + 15}"><a href="{{origin}}/product-category/{t.slug}/">{t.name}</a></li>'
        for t in found
    )
    pages = {}
    for base, entries in [
        ("/shop/", all_entries(found)),
        *((f"/product-category/{t.slug}/", t.entries) for t in found),
    ]:
        parts = chunks(entries, 9)
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li><span aria-current="page" class="page-numbers current">{n}</span></li>'
                if n == number
                else f'<li><a class="page-numbers" href="{{origin}}{base}page/{n}/">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            numbers += (
                f'<li><a class="next page-numbers" href="{{origin}}{base}page/{number + 1}/">&rarr;</a></li>'
                * (number < len(parts))
            )
            sorting = f"""<div class="storefront-sorting"><form class="woocommerce-ordering" method="get"><select name="orderby">
<option value="menu_order">Default sorting</option><option value="price">By price</option></select></form>
<p class="woocommerce-result-count">Showing {len(part)} of {len(entries)}</p>{f'<nav class="woocommerce-pagination" aria-label="Product Pagination"><ul class="page-numbers">{numbers}</ul></nav>' * (len(parts) > 1)}</div>"""
            body = f"""<div id="page" class="hfeed site"><header id="masthead" class="site-header"><div class="col-full">
<div class="site-branding"><a href="{{origin}}/">Store</a></div><nav id="site-navigation" class="main-navigation">
<div class="primary-navigation"><ul class="menu"><li class="page_item"><a href="{{origin}}/cart/">Cart</a></li>
<li class="page_item"><a href="{{origin}}/checkout/">Checkout</a></li><li class="page_item">
<a href="{{origin}}/shop/">Shop</a></li></ul></div></nav></div></header>
<div id="content" class="site-content"><div class="col-full"><div id="primary" class="content-area"><main id="main" class="site-main">
<header class="woocommerce-products-header"><h1 class="woocommerce-products-header__title page-title">Shop</h1></header>
{sorting}<ul class="products columns-3">{"".join(map(product, part))}</ul>{sorting}</main></div>
<div id="secondary" class="widget-area" role="complementary"><div class="widget woocommerce widget_product_categories">
<span class="gamma widget-title">Product categories</span><ul class="product-categories">{cats}</ul></div></div></div></div>
<footer id="colophon" class="site-footer"><div class="site-info">2026</div></footer></div>"""
            pages[base if number == 1 else f"{base}page/{number}/"] = page(
                "Shop", body, body_class="archive woocommerce-shop"
            )
    for e in all_entries(found):
        related = "".join(product(o) for o in all_entries(found)[:4])
        pages[f"/product/{e.slug}/"] = page(
            e.title,
            f'<main id="main"><div class="product"><h1 class="product_title">{e.title}</h1><p>{e.text}</p></div>'
            f'<section class="related products"><h2>Related products</h2><ul class="products">{related}</ul></section></main>',
            body_class="single single-product",
        )
    expected = [
        {"title": e.title, "url": f"/product/{e.slug}/", "price": f"${e.price}"}
        for e in all_entries(found)
    ]
    return Site(pages, expected, start="/shop/", topics=3)


def magento() -> Site:
    """Magento 2 with Luma: a home page without products, categories in a menu of two levels."""
    found = topics("Tops,Bottoms,Bags", 14, 6, 9)

    def product(e: Entry) -> str:
        return f"""<li class="item product product-item"><div class="product-item-info" id="product-item-info_{e.id}"
 data-container="product-grid"><a href="{{origin}}/{e.slug}.html" class="product photo product-item-photo" tabindex="-1">
<span class="product-image-container product-image-container-{e.id}"><span class="product-image-wrapper">
<img class="product-image-photo" src="{{origin}}/media/{e.id}.jpg" alt="{e.title}"></span></span></a>
<div class="product details product-item-details"><strong class="product name product-item-name"><a class="product-item-link"
 href="{{origin}}/{e.slug}.html"> {e.title} </a></strong><div class="price-box price-final_price" data-product-id="{e.id}">
<span class="normal-price"><span class="price-container price-final_price tax weee"><span class="price-label">As low as</span>
<span id="product-price-{e.id}" class="price-wrapper"><span class="price">${e.price}</span></span></span></span></div>
<div class="swatch-opt-{e.id}"></div><div class="product-item-inner"><div class="product actions product-item-actions">
<div class="actions-primary"><form><button type="submit" title="Add to Cart" class="action tocart primary"><span>Add to Cart
</span></button></form></div><div class="actions-secondary"><a href="#" class="action towishlist"><span>Add to Wish List</span>
</a></div></div></div></div></div></li>"""

    menu = "".join(
        f'<li class="level0 nav-{t.id} category-item level-top"><a href="{{origin}}/{t.slug}.html" class="level-top" role="menuitem">'
        f"<span>{t.name}</span></a></li>"
        for t in found
    )

    def whole(title: str, main: str, kind: str) -> str:
        return page(
            title,
            f"""<div class="page-wrapper"><header class="page-header"><div class="panel wrapper"><div class="panel header">
<ul class="header links"><li><a href="{{origin}}/customer/account/login/">Sign In</a></li><li>
<a href="{{origin}}/customer/account/create/">Create an Account</a></li></ul></div></div></header>
<div class="sections nav-sections"><nav class="navigation" data-action="navigation"><ul id="ui-id-1">{menu}</ul></nav></div>
<main id="maincontent" class="page-main"><div class="page-title-wrapper"><h1 class="page-title"><span>{title}</span></h1></div>
<div class="columns"><div class="column main">{main}</div></div></main>
<footer class="page-footer"><div class="footer content"><ul class="footer links"><li class="nav item">
<a href="{{origin}}/search/term/popular/">Search Terms</a></li><li class="nav item"><a href="{{origin}}/contact/">Contact Us</a>
</li></ul></div></footer></div>""",
            body_class=kind,
        )

    pages = {
        "/": whole(
            "Home Page",
            '<div class="cms"><p>Welcome to the shop.</p></div>',
            "cms-home",
        )
    }
    for t in found:
        parts = t.pages(6)
        for number, part in enumerate(parts, 1):
            items = "".join(
                f'<li class="item current"><strong class="page"><span class="label">You\'re currently reading page</span><span>{n}</span></strong></li>'
                if n == number
                else f'<li class="item"><a href="{{origin}}/{t.slug}.html?p={n}" class="page"><span class="label">Page</span><span>{n}</span></a></li>'
                for n in range(1, len(parts) + 1)
            )
            items += (
                f'<li class="item pages-item-next"><a class="action next" href="{{origin}}/{t.slug}.html?p={number + 1}" title="Next"><span class="label">Page</span><span>Next</span></a></li>'
                * (number < len(parts))
            )
            pager = (
                f'<div class="pages"><strong class="label pages-label">Page</strong><ul class="items pages-items">{items}</ul></div>'
                * (len(parts) > 1)
            )
            toolbar = f"""<div class="toolbar toolbar-products"><div class="modes"><strong class="modes-mode active mode-grid">Grid</strong>
<a class="modes-mode mode-list" href="{{origin}}/{t.slug}.html?product_list_mode=list">List</a></div>
<p class="toolbar-amount">Items {len(part)} of {len(t.entries)}</p>{pager}</div>"""
            main = f"""{toolbar}<div class="products wrapper grid products-grid"><ol class="products list items product-items">
{"".join(map(product, part))}</ol></div>{toolbar}"""
            path = f"/{t.slug}.html" + (f"?p={number}" if number > 1 else "")
            pages[path] = whole(t.name, main, "page-products catalog-category-view")
    expected = [
        {"title": e.title, "url": f"/{e.slug}.html", "price": f"${e.price}"}
        for e in all_entries(found)
    ]
    return Site(pages, expected, topics=3)


def shopify() -> Site:
    """Shopify with Dawn: a list of collections, cards that have each title twice."""
    found = topics("Chairs,Lamps", 13, 7)

    def card(e: Entry) -> str:
        heading = f"""<h3 class="card__heading{{}}" {f'id="title-{e.id}"'}><a href="/products/{e.slug}"
 id="CardLink-template--{e.id}" class="full-unstyled-link">{e.title}</a></h3>"""
        return f"""<li class="grid__item scroll-trigger animate--slide-in" data-cascade style="--animation-order: {e.id};">
<div class="card-wrapper product-card-wrapper underline-links-hover"><div class="card card--standard card--media">
<div class="card__inner color-scheme-2 gradient ratio"><div class="card__media"><div class="media media--transparent">
<img srcset="//cdn.test/{e.id}.jpg 165w" src="//cdn.test/{e.id}.jpg?width=533" alt="{e.title}" class="motion-reduce" loading="lazy">
</div></div><div class="card__content"><div class="card__information">{heading.format("")}</div>
<div class="card__badge bottom left"></div></div></div>
<div class="card__content"><div class="card__information">{heading.format(" h5")}<div class="card-information">
<span class="caption-large light"></span><div class="price "><div class="price__container"><div class="price__regular">
<span class="visually-hidden visually-hidden--inline">Regular price</span><span class="price-item price-item--regular">
 €{e.price} </span></div></div></div></div></div></div></div></div></li>"""

    def whole(title: str, main: str) -> str:
        return page(
            title,
            f"""<a class="skip-to-content-link" href="#MainContent">Skip to content</a>
<div id="shopify-section-header" class="shopify-section section-header"><header class="header"><nav class="header__inline-menu">
<ul class="list-menu list-menu--inline" role="list"><li><a href="/" class="header__menu-item list-menu__item link">Home</a></li>
<li><a href="/collections" class="header__menu-item list-menu__item link">Catalog</a></li><li>
<a href="/pages/contact" class="header__menu-item list-menu__item link">Contact</a></li></ul></nav></header></div>
<main id="MainContent" class="content-for-layout focus-none">{main}</main>
<footer class="footer color-scheme-1"><div class="footer__content-top"><ul class="footer-block__details-content"><li>
<a href="/policies/refund-policy">Refund policy</a></li></ul></div></footer>""",
        )

    tiles = "".join(
        f"""<li class="collection-list__item grid__item"><div class="card-wrapper"><div class="card card--standard card--text">
<div class="card__content"><div class="card__information"><h3 class="card__heading"><a href="/collections/{t.slug}"
 class="full-unstyled-link">{t.name}<span class="icon-wrap"></span></a></h3></div></div></div></div></li>"""
        for t in found
    )
    pages = {
        "/collections": whole(
            "Collections",
            f'<div class="page-width"><h1 class="title title--primary">Collections</h1><ul class="collection-list grid grid--3-col-tablet" role="list">{tiles}</ul></div>',
        )
    }
    for t in found:
        parts = t.pages(6)
        for number, part in enumerate(parts, 1):
            numbers = "".join(
                f'<li><a role="link" aria-disabled="true" class="pagination__item pagination__item--current light" aria-current="page" aria-label="Page {n}">{n}</a></li>'
                if n == number
                else f'<li><a href="/collections/{t.slug}?page={n}" class="pagination__item link" aria-label="Page {n}">{n}</a></li>'
                for n in range(1, len(parts) + 1)
            )
            nav = (
                f'<div class="pagination-wrapper"><nav class="pagination" role="navigation" aria-label="Pagination"><ul class="pagination__list list-unstyled" role="list">{numbers}</ul></nav></div>'
                * (len(parts) > 1)
            )
            facets = '<div class="facets-container"><form><details class="facets__disclosure"><summary>Availability</summary><ul><li class="facets__item"><label><input type="checkbox"> In stock (8)</label></li></ul></details></form></div>'
            main = f"""<div class="collection-hero"><h1 class="collection-hero__title">{t.name}</h1></div><div id="ProductGridContainer">
{facets}<div class="collection"><ul id="product-grid" data-id="template--1" class="grid product-grid grid--2-col-tablet-down
 grid--4-col-desktop">{"".join(map(card, part))}</ul>{nav}</div></div>"""
            path = f"/collections/{t.slug}" + (f"?page={number}" if number > 1 else "")
            pages[path] = whole(t.name, main)
    expected = [
        {"title": e.title, "url": f"/products/{e.slug}", "price": f"€{e.price}"}
        for e in all_entries(found)
    ]
    return Site(pages, expected, start="/collections", topics=2)


def tailwind() -> Site:
    """A shop of today: utility classes and names made by a program, nothing that says what it is."""
    entries = all_entries(topics("All", 20))

    def card(e: Entry) -> str:
        return f"""<div class="css-1x{e.id % 9}fz4 group relative flex flex-col rounded-lg border bg-white p-4"><a class="absolute inset-0"
 href="/p/{e.slug}"></a><div class="aspect-w-3 overflow-hidden"><img class="h-full w-full object-cover" src="/img/{e.id}.webp" alt=""></div>
<div class="flex flex-1 flex-col space-y-2 p-4"><h3 class="text-sm font-medium text-gray-900">{e.title}</h3>
<p class="text-sm text-gray-500">{e.text}</p><p class="text-base font-medium text-gray-900">{e.price.replace(".", ",")} €</p></div></div>"""

    parts = chunks(entries, 8)
    pages = {}
    for number, part in enumerate(parts, 1):
        numbers = "".join(
            f'<a href="/?page={n}" class="px-4 py-2 text-sm {"bg-indigo-600" if n == number else "text-gray-900"}">{n}</a>'
            for n in range(1, len(parts) + 1)
        )
        body = f"""<div id="__next"><header class="bg-white shadow"><nav class="mx-auto flex max-w-7xl p-6"><a href="/" class="-m-1.5">Shop</a>
<div class="hidden lg:flex lg:gap-x-12"><a href="/features" class="text-sm font-semibold">Features</a>
<a href="/company" class="text-sm font-semibold">Company</a></div></nav></header>
<main class="mx-auto max-w-2xl px-4 py-16"><h2 class="text-2xl font-bold">Products</h2>
<div class="grid grid-cols-1 gap-y-4 sm:grid-cols-2">{"".join(map(card, part))}</div>
<div class="isolate inline-flex -space-x-px rounded-md">{numbers}</div></main>
<footer class="bg-gray-900"><p class="text-xs">2026</p></footer></div>"""
        pages["/" if number == 1 else f"/?page={number}"] = page("Shop", body)
    pages["/?page=1"] = pages["/"]
    for slug in ("features", "company"):
        pages[f"/{slug}"] = page(
            slug, f"<main class='mx-auto'><h1>{slug}</h1><p>{'words ' * 50}</p></main>"
        )
    expected = [
        {"title": e.title, "url": f"/p/{e.slug}", "description": e.text}
        for e in entries
    ]
    return Site(pages, expected)
