"""``zhenggai restore``: a backup, or a release with its captures, becomes the archive again."""

import filecmp
import shutil
import signal
import sqlite3
from pathlib import Path

import click
from rich.console import Console
from rich.status import Status

from pipelines.archive import ArchiveError, open_archive
from zhenggai.backup import DECIDED
from zhenggai.copies import CopyError, check_checksums, clear_unfinished, unfinished

DATABASE = Path("archive.db")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--db", type=click.Path(path_type=Path), default=DATABASE, show_default=True, help="Where the archive is to be; must be new.")
def restore(directory: Path, *, db: Path) -> None:
    """Restore the archive from DIR, a backup or a release with its WARC files.

    First everything is checked: the checksums of DIR, the database, and that
    nothing is there that would be overwritten. A WARC file that is there
    already with the same content stays.

    \b
    Example: zhenggai restore /mnt/backup/2026-11-22 --db /var/lib/zhenggai/archive.db
    """
    # What is ended by SIGTERM is cleared away like what is ended by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Status("checking the checksums", console=Console(stderr=True)) as status:
            _refuse_overwriting(db)
            files = check_checksums(directory)
            captures = [file for file in files if file.parts[0] == "captures"]
            _refuse_incomplete(directory, set(captures))
            status.update("copying")
            clear_unfinished(db.parent)
            clear_unfinished(db.parent / "captures")
            _copy_captures(directory, db.parent, captures)
            decided = _copy_decisions(directory, db.parent)
            _put_database(directory / DATABASE, db)
    except (ArchiveError, CopyError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{db}: restored from {directory}, with {len(captures)} WARC files{decided}; `zhenggai verify --db {db}` proves it")


def _refuse_overwriting(db: Path) -> None:
    """Raise CopyError unless there is room for the archive."""
    for path in (db, db.with_name(f"{db.name}-wal"), db.with_name(f"{db.name}-shm")):
        if path.exists():
            raise CopyError(f"{path}: is there already, and is not overwritten; move it away, or name another with --db")
    if not db.parent.is_dir():
        raise CopyError(f"{db}: the directory {db.parent} does not exist; create it first")


def _refuse_incomplete(directory: Path, files: set[Path]) -> None:
    """Raise CopyError if the database of a backup is damaged, or names a WARC file that the backup has not."""
    try:
        # As it lies there, without files beside it: a backup may be on a medium that cannot be written.
        database = sqlite3.connect(f"{(directory / DATABASE).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        named = [Path(name) for (name,) in database.execute("SELECT DISTINCT warc_file FROM captures ORDER BY warc_file")]
        (sound,) = database.execute("PRAGMA integrity_check").fetchone()
        database.close()
    except sqlite3.Error as error:
        raise CopyError(f"{directory / DATABASE}: {error}; take another backup") from error
    if sound != "ok":
        raise CopyError(f"{directory / DATABASE}: is damaged ({sound}); take another backup")
    if missing := [name for name in named if name not in files]:
        raise CopyError(f"{directory}: {missing[0]} is not among its files, and captures lie in it; a release needs `export --captures`")


def _copy_captures(directory: Path, target: Path, captures: list[Path]) -> None:
    """Copy the WARC files to where the database will look for them. Raises CopyError before the first if one is in the way."""
    wanted = []
    for file in captures:
        if not (target / file).exists():
            wanted.append(file)
        elif not filecmp.cmp(directory / file, target / file, shallow=False):
            raise CopyError(f"{target / file}: is there already with another content; move it away, or restore into another folder")
    for file in wanted:
        (target / file).parent.mkdir(exist_ok=True)
        _copy(directory / file, target / file)


def _copy_decisions(directory: Path, target: Path) -> str:
    """Copy what people have decided, unless there is a decision already; return what the report says of it."""
    told = ""
    for name in DECIDED:
        if not (directory / name).is_file():
            continue
        if (target / name).exists():
            told += f"; {name} was there already and stays"
        else:
            _copy(directory / name, target / name)
            told += f", {name}"
    return told


def _put_database(source: Path, db: Path) -> None:
    """Put the database in its place, once it has been opened, and brought up to date, beside it."""
    stage = unfinished(db)
    try:
        _copy(source, stage)
        archive = open_archive(stage, create=False)
        archive.execute("PRAGMA journal_mode = WAL")
        archive.close()
        stage.rename(db)
    finally:
        stage.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a file whole or not at all. Raises CopyError."""
    part = unfinished(target)
    try:
        shutil.copyfile(source, part)
        part.rename(target)
    except OSError as error:
        raise CopyError(f"{target}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
