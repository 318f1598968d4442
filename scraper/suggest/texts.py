"""Texts that tell by their form what they are: dates and prices."""

import re

_MONTHS = (
    r"jan(?:uary|uar|v)?|feb(?:ruary|ruar)?|mar(?:ch|s|z)?|märz|apr(?:il)?|ma[yi]|juni?e?|jul[iy]?|juillet|aug(?:ust)?|"
    r"août|sep(?:t|tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|déc|enero|"
    r"январ\w|феврал\w|март\w?|апрел\w|ма[йя]|июн\w|июл\w|август\w?|сентябр\w|октябр\w|ноябр\w|декабр\w"
)
_DATE = re.compile(
    rf"""
      \b\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ]\d{{1,2}}:\d{{2}}\S*)?
    | \b\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})\b
    | \b(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}
    | \b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{_MONTHS})\.?,?\s+(?:de\s+)?\d{{4}}
    | \d{{4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AMOUNT = r"\d{1,3}(?:[.,'\s]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_CURRENCY = (
    r"[$€£¥₹₽₩₪₺฿]|zł|kr\.?|Kč|CHF|EUR|USD|GBP|AUD|CAD|SEK|NOK|DKK|PLN|RUB|руб\.?|р\."
)
_PRICE = re.compile(rf"(?:{_CURRENCY})\s*(?:{_AMOUNT})|(?:{_AMOUNT})\s*(?:{_CURRENCY})")


def date_share(text: str) -> float:
    """The share of a text that is a date; 0 if there is none in it."""
    found = _DATE.search(text)
    return len(found[0]) / len(text) if found else 0.0


def prices_in(text: str) -> list[str]:
    """The prices that a text names."""
    return _PRICE.findall(text)
