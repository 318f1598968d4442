"""Adding articles on a PostgreSQL server: any number in one statement, without deadlocks between workers."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from scraper.storage.rows import NewArticle

_next_ids = text(
    "SELECT nextval(its.sequence) "
    "FROM (SELECT pg_get_serial_sequence('articles', 'id')::regclass AS sequence OFFSET 0) its, "
    "generate_series(1, :count)"
)
# As five texts that the server takes apart: the driver takes longer over so many values than the server.
_SEPARATOR = "\x1e"  # a control character, which JSON escapes
_insert = text(
    "INSERT INTO articles (id, crawl_id, page_id, key, fields) "
    "SELECT id, crawl_id, page_id, decode(key, 'hex'), fields FROM unnest("
    "string_to_array(:ids, ',')::bigint[], "
    "string_to_array(:crawls, ',')::bigint[], "
    "string_to_array(:pages, ',')::bigint[], "
    "string_to_array(:keys, ',', '-'), "
    "string_to_array(:fields, :separator)"
    ") AS given (id, crawl_id, page_id, key, fields) "
    "ON CONFLICT DO NOTHING RETURNING id"
)


def insert(connection: Connection, rows: Sequence[NewArticle]) -> list[bool]:
    """Insert the rows whose keys are not there; returns for each whether it was.

    Their ids are in the order of `rows`, but they are inserted in the order of their
    keys: two workers with the same articles wait for each other at the first one that
    both have, and neither ever for one that comes before it.
    """
    if not rows:
        return []
    ids = connection.execute(_next_ids, {"count": len(rows)}).scalars().all()
    by_key = sorted(
        zip(ids, rows, strict=True), key=lambda row: (row[1][0], row[1][2] or b"")
    )
    values = {
        "ids": ",".join(str(row_id) for row_id, _ in by_key),
        "crawls": ",".join(str(crawl_id) for _, (crawl_id, *_) in by_key),
        "pages": ",".join(str(page_id) for _, (_, page_id, *_) in by_key),
        "keys": ",".join(
            "-" if key is None else key.hex() for _, (*_, key, _) in by_key
        ),
        "separator": _SEPARATOR,
        "fields": _SEPARATOR.join(fields for _, (*_, fields) in by_key),
    }
    added = set(connection.execute(_insert, values).scalars())
    return [row_id in added for row_id in ids]
