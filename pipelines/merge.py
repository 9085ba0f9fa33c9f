"""Segments become rows of the archive: each once, whole or not at all, those of one domain in order of time."""

import gzip
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database
from upath import UPath

from pipelines.archive import transaction
from pipelines.journal import JournalError, Replay, read_journal, replay
from pipelines.organisations import settle_bodies
from pipelines.segments import (
    JOURNAL,
    LOG,
    FileSum,
    Manifest,
    SegmentError,
    domains,
    fetch,
    is_complete,
    read_manifest,
    segment_id,
    segments_in,
    sha256_of_file,
)
from pipelines.versions import VERSIONS
from pipelines.visits import utc_now

BODIES = """
SELECT DISTINCT body_id FROM notice_bodies AS named WHERE notice_id = ? AND EXISTS (
    SELECT 1 FROM notice_bodies AS other JOIN notices ON notices.id = other.notice_id
    WHERE other.body_id = named.body_id AND first_seen >= ? AND other.notice_id <> named.notice_id
)
"""

CONFLICTS = {
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "rests on captures that the archive lacks; put back the earlier segments of its domain",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "holds captures that the archive has from another segment: it is a copy; remove its folder",
}


@dataclass(frozen=True, slots=True)
class Merged:
    """A segment that is in the archive now."""

    segment: str
    found: dict[str, Counter[str]]
    """By site, how many notices were new, changed or gone."""
    log: str
    """What its crawl logged, JSON lines."""


class Merger:
    """Takes segments into one archive, whose lock the caller holds."""

    def __init__(self, archive: Database, db: Path, captures: Path) -> None:
        self.archive = archive
        self.db = db
        self.captures = captures
        """Where the WARC files go."""

    def merge_domain(self, folder: UPath) -> Iterator[Merged | SegmentError]:
        """Merge what is not merged yet of a domain's folder, in order of time; yield what became of each.

        Behind one that cannot be merged the later ones wait: they may rest on it.
        """
        try:
            for segment in segments_in(folder):
                if not self.is_merged(segment) and is_complete(segment):
                    manifest = read_manifest(segment)
                    if not self._has_content_of(manifest):
                        yield self._merge(segment, manifest)
        except SegmentError as error:
            yield error

    def merge_all(self, share: UPath) -> Iterator[Merged | SegmentError]:
        """Merge what is not merged yet of all domains; yield what became of each segment. Raises SegmentError."""
        for folder in domains(share):
            yield from self.merge_domain(folder)

    def unfinished(self, share: UPath) -> list[UPath]:
        """Return the folders without a manifest: nothing is taken from them. Raises SegmentError."""
        folders = (segment for folder in domains(share) for segment in segments_in(folder))
        return [segment for segment in folders if not self.is_merged(segment) and not is_complete(segment)]

    def is_merged(self, segment: UPath) -> bool:
        """Tell whether the archive has the segment."""
        return bool(self.archive.table("segments").count_where("id = ?", [segment_id(segment)]))

    def _has_content_of(self, manifest: Manifest) -> bool:
        """Tell whether what the segment says is in the archive, be it from a segment of another name: this one is a copy."""
        return bool(self.archive.table("segments").count_where("journal_sha256 = ?", [manifest.files[JOURNAL].sha256]))

    def _merge(self, segment: UPath, manifest: Manifest) -> Merged:
        """Merge one segment. Raises SegmentError, and leaves the archive as it was."""
        if manifest.versions != VERSIONS:
            made_by, ours = _told(manifest.versions), _told(VERSIONS)
            raise SegmentError(f"{segment}: was made by {made_by}, and this is {ours}; merge it with that version")
        with TemporaryDirectory() as directory:
            try:
                for name, expected in manifest.files.items():
                    if name in (JOURNAL, LOG):
                        fetch(segment, name, expected, Path(directory, name))
                    else:
                        self._keep(segment, name, expected)
            except OSError as error:
                raise SegmentError(f"{segment}: cannot be copied beside the archive: {error}; see to that, and merge it again") from error
            try:
                came = self._store(segment_id(segment), manifest, Path(directory, JOURNAL))
            except JournalError as error:
                raise SegmentError(f"{segment}: {JOURNAL} cannot be read: {error}") from error
            except sqlite3.IntegrityError as error:
                raise SegmentError(f"{segment}: {CONFLICTS.get(error.sqlite_errorcode, error)}") from error
            with gzip.open(Path(directory, LOG), "rt", encoding="utf-8") as log:
                return Merged(segment_id(segment), came.found, log.read())

    def _keep(self, segment: UPath, name: str, expected: FileSum) -> None:
        """Put a WARC file beside the others; a merge that was killed may have done so before."""
        self.captures.mkdir(parents=True, exist_ok=True)
        target = self.captures / name
        if not target.exists():
            fetch(segment, name, expected, target)
        elif sha256_of_file(target) != expected.sha256:
            raise SegmentError(f"{segment}: {target} is there already, and is another file; move it away, or put it right")

    def _store(self, identifier: str, manifest: Manifest, journal: Path) -> Replay:
        """Store a journal in one transaction, whoever else writes. Raises JournalError."""
        row = manifest.model_dump(include={"domain", "began", "finished"})
        captures = os.path.relpath(self.captures, self.db.parent)
        with transaction(self.archive):
            row["journal_sha256"] = manifest.files[JOURNAL].sha256
            self.archive.table("segments").insert(row | {"id": identifier, "merged": utc_now()})
            came = replay(self.archive, read_journal(journal), segment=identifier, captures=captures)
            self.archive.table("segments").update(identifier, {"documents": came.documents, "passed_over": came.passed_over})
            self._settle_bodies(came.notices, manifest.began)
        return came

    def _settle_bodies(self, notices: set[int], began: str) -> None:
        """Let the earliest notice that names a body give it its name, and not the one that was merged first."""
        named = (self.archive.execute(BODIES, [number, began]).fetchall() for number in notices)
        settle_bodies(self.archive, {number for rows in named for (number,) in rows if number is not None})


def _told(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
