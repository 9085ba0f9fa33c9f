"""`zhenggai reread`: a crawled archive is read again from its captures alone, shown first, written when asked, and only once."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawling import Answer, SiteServer, listing
from documents import PARAGRAPHS, TITLE, cid_keyed_pdf
from sqlite_utils import Database
from test_crawl_archive import NOTICE_LINES, PROJECT, crawl, declare_in, notice, routes
from test_crawl_documents import COVER, page, pager, paragraphs

from pipelines.archive import open_archive, transaction
from pipelines.chain import count_unsealed, newest_root, verify_chain
from pipelines.held import held_pages
from pipelines.identity import text_sha256
from pipelines.read_again import Reading
from pipelines.reread import Captures, Outcome, reread_pages
from pipelines.row_hashes import note_notice
from pipelines.search import rebuild_index, search_notices
from pipelines.verify import verify_texts
from pipelines.workers import work_through

FACTS = (
    "notices",
    "texts",
    "problems",
    "figures",
    "contacts",
    "periods",
    "doubts",
    "evidence",
    "notice_bodies",
    "bodies",
    "rejections",
    "versions",
    "signatures",
    "bands",
)
SITE = "130000_linhe"
PLAIN, SPLIT, ATTACHED, NEWS = (f"/tzgg/t2023010{number}_{number}.html" for number in range(1, 5))
NEWS_BODY = paragraphs([*PARAGRAPHS[:2], "县水务局召开会议，学习巡察整改工作的有关精神。" * 9])


def build_routes() -> dict[str, Any]:
    """A notice on a page, one split over two, one in a PDF, and one page that is none."""
    pages = pager([SPLIT, SPLIT.replace("_2.", "_2_1.")])
    titles = {PLAIN: "整改通报", SPLIT: "巡察整改情况通报", ATTACHED: TITLE, NEWS: "县水务局召开巡察整改推进会"}
    return {
        "/tzgg/": listing([(path, title, "2023-01-01") for path, title in titles.items()]),
        PLAIN: Answer(notice(7)).gzipped(),
        SPLIT: page(paragraphs(PARAGRAPHS[:5]) + pages, title="中共临河县水务局党组关于巡察整改进展情况的通报"),
        SPLIT.replace("_2.", "_2_1."): page(paragraphs([line.replace("2", "3") for line in PARAGRAPHS[5:]]) + pages),
        ATTACHED: page(COVER + '<a href="/files/1.pdf">附件：整改情况</a>'),
        "/files/1.pdf": Answer(cid_keyed_pdf()),
        NEWS: page(NEWS_BODY, title=titles[NEWS]),
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("reread")
    with SiteServer(build_routes()) as server:
        # The second night answers the same, so that the captures of the first hold what those of the second refer to.
        for _ in range(2):
            result = crawl(declare_in(directory, server), directory / "a.db", "--full")
            assert result.returncode == 0, result.stdout
    archive = Database(directory / "a.db")
    assert (archive.table("notices").count, archive.table("rejections").count) == (3, 1)
    archive.close()
    return directory


@pytest.fixture
def copy(crawled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "copy")) / "a.db"


def command(db: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "zhenggai", "reread", "--db", str(db), *options]


def reread(db: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(db, *options), cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def alter(db: Path, *statements: str) -> None:
    """Make an older reading of what today's rules read."""
    connection = sqlite3.connect(db)
    for statement in statements:
        assert connection.execute(statement).rowcount > 0, statement
    connection.commit()
    connection.close()


def facts(db: Path) -> dict[str, list[dict[str, Any]]]:
    archive = Database(db)
    return {table: [dict(row) for row in archive.table(table).rows_where(order_by="rowid")] for table in FACTS}


def same_facts(one: Path, other: Path) -> bool:
    """Rows that were written anew stand in another order."""
    plain = [
        {table: sorted(json.dumps(row, default=bytes.hex) for row in rows) for table, rows in facts(db).items()} for db in (one, other)
    ]
    return plain[0] == plain[1]


def digest(db: Path) -> str:
    return hashlib.sha256(db.read_bytes()).hexdigest()


OLDER = (
    "UPDATE notices SET feedback_date = '2001-01-01', inspected_body = '误读局党组', rules = '0.0.1' WHERE title LIKE '%第7水务所%'",
    "INSERT INTO bodies (name, names, former_names, key) VALUES ('误读局党组', '[\"误读局党组\"]', '[]', ':误读局')",
    (
        "UPDATE notice_bodies SET name = '误读局党组', body_id = (SELECT max(id) FROM bodies)"
        " WHERE role = '被巡察' AND notice_id IN (SELECT id FROM notices WHERE rules = '0.0.1')"
    ),
    "DELETE FROM problems WHERE notice_id IN (SELECT id FROM notices WHERE rules = '0.0.1') AND position = 0",
)


def test_what_the_captures_hold_is_read_as_it_was_crawled(copy: Path) -> None:
    before = digest(copy)
    result = reread(copy)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "4 pages read again: 0 values differ, 0 notices gained, 0 lost, 0 not read\n"
    assert digest(copy) == before
    answers = Database(copy).execute("SELECT role, url FROM answers WHERE position > 0 ORDER BY role").fetchall()
    assert [(role, url.rpartition("/")[2]) for role, url in answers] == [("file", "1.pdf"), ("page", "t20230102_2_1.html")]


def test_a_change_of_rules_is_shown_then_written_with_the_old_values_kept(crawled: Path, copy: Path) -> None:
    alter(copy, *OLDER)
    before = digest(copy)
    shown = reread(copy)
    assert (shown.returncode, digest(copy)) == (0, before)
    assert "nothing was written" in shown.stdout
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.stdout.splitlines() if line.startswith("│")]
    assert rows == [[SITE, name, "1", "4"] for name in ("bodies", "feedback_date", "inspected_body", "problems")]
    assert "2001-01-01 → 2022-06-01" in shown.stdout

    written = reread(copy, "--apply")
    assert written.returncode == 0
    assert same_facts(crawled / "a.db", copy)
    archive = Database(copy)
    kept = {row["field"]: row for row in archive.table("earlier_values").rows}
    assert kept["feedback_date"]["value"] == "2001-01-01"
    assert {(row["rules"], row["version"]) for row in kept.values()} == {("0.0.1", 1)}
    assert archive.table("notices").count_where("rules = '0.0.1'") == 0
    held = len(json.loads(kept["problems"]["value"]))
    assert archive.table("problems").count_where("notice_id = ?", [kept["problems"]["notice_id"]]) == held + 1
    archive.close()
    assert "0 values differ" in reread(copy, "--apply").stdout
    assert Database(copy).table("earlier_values").count == len(kept)


def make_older_text(db: Path, title: str, text: str) -> int:
    """Let the archive hold this text of a notice, as older rules might have taken it."""
    archive = Database(db)
    ((number,),) = archive.execute("SELECT id FROM notices WHERE title LIKE ?", [f"%{title}%"]).fetchall()
    for table in ("versions", "texts"):
        archive.execute(f"UPDATE {table} SET text = ? WHERE notice_id = ?", [text, number])
    for table in ("versions", "pages"):
        archive.execute(f"UPDATE {table} SET text_sha256 = ? WHERE notice_id = ?", [text_sha256(text), number])
    archive.conn.commit()
    rebuild_index(archive)
    archive.close()
    return int(number)


def test_a_text_that_is_taken_otherwise_is_no_edit_of_the_page(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(build_routes()) as server:
        site = declare_in(tmp_path, server)
        assert crawl(site, db).returncode == 0
        number = make_older_text(db, "第7水务所", "旧规则的正文，漏了后半。")
        assert reread(db, "--apply").returncode == 0
        assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    (version,) = archive.table("versions").rows_where("notice_id = ?", [number])
    assert version["text"].split("\n") == [line.replace("{number}", "7") for line in NOTICE_LINES]
    assert archive.table("notices").get(number)["state"] == "live"
    assert [row["value"] for row in archive.table("earlier_values").rows_where("field = 'text'")] == ["旧规则的正文，漏了后半。"]
    assert [hit.id for hit in search_notices(archive, "更换第7段管道")] == [number]
    assert search_notices(archive, "旧规则的正文") == []
    assert not [fault for fault in verify_texts(archive) if fault]
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


def lose(warc: Path) -> None:
    warc.unlink()


def cut_short(warc: Path) -> None:
    warc.write_bytes(warc.read_bytes()[: warc.stat().st_size // 2])


def zero(warc: Path) -> None:
    with warc.open("r+b") as file:
        file.seek(warc.stat().st_size // 2)
        file.write(bytes(warc.stat().st_size // 4))


@pytest.mark.parametrize("damage", [lose, cut_short, zero])
def test_a_capture_that_cannot_be_read_is_named_and_takes_no_value_away(copy: Path, damage: Callable[[Path], None]) -> None:
    first, _ = sorted((copy.parent / "captures").iterdir())
    damage(first)
    before = facts(copy)
    result = reread(copy, "--apply")
    assert (result.returncode, result.stderr) == (1, "")
    named = [line for line in result.stdout.splitlines() if line.startswith("could not be read: ")]
    assert named
    assert all(str(first) in line for line in named)
    assert f"0 values differ, 0 notices gained, 0 lost, {len(named)} not read" in result.stdout
    assert facts(copy) == before


def write_overrides(db: Path, path: str, *, is_notice: bool) -> None:
    url = Database(db).execute("SELECT url FROM pages WHERE url LIKE ?", [f"%{path}"]).fetchone()[0]
    decided = {"url": url, "is_notice": is_notice, "reason": "看过原件", "by": "编辑", "date": date(2026, 11, 22)}
    (db.parent / "overrides.yml").write_text(yaml.safe_dump([decided], allow_unicode=True), encoding="utf-8")


def test_a_person_overrules_a_rejection_and_takes_that_back(copy: Path) -> None:
    write_overrides(copy, NEWS, is_notice=True)
    before = digest(copy)
    assert "a notice now: " in reread(copy).stdout
    assert digest(copy) == before
    assert "1 notices gained" in reread(copy, "--apply").stdout
    archive = Database(copy)
    ((number, state, due),) = archive.execute(
        "SELECT id, notices.state, next_visit <= strftime('%Y-%m-%dT%H:%M:%SZ') FROM notices JOIN pages ON notice_id = id"
        " WHERE pages.url LIKE ?",
        [f"%{NEWS}"],
    ).fetchall()
    assert (state, due, archive.table("rejections").count) == ("live", 1, 0)
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []
    archive.close()
    assert "4 pages read again: 0 values differ, 0 notices gained, 0 lost" in reread(copy, "--apply").stdout

    (copy.parent / "overrides.yml").unlink()
    lost = reread(copy, "--apply").stdout
    assert f"no notice any more: {number} " in lost
    archive = Database(copy)
    assert archive.table("notices").count == 4
    assert archive.table("rejections").count == 1
    archive.close()
    assert "0 lost" in reread(copy, "--apply").stdout
    write_overrides(copy, NEWS, is_notice=True)
    assert "0 notices gained, 0 lost" in reread(copy, "--apply").stdout
    assert Database(copy).table("rejections").count == 0


def test_the_crawl_heeds_what_a_person_decided(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(build_routes()) as server:
        site = declare_in(tmp_path, server)
        decided = [
            {"url": server.url + path, "is_notice": is_notice, "reason": "看过原件", "by": "编辑", "date": date(2026, 11, 22)}
            for path, is_notice in ((NEWS, True), (PLAIN, False))
        ]
        (tmp_path / "overrides.yml").write_text(yaml.safe_dump(decided, allow_unicode=True), encoding="utf-8")
        assert crawl(site, db).returncode == 0
    archive = Database(db)
    assert archive.table("notices").count_where("url LIKE ?", [f"%{NEWS}"]) == 1
    ((reason,),) = archive.execute("SELECT reason FROM rejections").fetchall()
    assert reason == "人工改判：看过原件（编辑，2026-11-22）"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("- {url: http://a.example/1, is_notice: true, reason: r, by: b}", "entry 1: date: Field required"),
        ("- {url: a.example/1, is_notice: perhaps, reason: r, by: b, date: 2026-01-01}", "entry 1: is_notice"),
        ("url: http://a.example/1", "expected a list"),
        ("- [", "overrides.yml: line 1: is not YAML: "),
        ("- {url: http://a.example/1,\n   url: http://a.example/2}", "overrides.yml: line 2: is not YAML: the key 'url' stands twice"),
        ("- {date: 2024-13-45}", "is not YAML: month must be in 1..12"),
        ("- &a {url: http://a.example/1, is_notice: true, reason: r, by: b, date: 2026-01-01}\n- *a", "expected each page once"),
    ],
)
def test_overrides_that_are_wrong_stop_everything_with_their_place(copy: Path, written: str, fault: str) -> None:
    (copy.parent / "overrides.yml").write_text(written, encoding="utf-8")
    with SiteServer(build_routes()) as server:
        for result in (reread(copy, "--apply"), crawl(declare_in(copy.parent, server), copy)):
            assert result.returncode == 1
            assert fault in result.stderr
            assert "Traceback" not in result.stderr
        assert server.requests == []


def test_what_an_older_archive_did_not_note_is_counted_and_noted_by_a_full_crawl(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(build_routes()) as server:
        site = declare_in(tmp_path, server)
        assert crawl(site, db).returncode == 0
        alter(db, "DELETE FROM answers")
        result = reread(db, "--apply")
        assert result.returncode == 0
        assert "3 notices and 1 rejected pages were not read again" in result.stdout
        assert crawl(site, db, "--full").returncode == 0
    assert "4 pages read again: 0 values differ" in reread(db).stdout


def test_since_limits_to_what_older_rules_read(copy: Path) -> None:
    alter(copy, OLDER[0])
    assert "1 pages read again: 2 values differ" in reread(copy, "--since", "0.0.2").stdout
    assert "0 pages read again" in reread(copy, "--since", "0.0.1").stdout
    assert "4 pages read again" in reread(copy, "--since", "99", SITE).stdout


@pytest.mark.parametrize(
    ("options", "fault"), [(["--since", "spring"], "expected a version"), (["610100_nowhere"], f"known sites: {SITE}")]
)
def test_wrong_usage_is_answered_with_what_was_expected(copy: Path, options: list[str], fault: str) -> None:
    result = reread(copy, *options)
    assert result.returncode == 2
    assert fault in result.stderr


def reread_meanwhile(db: Path, happens: Callable[[], None]) -> tuple[list[Outcome], list[Reading]]:
    """Read all pages again and write what differs; something happens once they are handed out and before they come back."""
    readings: list[Any] = []

    def through(work: Callable[[Any], Any], jobs: Iterable[Any], *, died: Callable[[Any], Any]) -> Iterator[Any]:
        handed_out = list(jobs)
        happens()
        for reading in work_through(work, handed_out, died=died):
            readings.append(reading)
            yield reading

    archive = open_archive(db)
    held, _ = held_pages(archive, [], None)
    outcomes = list(reread_pages(archive, Captures(db.parent), held, {}, apply=True, through=through))
    archive.close()
    return outcomes, readings


def test_what_a_crawl_stores_meanwhile_is_left_to_it(copy: Path) -> None:
    alter(copy, "UPDATE notices SET rules = '0.0.1'", "UPDATE notices SET inspection_team = '误读' WHERE title LIKE '%第7水务所%'")
    before = facts(copy)
    crawled = lambda: alter(copy, "UPDATE versions SET capture_id = (SELECT id FROM captures WHERE url LIKE '%/tzgg/' LIMIT 1)")  # noqa: E731
    outcomes, _ = reread_meanwhile(copy, crawled)
    assert [outcome.changes for outcome in outcomes] == [{}] * 4
    after = facts(copy)
    assert {table for table in FACTS if after[table] != before[table]} == {"versions"}
    assert Database(copy).table("earlier_values").count == 0


def test_what_is_read_as_it_stands_sends_nothing_back(copy: Path) -> None:
    alter(copy, "UPDATE notices SET rules = '0.0.1'", "UPDATE rejections SET rules = '0.0.1'")
    alter(copy, "UPDATE notices SET inspection_team = '误读' WHERE title LIKE '%第7水务所%'")
    outcomes, readings = reread_meanwhile(copy, lambda: None)
    assert sorted(reading.document is None for reading in readings) == [False, True, True, True]
    assert [list(outcome.changes) for outcome in outcomes if outcome.changes] == [["inspection_team"]]
    archive = Database(copy)
    for table in ("notices", "rejections"):
        assert archive.table(table).count_where("rules = '0.0.1'") == 0


def test_a_rereading_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    db, intact = tmp_path / "a.db", tmp_path / "intact.db"
    with SiteServer(routes(30)) as server:
        assert crawl(declare_in(tmp_path, server), db).returncode == 0
    shutil.copy(db, intact)
    alter(db, "UPDATE notices SET inspection_team = '误读'", "DELETE FROM evidence WHERE field = 'inspection_team'")
    with subprocess.Popen(command(db, "--apply"), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 60
        while Database(db).table("earlier_values").count == 0 and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(killed.pid, signal.SIGKILL)
    written = Database(db).table("earlier_values").count
    assert 0 < written <= 60
    assert reread(db, "--apply").returncode == 0
    assert same_facts(db, intact)
    archive = Database(db)
    assert archive.execute(
        "SELECT count(*), count(DISTINCT notice_id), max(value) FROM earlier_values WHERE field = 'inspection_team'"
    ).fetchone() == (
        30,
        30,
        "误读",
    )
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def older(db: Path) -> None:
    """Let older rules have read the archive otherwise, as the program stores it."""
    archive = open_archive(db)
    with transaction(archive):
        archive.execute("UPDATE notices SET rules = '0.0.1', inspection_team = '误读'")
        archive.execute("DELETE FROM evidence WHERE field = 'inspection_team'")
        for (number,) in archive.execute("SELECT id FROM notices").fetchall():
            note_notice(archive, number)
    archive.close()


def test_what_a_rereading_writes_it_seals_at_once(copy: Path) -> None:
    older(copy)
    before = newest_root(Database(copy))
    assert reread(copy, "--apply").returncode == 0
    archive = Database(copy)
    (row,) = archive.table("rereadings").rows
    assert count_unsealed(archive) == 0
    assert newest_root(archive) == row["root"] != before
    assert (row["pages"], row["differ"], row["failed"]) == (4, archive.table("earlier_values").count, 0)
    assert row["link"] == 1 + archive.execute("SELECT max(link) FROM crawls").fetchone()[0]
    assert [fault for fault in verify_chain(archive, root=before) if fault] == []
    assert reread(copy, "--apply").returncode == 0
    assert archive.table("rereadings").count == 1, "one that writes nothing has nothing to seal"

    archive.execute("UPDATE earlier_values SET value = '假' WHERE field = 'inspection_team'")
    assert any("of rereading 1" in fault.row and "altered in: earlier_values" in fault.reason for fault in verify_chain(archive) if fault)
    archive.conn.rollback()
    archive.execute("UPDATE rereadings SET differ = 0")
    assert [fault.reason for fault in verify_chain(archive) if fault] == ["the row of the rereading, or its seal, has been altered"]


def test_the_next_crawl_goes_on_from_the_seal_of_a_rereading(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(build_routes()) as server:
        site = declare_in(tmp_path, server)
        assert crawl(site, db).returncode == 0
        older(db)
        assert reread(db, "--apply").returncode == 0
        assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    links = [archive.execute(f"SELECT link FROM {table}").fetchall() for table in ("crawls", "rereadings")]
    assert links == [[(1,), (3,)], [(2,)]]
    assert [fault for fault in verify_chain(archive) if fault] == []


def test_a_text_that_is_gone_comes_back(crawled: Path, copy: Path) -> None:
    alter(copy, "DELETE FROM texts WHERE notice_id = (SELECT id FROM notices WHERE title LIKE '%第7水务所%')")
    result = reread(copy, "--apply")
    assert (result.returncode, result.stderr) == (0, "")
    assert same_facts(crawled / "a.db", copy)
