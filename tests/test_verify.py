"""`zhenggai verify`: one altered byte, in a capture, a text or a fact, is found."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import SiteServer
from sqlite_utils import Database
from test_crawl_archive import crawl, declare_in, routes

from pipelines.chain import newest_root

PROJECT = Path(__file__).parent.parent


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    assert run("demo", "--no-serve", "--db", path).returncode == 0
    return path


def test_what_was_altered_is_found_and_named(db: Path) -> None:
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 0, result.stdout
    assert "0 do not hold" in result.stdout
    assert run("zhenggai", "verify", "--db", db, "--sample", 3).returncode == 0

    archive = Database(db)
    archive.execute("UPDATE versions SET text = replace(text, '整改', '整顿') WHERE rowid = 1")
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert "version 1 of notice" in result.stdout
    assert "2 do not hold" in result.stdout, "the version, and the notice that it belongs to"

    (capture,) = list(archive.query("SELECT warc_file, warc_offset FROM captures WHERE url LIKE '%t20190805_1156034.html'"))
    warc = db.parent / capture["warc_file"]
    content = bytearray(warc.read_bytes())
    content[capture["warc_offset"] + 700] ^= 1
    warc.write_bytes(content)
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert "t20190805_1156034.html" in result.stdout
    assert "Traceback" not in result.stderr

    warc.unlink()
    assert "is not there" in run("zhenggai", "verify", "--db", db).stdout


def test_there_must_be_an_archive(tmp_path: Path) -> None:
    result = run("zhenggai", "verify", "--db", tmp_path / "none.db")
    assert result.returncode == 1
    assert "no archive here" in result.stderr


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("crawled")
    with SiteServer(
        routes(3) | {"/tzgg/t20230103_3.html": "<h1>关于巡察整改的通知</h1><div class='TRS_Editor'><p>请报送材料。</p></div>"}
    ) as server:
        assert crawl(declare_in(directory, server), directory / "archive.db").returncode == 0
    archive = Database(directory / "archive.db")
    assert (archive.table("notices").count, archive.table("rejections").count) == (2, 1)
    return directory


@pytest.mark.parametrize(
    ("alteration", "fault"),
    [
        ("UPDATE notices SET feedback_date = '2022-06-02' WHERE rowid = (SELECT min(rowid) FROM notices)", "do not say so: feedback_date"),
        ("UPDATE problems SET measures = '无' WHERE position = 0", "do not say so: problems"),
        ("UPDATE texts SET text = replace(text, '管道', '管路')", "is not that of its newest version"),
        ("UPDATE evidence SET start = start + 1 WHERE field = 'feedback_date'", "evidence of notice"),
        ("UPDATE rejections SET reason = '不是'", "do not say so: reason"),
        ("UPDATE captures SET warc_offset = 0 WHERE rowid = 2", "has another record at offset 0"),
    ],
)
def test_what_the_captures_do_not_say_is_found(crawled: Path, tmp_path: Path, alteration: str, fault: str) -> None:
    shutil.copytree(crawled, tmp_path / "mine")
    db = tmp_path / "mine" / "archive.db"
    archive = Database(db)
    archive.execute(alteration)
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert fault in result.stdout


READ_BY_OTHER_RULES = """
import sys
from pathlib import Path
from pipelines.versions import VERSIONS
VERSIONS["rules"] = "0.0.1"
from zhenggai.__main__ import main
main()
"""


def test_what_other_rules_have_read_is_counted_and_not_called_proved_nor_false(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with SiteServer(routes(3)) as server:
        site = declare_in(tmp_path, server)
        command = [sys.executable, "-c", READ_BY_OTHER_RULES, "crawl", str(site), "--db", str(db)]
        assert subprocess.run(command, cwd=PROJECT, check=False, timeout=120).returncode == 0
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 0, result.stdout
    assert "3 pages were read by other rules" in result.stdout
    assert "0 do not hold, 3 pages were not proved" in result.stdout
    root = newest_root(Database(db))

    archive = Database(db)
    archive.execute("UPDATE notices SET round = 99 WHERE id = (SELECT min(id) FROM notices)")
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", db, "--root", root)
    assert result.returncode == 1, "that other rules have read a notice is no reason to believe it"
    assert "of notices: is not what was stored" in result.stdout


def test_to_say_that_other_rules_have_read_a_notice_hides_nothing(crawled: Path, tmp_path: Path) -> None:
    shutil.copytree(crawled, tmp_path / "mine")
    archive = Database(tmp_path / "mine" / "archive.db")
    archive.execute("UPDATE notices SET rules = '0.0.1', money_recovered_yuan = 99999999 WHERE id = (SELECT min(id) FROM notices)")
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", tmp_path / "mine" / "archive.db")
    assert result.returncode == 1, result.stdout
    assert "of notices: is not what was stored" in result.stdout


def test_a_text_that_is_gone_is_named(crawled: Path, tmp_path: Path) -> None:
    shutil.copytree(crawled, tmp_path / "mine")
    archive = Database(tmp_path / "mine" / "archive.db")
    (number,) = archive.execute("SELECT min(id) FROM notices").fetchone()
    archive.execute("DELETE FROM texts WHERE notice_id = ?", [number])
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", tmp_path / "mine" / "archive.db")
    assert result.returncode == 1
    assert result.stderr == ""
    assert f"text of notice {number}: is not that of its newest version" in result.stdout


def damage(db: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA journal_mode = DELETE")
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with db.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes([0x33]) * size)


@pytest.mark.parametrize("words", [["status"], ["reread"], ["crawl", "--all"]])
def test_a_damaged_database_is_named_with_what_to_do(crawled: Path, tmp_path: Path, words: list[str]) -> None:
    db = Path(shutil.copytree(crawled, tmp_path / "mine")) / "archive.db"
    damage(db, "crawls")
    sites = ["--sites", crawled] if words[0] != "reread" else []
    result = run("zhenggai", *words, *sites, "--db", db)
    assert result.returncode == 1
    assert f"Error: {db}: is damaged (database disk image is malformed)" in result.stderr
    assert "move it away with its -wal and -shm, and restore a backup" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("table", ["crawls", "notices", "captures", "evidence"])
def test_a_damaged_page_of_the_database_is_one_fault_among_others(crawled: Path, tmp_path: Path, table: str) -> None:
    db = Path(shutil.copytree(crawled, tmp_path / "mine")) / "archive.db"
    damage(db, table)
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert result.stdout.startswith(str(db)), "the database's own faults come first"
    assert "Traceback" not in result.stderr


def test_a_byte_that_makes_of_a_text_what_is_none_is_found_and_the_row_is_named(crawled: Path, tmp_path: Path) -> None:
    db = Path(shutil.copytree(crawled, tmp_path / "mine")) / "archive.db"
    archive = Database(db)
    (number,) = archive.execute("SELECT min(id) FROM notices").fetchone()
    archive.execute("UPDATE texts SET text = CAST(x'e4bbbbff' AS TEXT) || substr(text, 3) WHERE notice_id = ?", [number])
    archive.execute("UPDATE answers SET url = url || CAST(x'ff' AS TEXT) WHERE rowid = 1")
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert f"text of notice {number}: is not that of its newest version" in result.stdout
    assert "altered in: answers" in result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("table", "column", "fault"),
    [
        ("captures", "warc_file", "captures: cannot be looked at any further: a value is of another kind than the program writes"),
        ("texts", "text", "row {notice} of notices: is not what was stored, or what belongs to it"),
        ("versions", "text", "row {notice} of notices: is not what was stored, or what belongs to it"),
        ("versions", "title", "the rows that were stored until then have been altered in: versions"),
    ],
)
def test_a_text_that_became_bytes_is_found(crawled: Path, tmp_path: Path, table: str, column: str, fault: str) -> None:
    """By one bit of the row's head."""
    db = Path(shutil.copytree(crawled, tmp_path / "mine")) / "archive.db"
    archive = Database(db)
    # Rows of versions lie in the order in which their notices were stored, which is not that of the notices' numbers.
    (notice,) = archive.execute("SELECT notice_id FROM versions ORDER BY rowid LIMIT 1").fetchone()
    row = "rowid = (SELECT min(rowid) FROM captures)" if table == "captures" else f"notice_id = {notice}"
    archive.execute(f"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE {row}")
    archive.conn.commit()
    result = run("zhenggai", "verify", "--db", db)
    assert (result.returncode, "Traceback" in result.stderr) == (1, False), result.stderr
    assert fault.format(notice=notice) in result.stdout


def test_what_sqlite_itself_finds_wrong_is_told(crawled: Path, tmp_path: Path) -> None:
    """An index that lacks a row: queries that go by it answer wrongly."""
    db = Path(shutil.copytree(crawled, tmp_path / "mine")) / "archive.db"
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = sql || ' WHERE url IS NULL' WHERE name = 'idx_captures_url'")
    connection.commit()
    connection.close()
    result = run("zhenggai", "verify", "--db", db)
    assert result.returncode == 1
    assert "idx_captures_url" in result.stdout
