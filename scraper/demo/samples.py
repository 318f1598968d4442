"""Pieces of text as pages really hold them, and what a reader sees of them.

Many scripts, entities, odd punctuation, cells that a spreadsheet takes for formulas.
"""

import re
from html import unescape

from scraper.demo.hashing import mix

_TAG = re.compile(r"<[^>]+>")

_WORDS = (
    "river market signal harvest lantern winter garden engine letter bridge quiet",
    "река рынок сигнал урожай фонарь зима сад двигатель письмо мост тихий медь ёлка",
    "市場 信号 収穫 冬 庭園 手紙 静か 銅 村 軌道 紙 橋 川 灯り 機関",
    "نهر سوق إشارة حصاد فانوس شتاء حديقة محرك رسالة جسر هادئ نحاس قرية مدار ورق",
    "שוק אות קציר פנס חורף גן מנוע מכתב גשר שקט נחושת כפר מסלול נייר נהר",
    "café naïve crème brûlée señor jalapeño über Straße œuvre français ångström łódź",
    "cafe\u0301 Vie\u0323\u0302t pho\u031b\u0309 a\u030angstro\u0308m n\u0303andu\u0301",
    "🚀 launch 🌍 world 👩‍🔬 science 🎉 party 🏳️‍🌈 pride 📚 books 🍣 lunch ⚽ goal",
)

_ODD = (
    "Profit &amp; loss, explained",
    "The &quot;quiet&quot; revolution",
    "Price:&nbsp;10&nbsp;000&nbsp;&euro;",
    "Caf&eacute; &#8212; a d&eacute;j&agrave;-vu",
    "Numeric &#x1F600; and &#1055;&#1088;&#1080;&#1074;&#1077;&#1090;",
    "Use &lt;b&gt; for bold &amp;amp; nothing else",
    "A semicolon; a comma, a 'quote' and a \"double\"",
    "Two lines:\n      this one,\n      and that one",
    "Tabs\tand   many    spaces",
    "=SUM(A1:A9)*2",
    "+7 495 000-00-00 calling",
    "-1 degree and falling",
    "@home with a scraper",
    '=HYPERLINK("http://example.com";"click")',
    "Marked <em>up</em> and <strong>boldly</strong> so",
    "Backslash \\n is not a newline, nor is %0A",
    "100% &frac12; price &copy; 2024&hellip;",
    "{braces} [brackets] $dollars #hash ~tilde`tick`",
    "NULL",
    "0012",
    "1e5",
    "'; DROP TABLE articles; --",
)

_SENTENCES = 480
_LONG_EVERY = 160
_LONG_WORDS = 300


def plain(html: str) -> str:
    """Return what a reader sees of `html`: no tags, entities decoded, text folded.

    Folded means that each run of white space, no-break spaces included, is one space,
    and that none is left at the ends.
    """
    return " ".join(unescape(_TAG.sub("", html)).split())


def build_samples(seed: int) -> tuple[str, ...]:
    """Return some five hundred pieces of HTML; the same for the same seed."""
    return (*_ODD, *(_sentence(seed, number) for number in range(_SENTENCES)))


def _sentence(seed: int, number: int) -> str:
    """Return a few words of one script; very many now and then."""
    bits = mix(seed, number)
    words = _WORDS[bits % len(_WORDS)].split()
    long = number % _LONG_EVERY == 1
    length = _LONG_WORDS if long else 4 + (bits >> 8) % 9
    chosen = (words[mix(bits, place) % len(words)] for place in range(length))
    return " ".join(chosen).capitalize()
