"""``zhenggai status``: how each site does, and which need a person."""

import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from crawler.sites import SITES_DIR, SiteError, load_good_sites, site_ids
from pipelines.archive import ArchiveError, damaged, is_damage, open_archive
from pipelines.health import Reason, SiteFigures, figures_of_sites, reasons, row_of
from pipelines.monitors import Monitors, MonitorsError, load_monitors, monitors_path
from pipelines.visits import due_sites, last_begun, utc_now
from zhenggai.budget import Duration
from zhenggai.notify import ARCHIVE, Findings, NotifyError, notify
from zhenggai.options import archive_option
from zhenggai.told import last_told, note_told

COLUMNS = ("site", "state", "last success", "last new", "overdue", "listed", "usual", "new", "rejected", "blocked", "errors")
WIDTH = 140
"""Of the table where there is no terminal that says how wide it is."""


@click.command()
@archive_option("The archive.")
@click.option(
    "--sites",
    "directory",
    type=click.Path(path_type=Path),
    help="Look at the sites of this directory, and no others: also at those that were never crawled.",
)
@click.option(
    "--monitors",
    "named",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Thresholds, and who is told.  [default: monitors.yml beside the archive]",
)
@click.option("--notify", "tell", is_flag=True, help="Where something needs a person, tell those whom the monitors name, if it is new.")
@click.option(
    "--begun-within",
    "within",
    type=Duration(),
    default="30h",
    show_default=True,
    help="Within so long a crawl must have begun that came to an end, unless none is due. Right after the nightly crawl, say 12h.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a site and line, with every figure.")
def status(db: Path, *, directory: Path | None, named: Path | None, tell: bool, within: int, as_json: bool) -> None:
    """Tell how each site does, and below the table which need a person, and why.

    `overdue` is the days since a crawl without a fault was due, `listed` the
    entries that the last crawl listed, `usual` the median of the earlier ones,
    `rejected` the share of recent pages that are no notices. Where links are
    followed, a line says what the last crawl left at its bounds.
    The exit status is 1 if a site needs a person, no crawl has begun although
    one was due, or somebody could not be told.

    --notify tells people of what they were not told of before, and again of all
    of it after a week (`remind_days`); also why `status` itself fails.

    \b
    Example: zhenggai status --sites crawler/sites --notify
    """
    try:
        monitors = load_monitors(monitors_path(db, named))
    except MonitorsError as error:
        raise click.ClickException(str(error)) from error
    try:
        sites, findings = _look(db, directory, monitors, within)
    except (ArchiveError, SiteError) as error:
        click.echo(f"Error: {error}", err=True)
        if tell:
            _tell(monitors, db, {ARCHIVE: [Reason("status", str(error))]})
        sys.exit(1)
    _print_json(sites, findings) if as_json else _print_table(sites, findings)
    known = {figures.site for figures in sites} | set(site_ids(directory or SITES_DIR))
    unknown = sorted(set(monitors.sites) - known)
    for site in unknown:
        click.echo(f"{monitors_path(db, named)}: sites.{site}: there is no such site; write the id of one, or remove it", err=True)
    if tell:
        _tell(monitors, db, findings)
    if findings or unknown:
        sys.exit(1)


def _look(db: Path, directory: Path | None, monitors: Monitors, within: int) -> tuple[list[SiteFigures], Findings]:
    """Return the figures of the archive's sites, or of those that a directory declares, and what needs a person.

    Raises ArchiveError if the archive cannot be used or has no sites, SiteError if there is no such directory.
    """
    archive = open_archive(db, create=False)
    try:
        sites = figures_of_sites(archive, monitors, utc_now())
        faults: Mapping[str, str] = {}
        if directory is not None:
            known = {figures.site: figures for figures in sites}
            declared, faults = load_good_sites(directory)
            names = {site.id: site.name for site in declared} | {site: site for site in faults}
            sites = [known.get(site) or SiteFigures(site, name) for site, name in sorted(names.items())]
        if not sites:
            raise ArchiveError(f"{db}: no site was crawled into it; run `zhenggai crawl` first, or name another with --db")
        idle = _idle(archive, [figures.site for figures in sites], within)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise damaged(db, error) from error
    finally:
        archive.close()
    findings: dict[str, list[Reason]] = {ARCHIVE: [idle]} if idle else {}
    for figures in sites:
        broken = [Reason("declaration", faults[figures.site])] if figures.site in faults else []
        if found := broken + reasons(figures, monitors.thresholds_of(figures.site)):
            findings[figures.site] = found
    return sites, findings


def _idle(archive: Database, sites: Sequence[str], within: int) -> Reason | None:
    """Return a reason if for so many seconds no crawl has begun that came to an end, although one is due.

    What keeps a run from beginning, or from writing at all, is told by no site's figures.
    """
    begun = last_begun(archive, sites)
    if begun is None or not due_sites(archive, sites):
        return None
    passed = datetime.fromisoformat(utc_now()) - datetime.fromisoformat(begun)
    if passed < timedelta(seconds=within):
        return None
    hours = int(passed.total_seconds() // 3600)
    return Reason("begun_within", f"no crawl has begun for {hours} hours that came to an end; what the crawl of the night printed says why")


def _print_json(sites: Sequence[SiteFigures], findings: Findings) -> None:
    for figures in sites:
        click.echo(json.dumps(row_of(figures, findings.get(figures.site, [])), ensure_ascii=False))
    # Of no site, so no line of the output.
    _print_reasons({ARCHIVE: findings.get(ARCHIVE, [])}, err=True)


def _print_table(sites: Sequence[SiteFigures], findings: Findings) -> None:
    table = Table(*COLUMNS)
    for column in table.columns[4:]:
        column.justify = "right"
    for figures in sites:
        days = [figures.last_success and figures.last_success[:10], figures.last_new_notice and figures.last_new_notice[:10]]
        rejected = None if figures.rejected.recent is None else f"{figures.rejected.recent:.0%}"
        counts = [figures.days_overdue, figures.listed, figures.listed_before, figures.new, rejected, figures.blocked, figures.errors]
        row = [figures.site, figures.state, *days, *counts]
        table.add_row(*("–" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in row))
    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(table)
    _print_reasons(findings)
    for figures in sites:
        if figures.left_at_bounds:
            click.echo(f"{figures.site}: the last crawl did not see the site whole: {figures.left_at_bounds}")
    click.echo(f"sites that need a person: {sum(figures.site in findings for figures in sites)} of {len(sites)}")


def _print_reasons(findings: Findings, *, err: bool = False) -> None:
    for site, found in findings.items():
        for reason in found:
            click.echo(f"{site}: {reason.text}", err=err)


def _tell(monitors: Monitors, db: Path, findings: Findings) -> None:
    """Tell people of what they do not know yet, and note it. Raises click.ClickException if somebody could not be told."""
    told = last_told(db)
    if told is not None and (not findings or told.knows(findings, monitors.remind_days)):
        _note(db, findings, told.at)
        if findings:
            click.echo(f"nobody is told again of what was told by {told.at}", err=True)
        return
    if not findings:
        return
    if monitors.webhook is None and monitors.email is None:
        raise click.ClickException(f"nobody is told: {monitors_path(db)} names neither a webhook nor a mail server (see docs/operate.md)")
    try:
        for line in notify(monitors, str(db), findings):
            click.echo(line, err=True)
    except NotifyError as error:
        raise click.ClickException(f"not everybody was told: {error}") from error
    _note(db, findings, utc_now())


def _note(db: Path, findings: Findings, at: str) -> None:
    try:
        note_told(db, findings, at)
    except OSError as error:
        click.echo(f"{error}: it cannot be noted who was told of what, and they will be told again", err=True)
