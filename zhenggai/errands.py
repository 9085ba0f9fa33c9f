"""A worker's part of a crawl: the sites of one domain, in a process and a folder of its own, become a segment."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from upath import UPath

from crawler.sites import Site
from pipelines.archive import ArchiveError, open_archive
from pipelines.overrides import overrides_path
from pipelines.search import rebuild_index
from pipelines.segments import Manifest, folder_of, new_id, packed, publish, share_errors
from pipelines.versions import VERSIONS
from pipelines.visits import utc_now
from zhenggai.crawl import CrawlInterruptedError, SiteReport, run_crawl

# In the folder that an errand has to itself.
ARCHIVE, JOURNAL, LOG = "archive.db", "journal.jsonl", "log.jsonl"


class ErrandError(Exception):
    """A worker's machine cannot do it; the message names the machine, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Errand:
    """The sites of one domain, to be crawled by one machine."""

    domain: str
    sites: list[Site]
    share: str
    """Address of the folder of segments."""
    known: str
    """Address of what the archive knows of the sites (`pipelines.known`)."""
    overrides: str
    """The YAML of what people decided."""
    full: bool
    limit: int | None
    budget: int | None
    """Seconds."""
    settings: Mapping[str, Any]


def crawl_segment(errand: Errand) -> list[SiteReport]:
    """Crawl the sites, and publish what was stored as a segment; return a report of each. Once in a process.

    Raises ErrandError where this machine, or the share, has no room or cannot be written.
    """
    try:
        return _crawl_segment(errand)
    except (OSError, ArchiveError) as error:
        places = f"it works in {gettempdir()} and publishes to {errand.share}"
        raise ErrandError(f"the worker on {socket.gethostname()}: {error} ({places}); see to that, and crawl again") from error


def _crawl_segment(errand: Errand) -> list[SiteReport]:
    began = utc_now()
    with TemporaryDirectory() as name:
        directory = Path(name)
        _unpack(errand, directory)
        own = {"JOURNAL": str(directory / JOURNAL), "EARLIER_CAPTURES_CLASS": "pipelines.known.KnownCaptures"}
        try:
            reports = run_crawl(
                errand.sites,
                db=directory / ARCHIVE,
                full=errand.full,
                limit=errand.limit,
                settings={"READING_WORKERS": 1, **errand.settings, **own},
                budget=errand.budget,
                log=directory / LOG,
            )
        except CrawlInterruptedError as interruption:
            reports = interruption.reports
        if (directory / JOURNAL).exists():
            _publish(errand, directory, began)
    return reports


def _unpack(errand: Errand, directory: Path) -> None:
    """Make an archive of what is known of the sites, which can be searched as any other."""
    db = directory / ARCHIVE
    with share_errors():
        db.write_bytes(UPath(errand.known).read_bytes())
    archive = open_archive(db)
    rebuild_index(archive)
    archive.close()
    overrides_path(db).write_text(errand.overrides, "utf-8")


def _publish(errand: Errand, directory: Path, began: str) -> None:
    manifest = Manifest(
        domain=errand.domain,
        sites=[site.id for site in errand.sites],
        began=began,
        finished=utc_now(),
        made_by=f"{socket.gethostname()}:{os.getpid()}",
        versions=VERSIONS,
        files={},
    )
    files = [*sorted((directory / "captures").glob("*.warc.gz")), packed(directory / JOURNAL), packed(directory / LOG)]
    publish(folder_of(UPath(errand.share), errand.domain) / new_id(began), files, manifest)
