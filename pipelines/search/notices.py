"""The notices that a search finds, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlite_utils import Database

from pipelines.search.folding import Span
from pipelines.search.passages import snippet
from pipelines.search.terms import NOTHING, match_expressions

# Which index is read from its newest row on, and what the other one must hold; the plus keeps SQLite from asking it row by row.
BY_PAIRS = """
SELECT notice_id, published FROM notices_fts CROSS JOIN search_keys ON search_key = notices_fts.rowid
WHERE notices_fts MATCH :pairs ORDER BY notices_fts.rowid DESC
"""
BY_CHARACTERS = """
SELECT notice_id, published FROM characters_fts CROSS JOIN search_keys ON search_key = characters_fts.rowid
WHERE characters_fts MATCH :characters ORDER BY characters_fts.rowid DESC
"""
BY_BOTH = """
SELECT notice_id, published FROM notices_fts CROSS JOIN search_keys ON search_key = notices_fts.rowid
WHERE notices_fts MATCH :pairs AND +search_key IN (SELECT rowid FROM characters_fts WHERE characters_fts MATCH :characters)
ORDER BY notices_fts.rowid DESC
"""
SHOWN = """
SELECT id, url, title, published, coalesce(inspected_body, issuing_body), text
FROM notices LEFT JOIN texts ON notice_id = id WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One notice that a search found."""

    id: int
    url: str
    title: str | None
    published: str | None
    body: str | None
    """The inspected body, else the issuing body."""
    snippet: str
    spans: list[Span]
    """Where the terms stand in the snippet."""


def search_notices(db: Database, query: str, limit: int = 20) -> list[Hit]:
    """Return the notices that contain every term of the query in title or text, newest first."""
    rows = (db.execute(SHOWN, [number]).fetchone() for number in islice(newest_first(db, query), limit))
    return [Hit(number, url, title, published, body, *snippet(text or "", query)) for number, url, title, published, body, text in rows]


def newest_first(db: Database, query: str) -> Iterator[int]:
    """Yield the numbers of the notices that contain every term of the query, newest first, those without a date last.

    The index gives them month by month; only the months that are asked for are read.
    """
    pairs, characters = match_expressions(query)
    statement = BY_BOTH if pairs and characters else BY_PAIRS if pairs else BY_CHARACTERS
    rows = db.execute(statement, {"pairs": pairs, "characters": characters or NOTHING})
    for _, month in groupby(((published or "", number) for number, published in rows), key=lambda row: row[0][:7]):
        yield from (number for _, number in sorted(month, reverse=True))
