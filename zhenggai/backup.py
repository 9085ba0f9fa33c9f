"""``zhenggai backup``: the archive and its captures as they are at one moment, while a crawl goes on."""

import shutil
import signal
from pathlib import Path

import click
from rich.console import Console
from rich.status import Status

from pipelines.archive import ArchiveError
from pipelines.cdxj import whole_members
from pipelines.monitors import FILE_NAME as MONITORS
from pipelines.overrides import FILE_NAME as OVERRIDES
from zhenggai.copies import CopyError, copy_database, copy_part, is_written, linked, relocate_captures, staged, write_checksums
from zhenggai.options import archive_option

DECIDED = (OVERRIDES, MONITORS)
"""Files beside the archive in which people have decided something."""


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--copy", "copying", is_flag=True, help="Copy the WARC files, and do not link them where the file system could.")
@archive_option("The archive to back up.")
def backup(directory: Path, *, copying: bool, db: Path) -> None:
    """Back the archive up into DIR, which must be new or empty.

    It gets a copy of the database as it is at one moment, the WARC files in
    which its captures lie, overrides.yml and monitors.yml, and checksums. Crawls
    may go on meanwhile. On the same file system WARC files are hard links, which
    need no room and are no help against a broken disk: name a DIR on another.

    \b
    Example: zhenggai backup /mnt/backup/2026-11-22
    """
    # What is ended by SIGTERM is cleared away like what is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with staged(directory) as stage, Status("copying the database", console=Console(stderr=True)) as status:
            # First the database: whatever it says was captured is on the disk by then.
            copy = copy_database(db, stage / "archive.db")
            files = relocate_captures(copy)
            copy.close()
            (stage / "captures").mkdir()
            for name, path in files.items():
                status.update(f"keeping {name}")
                _keep(db.parent / path, stage / "captures" / name, copying=copying)
            for name in DECIDED:
                if (db.parent / name).is_file():
                    shutil.copy2(db.parent / name, stage / name)
            status.update("reckoning checksums")
            size = write_checksums(stage)
    except (ArchiveError, CopyError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{directory}: {len(files)} WARC files, {size / 1e6:.1f} MB; `zhenggai restore {directory}` puts it back")


def _keep(path: Path, target: Path, *, copying: bool) -> None:
    """Link or copy a WARC file; of one that a crawl still appends to, copy the records that are whole."""
    try:
        with path.open("rb") as file:
            growing = is_written(file.fileno())
        if growing:
            copy_part(path, target, sum(length for _, length in whole_members(path)))
        elif copying or not linked(path, target):
            shutil.copyfile(path, target)
    except FileNotFoundError as error:
        raise CopyError(f"{path}: is not there, and captures of the archive lie in it; put it back (see `zhenggai verify`)") from error
