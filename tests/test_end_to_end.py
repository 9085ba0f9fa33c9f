"""From the replica sites over HTTP into the archive: every fact of every notice, its evidence, its capture, and nothing twice."""

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

PROJECT = Path(__file__).parent.parent
TRUTH: list[dict[str, Any]] = yaml.safe_load((PROJECT / "tests" / "demo_truth.yml").read_text(encoding="utf-8"))
SEEDS = {
    "/zwgk/tzgg/201908/t20190805_1156034.html": PROJECT / "demo/content/610100_xamzj/000_c0585779b412e9c9.txt",
    "/info/1035/28022.htm": PROJECT / "demo/content/210213_jinpu/003_cbc633ed1b1a49a9.txt",
}
FACTS = ("notices", "texts", "addresses", "versions", "problems", "figures", "contacts", "evidence", "bodies", "rejections")
SCALARS = [
    *("title", "published", "issuing_body", "inspected_body_raw", "inspecting_body_raw", "inspecting_body", "inspection_team"),
    *("inspection_level", "round", "inspection_start", "inspection_end", "feedback_date", "signed_date"),
    *("province", "city", "county", "division_code"),
]


def run_demo(db: Path) -> str:
    command = [sys.executable, "-m", "demo", "--no-serve", "--db", str(db)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=300).stdout


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "archive.db"
    run_demo(path)
    return path


@pytest.fixture(scope="module")
def archive(path: Path) -> Database:
    return Database(path)


def row_of(archive: Database, truth: dict[str, Any]) -> dict[str, Any]:
    rows = [row for row in archive.table("notices").rows_where("site = ?", [truth["site"]]) if row["url"].endswith(truth["path"])]
    assert len(rows) == 1, f"{truth['path']}: {len(rows)} notices"
    return rows[0]


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["path"])
def test_a_notice_is_read_as_it_was_written(archive: Database, truth: dict[str, Any]) -> None:
    row = row_of(archive, truth)
    assert {name: row[name] for name in SCALARS if name in truth} == {name: truth[name] for name in SCALARS if name in truth}
    assert (row["inspected_body"] or "").removeprefix("中共") == truth["inspected_body"]
    assert json.loads(row["inspection_types"]) == truth["inspection_types"]
    problems = list(archive.table("problems").rows_where("notice_id = ?", [row["id"]], order_by="position"))
    assert [problem["problem"] for problem in problems if problem["leaf"]] == truth["problems"]
    if "groups" in truth:
        assert len([problem for problem in problems if not problem["leaf"]]) == truth["groups"]
    contacts = list(archive.table("contacts").rows_where("notice_id = ?", [row["id"]], order_by="position"))
    for kind, wanted in (("phone", truth.get("phones", [])), ("email", truth.get("emails", []))):
        assert [contact["value"] for contact in contacts if contact["kind"] == kind] == wanted
    for kind in ("address", "postcode"):
        assert [contact["value"] for contact in contacts if contact["kind"] == kind] == [truth[kind]] * bool(truth.get(kind))


def test_nothing_else_is_taken_for_a_notice(archive: Database) -> None:
    assert archive.table("notices").count == len(TRUTH)
    assert archive.table("rejections").count >= 15
    assert archive.table("rejections").count_where("reason IS NULL") == 0


@pytest.mark.parametrize("path_of_page", SEEDS)
def test_the_real_notices_stand_there_word_for_word(archive: Database, path_of_page: str) -> None:
    (text,) = archive.execute("SELECT text FROM texts JOIN notices ON notice_id = id WHERE url LIKE '%' || ?", [path_of_page]).fetchone()
    (title,) = archive.execute("SELECT title FROM notices WHERE url LIKE '%' || ?", [path_of_page]).fetchone()
    published = "".join(SEEDS[path_of_page].read_text(encoding="utf-8").split())
    assert "".join(text.split()) == published.removeprefix(title)


def test_every_value_has_its_evidence_where_it_says(archive: Database) -> None:
    texts = dict(archive.execute("SELECT notice_id, text FROM texts").fetchall())
    titles = dict(archive.execute("SELECT id, title FROM notices").fetchall())
    for row in archive.table("evidence").rows:
        source = {"text": texts, "title": titles}.get(row["in"])
        if source is not None:
            assert source[row["notice_id"]][row["start"] : row["end"]] == row["quote"], row
    for table, value, start, end in (
        ("problems", "problem", "problem_start", "problem_end"),
        ("contacts", "value", "start", "end"),
        ("figures", "quote", "start", "end"),
    ):
        for row in archive.table(table).rows:
            assert texts[row["notice_id"]][row[start] : row[end]] == row[value], row
    for name in (
        "inspection_start",
        "inspection_end",
        "feedback_date",
        "signed_date",
        "round",
        "inspection_team",
        "inspected_body",
        "city",
    ):
        unproved = archive.execute(
            f"SELECT url FROM notices WHERE {name} IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM evidence WHERE notice_id = notices.id AND field = ?)",
            [name],
        ).fetchall()
        assert unproved == [], name


def test_every_notice_can_be_proved_from_its_capture(path: Path, archive: Database) -> None:
    rows = archive.execute(
        "SELECT c.url, c.sha256, c.warc_file, c.warc_offset, p.kind FROM notices n JOIN captures c ON c.id = n.capture_id"
        " JOIN pages p ON p.url = n.url"
    ).fetchall()
    assert len(rows) == len(TRUTH)
    for url, sha256, warc_file, offset, _ in rows:
        with (path.parent / warc_file).open("rb") as stream:
            stream.seek(offset)
            record = next(iter(ArchiveIterator(stream)))
            assert record.rec_headers["WARC-Target-URI"] == url
            assert hashlib.sha256(record.raw_stream.read()).hexdigest() == sha256


def test_every_fetch_is_captured_robots_and_lists_too(archive: Database) -> None:
    urls = [url for (url,) in archive.execute("SELECT url FROM captures")]
    assert sum(url.endswith("/robots.txt") for url in urls) == 4
    assert sum("index" in url for url in urls) > 2
    requests = archive.execute("SELECT sum(requests) FROM crawls").fetchone()[0]
    assert requests == len(urls)


def test_a_second_run_fetches_less_adds_nothing_and_changes_nothing(path: Path, archive: Database) -> None:
    before = {table: list(archive.table(table).rows) for table in FACTS}
    fetched = archive.table("captures").count
    run_demo(path)
    assert {table: list(archive.table(table).rows) for table in FACTS} == before
    assert 0 < archive.table("captures").count - fetched < fetched / 2
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


def read_pages(*paths: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "zhenggai", "read", *map(str, paths)]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120).stdout
    return [json.loads(line) for line in output.splitlines()]


def test_read_gives_the_same_facts_from_the_captured_pages(path: Path, archive: Database, tmp_path: Path) -> None:
    rows = list(archive.table("notices").rows)
    for row in rows:
        (warc_file, offset) = archive.execute("SELECT warc_file, warc_offset FROM captures WHERE id = ?", [row["capture_id"]]).fetchone()
        with (path.parent / warc_file).open("rb") as stream:
            stream.seek(offset)
            content = next(iter(ArchiveIterator(stream))).content_stream().read()
        (tmp_path / f"{row['id']}.html").write_bytes(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    records = {int(record["id"].removesuffix(".html")): record for record in read_pages(*sorted(tmp_path.glob("*.html")))}
    by_site = {"province", "city", "county", "division_code", "inspected_body", "inspecting_body", "inspection_level", "published"}
    for row in rows:
        record = records[row["id"]]
        assert record["is_notice"]
        assert {name: record[name] for name in SCALARS if name not in by_site} == {
            name: row[name] for name in SCALARS if name not in by_site
        }
