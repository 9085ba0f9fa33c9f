"""`zhenggai verify`: does the archive hold against its captures, and is its past what it was?"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from sqlite_utils import Database

from pipelines.archive import ArchiveError, is_damage, open_archive
from pipelines.chain import count_unsealed, newest_root, verify_chain
from pipelines.held import Held
from pipelines.overrides import OverridesError, load_overrides, overrides_path
from pipelines.verify import Mismatch, cut_tails, verify_captures, verify_file, verify_texts
from pipelines.verify_readings import provable_pages, verify_readings
from pipelines.verify_rows import verify_derived, verify_rows
from pipelines.warc_files import verify_files
from pipelines.workers import WorkersError
from zhenggai.options import archive_option


@click.command()
@archive_option("The archive to verify.")
@click.option("--sample", type=click.IntRange(min=1), help="Re-read only so many captures and pages, chosen at random.")
@click.option("--root", metavar="SHA256", help="A root that was kept elsewhere, such as a release's: is the archive's past still that one?")
def verify(db: Path, sample: int | None, root: str | None) -> None:
    """Prove every row against its capture, and report each that does not hold.

    Every capture lies at its offset in the WARC file, with its SHA-256. Every
    quotation stands in its text. Read again from the captures by the same
    rules, every page gives the text and the facts that the archive holds. Every
    row and every WARC file is what was noted when it was written. And the seals
    of the crawls show that nothing of that was altered. Asks no site. The exit
    status is 1 if anything does not hold.

    \b
    Example: zhenggai verify --sample 100
    Example: zhenggai verify --root $(cat release-2026-11/ROOT)
    """
    try:
        archive = open_archive(db, create=False)
        overrides = load_overrides(overrides_path(db))
    except (ArchiveError, OverridesError) as error:
        raise click.ClickException(str(error)) from error
    # A text of which a byte was altered may be none; it is looked at all the same, and is not what was noted.
    archive.conn.text_factory = lambda text: text.decode(errors="replace")
    pages, unprovable = _provable(archive)
    if sample is not None:
        pages = random.sample(pages, min(sample, len(pages)))
    kinds = {
        "the database": verify_file(archive, db),
        "captures": verify_captures(archive, db.parent, sample=sample),
        "WARC files": verify_files(archive, db.parent, sample=sample),
        "texts and quotations": verify_texts(archive),
        "rows": verify_rows(archive),
        "what follows from rows": verify_derived(archive),
        "seals": verify_chain(archive, root=root),
        "pages": verify_readings(archive, db.parent, pages, overrides),
    }
    console = Console(stderr=True)
    rows = mismatches = 0
    for name, checks in kinds.items():
        told = _as_far_as_it_goes(checks, archive, f"{db}, {name}")
        for mismatch in track(told, description=name, console=console, transient=True, disable=not console.is_terminal):
            rows += 1
            if mismatch is not None:
                mismatches += 1
                click.echo(f"{mismatch.row}: {mismatch.reason}")
    for said in cut_tails(archive, db.parent):
        click.echo(said)
    if unprovable:
        click.echo(f"{unprovable} pages were read by other rules, or before it was noted from what; `zhenggai reread` reads them again")
    if unsealed := count_unsealed(archive):
        click.echo(f"{unsealed} rows were stored since the last seal; the next crawl seals them")
    click.echo(f"root {newest_root(archive) or '–'}")
    click.echo(f"{rows} rows of {db} verified, {mismatches} do not hold, {unprovable} pages were not proved by reading them again")
    if mismatches:
        sys.exit(1)


def _provable(archive: Database) -> tuple[list[Held], int]:
    """Return what `provable_pages` does; nothing of a database that is damaged, which `verify_file` tells."""
    try:
        return provable_pages(archive)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return [], 0


def _as_far_as_it_goes(checks: Iterator[Mismatch | None], archive: Database, looked_at: str) -> Iterator[Mismatch | None]:
    """Yield what the checks do, and that they ended where the database is damaged."""
    try:
        yield from checks
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        # A query of sqlite-utils that breaks off leaves its savepoint behind.
        archive.conn.rollback()
        yield Mismatch(looked_at, f"cannot be read any further: {error}")
    except (TypeError, ValueError, AttributeError) as error:  # one bit of a row's head makes bytes of a text
        archive.conn.rollback()
        yield Mismatch(looked_at, f"cannot be looked at any further: a value is of another kind than the program writes ({error})")
    except WorkersError as error:
        raise click.ClickException(str(error)) from error
