"""Reading again what the archive holds: the answers behind each text, and what today's steps make of them. Asks no site."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from packaging.version import InvalidVersion, Version
from sqlite_utils import Database

from pipelines.amendments import Amendments, Changes
from pipelines.captures import CaptureError, read_payload, sha256_of
from pipelines.identity import address_key
from pipelines.overrides import Overrides
from pipelines.record import Document, Fetched, Site
from pipelines.step3_classify import override_page
from pipelines.steps import STEPS
from pipelines.workers import LONGEST_SECONDS, WORKER_DIED, ReadingError, WorkThrough, do_within, take_steps, work_through

HELD = """
SELECT notices.id AS notice, notices.site, notices.url, notices.title, notices.rules, versions.capture_id AS article
FROM notices JOIN versions ON versions.notice_id = notices.id
WHERE version = (SELECT max(version) FROM versions WHERE notice_id = notices.id)
UNION ALL
SELECT NULL, site, url, title, rules, capture_id FROM rejections
WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE addresses.url = rejections.url)
ORDER BY site, notice, url
"""
ANSWERS = """
SELECT answers.*, captures.time, captures.headers, captures.sha256, captures.url AS answered,
    holder.id AS holder, holder.warc_file, holder.warc_offset, crawls.segment
FROM answers LEFT JOIN captures ON captures.id = answers.capture_id
LEFT JOIN captures AS holder ON holder.id = coalesce(captures.revisit_of, captures.id)
LEFT JOIN crawls ON crawls.id = holder.crawl_id
WHERE article_id = ? ORDER BY position
"""
SITE = "SELECT id, name, url, software, division_code AS division, area, body, replica FROM sites WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Held:
    """One page of which the archive has a judgement: a notice, or a page that was rejected."""

    notice: int | None
    """None for a rejected page."""
    site: str | None
    url: str
    title: str | None
    article: str
    """Capture of the page that the newest text was read from."""


@dataclass(slots=True)
class Outcome:
    """What came of reading one page again."""

    held: Held
    changes: Changes = field(default_factory=dict)
    """Of a page that is still what it was: the fields that are read otherwise now, each with its value before and after."""
    verdict: str = "same"
    """same; ``gained``: a rejected page is a notice now; ``lost``: a notice is none; ``failed``: it could not be read."""
    reason: str | None = None
    """Why, in Chinese for a verdict of step 3."""


@dataclass(slots=True)
class Job:
    """One document with all that belongs to it, still without the bytes, for a worker to read."""

    held: Held
    document: Document
    sources: list[dict[str, Any]]
    """The rows behind the document, its later pages and its files, in this order; each with the ``directory`` of its capture."""
    error: str | None = None


def held_pages(archive: Database, sites: Iterable[str], since: Version | None) -> tuple[list[Held], list[dict[str, Any]]]:
    """Return the pages that can be read again, and the rows of those of which it is not noted what they were read from.

    ``sites`` limits them to these, if any; ``since`` to what rules older than this version read.
    """
    chosen = set(sites)
    noted = {article for (article,) in archive.execute("SELECT article_id FROM answers WHERE position = 0")}
    held, unknown = [], []
    for row in archive.query(HELD):
        rules = row.pop("rules")
        if (chosen and row["site"] not in chosen) or (since is not None and not _is_older(rules, since)):
            continue
        if row["article"] in noted:
            held.append(Held(**row))
        else:
            unknown.append(row)
    return held, unknown


def _is_older(rules: str | None, since: Version) -> bool:
    try:
        return rules is None or Version(rules) < since
    except InvalidVersion:
        return True


class Captures:
    """Finds the folders that the captures' paths are relative to: the archive's own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def located(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of `ANSWERS` with the ``directory`` that its ``warc_file`` is in."""
        return row | {"directory": self.directory}


def reread_pages(
    archive: Database, captures: Captures, held: Iterable[Held], overrides: Overrides, *, apply: bool, through: WorkThrough = work_through
) -> Iterator[Outcome]:
    """Read the pages again, on all cores unless they go ``through`` something else; yield what came of each.

    With ``apply`` that is written, each page in one transaction.
    """
    amendments = Amendments(archive)
    jobs = (_job(archive, captures, page, overrides) for page in held)
    for job in through(_read_again, jobs, died=_died):
        yield _outcome(amendments, job, apply=apply)


def _job(archive: Database, captures: Captures, held: Held, overrides: Overrides) -> Job:
    page, *further = map(captures.located, archive.query(ANSWERS, [held.article]))
    url, answered = page["url"], page["answered"] or page["url"]
    document = Document(
        url=url,
        content=b"",
        content_type=_content_type(page),
        site=_site(archive, held.site),
        final_url=answered if address_key(answered) != address_key(url) else url,
        status=page["status"],
        fetched_at=page["time"],
        capture=held.article,
        list_title=page["label"] or None,
        list_date=page["listed_date"],
        parts=[_fetched(row) for row in further if row["role"] == "page"],
        files=[_fetched(row) for row in further if row["role"] == "file"],
    )
    override_page(document, overrides)
    return Job(held, document, [page, *further])


def _site(archive: Database, site: str | None) -> Site | None:
    row = next(archive.query(SITE, [site]), None)
    return Site(**row | {"replica": bool(row["replica"])}) if row else None


def _fetched(row: dict[str, Any]) -> Fetched:
    return Fetched(row["url"], row["label"], row["status"], content_type=_content_type(row), error=row["error"], capture=row["capture_id"])


def _content_type(row: dict[str, Any]) -> str | None:
    return cast("str | None", json.loads(row["headers"] or "{}").get("Content-Type"))


def _read_again(job: Job) -> Job:
    """Fetch the bytes from the WARC files and run the steps; what goes wrong becomes the job's ``error``."""
    document = job.document
    try:
        answers: list[Document | Fetched] = [document, *document.parts, *document.files]
        for answer, row in zip(answers, job.sources, strict=True):
            if row["capture_id"] is not None:
                answer.content = _content(row)
        document.steps = list(STEPS)
        do_within(LONGEST_SECONDS, take_steps, document)
    except (CaptureError, ReadingError) as error:
        job.error = str(error)
    else:
        if document.state != "live":
            job.error = document.error or f"today's rules take it for a page that is {document.state}"
    document.content, job.sources = b"", []  # they need not travel back
    return job


def _content(row: dict[str, Any]) -> bytes:
    """Return what a capture holds, decompressed. Raises CaptureError, also for one that is not what it was."""
    if row["holder"] is None:
        raise CaptureError(f"no capture {row['capture_id']} of {row['url']}, or none of the body that it refers to")
    holder, directory = row | {"id": row["holder"]}, row["directory"]
    if sha256_of(read_payload(holder, directory)) != row["sha256"]:
        raise CaptureError(f"{directory / row['warc_file']}: the payload of {row['url']} is not what was received; its SHA-256 differs")
    return b"".join(read_payload(holder, directory, decoded=True))


def _died(job: Job) -> Job:
    job.error = WORKER_DIED
    return job


def _outcome(amendments: Amendments, job: Job, *, apply: bool) -> Outcome:
    held, document = job.held, job.document
    if job.error is not None:
        return Outcome(held, verdict="failed", reason=job.error)
    if held.notice is None and document.is_notice:
        if apply:
            amendments.take_in(document)
        return Outcome(held, verdict="gained", reason=document.reason)
    if held.notice is None:
        return Outcome(held, amendments.judge_again(held.url, document, apply=apply))
    if document.is_notice:
        return Outcome(held, amendments.amend(held.notice, document, apply=apply))
    if amendments.doubt(held.notice, document, apply=apply):
        return Outcome(held, verdict="lost", reason=document.reason)
    return Outcome(held)
