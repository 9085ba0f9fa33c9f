"""Reading again what the archive holds: the answers behind each text, and what today's steps make of them. Asks no site."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.amendments import Amendments
from pipelines.archive import as_of_now
from pipelines.changes import Changes, stored_notices, stored_rejections
from pipelines.held import Held
from pipelines.overrides import Overrides
from pipelines.read_again import Job, Reading, killed, read_again
from pipelines.record import Site
from pipelines.step3_classify import judgement_of
from pipelines.workers import WorkThrough, work_through

ANSWERS = """
SELECT answers.*, captures.time, captures.headers, captures.sha256, captures.url AS answered,
    holder.id AS holder, holder.warc_file, holder.warc_offset, crawls.segment
FROM answers LEFT JOIN captures ON captures.id = answers.capture_id
LEFT JOIN captures AS holder ON holder.id = coalesce(captures.revisit_of, captures.id)
LEFT JOIN crawls ON crawls.id = holder.crawl_id
WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, position
"""
SITES = "SELECT id, name, url, software, division_code AS division, area, body, replica FROM sites"
PAGES_AT_A_TIME = 100
"""Of which it is asked what the archive holds, and noted that today's rules read it as it is."""


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


class Captures:
    """Finds the folders that the captures' paths are relative to: the archive's own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def located(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of `ANSWERS` with the ``directory`` that its ``warc_file`` is in."""
        return row | {"directory": self.directory}


def reread_pages(
    archive: Database, captures: Captures, held: Sequence[Held], overrides: Overrides, *, apply: bool, through: WorkThrough = work_through
) -> Iterator[Outcome]:
    """Read the pages again, on all cores unless they go ``through`` something else; yield what came of each.

    With ``apply`` that is written: what differs each page in one transaction, what does not many together.
    """
    amendments = Amendments(archive)
    jobs = _jobs(archive, captures, held, overrides, apply=apply)
    same: list[Held] = []
    for page, reading in zip(held, through(read_again, jobs, died=killed), strict=True):
        yield _outcome(amendments, page, reading, apply=apply)
        if apply and reading.error is None and reading.document is None:
            same.append(page)
        if len(same) == PAGES_AT_A_TIME:
            amendments.confirm(same)
            same.clear()
    if same:
        amendments.confirm(same)


def _jobs(archive: Database, captures: Captures, held: Iterable[Held], overrides: Overrides, *, apply: bool) -> Iterator[Job]:
    """Yield a job for each page; what the archive holds of them is asked for many together, which costs little more than for one."""
    sites = {row["id"]: Site(**row | {"replica": bool(row["replica"])}) for row in archive.query(SITES)}
    remaining = iter(held)
    while pages := tuple(islice(remaining, PAGES_AT_A_TIME)):
        with as_of_now(archive):
            sources: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for row in archive.query(ANSWERS, [json.dumps([page.article for page in pages])]):
                sources[row["article_id"]].append(captures.located(row))
            notices = stored_notices(archive, [page.notice for page in pages if page.notice is not None])
            rejections = stored_rejections(archive, [page.url for page in pages if page.notice is None])
        for page in pages:
            yield Job(
                article=page.article,
                site=sites.get(page.site or ""),
                sources=sources[page.article],
                override=judgement_of(sources[page.article][0]["url"], overrides),
                was_notice=page.notice is not None,
                stored=rejections.get(page.url) if page.notice is None else notices.get(page.notice),
                apply=apply,
            )


def _outcome(amendments: Amendments, held: Held, reading: Reading, *, apply: bool) -> Outcome:
    document = reading.document
    if reading.error is not None:
        return Outcome(held, verdict="failed", reason=reading.error)
    if document is None:
        return Outcome(held, reading.changes)
    if held.notice is None and document.is_notice:
        if apply:
            amendments.take_in(document)
        return Outcome(held, verdict="gained", reason=document.reason)
    if held.notice is None:
        return Outcome(held, amendments.judge_again(held.url, document))
    if document.is_notice:
        return Outcome(held, amendments.amend(held.notice, document))
    if amendments.doubt(held.notice, document, apply=apply):
        return Outcome(held, verdict="lost", reason=document.reason)
    return Outcome(held)
