"""Opening archive.db: the right file, the right schema, and nothing else touched."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from pipelines.migrations import migrations

APPLICATION_ID = 0x5A47_4149
"""Written into the file's header (PRAGMA application_id): "ZGAI"."""
BUSY_MILLISECONDS = 10_000


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file, what is wrong and what to do."""


def open_archive(path: Path, *, create: bool = True) -> Database:
    """Open the archive at ``path``, bringing its schema up to date.

    Raises ArchiveError if the file is missing (and not to be created), is not an SQLite
    database, or was made by something else. A file that is refused is left as it was.
    """
    if not path.exists() and not create:
        raise ArchiveError(f"{path}: there is no archive here; run `zhenggai crawl` first, or name another with --db")
    if path.is_dir():
        raise ArchiveError(f"{path}: is a directory; name a database file with --db")
    if not path.parent.is_dir():
        raise ArchiveError(f"{path}: the directory {path.parent} does not exist; create it first")
    try:
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        _refuse_foreign(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        database = Database(connection)
        migrations.apply(database)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: {error}; name another archive with --db") from error
    return database


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError unless the file is empty, or an archive that this version knows."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables and application_id == 0:
        return
    if application_id != APPLICATION_ID:
        raise ArchiveError(f"{path}: is an SQLite database, but not an archive of 整改通报; name another with --db")
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [migrations.name])}
    if newer := applied - known:
        raise ArchiveError(f"{path}: was written by a newer version ({', '.join(sorted(newer))}); upgrade zhenggai to open it")
