"""One nightly run an archive, and one crawl a server: who comes second is told who was first."""

import fcntl
import json
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from zlib import crc32

from pipelines.archive import ArchiveError
from pipelines.owners import advice_on_owner
from pipelines.visits import utc_now


class HeldError(Exception):
    """Another run holds the archive; the message says which process, since when, and what was typed."""


@contextmanager
def sole_run(db: Path) -> Iterator[None]:
    """Hold the lock of the archive at ``db`` while what is inside runs; the kernel gives it back however the process ends.

    The file stays: to remove it would let two processes lock two files of one name.
    Raises HeldError if another process holds it, ArchiveError if there can be no lock.
    """
    with _open_beside(db, "lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HeldError(f"{db}: {_describe(file.read())}") from None
        file.truncate(0)
        json.dump({"pid": os.getpid(), "since": utc_now(), "command": shlex.join(["zhenggai", *sys.argv[1:]])}, file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


class ServerLocks:
    """The servers that this process crawls into the archive at ``db``: a byte each of one file, which other processes find locked.

    Every crawl keeps the pace of its server by itself: two of them together would ask for twice as much, and for everything twice.
    """

    def __init__(self, db: Path) -> None:
        """Raise ArchiveError if there can be no locks."""
        self._file = _open_beside(db, "servers.lock")

    def take(self, servers: Iterable[str]) -> bool:
        """Hold these servers until they are given back, or the process ends; tell whether that is done: another process may hold one."""
        taken: list[str] = []
        for server in servers:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, crc32(server.encode()))
            except (BlockingIOError, PermissionError):
                self.give_back(taken)
                return False
            taken.append(server)
        return True

    def give_back(self, servers: Iterable[str]) -> None:
        """Let other processes crawl these servers."""
        for server in servers:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, crc32(server.encode()))

    def close(self) -> None:
        """Give back whatever is held."""
        self._file.close()


def _open_beside(db: Path, name: str) -> TextIO:
    """Open a file beside the archive for locks, which stays. Raises ArchiveError."""
    path = db.with_name(f"{db.name}.{name}")
    try:
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        advice = f"; {advice_on_owner(path)}" if isinstance(error, PermissionError) else ""
        raise ArchiveError(f"{path}: {error.strerror}; a crawl notes beside the archive that it is under way{advice}") from error


def _describe(note: str) -> str:
    """Say who holds the lock. Between taking it and noting who took it, there is a moment without a note."""
    if not note:
        return "another process has just taken it"
    holder = json.loads(note)
    return f"process {holder['pid']} has held it since {holder['since']}: {holder['command']}"
