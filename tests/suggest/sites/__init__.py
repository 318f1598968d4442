"""Sites in the layouts that people meet, each with what a right crawl of it finds."""

from collections.abc import Callable, Mapping

from tests.suggest.sites import blogs, forums, frames, more, others, shops
from tests.suggest.sites.content import Site

LAYOUTS: Mapping[str, Callable[[], Site]] = {
    layout.__name__: layout
    for layout in (
        blogs.wordpress_classic,
        blogs.wordpress_blocks,
        blogs.ghost,
        blogs.hugo_papermod,
        blogs.hexo_landscape,
        blogs.jekyll_minima,
        blogs.pelican_notmyidea,
        shops.books,
        shops.woocommerce,
        shops.magento,
        shops.shopify,
        shops.tailwind,
        forums.phpbb,
        forums.discourse,
        forums.vbulletin,
        others.quotes,
        others.plain,
        others.table,
        others.newspaper,
        more.bootstrap_cards,
        more.eleventy,
        more.xenforo,
        more.prestashop,
        more.headings,
        more.hashed,
        frames.demo,
        frames.mega_footer,
        frames.latest_posts,
    )
}
