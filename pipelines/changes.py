"""What is read otherwise than the archive holds it. Workers compare: whoever keeps the archive hands out the rows as they lie there."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from pipelines.record import LISTS, Document, Notice, as_row
from pipelines.store import facts_of

Changes = dict[str, tuple[Any, Any]]
"""Field: value before, value after. Those that are rows of tables of their own are JSON."""

# Not read from the page, or following from what is.
NOT_COMPARED = {"year", "capture_id", "trafilatura", "rules"}
JUDGED = ("title", "published", "reason")
KEYS = ("notice_id", "position", "body_id")
NOTICES = """
SELECT notices.*, text, (SELECT capture_id FROM versions WHERE notice_id = id ORDER BY version DESC LIMIT 1) AS article
FROM notices LEFT JOIN texts ON notice_id = id WHERE id IN (SELECT value FROM json_each(?))
"""
# The day that the page itself prints which a notice was read from: another address of it may print an earlier one, which the notice has.
OWN_DAYS = """
SELECT addresses.notice_id, printed, printed_quote, printed_rule FROM addresses
JOIN versions ON versions.notice_id = addresses.notice_id AND versions.capture_id = printed_capture
WHERE addresses.notice_id IN (SELECT value FROM json_each(?))
    AND version = (SELECT max(version) FROM versions AS all_versions WHERE all_versions.notice_id = addresses.notice_id)
"""
REJECTED = "SELECT *, capture_id AS article FROM rejections WHERE url IN (SELECT value FROM json_each(?))"


@dataclass(slots=True)
class Cells:
    """Rows of one table that belong to one notice, as SQLite gives them: names are given to them where they are compared."""

    columns: Sequence[str]
    rows: list[tuple[Any, ...]]

    def named(self) -> list[dict[str, Any]]:
        """Return the rows by their columns' names, without those that say to which notice they belong, and where they stand in it."""
        compared = [(index, column) for index, column in enumerate(self.columns) if column not in KEYS]
        return [{column: row[index] for index, column in compared} for row in self.rows]


@dataclass(slots=True)
class Stored:
    """What the archive holds of a notice, or of a page that was rejected."""

    facts: dict[str, Any]
    """Its row; of a notice with its ``text``. ``article`` is the capture of the page that it was read from."""
    lists: dict[str, Cells] = field(default_factory=dict)
    """By field; none of a rejected page."""


def stored_notices(archive: Database, numbers: Iterable[int]) -> dict[int, Stored]:
    """Return what the archive holds of these notices, by their numbers."""
    keys = json.dumps(list(numbers))
    stored = {row["id"]: Stored(row) for row in archive.query(NOTICES, [keys])}
    for name, table, order in [*((name, table, "position") for name, table in LISTS.items()), ("evidence", "evidence", "field")]:
        cursor = archive.conn.execute(
            f"SELECT * FROM {table} WHERE notice_id IN (SELECT value FROM json_each(?)) ORDER BY notice_id, {order}",  # noqa: S608 - our own
            [keys],
        )
        columns = tuple(column for column, *_ in cursor.description)
        rows = defaultdict(list)
        for row in cursor:
            rows[row[0]].append(row)  # the number is the first column of each of these tables
        for number, held in stored.items():
            held.lists[name] = Cells(columns, rows[number])
    for number, *own in archive.conn.execute(OWN_DAYS, [keys]):
        _date_by_its_page(stored[number], number, *own)
    return stored


def _date_by_its_page(stored: Stored, number: int, published: str | None, quote: str | None, rule: str | None) -> None:
    """Put the day that the notice's own page prints in the place of the earliest that any of its addresses does."""
    evidence = stored.lists["evidence"]
    rows = [row for row in evidence.rows if row[evidence.columns.index("field")] != "published"]
    if published is not None:
        cells = {"notice_id": number, "field": "published", "quote": quote, "in": "page", "rule": rule}
        rows.append(tuple(cells.get(column) for column in evidence.columns))
    evidence.rows = sorted(rows, key=lambda row: row[evidence.columns.index("field")])
    stored.facts["published"] = published


def stored_rejections(archive: Database, urls: Iterable[str]) -> dict[str, Stored]:
    """Return what the archive holds of these rejected pages, by their addresses."""
    return {row["url"]: Stored(row) for row in archive.query(REJECTED, [json.dumps(list(urls))])}


def changes_in(stored: Stored | None, document: Document) -> Changes:
    """Return in what a page that is still what it was is read otherwise now.

    In nothing where the archive does not hold it any more, or holds a later answer: then it is left to the crawl's reading.
    """
    if stored is None or stored.facts["article"] != document.capture:
        return {}
    after = _values(document) if document.is_notice else {name: getattr(document, name) for name in JUDGED}
    before = stored.facts | {name: cells.named() for name, cells in stored.lists.items()}
    return {name: (_shown(before[name]), _shown(value)) for name, value in after.items() if before[name] != value}


def _values(document: Document) -> Mapping[str, Any]:
    """Return what was read of a notice, by field: scalars as they are, rows as lists."""
    notice = document.notice or Notice()
    values = {name: value for name, value in facts_of(document).items() if name not in NOT_COMPARED}
    values["text"] = document.text or ""
    for name in LISTS:
        values[name] = [as_row(row) for row in getattr(notice, name)]
    found = sorted((document.page_evidence | notice.evidence).items())
    values["evidence"] = [
        {"field": name, "quote": e.quote, "start": e.start, "end": e.end, "in": e.place, "rule": e.rule} for name, e in found
    ]
    return values


def _shown(value: Any) -> Any:
    """Return a value as it is told and kept: rows as JSON, with 1 for true as SQLite gives it back."""
    if not isinstance(value, list):
        return value
    plain = [{name: int(cell) if isinstance(cell, bool) else cell for name, cell in row.items()} for row in value]
    return json.dumps(plain, ensure_ascii=False)
