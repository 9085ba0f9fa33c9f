"""What a release and a backup share: a consistent copy of a running archive, its WARC files, and checksums."""

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from pipelines.archive import open_archive

BLOCK = 1 << 20
SUMS = "SHA256SUMS"


class CopyError(Exception):
    """A copy cannot be made; the message says what is wrong and what to do."""


@contextmanager
def staged(directory: Path) -> Iterator[Path]:
    """Give a new directory beside the named one, and put it in that one's place if all goes well.

    What a killed run for the same place left behind, gigabytes under a hidden name, is removed first.
    """
    directory = directory.absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CopyError(f"{directory}: is there already, and not an empty directory; name another, or remove it first")
    if not directory.parent.is_dir():
        raise CopyError(f"{directory}: the directory {directory.parent} does not exist; create it first")
    _remove_left_behind(directory)
    stage = directory.with_name(f".{directory.name}-{os.getpid()}")
    try:
        stage.mkdir()
        with _held(stage):
            yield stage
            stage.rename(directory)
    except (OSError, sqlite3.Error) as error:
        raise CopyError(f"{directory}: {error}") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _held(stage: Path) -> Iterator[None]:
    """Hold the lock of a directory; the kernel gives it back however the process ends. Raises BlockingIOError if another has it."""
    descriptor = os.open(stage, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _remove_left_behind(directory: Path) -> None:
    """Remove the directories for the same place that no process holds."""
    for left in directory.parent.iterdir():
        if re.fullmatch(rf"\.{re.escape(directory.name)}-\d+", left.name) and left.is_dir():
            with suppress(OSError), _held(left):  # another run's, or another owner's
                shutil.rmtree(left)


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
