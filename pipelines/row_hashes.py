"""What rows that may change were when the program last wrote them: hashes in a table that is only added to, and so can be sealed.

A notice's facts are replaced when its page changes or is read by other rules, an address or a judgement may be taken back.
Each time the hash of the row as it stands then is noted, or NULL where it is taken away. Whatever else is done to the row
afterwards, it is not what was noted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from pipelines.canonical import canonical
from pipelines.rows import first_row


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of a table."""

    key: str
    changing: frozenset[str] = frozenset()
    """Columns that say how the last visit went, and are no evidence of what was published."""
    parts: tuple[str, ...] = ()
    """Tables of which each row belongs to one of this table's, by ``notice_id``, and is noted with it; their second column orders them."""


FACTS = ("texts", "versions", "problems", "figures", "contacts", "periods", "doubts", "notice_bodies", "unparsed", "evidence")
VISITS = frozenset({"state", "last_crawl", "last_success", "last_new_notice"})
SEALS = frozenset({"segment", "link", "sealed", "root"})
"""Of a crawl: where its segment lies, and its seal, which proves itself. What `pipelines.chain` seals of the row is not all of it."""
NOTED = {
    "notices": Noted("id", frozenset({"state", "last_seen"}), FACTS),
    "addresses": Noted("url"),
    "rejections": Noted("url"),
    "bodies": Noted("id"),
    "sites": Noted("id", VISITS),
    "crawls": Noted("id", SEALS),
}
"""Tables whose rows are noted. A migration that changes what they hold must note it anew with `note_row`."""
ADD = """
INSERT INTO row_hashes (table_name, key, sha256) SELECT ?1, ?2, ?3
WHERE ?3 IS NOT (SELECT sha256 FROM row_hashes WHERE table_name = ?1 AND key = ?2 ORDER BY number DESC LIMIT 1)
"""


def row_sha256(archive: Database, table: str, key: int | str) -> str | None:
    """Return the hash of a row and of all that belongs to it; None if there is none.

    What is NULL is left out: a column that a later version adds makes no difference.
    """
    noted = NOTED[table]
    row = first_row(archive, f"SELECT * FROM {table} WHERE {noted.key} = ?", [key])  # noqa: S608 - our own names
    if not row:
        return None
    content = [{name: value for name, value in row.items() if value is not None and name not in noted.changing}]
    content += [{"table": part, "rows": _rows_of(archive, part, key)} for part in noted.parts]
    return hashlib.sha256(canonical(content)).hexdigest()


def _rows_of(archive: Database, table: str, notice: int | str) -> list[dict[str, Any]]:
    cursor = archive.conn.execute(f"SELECT * FROM {table} WHERE notice_id = ? ORDER BY 2", [notice])  # noqa: S608 - our own names
    names = [column[0] for column in cursor.description]
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in cursor]


def note_row(archive: Database, table: str, key: int | str) -> None:
    """Note what a row is, or that it is no more, unless that is noted already; in the transaction that wrote it."""
    archive.conn.execute(ADD, [table, str(key), row_sha256(archive, table, key)])


def note_notice(archive: Database, number: int) -> None:
    """Note what a notice is, and the bodies that it names."""
    note_row(archive, "notices", number)
    bodies = archive.conn.execute("SELECT DISTINCT body_id FROM notice_bodies WHERE notice_id = ? AND body_id IS NOT NULL", [number])
    for (body,) in bodies.fetchall():
        note_row(archive, "bodies", body)


def remove_rows(archive: Database, table: str, condition: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Delete the rows that fulfil an SQL condition, and note that they are no more."""
    query = f"DELETE FROM {table} WHERE {condition} RETURNING {NOTED[table].key}"  # noqa: S608 - our own names
    for (key,) in archive.conn.execute(query, values).fetchall():
        note_row(archive, table, key)
