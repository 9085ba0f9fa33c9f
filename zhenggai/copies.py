"""What a release and a backup share: a consistent copy of a running archive, its WARC files, and checksums."""

import fcntl
import hashlib
import os
import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from pipelines.archive import open_archive

BLOCK = 1 << 20
SUMS = "SHA256SUMS"
UNFINISHED = f".zhenggai-{socket.gethostname()}-"
"""Stands in the name of what is not whole yet, before the number of the process that makes it: other machines may use the folder, too."""


class CopyError(Exception):
    """A copy cannot be made; the message says what is wrong and what to do."""


def unfinished(target: Path) -> Path:
    """Return where, beside its place, something is made by this process; ``.2026-11-22.zhenggai-HOST-4711``."""
    return target.with_name(f".{target.name}{UNFINISHED}{os.getpid()}")


def clear_unfinished(directory: Path) -> None:
    """Remove what processes of this machine that were killed have left in a directory, as far as this user may."""
    left = re.compile(rf"\..+{re.escape(UNFINISHED)}(\d+)(?:-wal|-shm|-journal)?")
    for path in directory.iterdir() if directory.is_dir() else ():
        made = left.fullmatch(path.name)
        # A number comes again, after a new start of the machine; ours has made nothing yet.
        if made and (made[1] == str(os.getpid()) or not _runs(int(made[1]))):
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # as another user
    except (ProcessLookupError, OverflowError):
        return False
    return True


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """Give a new directory beside the named one, and put it in that one's place if all goes well."""
    directory = directory.absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CopyError(f"{directory}: is there already, and not an empty directory; name another, or remove it first")
    if not directory.parent.is_dir():
        raise CopyError(f"{directory}: the directory {directory.parent} does not exist; create it first")
    stage = unfinished(directory)
    try:
        clear_unfinished(directory.parent)
        stage.mkdir()
        yield stage
        stage.rename(directory)
    except (OSError, sqlite3.Error) as error:
        raise CopyError(f"{directory}: {error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def copy_database(db: Path, path: Path) -> Database:
    """Copy the archive at ``db`` as it is at one moment, while others may read and write it. Raises ArchiveError and CopyError."""
    archive = open_archive(db, create=False)
    try:
        archive.execute("VACUUM INTO ?", [str(path)])
    except sqlite3.Error as error:
        # The folder that is being filled has a name of its own, which is gone by the time this is read.
        raise CopyError(f"{db}: cannot be copied to {path.parent.parent}: {error}") from error
    finally:
        archive.close()
    return Database(path)


def relocate_captures(copy: Database) -> dict[str, str]:
    """Let the copy's captures lie in ``captures/`` beside it; return the path of each WARC file by its name."""
    paths = [path for (path,) in copy.execute("SELECT DISTINCT warc_file FROM captures ORDER BY warc_file")]
    files = {Path(path).name: path for path in paths}
    if len(files) < len(paths):
        raise CopyError("two WARC files of the archive have the same name; rename one, in its directory and in captures.warc_file")
    with copy.conn:
        for name, path in files.items():
            copy.execute("UPDATE captures SET warc_file = ? WHERE warc_file = ?", [f"captures/{name}", path])
    return files


def is_written(descriptor: int) -> bool:
    """Tell whether a crawl still appends to the file: it holds a lock on it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def linked(path: Path, target: Path) -> bool:
    """Give the file a second name; tell whether the file system can."""
    try:
        target.hardlink_to(path.resolve())  # of a file that was moved to another disk, not of the link to it
    except OSError:
        return False
    return True


def copy_part(path: Path, target: Path, size: int) -> None:
    """Copy the first ``size`` bytes of a file."""
    with path.open("rb") as source, target.open("wb") as copy:
        while size and (block := source.read(min(size, BLOCK))):
            copy.write(block)
            size -= len(block)


def write_checksums(stage: Path) -> int:
    """Write SHA256SUMS over all files, for ``sha256sum -c``; return their bytes together."""
    paths = sorted(path for path in stage.rglob("*") if path.is_file())
    lines = []
    for path in paths:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(stage)}\n")
    (stage / SUMS).write_text("".join(lines), "utf-8")
    return sum(path.stat().st_size for path in paths)


def check_checksums(directory: Path) -> list[Path]:
    """Return the files of a directory, relative to it, once each is found to be as SHA256SUMS says. Raises CopyError if one is not."""
    try:
        lines = (directory / SUMS).read_text("utf-8").splitlines()
    except OSError as error:
        raise CopyError(f"{directory}: is no backup and no release: {SUMS} cannot be read there ({error.strerror})") from error
    files = []
    for line in lines:
        expected, _, name = line.partition("  ")
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise CopyError(f"{directory / SUMS}: {name} lies elsewhere; take another backup")
        try:
            with (directory / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise CopyError(f"{directory / name}: {error.strerror}, and {SUMS} names it; take another backup") from error
        if found != expected:
            raise CopyError(f"{directory / name}: is not what it was when {SUMS} was written; take another backup")
        files.append(Path(name))
    return files
