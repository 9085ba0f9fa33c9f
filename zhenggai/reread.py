"""`zhenggai reread`: today's rules on everything that the archive holds, shown before it is written."""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from packaging.version import InvalidVersion, Version
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlite_utils import Database

from pipelines.archive import ArchiveError, UnwritableError, open_archive
from pipelines.chain import seal_rereading
from pipelines.held import Held, held_pages
from pipelines.identity import address_key
from pipelines.overrides import Overrides, OverridesError, load_overrides, overrides_path
from pipelines.reread import Captures, Outcome, reread_pages
from pipelines.versions import VERSIONS
from pipelines.visits import utc_now
from zhenggai.hands import working_through
from zhenggai.options import archive_option, cluster_option, on_cluster, share_option

MOST_SAMPLES = 3
"""Of each field."""
SAMPLE_LENGTH = 48
BEFORE_DIFFERENCE = 12
"""Characters that a sample shows before the first one that differs."""


@dataclass
class Summary:
    """What a rereading came to."""

    pages: Counter[str | None] = field(default_factory=Counter)
    """Pages read, by site."""
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Pages of which a field is read otherwise, by site and field."""
    samples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    verdicts: defaultdict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def add(self, outcome: Outcome) -> None:
        """Count one page in."""
        held = outcome.held
        self.pages[held.site] += 1
        if outcome.verdict != "same":
            self.verdicts[outcome.verdict].append(outcome)
        for name, (before, after) in outcome.changes.items():
            self.changed[held.site or "", name] += 1
            if len(self.samples[name]) < MOST_SAMPLES:
                self.samples[name].append(f"{held.notice or held.url} {held.title}: {_difference(before, after)}")

    def row(self, started: str) -> dict[str, Any]:
        """Return the row of ``rereadings``."""
        row: dict[str, Any] = {"started": started, "finished": utc_now()} | {name: VERSIONS[name] for name in ("rules", "trafilatura")}
        row |= {"pages": self.pages.total(), "differ": self.changed.total()}
        return row | {verdict: len(self.verdicts[verdict]) for verdict in ("gained", "lost", "failed")}


@click.command()
@click.argument("sites", metavar="[SITE]...", nargs=-1)
@click.option("--since", metavar="VERSION", help="Only what was last read by rules older than this version.")
@archive_option("The archive.")
@click.option(
    "--overrides",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Pages of which a person decided whether they are notices.  [default: overrides.yml beside the archive]",
)
@cluster_option
@share_option
@click.option("--apply", is_flag=True, help="Write what is read otherwise now; without it the archive stays as it is.")
def reread(
    sites: tuple[str, ...], *, since: str | None, db: Path, overrides: Path | None, cluster: str | None, share: str | None, apply: bool
) -> None:
    """Read every page that the archive holds again by today's rules, and show what would be read otherwise.

    Asks no site: pages, later pages and files come from the captures. With --apply
    the new values replace the old ones, which are kept in the table
    `earlier_values`. A notice that is none by today's rules is kept, and noted in
    `rejections`. The exit status is 1 if something could not be read.

    With --cluster, workers of a Dask cluster read the pages, from the segments in
    --share; what lies in none they read from the archive's own folder, which they
    must reach under the same path.

    \b
    Example: zhenggai reread 120000_csgl_tj
    Example: zhenggai reread --since 0.2.0 --apply
    Example: zhenggai reread --cluster tcp://10.0.0.1:8786 --share /mnt/share
    """
    try:
        archive = open_archive(db, create=False)
        decided = load_overrides(overrides_path(db, overrides))
    except (ArchiveError, OverridesError) as error:
        raise click.ClickException(str(error)) from error
    if not apply:
        archive.execute("PRAGMA query_only = ON")
    held, unknown = held_pages(archive, _check_sites(archive, sites), _check_version(since))
    captures = _segments(db, share) if cluster else Captures(db.parent)
    try:
        summary = _read_all(archive, captures, held, decided, cluster, apply=apply)
    except UnwritableError as error:
        raise click.ClickException(f"{error}; what is written so far is whole, and the same command goes on from there") from error
    _print(summary)
    _print_unknown(unknown)
    _print_unmet(archive, decided)
    click.echo(_closing(summary, len(held), apply=apply))
    if summary.verdicts["failed"]:
        sys.exit(1)


def _read_all(archive: Database, captures: Captures, held: list[Held], decided: Overrides, cluster: str | None, *, apply: bool) -> Summary:
    """Read the pages again; with ``apply`` seal what that has written. Raises UnwritableError."""
    summary, started = Summary(), utc_now()
    console = Console(stderr=True)
    try:
        with working_through(cluster) as through:
            outcomes = reread_pages(archive, captures, held, decided, apply=apply, through=through)
            for outcome in track(outcomes, "reading again", len(held), console=console, transient=True, disable=not console.is_terminal):
                summary.add(outcome)
    finally:
        if apply:  # also where Ctrl-C ends it: what is written by then is whole
            seal_rereading(archive, summary.row(started))
    return summary


def _segments(db: Path, share: str | None) -> Captures:
    segments = on_cluster("pipelines.segments")
    try:
        captures: Captures = segments.SegmentCaptures(db.parent, segments.open_share(db, share))
    except segments.SegmentError as error:
        raise click.ClickException(str(error)) from error
    return captures


def _check_sites(archive: Database, sites: tuple[str, ...]) -> tuple[str, ...]:
    known = [site for (site,) in archive.execute("SELECT id FROM sites ORDER BY id")]
    if other := [site for site in sites if site not in known]:
        raise click.UsageError(f"no such site in the archive: {', '.join(other)} (known sites: {', '.join(known) or 'none'})")
    return sites


def _check_version(since: str | None) -> Version | None:
    try:
        return Version(since) if since is not None else None
    except InvalidVersion:
        raise click.UsageError(f"--since {since}: expected a version, such as 0.2.0") from None


def _difference(before: Any, after: Any) -> str:
    """Show two values side by side, long ones from shortly before the place where they begin to differ."""
    old, new = ("NULL" if value is None else str(value) for value in (before, after))
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    start = max(same - BEFORE_DIFFERENCE, 0) if max(len(old), len(new)) > SAMPLE_LENGTH else 0
    return f"{_excerpt(old, start)} → {_excerpt(new, start)}"


def _excerpt(value: str, start: int) -> str:
    end = start + SAMPLE_LENGTH
    shown = " ".join(value[start:end].split())
    return f"{'…' if start else ''}{shown}{'…' if len(value) > end else ''}"


def _print(summary: Summary) -> None:
    """Print which fields changed at which site, samples, and every notice gained or lost and page not read."""
    if summary.changed:
        table = Table("site", "field", "changed", "of")
        for column in table.columns[2:]:
            column.justify = "right"
        for (site, name), number in sorted(summary.changed.items()):
            table.add_row(site, name, str(number), str(summary.pages[site or None]))
        Console().print(table)
    for name, samples in sorted(summary.samples.items()):
        click.echo(f"{name}:")
        for sample in samples:
            click.echo(f"  {sample}")
    for verdict, meaning in (("gained", "a notice now"), ("lost", "no notice any more"), ("failed", "could not be read")):
        for outcome in summary.verdicts[verdict]:
            named = f"{outcome.held.notice} {outcome.held.url}" if outcome.held.notice else outcome.held.url
            click.echo(f"{meaning}: {named}: {outcome.reason}")


def _print_unknown(unknown: list[dict[str, Any]]) -> None:
    notices = sum(row["notice"] is not None for row in unknown)
    if unknown:
        click.echo(
            f"{notices} notices and {len(unknown) - notices} rejected pages were not read again: they were stored before the archive noted"
            " which captures belong to a page; `zhenggai crawl --full` notes it for those that are still there"
        )


def _print_unmet(archive: Database, overrides: Overrides) -> None:
    keys = (
        {address_key(url) for (url,) in archive.execute("SELECT url FROM rejections UNION SELECT url FROM addresses")}
        if overrides
        else set()
    )
    for key, override in overrides.items():
        if key not in keys:
            click.echo(f"overrides: the archive has no notice and no rejected page at {override.url}")


def _closing(summary: Summary, pages: int, *, apply: bool) -> str:
    counts = {verdict: len(summary.verdicts[verdict]) for verdict in ("gained", "lost", "failed")}
    found = (
        f"{summary.changed.total()} values differ, {counts['gained']} notices gained, {counts['lost']} lost, {counts['failed']} not read"
    )
    written = "written" if apply else "nothing was written; --apply writes it"
    anything = summary.changed or counts["gained"] or counts["lost"]
    return f"{pages} pages read again: {found}" + (f" ({written})" if anything else "")
