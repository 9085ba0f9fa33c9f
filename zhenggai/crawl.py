"""``zhenggai crawl``: what the sites have published since goes into the archive."""

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.sites import Site, SiteError, find_site, load_good_sites, load_sites, site_ids
from pipelines.archive import ArchiveError, open_archive, refuse_mixture
from pipelines.crawls import COMPLETED, CUT_SHORT, UNWRITABLE
from pipelines.overrides import OverridesError, load_overrides, overrides_path
from pipelines.step5_store import COUNTED
from pipelines.visits import due_sites, longest_waiting
from zhenggai.budget import Duration
from zhenggai.lock import HeldError, ServerLocks, sole_run
from zhenggai.log import LogError, log_to, only_what_is_read
from zhenggai.options import archive_option, cluster_option, on_cluster, share_option, sites_option
from zhenggai.probing import ProbeError, probe_site
from zhenggai.replicas import REPLICA_SETTINGS
from zhenggai.running import TIME_IS_UP, SiteRun, run_sites

SETTING_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
HELD = "held"
"""Why a site was not crawled whose server another process was crawling into the same archive."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What one crawl of one site came to."""

    site: Site
    listed: int
    new: int
    changed: int
    gone: int
    blocked: int
    errors: int
    failures: list[tuple[str, str]]
    """(address, reason) of everything that could not be read."""
    unread_lists: int
    """How many of the failures are list pages, behind which nothing was seen."""
    left: str | None
    """What the crawl left at its bounds, where it followed links: the site was not seen whole."""
    finish_reason: str | None
    """``finished``, ``shutdown`` after Ctrl-C, ``closespider_timeout`` at the end of the budget, another of Scrapy's, HELD, or None."""
    begun: bool
    """False where the run ended before the site's turn had come."""

    @property
    def succeeded(self) -> bool:
        """The crawl came to its end, or to that of the budget; nothing failed and nothing was blocked."""
        ended_well = not self.begun or self.finish_reason in ("finished", TIME_IS_UP)
        return ended_well and not (self.errors or self.blocked or self.unread_lists)


class CrawlInterruptedError(KeyboardInterrupt):
    """Ctrl-C or SIGTERM ended the crawl; everything fetched until then is in the archive."""

    def __init__(self, reports: list[SiteReport]) -> None:
        super().__init__()
        self.reports = reports


def _report(run: SiteRun) -> SiteReport:
    """Sum up what one site's crawl came to."""
    counts = {name: int(run.stats.get(f"zhenggai/{name}", 0)) for name in COUNTED}
    unread = run.stats.get("zhenggai/unread_lists", [])
    breakdowns = list(run.breakdowns)
    if unwritable := run.stats.get(f"zhenggai/{UNWRITABLE}"):
        breakdowns.append((run.site.url, unwritable))
        # Said once, not again of each list that could not be kept.
        unread = [(url, reason) for url, reason in unread if not reason.endswith(unwritable)]
    elif run.stats.get(COMPLETED) is False:
        breakdowns.append((run.site.url, "the archive does not have the crawl's end, the log says why; what was fetched is kept"))
    if run.begun and not counts["listed"] and not unread and not breakdowns and run.finish_reason not in CUT_SHORT:
        breakdowns.append((run.site.url, "no list was read"))
    # Of a list the store knows more than the spider: one without entries may be a block page.
    reasons = dict([*unread, *run.stats.get("zhenggai/failures", []), *breakdowns])
    return SiteReport(
        site=run.site,
        failures=list(reasons.items()),
        unread_lists=len(unread),
        left=run.stats.get("zhenggai/left"),
        finish_reason=HELD if run.held else run.finish_reason,
        begun=run.begun,
        **counts | {"errors": counts["errors"] + len(breakdowns)},
    )


def run_crawl(
    sites: Sequence[Site],
    *,
    db: Path,
    full: bool,
    limit: int | None,
    settings: Mapping[str, Any],
    budget: int | None = None,
    log: Path | None = None,
) -> list[SiteReport]:
    """Crawl the sites into the archive at ``db``, all together; return a report of each, in their order.

    After ``budget`` seconds no further site is begun, and those under way are ended. ``log`` is appended to. ``settings`` override Scrapy's
    settings of the project. Runs Twisted's reactor, so it works once in a process.
    Raises ArchiveError, before anything is fetched, if the archive cannot be used or holds the other kind of sites
    (replicas, real ones); OverridesError and LogError likewise; CrawlInterruptedError when Ctrl-C has ended the crawl.
    """
    check_archive(db, sites)
    chosen = _settings(sites, db=db, full=full, given=settings)
    load_overrides(overrides_path(db, chosen["OVERRIDES"]))
    process = AsyncCrawlerProcess(chosen)
    runs = [SiteRun(site, process.create_crawler(site.software)) for site in sites]
    # Only now: making the process configures logging anew.
    with closing(ServerLocks(db)) as locks, log_to(log), only_what_is_read():
        run_sites(process, runs, locks=locks, seconds=budget, limit=limit)
    reports = [_report(run) for run in runs]
    if any(report.finish_reason == "shutdown" for report in reports):
        raise CrawlInterruptedError(reports)
    return reports


def check_archive(db: Path, sites: Sequence[Site]) -> None:
    """Raise ArchiveError unless the archive can be opened and holds the same kind of sites as these."""
    replicas = [site.id for site in sites if site.replica]
    real = [site.id for site in sites if not site.replica]
    if replicas and real:
        raise ArchiveError(f"{db}: {replicas[0]} is a replica and {real[0]} a real site; crawl them into two archives (--db)")
    archive = open_archive(db)
    try:
        refuse_mixture(archive, db, (replicas or real)[0], replica=bool(replicas))
    finally:
        archive.close()


def _settings(sites: Sequence[Site], *, db: Path, full: bool, given: Mapping[str, Any]) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    ours: dict[str, Any] = {"ARCHIVE_DB": str(db), "FULL": full, "LOG_LEVEL": "ERROR"}
    if all(site.replica for site in sites):
        ours |= REPLICA_SETTINGS
    for name, value in (ours | dict(given)).items():
        settings.set(name, value, priority="cmdline")
    return settings


@click.command()
@click.argument("names", metavar="[SITE]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Crawl every site of the directory that is due.")
@archive_option("The archive to crawl into.")
@sites_option("Directory of the sites' YAML files.")
@click.option("--division", metavar="CODE", help="With an address: GB/T 2260 code of the site's division, where its pages do not tell.")
@click.option("--full", is_flag=True, help="Walk whole lists and fetch every known notice again.")
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most this many articles of each site.")
@click.option("--budget", type=Duration(), help="After so long (90m, 6h, 1d) begin no further site, and end those under way.")
@cluster_option
@share_option
@click.option("-s", "--set", "assignments", metavar="NAME=VALUE", multiple=True, help="Override a Scrapy setting; may be repeated.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what is fetched.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append what happens to this file, as JSON lines: run, site, url, reason.",
)
def crawl(
    names: tuple[str, ...],
    *,
    every: bool,
    db: Path,
    directory: Path,
    division: str | None,
    full: bool,
    limit: int | None,
    budget: int | None,
    cluster: str | None,
    share: str | None,
    assignments: tuple[str, ...],
    verbose: bool,
    log: Path | None,
) -> None:
    """Crawl each SITE (the name of its YAML file without .yml, or a path to one) into the archive.

    In place of a SITE stands the address of one that has no YAML file: it is
    probed (see `zhenggai probe`) and crawled in one go.

    With --all, sites that have waited longest come first, and a second run
    into the same archive says who holds it and ends well. A YAML file with a
    mistake in it is named, and costs no other site. The exit status is 1 if a
    site failed or refused, or its file is not as it should be.

    With --cluster, workers of a Dask cluster crawl, one registrable domain at a
    time each. What they publish in the folder --share, which all machines must
    reach, is merged into the archive as it comes; see `zhenggai merge`.

    \b
    Example: zhenggai crawl 120000_csgl_tj --limit 20 -s DOWNLOAD_DELAY=3
    Example: zhenggai crawl http://mzj.example.gov.cn/
    Example: zhenggai crawl --all --budget 6h
    Example: zhenggai crawl --all --cluster tcp://10.0.0.1:8786 --share /mnt/share
    """
    settings = _parse_settings(assignments)
    addresses = [name for name in names if ADDRESS.match(name)]
    if division and not addresses:
        raise click.UsageError("--division: only a site that is given by its address needs one")
    named = [name for name in names if name not in addresses]
    sites, broken = _choose_good_sites(named, directory, every=every) if named or every or not addresses else ([], 0)
    if verbose:
        settings = {"LOG_LEVEL": "INFO"} | settings
    try:
        with sole_run(db) if every or cluster else nullcontext():
            if every:
                sites = _in_turn(sites, db, full=full, status=1 if broken else 0)
            sites += _probe(addresses, division)
            options: dict[str, Any] = {"db": db, "full": full, "limit": limit, "settings": settings, "budget": budget, "log": log}
            if cluster:
                reports, faults = on_cluster("zhenggai.distribute").run_on_cluster(sites, address=cluster, share=share, **options)
            else:
                reports, faults = run_crawl(sites, **options), []
    except HeldError as holder:
        click.echo(f"nothing was crawled: {holder}")
        return
    except (ArchiveError, LogError, OverridesError) as error:
        raise click.ClickException(str(error)) from error
    except CrawlInterruptedError as interruption:
        print_reports(interruption.reports)
        raise click.ClickException(f"interrupted; what was fetched is in {db}, and the same command goes on from there") from None
    print_reports(reports)
    for fault in faults:
        click.echo(fault)
    if broken or faults or not all(report.succeeded for report in reports):
        sys.exit(1)


def _probe(addresses: Sequence[str], division: str | None) -> list[Site]:
    """Return the sites found at addresses, each once; say what they are."""
    sites: dict[str, Site] = {}
    for address in dict.fromkeys(addresses):
        try:
            site = probe_site(address, division).site
        except ProbeError as error:
            raise click.ClickException(str(error)) from error
        followed = " (no family fits: its links are followed)" if site.software == "links" else ""
        click.echo(f"{site.id}: {site.name}, {site.software}{followed}, {', '.join(site.lists)}", err=True)
        sites[site.id] = site
    return list(sites.values())


def _parse_settings(assignments: Sequence[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not SETTING_NAME.fullmatch(name):
            raise click.UsageError(f"-s {assignment}: expected NAME=VALUE, such as DOWNLOAD_DELAY=3")
        settings[name] = value
    return settings


def choose_sites(names: Sequence[str], directory: Path, *, every: bool) -> list[Site]:
    """Return the sites that were asked for, each once."""
    if every and names:
        raise click.UsageError("name sites or give --all, not both")
    known = ", ".join(site_ids(directory)) or f"none in {directory}"
    if not every and not names:
        raise click.UsageError(f"name a site, or give --all (known sites: {known})")
    if unknown := [name for name in names if not name.endswith((".yml", ".yaml")) and name not in site_ids(directory)]:
        raise click.UsageError(f"no such site: {', '.join(unknown)} (known sites: {known})")
    try:
        sites = load_sites(directory) if every else [find_site(name, directory) for name in dict.fromkeys(names)]
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    if not sites:
        raise click.UsageError(f"there are no sites in {directory}; name another directory with --sites")
    return sites


def _choose_good_sites(names: Sequence[str], directory: Path, *, every: bool) -> tuple[list[Site], int]:
    """Return the sites that were asked for; with ``every``, also how many others have a file with a mistake in it, once each is named."""
    if names or not every:
        return choose_sites(names, directory, every=every), 0
    try:
        sites, faults = load_good_sites(directory)
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    if not sites:
        return choose_sites([], directory, every=True), 0
    for fault in faults.values():
        click.echo(f"not crawled: {fault}", err=True)
    return sites, len(faults)


def _in_turn(sites: Sequence[Site], db: Path, *, full: bool, status: int) -> list[Site]:
    """Return the sites, longest waiting first; unless ``full``, those that are due. Where there are none, end with this status."""
    archive = open_archive(db)
    known = {site.id: site for site in sites}
    chosen = longest_waiting(archive, known) if full else due_sites(archive, known)
    archive.close()
    if not chosen:
        click.echo(f"nothing is due: all {len(sites)} sites were crawled within the last day; name sites, or give --full")
        sys.exit(status)
    return [known[site] for site in chosen]


def print_reports(reports: Sequence[SiteReport]) -> None:
    """Print one line a site, then every address that could not be read, and why, and what was left at a bound."""
    table = Table("site", *COUNTED)
    for column in table.columns[1:]:
        column.justify = "right"
    begun = [report for report in reports if report.begun]
    for report in begun:
        table.add_row(report.site.id, *(str(getattr(report, name)) for name in COUNTED))
    Console().print(table)
    for report in reports:
        for url, reason in report.failures:
            click.echo(f"{report.site.id}: {url}: {reason}")
        if report.left:
            click.echo(f"{report.site.id}: the site was not seen whole: {report.left}")
        if report.finish_reason == HELD:
            click.echo(f"{report.site.id}: not crawled: another process is crawling its server into this archive")
        if report.finish_reason == TIME_IS_UP:
            click.echo(f"{report.site.id}: the budget ended its crawl; the next one goes on from there")
    if left := len([report for report in reports if not report.begun and report.finish_reason != HELD]):
        click.echo(f"sites due and not begun: {left}; `zhenggai crawl --all` begins with them")
