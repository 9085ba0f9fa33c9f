"""Which processes hold a database's locks, so that a message can name them."""

import os
import shlex
from pathlib import Path

LOCKS = Path("/proc/locks")
"""One lock a line, on Linux: ``1: POSIX  ADVISORY  WRITE 4711 fe:01:131085 120 120``. The inode is what the last part of the sixth says."""
UNKNOWN = "another process"


def describe_holders(path: Path) -> str:
    """Say which processes hold a lock for writing on the SQLite database at ``path``, or that there is one, where that cannot be told."""
    holders = [_describe(pid) for pid in sorted(_writers(path)) if pid != os.getpid()]
    return " and ".join(holders) or UNKNOWN


def _writers(path: Path) -> set[int]:
    """Return the processes with a lock for writing on the database itself, or on the index of its log, where a WAL archive is locked."""
    inodes = {str(file.stat().st_ino) for file in (path, Path(f"{path}-shm")) if file.exists()}
    try:
        lines = [line.split() for line in LOCKS.read_text("ascii").splitlines()]
    except OSError:  # no Linux
        return set()
    # A line with an arrow is of a process that waits for a lock.
    held = (words for words in lines if "->" not in words and words[3] == "WRITE")
    return {int(words[4]) for words in held if words[5].rpartition(":")[2] in inodes}


def _describe(pid: int) -> str:
    try:
        typed = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:  # it has ended meanwhile, or it is in another container
        return UNKNOWN
    return f"process {pid} ({shlex.join(os.fsdecode(word) for word in typed)})"
