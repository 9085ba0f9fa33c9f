"""`zhenggai verify`: one altered byte, in a capture or in a text, is found."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

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
    assert "1 do not hold" in result.stdout

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
