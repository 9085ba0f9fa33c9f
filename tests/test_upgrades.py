"""An archive of every schema that the main branch ever had becomes one of today, with all its rows; killed half way, it stays as it was."""

import shutil
import signal
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from faults import zhenggai
from sqlite_utils import Database

from pipelines.archive import open_archive
from pipelines.chain import verify_chain
from pipelines.migrations import migrations
from pipelines.search import search_notices
from pipelines.verify_rows import verify_derived, verify_rows

SCHEMAS = Path(__file__).parent / "data" / "schemas"
STORED = sorted(path.stem for path in SCHEMAS.glob("m*.sql"))
NAMES = [migration.name for migration in migrations.pending(Database(memory=True))]
# The bodies of m006 are one row an organisation, no longer one a spelling: it files them anew.
FILED_ANEW = {"bodies", "notice_bodies", "_sqlite_migrations"}
# m001 was never without m002, nor m020 without m021.
NEVER_ALONE = {"m001", "m020"}
DIE = "import os, signal, pipelines.migrations as m\n"
DEATHS = {
    "before the first is done": DIE + "m.address_key = lambda url: os.kill(os.getpid(), signal.SIGKILL)",
    "among the rows of one": DIE + "m.file_body = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
    "behind the last": DIE + "do = m.migrations.apply\nm.migrations.apply = lambda db: do(db) or os.kill(os.getpid(), signal.SIGKILL)",
}


def restore(name: str, path: Path) -> Path:
    """Make the archive that is stored as SQL."""
    connection = sqlite3.connect(path)
    # As bytes: among the characters that part words in the index is a carriage return.
    connection.executescript((SCHEMAS / f"{name}.sql").read_bytes().decode("utf-8"))
    connection.close()
    return path


def shape(archive: Database) -> dict[str, Any]:
    """What SQLite knows of each table, view and trigger, whatever the words were that made it."""
    found: dict[str, Any] = {}
    for kind, name, sql in archive.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall():
        if kind == "table":
            about = [archive.execute(f"SELECT * FROM pragma_{part}(?)", [name]).fetchall() for part in ("table_xinfo", "foreign_key_list")]
            found[name] = (about, "VIRTUAL" in sql and sql)
        elif kind == "index":
            columns = archive.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", [name]).fetchall()
            found[name] = (columns, "UNIQUE" in sql)
        else:
            found[name] = sql
    return found


def rows(archive: Database, tables: Iterable[str], columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: sorted(archive.execute(f"SELECT {', '.join(f'[{name}]' for name in columns[table])} FROM [{table}]").fetchall(), key=repr)
        for table in tables
    }


def ordinary_tables(archive: Database) -> list[str]:
    """Tables of rows: without indexes of words, which are made anew, and what SQLite keeps for them."""
    virtual = tuple(table.name for table in archive.tables if table.virtual_table_using)
    return [name for name in archive.table_names() if not name.startswith((*virtual, "search_", "sqlite_")) and name not in FILED_ANEW]


def test_every_schema_that_ever_was_is_stored() -> None:
    # The last two may be on their way to the main branch still.
    released = {name.partition("_")[0] for name in NAMES[:-2]} - NEVER_ALONE
    assert released <= set(STORED), "python tests/schemas.py COMMIT > tests/data/schemas/mNNN.sql"


@pytest.mark.parametrize("name", STORED)
def test_an_archive_of_every_schema_becomes_one_of_today_and_keeps_every_row(tmp_path: Path, name: str) -> None:
    path = restore(name, tmp_path / "archive.db")
    old = Database(path)
    tables = ordinary_tables(old)
    columns = {table: list(old.table(table).columns_dict) for table in tables}
    before = rows(old, tables, columns)
    old.close()
    assert len(before["notices"]) == 2
    assert len(before["captures"]) == 10

    archive = open_archive(path)
    assert not migrations.pending(archive)
    assert shape(archive) == shape(open_archive(tmp_path / "fresh.db"))
    after = rows(archive, tables, columns)
    # Which is only added to: a migration that changes what a row holds notes it anew.
    assert set(before.pop("row_hashes", [])) <= set(after.pop("row_hashes", []))
    assert after == before
    assert archive.execute("SELECT count(*) FROM notice_bodies JOIN bodies ON bodies.id = body_id").fetchone() == (4,)
    assert len(search_notices(archive, "水费", 10)) == 2
    assert [fault for fault in (*verify_chain(archive), *verify_rows(archive), *verify_derived(archive)) if fault] == []
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    ("name", "death"), [*(("m002", death) for death in DEATHS), *((name, "behind the last") for name in STORED if name != "m002")]
)
def test_a_migration_that_is_killed_leaves_nothing_half_and_the_next_start_completes_it(tmp_path: Path, name: str, death: str) -> None:
    path = restore(name, tmp_path / "archive.db")
    before = list(Database(path).conn.iterdump())
    killed = zhenggai("status", "--db", path, before=DEATHS[death])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = Database(path)
    assert list(after.conn.iterdump()) == before
    after.close()
    assert zhenggai("status", "--db", path).returncode in (0, 1)
    assert shape(Database(path)) == shape(open_archive(tmp_path / "fresh.db"))


def test_an_archive_of_a_newer_version_is_refused_by_every_command_and_left_alone(tmp_path: Path) -> None:
    path = restore("m009", tmp_path / "archive.db")
    archive = open_archive(path)
    archive.table("_sqlite_migrations").insert({"migration_set": "zhenggai", "name": "m999_future", "applied_at": "2099"})
    archive.execute("ALTER TABLE notices ADD COLUMN of_the_future TEXT")
    archive.conn.commit()
    archive.close()
    kept = shutil.copy(path, tmp_path / "kept.db")
    for command in (("status",), ("reread", "--apply"), ("serve", "--port", "0")):
        refused = zhenggai(*command, "--db", path)
        assert refused.returncode == 1, command
        assert refused.stderr == f"Error: {path}: was written by a newer version (m999_future); upgrade zhenggai to open it\n"
    assert path.read_bytes() == Path(kept).read_bytes()
