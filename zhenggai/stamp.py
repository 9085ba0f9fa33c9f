"""Whether an archive has changed, without a look into it."""

from pathlib import Path

Stamp = tuple[tuple[int, int], ...]
"""Nanoseconds of the last change, and bytes, of each file."""


def archive_stamp(path: str) -> Stamp:
    """Return what is another after every transaction: times and sizes of the archive and its log, of those that are there."""
    files = (Path(f"{path}{ending}") for ending in ("", "-wal"))
    found = [file.stat() for file in files if file.exists()]
    return tuple((status.st_mtime_ns, status.st_size) for status in found)
