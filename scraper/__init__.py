"""A Scrapy project that collects every article of a site of topics, and proves that none is missing."""

import sys

# In words that any Python 3 can read: what follows elsewhere it cannot.
if sys.version_info < (3, 11):  # noqa: UP036 (without pip nobody has checked it)
    sys.exit(
        "This project needs Python 3.11 or later, not %d.%d: make its .venv with a newer python3 (see README.md)"  # noqa: UP031
        % sys.version_info[:2]
    )
