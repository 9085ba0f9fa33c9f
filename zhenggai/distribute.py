"""A crawl by many machines: each domain is a task, and what comes back is merged as it comes."""

import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import click
from distributed import Client, Future, KilledWorker
from distributed.client import FutureCancelledError
from rich.console import Console
from rich.progress import Progress
from upath import UPath

from crawler.sites import Site
from crawler.urls import PUBLIC_SUFFIXES, server_of
from pipelines.archive import open_archive
from pipelines.known import export_known
from pipelines.merge import Merged, Merger
from pipelines.overrides import load_overrides, overrides_path
from pipelines.segments import KNOWN, SegmentError, folder_of, open_share, share_errors
from pipelines.step5_store import COUNTED
from pipelines.versions import VERSIONS
from zhenggai.child import order, result
from zhenggai.cluster import ClusterError, carry_out_alone, connected, first_done, threads_of
from zhenggai.crawl import CrawlInterruptedError, SiteReport, check_archive
from zhenggai.errands import Errand, ErrandError, crawl_segment
from zhenggai.log import LogError, append_to_log
from zhenggai.running import sharing

NOT_THEIRS = ("ARCHIVE_DB", "CAPTURES_DIR", "JOURNAL", "OVERRIDES")
"""Settings that name places on this machine."""
RETRIES = 1
"""Of a domain whose crawl broke off on a worker that lives; one whose worker died is begun again by Dask."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be crawled into which archive, and how."""

    sites: Sequence[Site]
    db: Path
    share: UPath
    overrides: Path
    full: bool
    limit: int | None
    budget: int | None
    """Seconds."""
    settings: Mapping[str, Any]
    log: Path | None


def domains_of(site: Site) -> set[str]:
    """Return the registrable domains that a site is on; what has none, such as an address of numbers, is told by its server."""
    servers = {server_of(address) for address in [site.url, *site.lists]}
    return {PUBLIC_SUFFIXES(server).top_domain_under_public_suffix or server for server in servers}


class Distribution:
    """One run: hands out as many domains as the workers have threads, and merges what they publish."""

    def __init__(self, client: Client, plan: Plan, merger: Merger) -> None:
        self.client = client
        self.plan = plan
        self.merger = merger
        self.reports: list[SiteReport] = []
        self.faults: list[str] = []
        """What could not be crawled, or not be merged, and why."""
        self._run = uuid4().hex[:12]
        self._waiting = iter(sharing(plan.sites, domains_of))
        self._deadline = None if plan.budget is None else time.monotonic() + plan.budget
        self._errands: dict[Future[bytes], Errand] = {}

    def run(self) -> None:
        """Crawl until nothing is left, or the time is up; whatever came back is merged by then."""
        try:
            self._begin()
            with _progress(len(self.plan.sites)) as progress:
                while self._errands:
                    for future in first_done(self.client, list(self._errands)):
                        # Before the merge: a worker need not wait for it.
                        self._begin()
                        self._take(future)
                        progress.advance(progress.task_ids[0], len(self._errands.pop(future).sites))
        finally:
            self.client.cancel(list(self._errands))
            for errand in self._errands.values():
                _remove(UPath(errand.known))
        self.reports += [_unbegun(site) for _, sites in self._waiting for site in sites]
        self.reports.sort(key=lambda report: self.plan.sites.index(report.site))

    def merge_earlier(self) -> None:
        """Merge what workers published for an earlier run that was not there any more to take it."""
        for came in self.merger.merge_all(self.plan.share):
            self._keep(came)

    def _begin(self) -> None:
        """Hand out domains to all threads that have none, as long as there is time."""
        threads = max(threads_of(self.client), 1)
        while self._under_way() < threads and (left := self._seconds_left()) != 0:
            names, sites = next(self._waiting, (set(), []))
            if not sites:
                return
            domain = min(names)
            errand = self._errand(domain, sites, left)
            key = f"crawl-{domain}-{self._run}"  # what Dask's own pages show
            # Politeness is kept by each process alone, so a domain is crawled by one at a time, whoever asked for it.
            given = order(crawl_segment, errand)
            future = self.client.submit(carry_out_alone, given, f"crawl of {domain}", VERSIONS, key=key, retries=RETRIES)
            self._errands[future] = errand

    def _under_way(self) -> int:
        """Return how many errands occupy a thread; one that waits to be merged does not."""
        return sum(not future.done() for future in self._errands)

    def _seconds_left(self) -> int | None:
        return None if self._deadline is None else max(int(self._deadline - time.monotonic()), 0)

    def _errand(self, domain: str, sites: list[Site], budget: int | None) -> Errand:
        plan = self.plan
        known = plan.share / KNOWN / f"{folder_of(plan.share, domain).name}-{self._run}.db"
        with TemporaryDirectory() as directory:
            path = Path(directory, "known.db")
            export_known(plan.db, [site.id for site in sites], path)
            _put(path, known)
        return Errand(
            domain=domain,
            sites=sites,
            share=str(plan.share),
            known=str(known),
            overrides=plan.overrides.read_text("utf-8") if plan.overrides.exists() else "",
            full=plan.full,
            limit=plan.limit,
            budget=budget,
            settings=plan.settings,
        )

    def _take(self, future: Future[bytes]) -> None:
        """Take what came of an errand: its segment into the archive, its reports, or why there are none."""
        errand = self._errands[future]
        reports: list[SiteReport] = []
        try:
            reports = result(future.result())
        except FutureCancelledError:
            raise
        except KilledWorker as error:
            self.faults.append(f"{errand.domain}: not crawled: worker after worker died of it ({error})")
        except ErrandError as error:
            self.faults.append(f"{errand.domain}: not crawled: {error}")
        except Exception as error:  # whatever it is, the other domains are crawled
            self.faults.append(f"{errand.domain}: not crawled: {type(error).__name__}: {error}")
        _remove(UPath(errand.known))
        found: dict[str, Any] = {}
        for came in self.merger.merge_domain(folder_of(self.plan.share, errand.domain)):
            found |= self._keep(came)
        # Of two sites that publish the same notice each crawl has found it; to the archive one of them is a copy.
        self.reports += [replace(report, **found.get(report.site.id, {})) for report in reports]

    def _keep(self, came: Merged | SegmentError) -> dict[str, Any]:
        """Note what became of a segment; return what was found in it."""
        if isinstance(came, SegmentError):
            self.faults.append(str(came))
            return {}
        try:
            append_to_log(self.plan.log, came.log)
        except LogError as error:
            # As a run on this machine, which leaves out the lines for which there is no room.
            click.echo(f"{error}; the lines of {came.segment} are missing there", err=True)
        return came.found


def run_on_cluster(
    sites: Sequence[Site],
    *,
    address: str,
    share: str | None,
    db: Path,
    full: bool,
    limit: int | None,
    settings: Mapping[str, Any],
    budget: int | None,
    log: Path | None,
) -> tuple[list[SiteReport], list[str]]:
    """Crawl the sites as `zhenggai.crawl.run_crawl` does, on a cluster; return the reports, and what broke besides.

    First what workers have published since the last run is merged. Raises what `run_crawl` raises, and click.ClickException
    where the cluster or the folder cannot be used.
    """
    check_archive(db, sites)
    overrides = overrides_path(db, settings.get("OVERRIDES"))
    load_overrides(overrides)
    append_to_log(log, "")
    archive = open_archive(db)
    captures = Path(settings["CAPTURES_DIR"]) if "CAPTURES_DIR" in settings else db.parent / "captures"
    merger = Merger(archive, db, captures)
    theirs = {name: value for name, value in settings.items() if name not in NOT_THEIRS}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with connected(address) as client:
            plan = Plan(sites, db, open_share(db, share), overrides, full, limit, budget, theirs, log)
            distribution = Distribution(client, plan, merger)
            try:
                distribution.merge_earlier()
                distribution.run()
            except KeyboardInterrupt:
                raise CrawlInterruptedError(distribution.reports) from None
    except (ClusterError, SegmentError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        archive.close()
    return distribution.reports, distribution.faults


def _put(path: Path, target: UPath) -> None:
    """Copy a file to the share, whole or not at all. Raises SegmentError."""
    try:
        with share_errors():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.fs.put_file(str(path), target.path)
    except OSError as error:
        _remove(target)
        raise SegmentError(f"{target}: cannot be written: {error}; see to that (make room), and give the same command again") from error


def _remove(path: UPath) -> None:
    """Remove a file that nobody needs any more; of a share that is gone, the segments' own errors tell."""
    with suppress(OSError), share_errors():
        path.unlink(missing_ok=True)


def _unbegun(site: Site) -> SiteReport:
    nothing = dict.fromkeys(COUNTED, 0)
    return SiteReport(site=site, failures=[], unread_lists=0, left=None, finish_reason=None, begun=False, **nothing)


def _progress(sites: int) -> Progress:
    console = Console(stderr=True)
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    progress.add_task("crawling", total=sites)
    return progress
