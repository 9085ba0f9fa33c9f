"""One nightly run an archive: who comes second is told who was first."""

import fcntl
import json
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    path = db.with_name(f"{db.name}.lock")
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        advice = f"; {advice_on_owner(path)}" if isinstance(error, PermissionError) else ""
        raise ArchiveError(f"{path}: {error.strerror}; a crawl notes beside the archive that it is under way{advice}") from error
    with file:
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


def _describe(note: str) -> str:
    """Say who holds the lock. Between taking it and noting who took it, there is a moment without a note."""
    if not note:
        return "another process has just taken it"
    holder = json.loads(note)
    return f"process {holder['pid']} has held it since {holder['since']}: {holder['command']}"
