"""A body that lies in a WARC file already is referred to, not written again, and no less provable."""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from crawling import Answer, Route, SiteServer, listing
from scrapy.crawler import Crawler
from sqlite_utils import Database, Migrations
from test_crawl_archive import PROJECT, command, crawl, declare_in, notice, routes
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive import APPLICATION_ID, open_archive
from pipelines.captures import payload
from pipelines.migrations import migrations
from pipelines.verify import Mismatch, verify_captures

ARTICLE = "/tzgg/t20230101_1.html"
LIST = listing([(f".{ARTICLE.removeprefix('/tzgg')}", "中共临河县水务局党组关于巡察整改情况的通报", "2023-01-01")])


def captures_of(archive: Database, path: str) -> list[dict[str, Any]]:
    return list(archive.query("SELECT * FROM captures WHERE url LIKE ? ORDER BY rowid", [f"%{path}"]))


def faults(archive: Database, directory: Path, sample: int | None = None) -> list[Mismatch]:
    return [fault for fault in verify_captures(archive, directory, sample=sample) if fault]


def record_at(directory: Path, capture: dict[str, Any]) -> Any:
    with (directory / capture["warc_file"]).open("rb") as file:
        file.seek(capture["warc_offset"])
        record = next(iter(ArchiveIterator(file)))
        record.body = record.raw_stream.read()
    return record


def test_what_a_page_answered_before_is_not_written_again(tmp_path: Path) -> None:
    page = Answer(notice(1)).gzipped()
    with SiteServer({"/tzgg/": LIST, ARTICLE: page, "/robots.txt": "User-agent: *\nDisallow: /secret/"}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        for night in range(3):
            server.routes[ARTICLE] = Answer(page.body, headers=(*page.headers, ("X-Night", str(night))))
            assert crawl(site, db, "--full").returncode == 0
        server.routes[ARTICLE] = notice(2)
        assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    first, second, third, other = captures_of(archive, ARTICLE)
    assert [row["revisit_of"] for row in (first, second, third, other)] == [None, first["id"], first["id"], None]
    assert first["sha256"] == second["sha256"] == third["sha256"] != other["sha256"]
    assert [row["revisit_of"] is None for row in captures_of(archive, "/robots.txt")] == [True, False, False, False]

    record = record_at(tmp_path, third)
    assert (record.rec_type, record.body) == ("revisit", b"")
    assert record.http_headers["X-Night"] == "2"
    headers = record.rec_headers
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert (headers["WARC-Refers-To"], headers["WARC-Refers-To-Target-URI"]) == (first["id"], first["url"])
    assert headers["WARC-Refers-To-Date"] == first["time"]
    digests = {record_at(tmp_path, row).rec_headers["WARC-Payload-Digest"] for row in (first, second, third)}
    assert digests == {f"sha256:{first['sha256']}"}

    assert b"".join(payload(archive, tmp_path, third["id"])) == page.body
    assert b"".join(payload(archive, tmp_path, third["id"], decoded=True)) == gzip.decompress(page.body)  # type: ignore[arg-type]
    assert faults(archive, tmp_path) == []
    files = [str(path) for path in (tmp_path / "captures").iterdir()]
    check = [sys.executable, "-m", "warcio.cli", "check", *files]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def with_validators(server: SiteServer) -> Route:
    """A notice with an ETag; 304 for whoever sends it back."""

    def serve(path: str, form: bytes) -> Answer:
        held = server.headers.get("If-None-Match") == '"v1"'
        return Answer(b"", 304) if held else Answer(notice(1), headers=(("Content-Type", "text/html"), ("ETag", '"v1"')))

    return serve


def test_a_304_refers_to_the_answer_whose_validators_were_sent(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": LIST}) as server:
        serve = server.routes[ARTICLE] = with_validators(server)
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db).returncode == 0
        archive = Database(db)
        # Between the two, a WAF answers a page of its own, with an ETag of its own.
        for answer in (Answer("<h1>访问被拦截</h1>", 200, (("Content-Type", "text/html"), ("ETag", '"waf"'))), serve):
            server.routes[ARTICLE] = answer
            archive.execute("UPDATE pages SET next_visit = '2000-01-01'")
            archive.conn.commit()
            crawl(site, db)
    first, blocked, not_modified = captures_of(archive, ARTICLE)
    assert [row["status"] for row in (first, blocked, not_modified)] == [200, 200, 304]
    assert (blocked["revisit_of"], not_modified["revisit_of"]) == (None, first["id"])
    assert (not_modified["sha256"], not_modified["length"]) == (first["sha256"], first["length"])
    record = record_at(tmp_path, not_modified)
    assert record.rec_headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert record.http_headers.get_statuscode() == "304"
    assert b"".join(payload(archive, tmp_path, not_modified["id"])).decode() == notice(1)
    assert faults(archive, tmp_path) == []
    assert archive.table("notices").count == 1


def test_a_304_refers_to_no_body_that_is_lost(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": LIST}) as server:
        server.routes[ARTICLE] = with_validators(server)
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db).returncode == 0
        (warc,) = (tmp_path / "captures").iterdir()
        warc.unlink()
        archive = Database(db)
        archive.execute("UPDATE pages SET next_visit = '2000-01-01'")
        archive.conn.commit()
        assert crawl(site, db).returncode == 0
    assert [(row["status"], row["revisit_of"]) for row in captures_of(archive, ARTICLE)] == [(200, None), (304, None)]


def cut_short(warc: Path) -> None:
    warc.write_bytes(warc.read_bytes()[:-900])


def alter(warc: Path) -> None:
    with warc.open("r+b") as file:
        file.seek(-900, os.SEEK_END)
        file.write(bytes(40))


@pytest.mark.parametrize("lose", [Path.unlink, cut_short, alter])
def test_a_body_that_is_lost_is_kept_anew(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    with SiteServer({"/tzgg/": LIST, ARTICLE: notice(1)}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db).returncode == 0
        (warc,) = (tmp_path / "captures").iterdir()
        lose(warc)
        for _ in range(2):
            assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    lost, kept, again = captures_of(archive, ARTICLE)
    assert (kept["revisit_of"], again["revisit_of"]) == (None, kept["id"])
    assert b"".join(payload(archive, tmp_path, again["id"])).decode() == notice(1)
    reasons = {fault.row.split()[1]: fault.reason for fault in faults(archive, tmp_path)}
    assert lost["id"] in reasons
    assert all(str(warc) in reason for reason in reasons.values())


def test_a_revisit_that_names_another_body_does_not_hold(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": LIST, ARTICLE: notice(1)}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        for _ in range(2):
            assert crawl(site, db, "--full").returncode == 0
    archive = Database(db)
    _, again = captures_of(archive, ARTICLE)
    (column, _) = captures_of(archive, "/tzgg/")
    archive.execute("UPDATE captures SET revisit_of = ?, sha256 = ? WHERE id = ?", [column["id"], column["sha256"], again["id"]])
    archive.conn.commit()
    (fault,) = faults(archive, tmp_path)
    assert again["id"] in fault.row
    assert "WARC-Refers-To" in fault.reason


class KilledBeforeItIsNoted:
    """A Scrapy extension: kills its process when a capture is on the disk and not yet in the archive."""

    def __init__(self, crawler: Crawler) -> None:
        self.captures = 0
        self.last = crawler.settings.getint("KILLED_AT_CAPTURE")
        crawler.signals.connect(self.kill, signal="capture_written")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def kill(self, captures: list[dict[str, Any]]) -> None:
        self.captures += len(captures)
        if self.captures >= self.last:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("last", [1, 5, 30])
def test_a_crawl_killed_among_its_revisits_leaves_none_without_a_body(tmp_path: Path, last: int) -> None:
    with SiteServer(routes(30)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db, "--limit", "20").returncode == 0
        killing = ["-s", 'EXTENSIONS={"test_revisits.KilledBeforeItIsNoted": 0}', "-s", f"KILLED_AT_CAPTURE={last}"]
        paths = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
        killed = subprocess.run(
            command(site, db, "--full", *killing), cwd=PROJECT, env=paths, capture_output=True, text=True, timeout=60, check=False
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        archive = Database(db)
        assert archive.execute("SELECT count(*) FROM captures WHERE crawl_id = 2").fetchone()[0] < last
        assert faults(archive, tmp_path) == []
        assert crawl(site, db, "--full").returncode == 0
    assert faults(archive, tmp_path) == []
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []
    assert archive.execute("SELECT count(*) FROM captures WHERE revisit_of IS NULL AND url LIKE '%/t2023%'").fetchone() == (30,)


def test_captures_of_an_older_archive_hold_their_own_bodies(tmp_path: Path) -> None:
    older = Migrations("zhenggai")
    for migration in migrations.pending(Database(memory=True))[:3]:
        older(name=migration.name)(migration.fn)
    old = Database(tmp_path / "a.db")
    older.apply(old)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.table("captures").insert({"id": "<urn:uuid:1>", "url": "http://a.example/", "sha256": "ab", "warc_file": "a.warc.gz"})
    old.close()
    archive = open_archive(tmp_path / "a.db")
    assert [row["revisit_of"] for row in archive.table("captures").rows] == [None]
    assert ("revisit_of", "captures", "id") in [
        (key.column, key.other_table, key.other_column) for key in archive.table("captures").foreign_keys
    ]
