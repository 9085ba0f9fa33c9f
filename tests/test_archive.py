"""Opening an archive: the right file or a clear refusal that changes nothing."""

import sqlite3
from pathlib import Path

import pytest

from pipelines.archive import ArchiveError, open_archive


def test_a_new_archive_has_the_tables_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    first = open_archive(path)
    tables = set(first.table_names())
    first.close()
    assert {"notices", "texts", "addresses", "problems", "figures", "contacts", "evidence", "bodies"} <= tables
    assert {"sites", "pages", "captures", "versions", "rejections", "crawls"} <= tables
    again = open_archive(path)
    assert set(again.table_names()) == tables
    assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def make_other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()


def make_newer_archive(path: Path) -> None:
    archive = open_archive(path)
    archive.table("_sqlite_migrations").insert({"migration_set": "zhenggai", "name": "m999_future", "applied_at": "2099"})
    archive.close()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b"no database at all, but long enough to be one" * 50), "not a database"),
        (make_other_database, "not an archive"),
        (make_newer_archive, "newer version"),
        (lambda path: path.mkdir(), "directory"),
    ],
)
def test_what_is_not_our_archive_is_refused_and_left_alone(tmp_path: Path, make: object, reason: str) -> None:
    path = tmp_path / "archive.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ArchiveError, match=reason) as refusal:
        open_archive(path)
    assert str(path) in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_archive_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive here"):
        open_archive(tmp_path / "archive.db", create=False)
    assert not (tmp_path / "archive.db").exists()
    with pytest.raises(ArchiveError, match="does not exist"):
        open_archive(tmp_path / "nowhere" / "archive.db")


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    writer = open_archive(path)
    writer.conn.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO bodies (name) VALUES ('某局党组')")
    reader = open_archive(path, create=False)
    assert reader.table("bodies").count == 0


def test_an_archive_whose_making_was_cut_short_is_made_at_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as half:
        half.execute("PRAGMA journal_mode = WAL")
    half.close()
    assert open_archive(path).table("notices").exists()
