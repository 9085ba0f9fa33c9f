"""What the tests of faults share: small disks, processes to be killed, and the proof that nothing was lost and nothing is there twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database
from test_crawl_archive import PROJECT

from pipelines.chain import verify_chain
from pipelines.verify import verify_captures, verify_texts
from pipelines.verify_rows import verify_derived, verify_rows
from pipelines.warc_files import verify_files


def zhenggai(*arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the program in a process of its own; ``before`` is Python that runs there first."""
    words = [sys.executable, "-c", f"{before}\nfrom zhenggai.__main__ import main\nmain()", *map(str, arguments)]
    return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


@contextmanager
def small_disk(directory: Path, kibibytes: int) -> Iterator[Path]:
    """Mount a disk of so many KiB in a directory of its own; skip the test where that is not allowed."""
    disk = directory / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk is mounted as root only, and not in every container")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def remount(disk: Path, option: str) -> None:
    """Change a small disk: ``size=16m``, ``ro``."""
    subprocess.run(["mount", "-o", f"remount,{option}", str(disk)], check=True)


def unproven(db: Path) -> list[str]:
    """Return what `verify` finds fault with, SQLite with the file, and whatever is in the archive twice."""
    archive = Database(db)
    checks = [*verify_captures(archive, db.parent, sample=None), *verify_files(archive, db.parent, sample=None)]
    checks += [*verify_texts(archive), *verify_rows(archive), *verify_derived(archive), *verify_chain(archive)]
    faults = [f"{mismatch.row}: {mismatch.reason}" for mismatch in checks if mismatch]
    faults += [row for (row,) in archive.execute("PRAGMA integrity_check") if row != "ok"]
    faults += [str(row) for row in archive.execute("PRAGMA foreign_key_check")]
    faults += [str(row) for row in archive.execute("SELECT url, count(*) FROM notices GROUP BY url HAVING count(*) > 1")]
    faults += [str(row) for row in archive.execute("SELECT warc_file, warc_offset FROM captures GROUP BY 1, 2 HAVING count(*) > 1")]
    archive.close()
    return faults
