"""Proof of the archive against its captures: what a row says lies in a WARC file does lie there, unchanged."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.identity import text_sha256

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One row that does not hold, and why."""

    row: str
    reason: str


def verify_captures(archive: Database, directory: Path, *, sample: int | None) -> Iterator[Mismatch | None]:
    """Yield for each capture, or for so many chosen at random, None if it holds, else what is wrong with it.

    ``directory`` is the archive's own, which the captures' paths are relative to.
    """
    order = "warc_file, warc_offset" if sample is None else "random()"
    for capture in archive.table("captures").rows_where(order_by=order, limit=sample):
        reason = _fault_of_capture(capture, directory)
        yield Mismatch(f"capture {capture['id']} of {capture['url']}", reason) if reason else None


def _fault_of_capture(capture: dict[str, Any], directory: Path) -> str | None:
    """Return what is wrong with a capture, or None."""
    path = directory / capture["warc_file"]
    try:
        with path.open("rb") as stream:
            stream.seek(capture["warc_offset"])
            record = next(iter(ArchiveIterator(stream)), None)
            if record is None:
                return f"{path} ends before offset {capture['warc_offset']}"
            if record.rec_headers["WARC-Record-ID"] != capture["id"]:
                return f"{path} has another record at offset {capture['warc_offset']}"
            digest = hashlib.sha256()
            while block := record.raw_stream.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return f"{path} is not there"
    except (OSError, EOFError, ArchiveLoadFailed, ValueError) as error:
        return f"{path} cannot be read at offset {capture['warc_offset']}: {error}"
    return None if digest.hexdigest() == capture["sha256"] else f"{path}: the payload's SHA-256 is {digest.hexdigest()}, not as noted"


def verify_texts(archive: Database) -> Iterator[Mismatch | None]:
    """Yield for each version of a text and each piece of evidence None if it holds, else what is wrong with it."""
    for version in archive.query("SELECT notice_id, version, text, text_sha256 FROM versions"):
        holds = text_sha256(version["text"]) == version["text_sha256"]
        row = f"version {version['version']} of notice {version['notice_id']}"
        yield None if holds else Mismatch(row, "the text's SHA-256 is not as noted")
    rows = archive.query(
        'SELECT notice_id, field, quote, start, "end", CASE "in" WHEN \'title\' THEN title ELSE text END AS source'
        " FROM evidence JOIN notices ON notices.id = notice_id JOIN texts USING (notice_id) WHERE \"in\" IN ('text', 'title')"
    )
    for evidence in rows:
        holds = (evidence["source"] or "")[evidence["start"] : evidence["end"]] == evidence["quote"]
        yield (
            None
            if holds
            else Mismatch(f"evidence {evidence['field']} of notice {evidence['notice_id']}", "the quotation does not stand there")
        )
