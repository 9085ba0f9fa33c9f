"""``zhenggai status``: how each site does, and which need a person."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from crawler.sites import SiteError, load_sites
from pipelines.archive import ArchiveError, open_archive
from pipelines.health import Reason, SiteFigures, figures_of_sites, reasons, row_of
from pipelines.monitors import Monitors, MonitorsError, load_monitors, monitors_path
from pipelines.visits import utc_now
from zhenggai.notify import NotifyError, notify
from zhenggai.options import archive_option

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
@click.option("--notify", "tell", is_flag=True, help="Where a site needs a person, tell those whom the monitors name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a site and line, with every figure.")
def status(db: Path, *, directory: Path | None, named: Path | None, tell: bool, as_json: bool) -> None:
    """Tell how each site does, and below the table which need a person, and why.

    `overdue` is the days since a crawl without a fault was due, `listed` the
    entries that the last crawl listed, `usual` the median of the earlier ones,
    `rejected` the share of recent pages that are no notices. Where links are
    followed, a line says what the last crawl left at its bounds.
    The exit status is 1 if a site needs a person, or somebody could not be told.

    \b
    Example: zhenggai status --sites crawler/sites --notify
    """
    try:
        monitors = load_monitors(monitors_path(db, named))
        sites = _sites(db, directory, monitors)
    except (ArchiveError, MonitorsError, SiteError) as error:
        raise click.ClickException(str(error)) from error
    if not sites:
        raise click.ClickException(f"{db}: no site was crawled into it; run `zhenggai crawl` first, or name another with --db")
    findings = {figures.site: found for figures in sites if (found := reasons(figures, monitors.thresholds))}
    _print_json(sites, findings) if as_json else _print_table(sites, findings)
    if findings and tell:
        _tell(monitors, db, findings)
    if findings:
        sys.exit(1)


def _sites(db: Path, directory: Path | None, monitors: Monitors) -> list[SiteFigures]:
    """Return the figures of the archive's sites, or of those that a directory declares."""
    archive = open_archive(db, create=False)
    try:
        crawled = figures_of_sites(archive, monitors.thresholds, utc_now())
    finally:
        archive.close()
    if directory is None:
        return crawled
    known = {figures.site: figures for figures in crawled}
    return [known.get(site.id) or SiteFigures(site.id, site.name) for site in load_sites(directory)]


def _print_json(sites: Sequence[SiteFigures], findings: Mapping[str, Sequence[Reason]]) -> None:
    for figures in sites:
        click.echo(json.dumps(row_of(figures, findings.get(figures.site, [])), ensure_ascii=False))


def _print_table(sites: Sequence[SiteFigures], findings: Mapping[str, Sequence[Reason]]) -> None:
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
    for site, found in findings.items():
        for reason in found:
            click.echo(f"{site}: {reason.text}")
    for figures in sites:
        if figures.left_at_bounds:
            click.echo(f"{figures.site}: the last crawl did not see the site whole: {figures.left_at_bounds}")
    click.echo(f"sites that need a person: {len(findings)} of {len(sites)}")


def _tell(monitors: Monitors, db: Path, findings: Mapping[str, Sequence[Reason]]) -> None:
    if monitors.webhook is None and monitors.email is None:
        raise click.ClickException(f"nobody is told: {monitors_path(db)} names neither a webhook nor a mail server (see docs/operate.md)")
    try:
        for line in notify(monitors, str(db), findings):
            click.echo(line, err=True)
    except NotifyError as error:
        raise click.ClickException(f"not everybody was told: {error}") from error
