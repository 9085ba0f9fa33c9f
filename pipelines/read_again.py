"""A worker's part of a rereading: the bytes from the WARC files, the steps, and what they give that the archive does not hold."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from pipelines.captures import CaptureError, read_payload, sha256_of
from pipelines.changes import Changes, Stored, changes_in
from pipelines.identity import address_key
from pipelines.record import Document, Fetched, Site
from pipelines.steps import STEPS, run_steps
from pipelines.workers import LONGEST_SECONDS, WORKER_DIED, ReadingError, do_within, pack_up


@dataclass(slots=True)
class Job:
    """One page with all that belongs to it, still without the bytes."""

    article: str
    """Capture of the page that the newest text was read from."""
    site: Site | None
    sources: list[dict[str, Any]]
    """The rows behind the page, its later pages and its files, in this order; each with the ``directory`` of its capture."""
    override: tuple[bool, str] | None
    was_notice: bool
    stored: Stored | None
    """None where the archive has dropped the page since the rereading began."""
    apply: bool
    """What is read otherwise is to be written."""


@dataclass(slots=True)
class Reading:
    """What came of a job."""

    error: str | None = None
    changes: Changes = field(default_factory=dict)
    """Of a page that is still what it was."""
    document: Document | None = None
    """Where the archive is to learn something from it; the way back is paid by the byte."""


def read_again(job: Job) -> Reading:
    """Fetch the bytes and run the steps; what goes wrong becomes the reading's ``error``."""
    document, reading = _document(job), Reading()
    try:
        answers: list[Document | Fetched] = [document, *document.parts, *document.files]
        for answer, row in zip(answers, job.sources, strict=True):
            if row["capture_id"] is not None:
                answer.content = _content(row)
        do_within(LONGEST_SECONDS, _read, job, document, reading)
    except (CaptureError, ReadingError) as error:
        return Reading(error=str(error))
    return reading


def killed(_job: Job) -> Reading:
    """Return what is said of a page that killed its worker."""
    return Reading(error=WORKER_DIED)


def _document(job: Job) -> Document:
    page, *further = job.sources
    url, answered = page["url"], page["answered"] or page["url"]
    return Document(
        url=url,
        content=b"",
        content_type=_content_type(page),
        site=job.site,
        final_url=answered if address_key(answered) != address_key(url) else url,
        status=page["status"],
        fetched_at=page["time"],
        capture=job.article,
        list_title=page["label"] or None,
        list_date=page["listed_date"],
        parts=[_fetched(row) for row in further if row["role"] != "file"],
        files=[_fetched(row) for row in further if row["role"] == "file"],
        override=job.override,
    )


def _fetched(row: dict[str, Any]) -> Fetched:
    return Fetched(
        row["url"],
        row["label"],
        row["status"],
        content_type=_content_type(row),
        error=row["error"],
        capture=row["capture_id"],
        framed=row["role"] == "frame",
    )


def _content_type(row: dict[str, Any]) -> str | None:
    return cast("str | None", json.loads(row["headers"] or "{}").get("Content-Type"))


def _content(row: dict[str, Any]) -> bytes:
    """Return what a capture holds, decompressed. Raises CaptureError, also for one that is not what it was."""
    if row["holder"] is None:
        raise CaptureError(f"no capture {row['capture_id']} of {row['url']}, or none of the body that it refers to")
    holder, directory = row | {"id": row["holder"]}, row["directory"]
    if sha256_of(read_payload(holder, directory)) != row["sha256"]:
        raise CaptureError(f"{directory / row['warc_file']}: the payload of {row['url']} is not what was received; its SHA-256 differs")
    return b"".join(read_payload(holder, directory, decoded=True))


def _read(job: Job, document: Document, reading: Reading) -> None:
    run_steps(document, STEPS)
    if document.state != "live":
        reading.error = document.error or f"today's rules take it for a page that is {document.state}"
        return
    is_same = bool(document.is_notice) == job.was_notice
    reading.changes = changes_in(job.stored, document) if is_same else {}
    if not is_same or (reading.changes and job.apply):
        pack_up(document)
        document.content = b""
        reading.document = document
