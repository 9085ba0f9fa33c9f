"""What a crawl stores, as JSON lines in the order in which it was stored: so it can be stored in another archive as well."""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from sqlite_utils import Database

from pipelines.record import Document, Site, State
from pipelines.store import Store

FOUND = ("new", "changed", "gone")
"""Outcomes that the archive counts for itself: another site's notice may have come to it in the meantime."""


class JournalError(Exception):
    """A journal cannot be read; the message says which line, and why."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The crawl of a site began."""

    site: Site
    started: str
    kind: Literal["begun"] = "begun"


@dataclass(frozen=True, slots=True)
class Captured:
    """A response lies in a WARC file; ``capture`` is its row of ``captures``, of which ``warc_file`` is the file's name."""

    site: str
    capture: dict[str, Any]
    kind: Literal["captured"] = "captured"


@dataclass(frozen=True, slots=True)
class Stored:
    """A document was stored."""

    document: Document
    kind: Literal["stored"] = "stored"


@dataclass(frozen=True, slots=True)
class Finished:
    """The crawl of a site ended; ``ending`` holds the columns of ``crawls`` that say how."""

    site: Site
    ending: dict[str, Any]
    state: State | None
    kind: Literal["finished"] = "finished"


Line = Begun | Captured | Stored | Finished
LINE: TypeAdapter[Line] = TypeAdapter(
    Annotated[Line, Field(discriminator="kind")], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)


class JournalStore(Store):
    """Stores as `Store` does, and then writes down what it stored. The sites of one process may share a journal."""

    def __init__(self, archive: Database, journal: Path) -> None:
        super().__init__(archive)
        self.journal = journal

    def begin_crawl(self, site: Site, started: str, *, segment: str | None = None) -> int:
        """Begin a crawl as `Store` does."""
        crawl = super().begin_crawl(site, started, segment=segment)
        self._write(Begun(site, started))
        return crawl

    def store_captures(self, crawl: int, site: str, captures: Iterable[Mapping[str, Any]]) -> None:
        """Store captures as `Store` does."""
        listed = list(captures)
        super().store_captures(crawl, site, listed)
        for capture in listed:
            self._write(Captured(site, {**capture, "warc_file": Path(capture["warc_file"]).name}))

    def put_document(self, document: Document) -> str:
        """Store a document as `Store` does; the bytes that it was read from stay in the capture."""
        outcome = super().put_document(document)
        self._write(Stored(replace(document, content=b"", html=None, steps=[])))
        return outcome

    def finish_crawl(self, crawl: int, site: Site, ending: Mapping[str, Any], *, state: State | None) -> None:
        """Finish a crawl as `Store` does."""
        super().finish_crawl(crawl, site, ending, state=state)
        self._write(Finished(site, dict(ending), state))

    def _write(self, line: Line) -> None:
        with self.journal.open("ab") as file:
            file.write(LINE.dump_json(line) + b"\n")


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of storing a journal."""

    found: dict[str, Counter[str]]
    """By site, how many notices were new, changed or gone."""
    documents: int
    passed_over: int
    """Documents of pages that the archive has seen later."""
    notices: set[int]
    """Numbers of those that are new or changed."""


def read_journal(path: Path) -> Iterator[Line]:
    """Yield the lines of a journal, which is compressed. Raises JournalError."""
    with gzip.open(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield LINE.validate_json(line)
            except ValidationError as error:
                fault = error.errors()[0]
                raise JournalError(f"line {number}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error


def replay(archive: Database, lines: Iterable[Line], *, segment: str, captures: str) -> Replay:
    """Store what the lines say, inside the caller's transaction.

    ``captures`` is the path to the folder of the WARC files, from the archive's own.
    """
    store = Store(archive)
    crawls: dict[str, int] = {}
    found: dict[str, Counter[str]] = {}
    notices: set[int] = set()
    documents = passed_over = 0
    for line in lines:
        match line:
            case Begun(site, started):
                crawls[site.id] = store.begin_crawl(site, started, segment=segment)
                found[site.id] = Counter()
            case Captured(site_id, capture):
                store.store_captures(crawls[site_id], site_id, [capture | {"warc_file": f"{captures}/{capture['warc_file']}"}])
            case Stored(document) if store.was_seen_later(document):
                passed_over += 1
            case Stored(document):
                documents += 1
                outcome = store.store_document(document)
                if document.site and outcome in FOUND:
                    found[document.site.id][outcome] += 1
                if outcome in ("new", "changed"):
                    notices.add(store.notice_of(document))
            case Finished(site, ending, state):
                counts = {name: found[site.id][name] for name in FOUND}
                store.finish_crawl(crawls[site.id], site, ending | counts, state=state)
    return Replay(found, documents, passed_over, notices)
