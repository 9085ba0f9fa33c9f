"""A chain of hashes over what the archive only ever adds to: each crawl, and each rereading, seals what was stored since the last seal.

A root is the SHA-256 of the root before it, of the row of the crawl or rereading, and of the hashes of all new rows of
`SEALED`: its own, those of crawls beside it, and those that a killed one left. So no old row can be altered, taken away or
put in between without every later root being another; and who keeps one root, such as a release's, can tell.
"""

import hashlib
import heapq
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, cast

from sqlite_utils import Database

from pipelines.archive import transaction
from pipelines.canonical import canonical
from pipelines.identity import text_sha256
from pipelines.rows import first_row
from pipelines.verify import Mismatch

# What a rereading put in the place of a version's text or title is not what the crawl had stored; that stands in earlier_values.
VERSIONS = """
SELECT versions.*, text.value AS first_text, title.rowid AS has_first_title, title.value AS first_title
FROM versions
LEFT JOIN earlier_values AS text ON text.rowid = (
    SELECT min(rowid) FROM earlier_values AS e WHERE e.notice_id = versions.notice_id AND e.version = versions.version AND field = 'text')
LEFT JOIN earlier_values AS title ON title.rowid = (
    SELECT min(rowid) FROM earlier_values AS e WHERE e.notice_id = versions.notice_id AND e.version = versions.version AND field = 'title')
WHERE versions.rowid > ? AND versions.rowid <= ? ORDER BY versions.rowid
"""
SEALED: dict[str, tuple[str, ...]] = {
    "captures": ("id", "crawl_id", "site", "url", "time", "status", "headers", "sha256", "length", "warc_offset", "revisit_of"),
    "versions": ("notice_id", "version", "first_seen", "capture_id"),
    "answers": ("article_id", "position", "role", "url", "label", "listed_date", "status", "error", "capture_id"),
    "earlier_values": ("notice_id", "field", "value", "rules", "replaced_at", "replaced_by", "version"),
    "row_hashes": ("number", "table_name", "key", "sha256"),
    "warc_files": ("name", "length", "sha256"),
    "segments": ("id", "domain", "began", "finished", "merged", "journal_sha256"),
}
"""Tables whose rows are added and never changed, with the columns that are sealed. Never edited once released: old roots would not hold.

A table may be added: the seals before it do not name it, and the next one seals it whole.
"""
OF_CRAWL = ("id", "site", "started", "finished", "finish_reason", "requests", "listed", "new", "changed", "gone", "blocked", "errors")
OF_REREADING = ("id", "started", "finished", "rules", "trafilatura", "pages", "differ", "gained", "lost", "failed")
UNSEALED = """
SELECT 'crawl ' || id || ' of ' || site FROM crawls WHERE link IS NULL AND (
    sealed IS NOT NULL OR root IS NOT NULL
    OR finished IS NOT NULL AND id > (SELECT min(id) FROM crawls WHERE link IS NOT NULL))
UNION ALL SELECT 'rereading ' || id FROM rereadings WHERE link IS NULL
"""
"""Whose seal was taken away: it is set with the moment at which a crawl finished, since crawls are sealed at all."""
SEALING = {"crawls": OF_CRAWL, "rereadings": OF_REREADING}
"""Tables whose rows bear the seals, with their columns that are sealed themselves. Never edited once released, likewise."""


def seal_crawl(archive: Database, crawl_id: int) -> None:
    """Seal the finished crawl with this number, inside the transaction that finishes it."""
    _seal(archive, "crawls", crawl_id)


def seal_rereading(archive: Database, row: Mapping[str, Any]) -> None:
    """Record a rereading, and seal what it has stored; one that has stored nothing leaves no row. Raises UnwritableError."""
    with transaction(archive):
        if count_unsealed(archive):
            _seal(archive, "rereadings", cast("int", archive.table("rereadings").insert(dict(row)).last_pk))


def _seal(archive: Database, table: str, number: int) -> None:
    last = _last_seal(archive)
    earlier = _seal_of(last)
    sealed = {}
    for name in SEALED:
        start = earlier.get(name, {}).get("to", 0)
        (end,) = archive.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()  # noqa: S608 - our own names
        sealed[name] = {"to": end, "sha256": _hash_rows(archive, name, start, end)}
    root = _root(last.get("root", ""), table, archive.table(table).get(number), sealed)
    archive.table(table).update(number, {"link": 1 + last.get("link", 0), "sealed": json.dumps(sealed), "root": root})


def newest_root(archive: Database) -> str | None:
    """Return the root under which everything stands that is sealed; None where nothing is."""
    return _last_seal(archive).get("root")


def count_unsealed(archive: Database) -> int:
    """Return how many rows were stored since the last seal, which no root stands for yet."""
    sealed = _seal_of(_last_seal(archive))
    return sum(archive.table(table).count_where("rowid > ?", [sealed.get(table, {}).get("to", 0)]) for table in SEALED)


def verify_chain(archive: Database, *, root: str | None = None) -> Iterator[Mismatch | None]:
    """Yield for each seal None if it holds, else what is wrong; then whether ``root``, kept from elsewhere, is one of them."""
    roots, before = set(), ""
    reached = dict.fromkeys(SEALED, 0)
    for number, (table, seal) in enumerate(_seals(archive), 1):
        named = f"crawl {seal['id']} of {seal['site']}" if table == "crawls" else f"rereading {seal['id']}"
        row = f"seal {seal['link']}, of {named}"
        if seal["link"] != number:
            yield Mismatch(row, f"it should be number {number}; seals are missing, or stand twice")
            return
        sealed = _seal_of(seal)
        if _root(before, table, seal, sealed) != seal["root"]:
            yield Mismatch(row, f"the row of the {table.removesuffix('s')}, or its seal, has been altered")
        elif altered := [name for name, rows in sealed.items() if _hash_rows(archive, name, reached[name], rows["to"]) != rows["sha256"]]:
            yield Mismatch(row, f"the rows that were stored until then have been altered in: {', '.join(altered)}")
        else:
            yield None
        reached |= {name: rows["to"] for name, rows in sealed.items()}
        before = seal["root"]
        roots.add(before)
    for (unsealed,) in archive.execute(UNSEALED):
        yield Mismatch(unsealed, "has come to its end, and has no seal: that was taken away")
    if root is not None:
        yield (
            None
            if root in roots
            else Mismatch(f"root {root}", "no seal of the archive has it: it is another archive, or its past was altered")
        )


def _last_seal(archive: Database) -> dict[str, Any]:
    """Return the row of the last crawl or rereading that bears a seal; empty where none does."""
    newest = "SELECT link, root, sealed FROM {} WHERE typeof(link) = 'integer' ORDER BY link DESC LIMIT 1"
    return max((first_row(archive, newest.format(table), []) for table in SEALING), key=lambda row: row.get("link", 0))


def _seals(archive: Database) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the table and the row of each seal, in their order."""

    def of(table: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for row in archive.query(f"SELECT * FROM {table} WHERE link IS NOT NULL ORDER BY link, id"):  # noqa: S608 - our own names
            yield table, row

    return heapq.merge(*map(of, SEALING), key=lambda seal: seal[1]["link"])


def _seal_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return by table up to which row was sealed, and the hash; nothing of a seal that was altered past reading."""
    try:
        return {table: {"to": int(seal["to"]), "sha256": seal["sha256"]} for table, seal in json.loads(row.get("sealed") or "{}").items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _root(before: str, table: str, row: Mapping[str, Any], sealed: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([before, [row[name] for name in SEALING[table]], sealed])).hexdigest()


def _hash_rows(archive: Database, table: str, start: int, end: int) -> str:
    """Return the SHA-256 of the rows after the one numbered ``start`` until that numbered ``end``, in their order."""
    digest = hashlib.sha256()
    names = SEALED[table]
    query = VERSIONS if table == "versions" else f"SELECT * FROM {table} WHERE rowid > ? AND rowid <= ? ORDER BY rowid"  # noqa: S608 - our own names
    for row in archive.query(query, [start, end]):
        digest.update(canonical([row[name] for name in names] + _derived(table, row)) + b"\n")
    return digest.hexdigest()


def _derived(table: str, row: Mapping[str, Any]) -> list[Any]:
    """Return what is sealed besides the columns as they are."""
    if table == "captures":
        # A release keeps the WARC files in another folder.
        return [PurePath(row["warc_file"]).name]
    if table == "versions":
        title = row["title"] if row["has_first_title"] is None else row["first_title"]
        return [title, row["text_sha256"] if row["first_text"] is None else text_sha256(row["first_text"])]
    return []
