"""The notices that a search finds, newest first."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlite_utils import Database

from pipelines.search.folding import Span
from pipelines.search.passages import snippet
from pipelines.search.terms import NOTHING, match_expressions

# Which index is asked, by what a query has terms for; the plus keeps SQLite from asking the other one row by row.
BY_PAIRS = "notices_fts MATCH :pairs"
BY_CHARACTERS = "characters_fts MATCH :characters"
BY_BOTH = "notices_fts MATCH :pairs AND +notices_fts.rowid IN (SELECT rowid FROM characters_fts WHERE characters_fts MATCH :characters)"
COUNT = "SELECT count(*) FROM {index} WHERE {condition}"
NEWEST = """
SELECT notice_id, published FROM {index} CROSS JOIN search_keys ON search_key = {index}.rowid
WHERE {condition} ORDER BY {index}.rowid
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


def count_notices(db: Database, query: str) -> int:
    """Return how many notices contain every term of the query."""
    return int(_ask(db, COUNT, query).fetchone()[0])


def newest_first(db: Database, query: str) -> Iterator[int]:
    """Yield the numbers of the notices that contain every term of the query, newest first, those without a date last.

    The index gives them month by month; only the months that are asked for are read.
    """
    rows = ((published or "", number) for number, published in _ask(db, NEWEST, query))
    for _, month in groupby(rows, key=lambda row: row[0][:7]):
        yield from (number for _, number in sorted(month, reverse=True))


def _ask(db: Database, statement: str, query: str) -> sqlite3.Cursor:
    pairs, characters = match_expressions(query)
    index = "characters_fts" if characters and not pairs else "notices_fts"
    condition = BY_BOTH if pairs and characters else BY_CHARACTERS if characters else BY_PAIRS
    return db.execute(statement.format(index=index, condition=condition), {"pairs": pairs or NOTHING, "characters": characters})
