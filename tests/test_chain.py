"""The seals over what was stored: no old row can be altered without `verify` telling."""

import subprocess
import sys
from pathlib import Path

import pytest
from crawling import SiteServer
from sqlite_utils import Database
from test_crawl_archive import PROJECT, crawl, declare_in, routes

from pipelines.archive import open_archive
from pipelines.chain import newest_root, verify_chain


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with two sealed crawls."""
    directory = tmp_path_factory.mktemp("sealed")
    with SiteServer(routes(3)) as server:
        site, db = declare_in(directory, server), directory / "archive.db"
        for _ in range(2):
            assert crawl(site, db, "--full").returncode == 0
    return db


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Database:
    """A copy, to be altered."""
    original = open_archive(crawled)
    original.execute("VACUUM INTO ?", [str(tmp_path / "archive.db")])
    return Database(tmp_path / "archive.db")


def faults(archive: Database, **kept: str) -> list[str]:
    return [f"{mismatch.row}: {mismatch.reason}" for mismatch in verify_chain(archive, **kept) if mismatch]


def test_every_crawl_is_sealed_and_the_copy_holds(archive: Database) -> None:
    assert [row["link"] for row in archive.table("crawls").rows] == [1, 2]
    assert len(list(verify_chain(archive))) == 2
    first, second = (row["root"] for row in archive.table("crawls").rows)
    assert newest_root(archive) == second != first
    assert faults(archive, root=first) == faults(archive, root=second) == []
    assert "no seal of the archive has it" in faults(archive, root="ab" * 32)[0]


@pytest.mark.parametrize(
    ("alteration", "fault"),
    [
        ("UPDATE captures SET status = 404 WHERE rowid = 2", "seal 1, of crawl 1 of 130000_linhe: the rows that were stored until then"),
        ("UPDATE captures SET sha256 = 'x' WHERE rowid = 3", "altered in: captures"),
        ("UPDATE versions SET text_sha256 = 'x' WHERE rowid = 1", "altered in: versions"),
        ("UPDATE versions SET title = title || '。' WHERE rowid = 1", "altered in: versions"),
        ("UPDATE answers SET listed_date = '2024-01-01' WHERE rowid = 1", "altered in: answers"),
        ("DELETE FROM captures WHERE rowid = (SELECT max(rowid) FROM captures)", "seal 2, of crawl 2"),
        ("UPDATE crawls SET errors = 1 WHERE id = 1", "seal 1, of crawl 1 of 130000_linhe: the row of the crawl"),
        ("UPDATE crawls SET root = 'x' WHERE id = 2", "seal 2, of crawl 2 of 130000_linhe: the row of the crawl"),
        ("UPDATE crawls SET link = NULL WHERE id = 2", "crawl 2 of 130000_linhe: has come to its end, and has no seal"),
        ("UPDATE crawls SET link = NULL, sealed = NULL, root = NULL WHERE id = 2", "crawl 2 of 130000_linhe: has come to its end, and"),
        ("UPDATE crawls SET link = NULL", "crawl 1 of 130000_linhe: has come to its end, and has no seal"),
        ("UPDATE crawls SET sealed = sealed || 'x' WHERE id = 2", "seal 2, of crawl 2 of 130000_linhe: the row of the crawl, or its seal"),
        ("UPDATE crawls SET sealed = '[1]' WHERE id = 1", "seal 1, of crawl 1 of 130000_linhe: the row of the crawl, or its seal"),
        ("UPDATE crawls SET link = NULL, root = NULL, sealed = NULL WHERE id = 1", "seals are missing"),
    ],
)
def test_what_is_altered_is_told(archive: Database, alteration: str, fault: str) -> None:
    archive.execute("PRAGMA foreign_keys = OFF")
    archive.execute(alteration)
    assert fault in faults(archive)[0]


def test_one_altered_row_is_one_fault(archive: Database) -> None:
    archive.execute("UPDATE captures SET status = 404 WHERE rowid = 2")
    assert len(faults(archive)) == 1


def test_a_rereading_is_no_alteration_and_a_false_old_value_is(archive: Database) -> None:
    """What `reread --apply` replaces is kept, so the seal of the crawl can still be checked; the next crawl seals what was kept."""
    number, text, title = archive.execute("SELECT notice_id, text, title FROM versions WHERE rowid = 1").fetchone()
    archive.execute("UPDATE versions SET text = '今', title = '今', text_sha256 = 'new' WHERE rowid = 1")
    assert len(faults(archive)) == 1
    for name, value in (("text", text), ("title", title)):
        row = {"notice_id": number, "field": name, "value": value, "rules": "0", "replaced_at": "2026-01-01T00:00:00Z", "version": 1}
        archive.table("earlier_values").insert(row | {"replaced_by": "1"})
    assert faults(archive) == []
    archive.execute("UPDATE earlier_values SET value = '假' WHERE field = 'text'")
    assert "altered in: versions" in faults(archive)[0]


def test_an_archive_from_before_the_seals_is_sealed_whole_by_its_next_crawl(crawled: Path, tmp_path: Path) -> None:
    archive = open_archive(crawled)
    archive.execute("VACUUM INTO ?", [str(tmp_path / "old.db")])
    archive = Database(tmp_path / "old.db")
    archive.execute("UPDATE crawls SET link = NULL, root = NULL, sealed = NULL")
    archive.conn.commit()
    with SiteServer(routes(1)) as server:
        assert crawl(declare_in(tmp_path, server), tmp_path / "old.db").returncode == 0
    assert [row["link"] for row in archive.table("crawls").rows] == [None, None, 1]
    assert faults(archive) == []
    archive.execute("UPDATE captures SET status = 500 WHERE rowid = 1")
    assert len(faults(archive)) == 1
    refused = subprocess.run(
        [sys.executable, "-m", "zhenggai", "verify", "--db", str(tmp_path / "old.db"), "--root", "ab" * 32],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "root abab" in refused.stdout
