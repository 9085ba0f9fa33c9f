"""Opening archive.db: the right file, the right schema, and nothing else touched."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from pipelines.holders import describe_holders
from pipelines.migrations import migrations

APPLICATION_ID = 0x5A47_4149
"""Written into the file's header (PRAGMA application_id): "ZGAI"."""
BUSY_SECONDS = 60
"""How long one writer waits for another; every transaction of ours takes milliseconds."""

RETRY_SECONDS = 0.05

# SQLite's primary result codes for what is no fault of the statement, and what a person can do about each.
ADVICE = {
    sqlite3.SQLITE_FULL: "make room on its disk, and try again",
    sqlite3.SQLITE_IOERR: "look whether its disk is full or failing, and try again",
    sqlite3.SQLITE_READONLY: "it, or the directory that it is in, cannot be written; see to that, or name another with --db",
    sqlite3.SQLITE_CANTOPEN: "it, or the directory that it is in, cannot be written; see to that, or name another with --db",
    sqlite3.SQLITE_BUSY: "try again later",
}
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Primary result codes for a file that is not what SQLite wrote."""
NO_TEXT = "Could not decode to UTF-8"
"""How the error of a text begins that is none, and has no code: one of its bytes was altered."""
PRIMARY_CODE = 0xFF
"""The bits of a result code that are not its refinement: SQLITE_IOERR of SQLITE_IOERR_WRITE."""


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file, what is wrong and what to do."""


class UnwritableError(ArchiveError):
    """The disk, or another process, keeps the archive from being written: no fault of what was to be written."""


def open_archive(path: Path, *, create: bool = True) -> Database:
    """Open the archive at ``path``, bringing its schema up to date where that is needed.

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
        address = str(path) if create or is_writable(path) else _address_to_read(path)
        connection = sqlite3.connect(address, timeout=BUSY_SECONDS, uri=address != str(path))
        _refuse_foreign(connection, path)
        archive = Database(connection)
        # Whoever only reads must not wait for whoever writes: nothing is written where nothing is to be done.
        if _application_id(connection) != APPLICATION_ID or migrations.pending(archive):
            _use_wal(connection)
            _bring_up_to_date(archive, path)
        connection.execute("PRAGMA foreign_keys = ON")
        # A power cut may undo the last transactions, and never half of one; their pages are due again. (A killed process undoes none.)
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError as error:
        if is_unwritable(error):
            raise unwritable(path, error) from error
        raise ArchiveError(f"{path}: {error}; name another archive with --db") from error
    return archive


def is_writable(path: Path) -> bool:
    """Tell whether the archive, and the files that SQLite keeps beside it, can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def is_settled(path: Path) -> bool:
    """Tell whether the file alone is the archive, and nobody is seen to write it: it cannot be written from here, and has no WAL."""
    return not is_writable(path) and not (_beside(path, "-wal") and _beside(path, "-shm"))


def _address_to_read(path: Path) -> str:
    """Return the URI of an archive that cannot be written. Raises ArchiveError if what its WAL holds could not be seen."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    if not is_settled(path):
        # Of a killed crawl, or of another user's that goes on: SQLite reads the WAL with the help of the -shm, without writing either.
        return address
    wal = Path(f"{path.resolve()}-wal")
    if _beside(path, "-wal") and wal.stat().st_size:
        raise ArchiveError(
            f"{path}: cannot be written, and {wal} holds rows that it lacks, which without {path.name}-shm can be read only where both"
            " can be written; copy both into such a folder, and name the archive there with --db"
        )
    # Without a WAL, SQLite must be told that nobody writes the archive, or it would want to make one.
    return f"{address}&immutable=1"


def _beside(path: Path, ending: str) -> bool:
    return Path(f"{path.resolve()}{ending}").exists()


def is_unwritable(error: sqlite3.Error) -> bool:
    """Tell whether the disk or another process is to blame, and not the statement."""
    # Errors of the module's own, such as of a text that is no UTF-8, have no code.
    return (getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE) in ADVICE


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the database itself is damaged."""
    return (getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE) in DAMAGED or str(error).startswith(NO_TEXT)


def damaged(path: Path, error: sqlite3.Error) -> ArchiveError:
    """Return the error that names the damaged archive, and what to do."""
    return ArchiveError(
        f"{path}: is damaged ({error}); `zhenggai verify` says more: move it away with its -wal and -shm, and restore a backup"
    )


def unwritable(path: Path, error: sqlite3.Error) -> UnwritableError:
    """Return the error that names the archive, what keeps it from being written, and what to do."""
    code = error.sqlite_errorcode & PRIMARY_CODE
    cause = f"{error}, by {describe_holders(path)}" if code == sqlite3.SQLITE_BUSY else str(error)
    return UnwritableError(f"{path}: {cause}; {ADVICE[code]}")


@contextmanager
def transaction(archive: Database) -> Iterator[None]:
    """Everything inside is written together or not at all; inside another transaction, together with that one.

    The lock is taken at once: a transaction that reads first and writes later is refused by SQLite,
    without any waiting, if another process has written in between. Raises UnwritableError if nothing can be written.
    """
    if archive.conn.in_transaction:
        yield
        return
    try:
        archive.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            archive.conn.commit()
        except BaseException:
            # Of a full disk SQLite may have rolled back already; then this does nothing.
            archive.conn.rollback()
            raise
    except sqlite3.OperationalError as error:
        if not is_unwritable(error):
            raise
        raise unwritable(path_of(archive), error) from error


@contextmanager
def as_of_now(archive: Database) -> Iterator[None]:
    """Everything inside is read as it stands at the first look, whatever another process writes meanwhile."""
    archive.conn.execute("BEGIN")
    try:
        yield
    finally:
        archive.conn.rollback()


def refuse_mixture(archive: Database, path: Path, site: str, *, replica: bool) -> None:
    """Raise ArchiveError if the archive holds real sites and this is a replica, or the other way round."""
    other = next(archive.query("SELECT id FROM sites WHERE replica = ?", [int(not replica)]), None)
    if other is None:
        return
    held, offered = ("real sites", "a replica on loopback") if replica else ("replicas", "a real site")
    raise ArchiveError(f"{path}: holds {held} ({other['id']}), and {site} is {offered}; name another archive with --db")


def _bring_up_to_date(archive: Database, path: Path) -> None:
    """Claim the file and apply what is missing, both or neither: a process killed here leaves the file as it was."""
    with transaction(archive):
        # Another process may have been first.
        _refuse_foreign(archive.conn, path)
        archive.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(archive)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work side by side; the switch is refused, without waiting, while another process makes it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def path_of(archive: Database) -> Path:
    """Return where the archive stands; empty for one in memory."""
    (path,) = archive.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    return Path(path)


def _application_id(connection: sqlite3.Connection) -> int:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    return int(application_id)


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError unless the file is empty, or an archive that this version knows."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    application_id = _application_id(connection)
    if not tables and application_id == 0:
        return
    if application_id != APPLICATION_ID:
        raise ArchiveError(f"{path}: is an SQLite database, but not an archive of 整改通报; name another with --db")
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [migrations.name])}
    if newer := applied - known:
        raise ArchiveError(f"{path}: was written by a newer version ({', '.join(sorted(map(str, newer)))}); upgrade zhenggai to open it")
