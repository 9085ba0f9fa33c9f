"""`zhenggai verify`: does the archive hold against its captures?"""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from pipelines.archive import ArchiveError, open_archive
from pipelines.verify import verify_captures, verify_texts


@click.command()
@click.option("--db", type=click.Path(path_type=Path), default=Path("archive.db"), show_default=True, help="The archive to verify.")
@click.option("--sample", type=click.IntRange(min=1), help="Re-read only so many captures, chosen at random.")
def verify(db: Path, sample: int | None) -> None:
    """Re-read every capture, text and quotation, and report each that is not as noted.

    \b
    Example: zhenggai verify --sample 100
    """
    try:
        archive = open_archive(db, create=False)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    console = Console(stderr=True)
    rows = mismatches = 0
    for name, checks in (("captures", verify_captures(archive, db.parent, sample=sample)), ("texts and quotations", verify_texts(archive))):
        for mismatch in track(checks, description=name, console=console, transient=True, disable=not console.is_terminal):
            rows += 1
            if mismatch is not None:
                mismatches += 1
                click.echo(f"{mismatch.row}: {mismatch.reason}")
    click.echo(f"{rows} rows of {db} verified, {mismatches} do not hold")
    if mismatches:
        sys.exit(1)
