"""The notices that a search finds, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlite_utils import Database

from pipelines.search.folding import Span
from pipelines.search.passages import snippet
from pipelines.search.terms import match_expression

FOUND = """
SELECT rowid, published FROM notice_search WHERE notice_search MATCH ? ORDER BY search_key DESC
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
    rows = db.execute(FOUND, [match_expression(query)])
    for _, month in groupby(((published or "", number) for number, published in rows), key=lambda row: row[0][:7]):
        yield from (number for _, number in sorted(month, reverse=True))
