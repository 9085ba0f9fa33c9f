"""Proof of what was read: today's steps make the same of the captures as what the archive says, field by field."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Database

from pipelines.held import Held, held_pages
from pipelines.overrides import Overrides
from pipelines.reread import Captures, Outcome, reread_pages
from pipelines.verify import Mismatch
from pipelines.versions import VERSIONS


def provable_pages(archive: Database) -> tuple[list[Held], int]:
    """Return the notices and rejected pages that these rules have read, and the number of those that others have.

    What older rules read, today's may read otherwise; so may another trafilatura. And of what was stored before
    `answers` were noted, nobody knows all that it was read from.
    """
    rules = [VERSIONS["rules"]]
    notices = {number for (number,) in archive.execute(
        "SELECT id FROM notices WHERE rules = ? AND trafilatura = ?", [*rules, VERSIONS["trafilatura"]]
    )}  # fmt: skip
    rejected = {url for (url,) in archive.execute("SELECT url FROM rejections WHERE rules = ?", rules)}
    held, unknown = held_pages(archive, [], None)
    provable = [page for page in held if page.notice in notices or (page.notice is None and page.url in rejected)]
    return provable, len(held) + len(unknown) - len(provable)


def verify_readings(archive: Database, directory: Path, pages: Sequence[Held], overrides: Overrides) -> Iterator[Mismatch | None]:
    """Yield for each page None if its captures, read again on all cores, give what the archive holds, else what differs."""
    for outcome in reread_pages(archive, Captures(directory), pages, overrides, apply=False):
        reason = _fault(outcome)
        yield Mismatch(_name(outcome.held), reason) if reason else None


def _fault(outcome: Outcome) -> str | None:
    match outcome.verdict:
        case "failed":
            return f"cannot be read again: {outcome.reason}"
        case "gained":
            return f"its captures show a notice: {outcome.reason}"
        case "lost":
            return f"its captures show no notice: {outcome.reason}"
    return f"its captures do not say so: {', '.join(outcome.changes)}" if outcome.changes else None


def _name(held: Held) -> str:
    return f"rejection of {held.url}" if held.notice is None else f"notice {held.notice}, {held.url}"
