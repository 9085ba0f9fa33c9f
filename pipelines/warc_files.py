"""WARC files as a whole: what the crawl that wrote one noted of it, so that any byte that is altered is found, in whatever record."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from pipelines.archive import path_of, transaction
from pipelines.cdxj import end_of_records
from pipelines.verify import Mismatch

BLOCK = 1 << 20
# Of a crawl that was killed nobody has noted the files: the next one of its site does.
WRITTEN = """
SELECT warc_file, max(warc_offset) FROM captures
WHERE crawl_id IN (SELECT own.id FROM crawls JOIN crawls AS own ON own.site = crawls.site
    WHERE crawls.id = :crawl AND (own.id = crawls.id OR own.finished IS NULL))
GROUP BY warc_file
"""
KNOWN = "SELECT warc_file, max(warc_offset) FROM captures GROUP BY warc_file ORDER BY warc_file"


def note_files(archive: Database, crawl: int) -> None:
    """Note length and SHA-256 of the WARC files that a crawl has written, which nothing is appended to any more."""
    directory = path_of(archive).parent
    rows = []
    for file, last in archive.execute(WRITTEN, {"crawl": crawl}).fetchall():
        path = directory / file
        noted = archive.table("warc_files").count_where("name = ?", [path.name])
        if path.is_file() and not noted and (end := end_of_records(path, last)) is not None:
            rows.append({"name": path.name, "length": end, "sha256": _sha256_of(path, end)})
    with transaction(archive):
        archive.table("warc_files").insert_all(rows)


def verify_files(archive: Database, directory: Path, *, sample: int | None) -> Iterator[Mismatch | None]:
    """Yield for each WARC file, or for so many chosen at random, None if it is as it was noted, else what is wrong with it.

    ``directory`` is the archive's own. Of a file that nobody noted each record must be whole, by the check sums of gzip.
    One that is not there is left to `verify_captures`, which names all that it held.
    """
    noted = {name: (length, sha256) for name, length, sha256 in archive.execute("SELECT name, length, sha256 FROM warc_files")}
    files = [(directory / file, last) for file, last in archive.execute(KNOWN).fetchall() if (directory / file).is_file()]
    for path, last in files if sample is None else random.sample(files, min(sample, len(files))):
        reason = _fault(path, last, noted.get(path.name))
        yield Mismatch(str(path), reason) if reason else None


def _fault(path: Path, last: int, noted: tuple[int, str] | None) -> str | None:
    if noted and (path.stat().st_size < noted[0] or _sha256_of(path, noted[0]) != noted[1]):
        return f"its first {noted[0]} bytes are not what they were when the crawl that wrote it was sealed{_damage(path, last)}"
    return None if noted else _damage(path, last).removeprefix("; ") or None


def _damage(path: Path, last: int) -> str:
    """Return where a record is damaged, if one is that lies before the end of the last capture."""
    end = end_of_records(path, 0) or 0
    return "" if end > last else f"; the record at offset {end} is damaged"


def _sha256_of(path: Path, length: int) -> str:
    """Return the SHA-256 of so many of a file's first bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length and (block := file.read(min(length, BLOCK))):
            digest.update(block)
            length -= len(block)
    return digest.hexdigest()
