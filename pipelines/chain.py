"""A chain of hashes over what the archive only ever adds to: each crawl seals what was stored since the last one was sealed.

A crawl's root is the SHA-256 of the root before it, of its own row, and of the hashes of all new rows of `SEALED`: its
own, those of crawls beside it, and those that a killed one left. So no old row can be altered, taken away or put in
between without every later root being another; and who keeps one root, such as a release's, can tell.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from sqlite_utils import Database

from pipelines.canonical import canonical
from pipelines.identity import text_sha256
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


def seal_crawl(archive: Database, crawl_id: int) -> None:
    """Seal the finished crawl with this number, inside the transaction that finishes it."""
    last = next(archive.query("SELECT link, root, sealed FROM crawls WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1"), {})
    earlier = _seal_of(last)
    sealed = {}
    for table in SEALED:
        start = earlier.get(table, {}).get("to", 0)
        (end,) = archive.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()  # noqa: S608 - our own names
        sealed[table] = {"to": end, "sha256": _hash_rows(archive, table, start, end)}
    crawl = archive.table("crawls").get(crawl_id)
    seal = {"link": 1 + last.get("link", 0), "sealed": json.dumps(sealed), "root": _root(last.get("root", ""), crawl, sealed)}
    archive.table("crawls").update(crawl_id, seal)


def newest_root(archive: Database) -> str | None:
    """Return the root under which everything stands that is sealed; None where nothing is."""
    row = archive.execute("SELECT root FROM crawls WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1").fetchone()
    return row[0] if row else None


def count_unsealed(archive: Database) -> int:
    """Return how many rows were stored since the last seal, which no root stands for yet."""
    sealed = _seal_of(next(archive.query("SELECT sealed FROM crawls WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1"), {}))
    return sum(archive.table(table).count_where("rowid > ?", [sealed.get(table, {}).get("to", 0)]) for table in SEALED)


def verify_chain(archive: Database, *, root: str | None = None) -> Iterator[Mismatch | None]:
    """Yield for each seal None if it holds, else what is wrong; then whether ``root``, kept from elsewhere, is one of them."""
    roots, before = set(), ""
    reached = dict.fromkeys(SEALED, 0)
    for number, crawl in enumerate(archive.query("SELECT * FROM crawls WHERE link IS NOT NULL ORDER BY link, id"), 1):
        row = f"seal {crawl['link']}, of crawl {crawl['id']} of {crawl['site']}"
        if crawl["link"] != number:
            yield Mismatch(row, f"it should be number {number}; seals are missing, or stand twice")
            return
        sealed = _seal_of(crawl)
        if _root(before, crawl, sealed) != crawl["root"]:
            yield Mismatch(row, "the row of the crawl, or its seal, has been altered")
        elif altered := [
            table for table, seal in sealed.items() if _hash_rows(archive, table, reached[table], seal["to"]) != seal["sha256"]
        ]:
            yield Mismatch(row, f"the rows that were stored until then have been altered in: {', '.join(altered)}")
        else:
            yield None
        reached |= {table: seal["to"] for table, seal in sealed.items()}
        before = crawl["root"]
        roots.add(before)
    if root is not None:
        yield (
            None
            if root in roots
            else Mismatch(f"root {root}", "no seal of the archive has it: it is another archive, or its past was altered")
        )


def _seal_of(crawl: Mapping[str, Any]) -> dict[str, Any]:
    """Return by table up to which row was sealed, and the hash; nothing of a seal that was altered past reading."""
    try:
        return {table: {"to": int(seal["to"]), "sha256": seal["sha256"]} for table, seal in json.loads(crawl.get("sealed") or "{}").items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _root(before: str, crawl: Mapping[str, Any], sealed: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical([before, [crawl[name] for name in OF_CRAWL], sealed])).hexdigest()


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
