"""What was noted of rows and WARC files when they were written: whatever is altered, put in or taken away afterwards is named."""

import random
import shutil
import zlib
from pathlib import Path

import pytest
from crawling import SiteServer
from faults import unproven, zhenggai
from sqlite_utils import Database
from test_crawl_archive import crawl, declare_in, notice, routes

from pipelines.cdxj import whole_members
from pipelines.chain import count_unsealed, newest_root, verify_chain
from pipelines.warc_files import verify_files

REJECTED = {"/tzgg/t20230103_3.html": "<h1>关于巡察整改的通知</h1><div class='TRS_Editor'><p>请报送材料。</p></div>"}
FIRST = "(SELECT min(id) FROM notices)"
LAST = "(SELECT max(id) FROM notices)"
ANOTHER = "(SELECT id FROM captures WHERE id != capture_id)"
# The rows of a notice that changed were stored anew, so that none may have the number 1.
OLDEST = "(SELECT min(rowid) FROM"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive with two sealed crawls: the second found a notice changed, and a new one."""
    directory = tmp_path_factory.mktemp("noted")
    with SiteServer(routes(4) | REJECTED) as server:
        site, db = declare_in(directory, server), directory / "archive.db"
        assert crawl(site, db).returncode == 0
        server.routes |= routes(5) | REJECTED | {"/tzgg/t20230101_1.html": notice(1).replace("管道", "水管")}
        assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    assert archive.execute("SELECT count(*), count(DISTINCT notice_id) FROM versions").fetchone() == (5, 4)
    assert archive.table("rejections").count == 1
    assert unproven(db) == []
    assert count_unsealed(archive) == 0
    return directory


@pytest.fixture
def db(crawled: Path, tmp_path: Path) -> Path:
    """A copy, to be altered."""
    shutil.copytree(crawled, tmp_path / "mine")
    return tmp_path / "mine" / "archive.db"


def alter(db: Path, *statements: str) -> list[str]:
    """Return what is found of an alteration that nothing in the database forbids."""
    archive = Database(db)
    archive.execute("PRAGMA foreign_keys = OFF")
    changed = archive.conn.total_changes
    for statement in statements:
        archive.execute(statement)
    assert archive.conn.total_changes > changed, "nothing was altered"
    archive.conn.commit()
    archive.close()
    return unproven(db)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (f"UPDATE notices SET rules = '0', money_recovered_yuan = 9 WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET trafilatura = '0', round = 9 WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET url = 'http://evil.example/' WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET first_seen = '2020-01-01T00:00:00Z' WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET capture_id = {ANOTHER} WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET year = 1999 WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET site = NULL WHERE id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE notices SET state = 'gone' WHERE id = {FIRST}", ": its state is not that of its pages"),
        (f"UPDATE notices SET state = 'livx' WHERE id = {FIRST}", ": its state is not that of its pages"),
        (f"UPDATE notices SET last_seen = '2099-01-01T00:00:00Z' WHERE id = {FIRST}", "nothing was captured at the moment"),
        (f"UPDATE versions SET text = text || '。' WHERE version = 1 AND notice_id = {FIRST}", "of notices: is not what was stored"),
        (f"UPDATE problems SET position = position + 50 WHERE rowid = {OLDEST} problems)", "of notices: is not what was stored"),
        (f"UPDATE evidence SET rule = 'x' WHERE rowid = {OLDEST} evidence)", "of notices: is not what was stored"),
        (f"UPDATE notice_bodies SET body_id = 1 + body_id WHERE rowid = {OLDEST} notice_bodies)", "of notices: is not what was stored"),
        (f"UPDATE notice_bodies SET raw = '别的局' WHERE rowid = {OLDEST} notice_bodies)", "of notices: is not what was stored"),
        (f"DELETE FROM problems WHERE notice_id = {FIRST}", "of notices: is not what was stored"),
        (f"DELETE FROM texts WHERE notice_id = {FIRST}", "of notices: is not what was stored"),
        (f"DELETE FROM notices WHERE id = {FIRST}", "of notices: was stored, and is not there any more"),
        ("INSERT INTO notices (id, title, state) VALUES (1, '假', 'live')", "row 1 of notices: nobody noted that it was stored"),
        ("UPDATE bodies SET name = name || 'x' WHERE id = 1", "row 1 of bodies: is not what was stored"),
        ("DELETE FROM bodies WHERE id = 1", "row 1 of bodies: was stored, and is not there any more"),
        ("UPDATE addresses SET url = url || 'x' WHERE rowid = 1", "of addresses: nobody noted that it was stored"),
        ("UPDATE addresses SET first_seen = '2020' WHERE rowid = 1", "of addresses: is not what was stored"),
        (f"UPDATE addresses SET notice_id = {LAST} WHERE notice_id = {FIRST}", "of addresses: is not what was stored"),
        ("DELETE FROM addresses WHERE rowid = 1", "of addresses: was stored, and is not there any more"),
        ("UPDATE rejections SET rules = '0', reason = '不是'", "of rejections: is not what was stored"),
        ("DELETE FROM rejections", "of rejections: was stored, and is not there any more"),
        ("UPDATE sites SET name = '别的局'", "row 130000_linhe of sites: is not what was stored"),
        ("UPDATE sites SET url = 'http://evil.example/'", "row 130000_linhe of sites: is not what was stored"),
        (f"UPDATE pages SET notice_id = {LAST} WHERE notice_id = {FIRST}", ": its notice has no such address"),
        (f"UPDATE notices SET state = NULL WHERE id = {FIRST}", "its state is not that of its pages"),
        (f"UPDATE notices SET last_seen = NULL WHERE id = {FIRST}", "nothing was captured at the moment at which it was last seen"),
        ("UPDATE crawls SET left_at_bounds = '深度' WHERE id = 1", "row 1 of crawls: is not what was stored"),
        ("INSERT INTO crawls (id, site, started) VALUES (9, '130000_linhe', 'x')", "row 9 of crawls: nobody noted that it was stored"),
        ("DELETE FROM row_hashes WHERE number = 1", "altered in: row_hashes"),
        ("UPDATE row_hashes SET sha256 = 'x' WHERE number = 1", "altered in: row_hashes"),
        ("UPDATE warc_files SET sha256 = 'x'", "altered in: warc_files"),
        ("DELETE FROM notices_fts_data WHERE id > 10", "the search index"),
        (f"DELETE FROM search_keys WHERE notice_id = {FIRST}", ": its notice is not in the search index"),
        ("UPDATE tallies SET number = number + 1", "tally problems"),
        ("DELETE FROM tallies", "tally problems"),
    ],
)  # fmt: skip
def test_what_is_altered_is_named(db: Path, statement: str, fault: str) -> None:
    assert any(fault in found for found in alter(db, statement)), statement


def test_a_notice_that_is_taken_away_with_all_that_belongs_to_it_is_missed(db: Path) -> None:
    archive = Database(db)
    (number,) = archive.execute(f"SELECT {FIRST}").fetchone()
    tables = (
        "texts",
        "problems",
        "figures",
        "contacts",
        "evidence",
        "periods",
        "notice_bodies",
        "addresses",
        "signatures",
        "bands",
        "search_keys",
    )
    statements = [f"DELETE FROM {table} WHERE notice_id = {number}" for table in tables]
    statements += [f"UPDATE pages SET notice_id = NULL WHERE notice_id = {number}", f"DELETE FROM notices WHERE id = {number}"]
    found = alter(db, *statements)
    assert f"row {number} of notices: was stored, and is not there any more" in found
    assert any("of versions: refers to a row of notices that is not there" in fault for fault in found)


def test_what_is_altered_and_noted_anew_has_another_root(db: Path) -> None:
    """Who alters a row can note it as the program does; but then more is noted than the root stands for."""
    archive = Database(db)
    root = newest_root(archive)
    archive.execute(f"UPDATE row_hashes SET sha256 = 'x' WHERE table_name = 'notices' AND key = CAST({FIRST} AS TEXT)")
    assert [fault.reason for fault in verify_chain(archive, root=root) if fault] != []
    archive.conn.rollback()
    archive.execute(f"INSERT INTO row_hashes (table_name, key, sha256) VALUES ('notices', {FIRST}, 'x')")
    archive.conn.commit()
    assert count_unsealed(archive) == 1
    assert "1 rows were stored since the last seal" in zhenggai("verify", "--db", db).stdout


def test_any_byte_of_a_warc_file_that_is_altered_is_found_in_whatever_record(db: Path) -> None:
    archive = Database(db)
    warc = min((db.parent / "captures").iterdir())
    whole = warc.read_bytes()
    kinds = set()
    drawn = random.Random(6)
    for start, length in whole_members(warc):
        head, _, _ = zlib.decompress(whole[start : start + length], zlib.MAX_WBITS + 16).partition(b"\r\n\r\n")
        kinds.update(line for line in head.split(b"\r\n") if line.startswith(b"WARC-Type:"))
        # The fifth to the eighth byte of a gzip header, its time, are covered by no check sum of its own.
        for offset in (start + 4, drawn.randrange(start, start + length)):
            altered = bytearray(whole)
            altered[offset] ^= 1 << drawn.randrange(8)
            warc.write_bytes(altered)
            (fault,) = [fault for fault in verify_files(archive, db.parent, sample=None) if fault]
            assert fault.row == str(warc)
            assert f"its first {len(whole)} bytes are not what they were" in fault.reason
    assert len(kinds) == 3, "the file has a warcinfo, responses and requests"


def test_the_record_that_is_damaged_is_named_also_in_a_file_that_nobody_noted(db: Path) -> None:
    archive = Database(db)
    archive.execute("DELETE FROM warc_files")
    archive.conn.commit()
    assert [fault for fault in verify_files(archive, db.parent, sample=None) if fault] == []
    warc = min((db.parent / "captures").iterdir())
    whole = bytearray(warc.read_bytes())
    start, length = list(whole_members(warc))[2]
    whole[start + length // 2] ^= 1
    warc.write_bytes(whole)
    assert [fault.reason for fault in verify_files(archive, db.parent, sample=None) if fault] == [
        f"the record at offset {start} is damaged"
    ]
