"""``zhenggai export``: the archive as a release that others can use, check and keep."""

import signal
from pathlib import Path

import click
from rich.console import Console
from rich.status import Status

from pipelines.archive import ArchiveError
from pipelines.tables import TableError
from zhenggai.copies import CopyError
from zhenggai.options import archive_option
from zhenggai.release import make_release
from zhenggai.smoke import SmokeError


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--captures", "with_captures", is_flag=True, help="Put the WARC files into the release, by hard links where possible.")
@archive_option("The archive to export.")
def export(directory: Path, *, with_captures: bool, db: Path) -> None:
    """Write a release of the archive into DIR, which must be new or empty.

    It has a compact copy of the database, each table as CSV and Parquet, an
    index of the captures (CDXJ), and checksums. In the CSV files a text that
    a spreadsheet would take for a formula has an apostrophe before it.

    \b
    Example: zhenggai export release-2026-11 --captures
    """
    # What is ended by SIGTERM is cleared away like what is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Status("", console=Console(stderr=True)) as status:
            release = make_release(db, directory, with_captures=with_captures, report=status.update)
    except (ArchiveError, CopyError, SmokeError, TableError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{release.directory}: {release.rows['notices']} notices, {release.indexed} captures indexed, {release.size / 1e6:.1f} MB;"
        " check it there with `sha256sum -c SHA256SUMS`"
    )
