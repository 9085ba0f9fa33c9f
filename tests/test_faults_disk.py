"""Full disks, read-only disks and locked databases: the message names the cause and the path, and the same command goes on from there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from crawling import SiteServer
from faults import remount, small_disk, unproven, zhenggai
from publishing import answer
from sqlite_utils import Database
from test_crawl_archive import declare_in, notice, routes
from test_crawl_command import write_site

from pipelines.archive import open_archive
from pipelines.holders import UNKNOWN, describe_holders

NOTICES = 16
HOLD = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(flush=True); sys.stdin.read()"
IMPATIENT = "import pipelines.archive; pipelines.archive.BUSY_SECONDS = 1"


@contextmanager
def locked(db: Path) -> Iterator[int]:
    """Hold the database's lock in another process; yield its number."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        try:
            yield holder.pid
        finally:
            holder.kill()


def crawls(db: Path) -> list[tuple[str, str | None]]:
    archive = Database(db)
    return archive.execute("SELECT site, finish_reason FROM crawls ORDER BY id").fetchall()


def test_a_full_disk_of_captures_ends_the_crawl_and_blames_no_page(tmp_path: Path) -> None:
    with small_disk(tmp_path, 12) as disk, SiteServer(routes(NOTICES)) as server:
        db = tmp_path / "archive.db"
        command = ("crawl", declare_in(tmp_path, server), "--db", db, "-s", f"CAPTURES_DIR={disk}", "-s", "CONCURRENT_REQUESTS=2")
        full = zhenggai(*command)
        assert full.returncode == 1
        assert full.stdout.count(f"{disk}: No space left on device; make room there") == 1
        assert full.stderr == ""
        archive = Database(db)
        assert crawls(db) == [("130000_linhe", "unwritable")]
        assert archive.execute("SELECT count(*) FROM pages WHERE state = 'error'").fetchone() == (0,)
        assert archive.execute("SELECT state FROM sites").fetchone() == (None,)
        assert unproven(db) == []
        asked = len(server.asked())

        remount(disk, "size=16m")
        again = zhenggai(*command)
        assert again.returncode == 0, again.stdout
        assert asked < NOTICES
        assert archive.table("notices").count == NOTICES
        assert unproven(db) == []


def test_a_full_disk_of_the_database_ends_the_crawl_and_blames_no_page(tmp_path: Path) -> None:
    with small_disk(tmp_path, 1000) as disk, SiteServer(routes(NOTICES)) as server:
        db = disk / "archive.db"
        command = (
            "crawl",
            declare_in(tmp_path, server),
            "--db",
            db,
            "-s",
            f"CAPTURES_DIR={tmp_path}/captures",
            "-s",
            "CONCURRENT_REQUESTS=2",
        )
        full = zhenggai(*command)
        assert full.returncode == 1
        assert full.stdout.count(f"{db}: database or disk is full; make room on its disk") == 1
        assert full.stderr == ""
        assert crawls(db) == [("130000_linhe", None)]
        assert unproven(db) == []

        remount(disk, "size=16m")
        again = zhenggai(*command)
        assert again.returncode == 0, again.stdout
        assert Database(db).table("notices").count == NOTICES
        assert unproven(db) == []


def test_a_full_disk_of_the_log_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4) as disk, SiteServer(routes(NOTICES)) as server:
        command = ("crawl", declare_in(tmp_path, server), "--db", tmp_path / "archive.db", "--log", disk / "log.jsonl")
        done = zhenggai(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        (said,) = done.stderr.splitlines()
        assert re.fullmatch(rf"{disk}/log.jsonl: No space left on device; \d+ lines are missing there: make room, or see to that", said)
        lines = [json.loads(line) for line in (disk / "log.jsonl").read_text("utf-8").splitlines()]
        assert lines, "what had room is there"
    assert Database(tmp_path / "archive.db").table("notices").count == NOTICES


def test_a_full_disk_of_everything_is_named_in_spite_of_the_log(tmp_path: Path) -> None:
    with small_disk(tmp_path, 1200) as disk, SiteServer(routes(NOTICES)) as server:
        command = ("crawl", declare_in(tmp_path, server), "--db", disk / "archive.db", "--log", disk / "log.jsonl")
        (disk / "filler").write_bytes(bytes(200 * 1024))
        full = zhenggai(*command)
        assert full.returncode == 1
        assert "make room" in full.stdout + full.stderr
        assert "Traceback" not in full.stdout + full.stderr
        assert "Logging error" not in full.stderr


def test_a_disk_too_small_for_an_archive_is_named_and_nothing_half_is_left(tmp_path: Path) -> None:
    with small_disk(tmp_path, 100) as disk, SiteServer(routes(1)) as server:
        command = ("crawl", declare_in(tmp_path, server), "--db", disk / "archive.db")
        refused = zhenggai(*command)
        assert refused.returncode == 1
        assert f"{disk}/archive.db: database or disk is full; make room" in refused.stderr
        assert "Traceback" not in refused.stderr
        remount(disk, "size=16m")
        assert zhenggai(*command).returncode == 0


def test_captures_that_cannot_be_written_at_all_are_said_once(tmp_path: Path) -> None:
    with small_disk(tmp_path, 64) as disk, SiteServer(routes(1)) as server:
        remount(disk, "ro")
        refused = zhenggai("crawl", declare_in(tmp_path, server), "--db", tmp_path / "archive.db", "-s", f"CAPTURES_DIR={disk}")
    assert refused.returncode == 1
    assert [line for line in refused.stdout.splitlines() if str(disk) in line] == [
        f"130000_linhe: {server.url}/: {disk}: Read-only file system; see to that, and try again"
    ]
    assert refused.stderr == ""


def test_no_other_site_is_begun_on_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path, 8) as disk, SiteServer(routes(NOTICES)) as first, SiteServer(routes(NOTICES)) as second:
        for server, name in ((first, "610100_first"), (second, "610100_second")):
            write_site(tmp_path, server, name)
        where = ("--sites", tmp_path, "--db", tmp_path / "archive.db", "-s", f"CAPTURES_DIR={disk}", "-s", "SITES_AT_ONCE=1")
        full = zhenggai("crawl", "--all", *where)
        assert full.returncode == 1
        assert "sites due and not begun: 1" in full.stdout
        assert second.requests == []


def test_a_read_only_disk_is_named_by_who_writes_and_does_not_disturb_who_reads(tmp_path: Path) -> None:
    with small_disk(tmp_path, 16 * 1024) as disk, SiteServer(routes(3)) as server:
        site, db = declare_in(tmp_path, server), disk / "archive.db"
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        remount(disk, "ro")
        for arguments in (("crawl", site), ("crawl", "--all", "--sites", tmp_path), ("reread", "--apply")):
            refused = zhenggai(*arguments, "--db", db)
            assert refused.returncode == 1, arguments
            assert refused.stderr.startswith(f"Error: {db}"), arguments
            assert "Read-only file system" in refused.stderr or "cannot be written" in refused.stderr
            assert "Traceback" not in refused.stderr
        for arguments in (("status",), ("search", "整改")):
            assert zhenggai(*arguments, "--db", db).returncode == 0, arguments
        assert answer(db, "/archive/notices").status_code == 200


KILLED_WITH_A_WAL = """
import os, signal, sys
from pathlib import Path
from pipelines.archive import open_archive
archive = open_archive(Path(sys.argv[1]))
archive.execute("UPDATE notices SET title = '新题目'")
archive.conn.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_only_the_wal_holds_is_seen_where_nothing_can_be_written_or_refused(tmp_path: Path) -> None:
    """A disk that fails is often mounted read-only after a crash, before anybody has taken the WAL into the database."""
    with small_disk(tmp_path, 16 * 1024) as disk, SiteServer(routes(3)) as server:
        db = disk / "archive.db"
        assert zhenggai("crawl", declare_in(tmp_path, server), "--db", db).returncode == 0
        subprocess.run([sys.executable, "-c", KILLED_WITH_A_WAL, db], check=False, cwd=Path(__file__).parent.parent)
        assert Path(f"{db}-wal").stat().st_size
        shm = Path(f"{db}-shm").rename(disk / "kept")
        remount(disk, "ro")
        for command in (("backup", tmp_path / "none"), ("export", tmp_path / "none"), ("verify",), ("status",), ("serve",)):
            refused = zhenggai(*command, "--db", db)
            assert refused.returncode == 1, command
            assert f"Error: {db}: cannot be written, and {db}-wal holds rows that it lacks" in refused.stderr
            assert "copy both into such a folder" in refused.stderr

        remount(disk, "rw")
        shm.rename(f"{db}-shm")
        remount(disk, "ro")
        assert zhenggai("backup", tmp_path / "backup", "--db", db).returncode == 0
        assert Database(tmp_path / "backup" / "archive.db").execute("SELECT DISTINCT title FROM notices").fetchall() == [("新题目",)]
        assert "do not say so: title" in zhenggai("verify", "--db", db).stdout
        assert [row["title"] for row in answer(db, "/archive/notices.json?_shape=array").json()] == ["新题目"] * 3


def test_who_holds_a_locked_database_is_named_and_the_wait_has_an_end(tmp_path: Path) -> None:
    with SiteServer(routes(3)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        with locked(db) as holder:
            for arguments in (("crawl", site, "--full"), ("reread", "--apply")):
                refused = zhenggai(*arguments, "--db", db, before=IMPATIENT)
                assert refused.returncode == 1, arguments
                assert f"{db}: database is locked, by process {holder} ({sys.executable} -c" in refused.stdout + refused.stderr
                assert "Traceback" not in refused.stderr


def test_a_database_that_is_locked_in_the_midst_of_a_crawl_ends_it_and_is_gone_on_with(tmp_path: Path) -> None:
    site_routes = routes(NOTICES)
    with ExitStack() as stack, SiteServer(site_routes) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        holders: list[int] = []

        def lock(path: str, form: bytes) -> str:
            if not holders:
                holders.append(stack.enter_context(locked(db)))
            return notice(9)

        server.routes["/tzgg/t20230109_9.html"] = lock
        refused = zhenggai("crawl", site, "--db", db, "-s", "CONCURRENT_REQUESTS=2", before=IMPATIENT)
        assert refused.returncode == 1
        assert f"{db}: database is locked, by process {holders[0]} (" in refused.stdout
        assert refused.stderr == ""
        assert len(server.asked()) < NOTICES, "what cannot be kept is not asked for"
        assert unproven(db) == []
        stack.close()
        assert zhenggai("crawl", site, "--db", db).returncode == 0
    assert Database(db).table("notices").count == NOTICES
    assert unproven(db) == []


@pytest.mark.parametrize("command", ["backup", "export"])
def test_a_copy_that_does_not_fit_names_the_disk_and_leaves_nothing(tmp_path: Path, command: str) -> None:
    open_archive(tmp_path / "archive.db").close()
    with small_disk(tmp_path, 100) as disk:
        refused = zhenggai(command, disk / "copy", "--db", tmp_path / "archive.db")
        assert refused.returncode == 1
        assert refused.stderr == f"Error: {tmp_path}/archive.db: cannot be copied to {disk}: database or disk is full\n"
        assert list(disk.iterdir()) == []


def test_nobody_holds_what_is_free(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db").close()
    assert describe_holders(tmp_path / "archive.db") == UNKNOWN
