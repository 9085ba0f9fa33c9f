"""Proof of the archive against its captures: what a row says lies in a WARC file does lie there, unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from warcio.recordloader import ArcWarcRecord

from pipelines.captures import CaptureError, open_record, payload, sha256_of
from pipelines.cdxj import end_of_records
from pipelines.identity import text_sha256

NEWEST_TEXTS = """
SELECT notice_id, texts.text, versions.text_sha256 FROM versions LEFT JOIN texts USING (notice_id)
WHERE version = (SELECT max(version) FROM versions AS later WHERE later.notice_id = versions.notice_id)
"""
LAST_CAPTURES = """
SELECT warc_file, max(warc_offset) FROM captures WHERE typeof(warc_file) = 'text' AND typeof(warc_offset) = 'integer'
GROUP BY warc_file ORDER BY warc_file
"""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One row that does not hold, and why."""

    row: str
    reason: str


def verify_file(archive: Database, path: Path) -> Iterator[Mismatch]:
    """Yield what SQLite finds wrong with the database's file, in its tables and in their indexes."""
    for (said,) in archive.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield Mismatch(str(path), " ".join(said.split()))


def verify_captures(archive: Database, directory: Path, *, sample: int | None) -> Iterator[Mismatch | None]:
    """Yield for each capture, or for so many chosen at random, None if it holds, else what is wrong with it.

    ``directory`` is the archive's own, which the captures' paths are relative to. A revisit holds if its record names
    the capture it is the same as, and that one's record has the payload.
    """
    order = "warc_file, warc_offset" if sample is None else "random()"
    for capture in archive.table("captures").rows_where(order_by=order, limit=sample):
        reason = _fault_of_capture(archive, directory, capture)
        yield Mismatch(f"capture {capture['id']} of {capture['url']}", reason) if reason else None


def _fault_of_capture(archive: Database, directory: Path, capture: dict[str, Any]) -> str | None:
    """Return what is wrong with a capture, or None."""
    try:
        if capture["revisit_of"] is not None:
            with open_record(capture, directory) as record:
                if fault := _fault_of_reference(capture, record):
                    return f"{directory / capture['warc_file']}: {fault}"
        found = sha256_of(payload(archive, directory, capture["id"]))
    except CaptureError as error:
        return str(error)
    place = f"{directory / capture['warc_file']}, offset {capture['warc_offset']}"
    return None if found == capture["sha256"] else f"{place}: the payload's SHA-256 is {found}, not as noted"


def cut_tails(archive: Database, directory: Path) -> Iterator[str]:
    """Yield what to say of each WARC file behind whose last capture a record was begun and not completed.

    A crawl that was killed, or a power cut, leaves such. No row names it, so nothing is wrong with the archive.
    """
    for name, last in archive.execute(LAST_CAPTURES).fetchall():
        path = directory / name
        if not path.is_file():
            continue
        end = end_of_records(path, last) or last
        if end < path.stat().st_size:
            yield f"{path}: a record that begins at offset {end} breaks off; no capture lies in it or behind it, so nothing is lost"


def _fault_of_reference(capture: dict[str, Any], record: ArcWarcRecord) -> str | None:
    noted = {"WARC-Type": "revisit", "WARC-Refers-To": capture["revisit_of"], "WARC-Payload-Digest": f"sha256:{capture['sha256']}"}
    for name, value in noted.items():
        if record.rec_headers[name] != value:
            return f"{name} at offset {capture['warc_offset']} is {record.rec_headers[name]}, not {value} as noted"
    return None


def verify_texts(archive: Database) -> Iterator[Mismatch | None]:
    """Yield for each version of a text, each text and each quotation None if it holds, else what is wrong with it."""
    for version in archive.query("SELECT notice_id, version, text, text_sha256 FROM versions"):
        holds = text_sha256(version["text"]) == version["text_sha256"]
        row = f"version {version['version']} of notice {version['notice_id']}"
        yield None if holds else Mismatch(row, "the text's SHA-256 is not as noted")
    for text in archive.query(NEWEST_TEXTS):
        holds = text_sha256(text["text"] or "") == text["text_sha256"]
        yield None if holds else Mismatch(f"text of notice {text['notice_id']}", "is not that of its newest version")
    for table in _quoting_tables(archive):
        yield from _verify_quotes(archive, table)


def _quoting_tables(archive: Database) -> list[str]:
    """Return the tables of facts whose rows carry their quotation: evidence, figures, and whatever else does."""
    return [table.name for table in archive.tables if {"notice_id", "quote", "start", "end"} <= table.columns_dict.keys()]


def _verify_quotes(archive: Database, table: str) -> Iterator[Mismatch | None]:
    """Yield for each quotation of a text or a title whether it stands where the row says."""
    place = '"in"' if "in" in archive.table(table).columns_dict else "'text'"
    rows = archive.query(
        f"SELECT notice_id, quote, start, \"end\", CASE {place} WHEN 'title' THEN title ELSE text END AS source"  # noqa: S608 - our own names
        f" FROM {table} JOIN notices ON notices.id = notice_id JOIN texts USING (notice_id) WHERE {place} IN ('text', 'title')"
    )
    for row in rows:
        holds = (row["source"] or "")[row["start"] : row["end"]] == row["quote"]
        said = f"the quotation 「{row['quote']}」 does not stand there"
        yield None if holds else Mismatch(f"{table} of notice {row['notice_id']}", said)
