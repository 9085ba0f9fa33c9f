"""What stands in the archive after crawls with all steps: blocked, killed, down for a while."""

import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawling import Answer, SiteServer, listing
from documents import rich_text
from sqlite_utils import Database

PROJECT = Path(__file__).parent.parent
BODY = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1><div class="TRS_Editor">
<p>根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。</p>
<p>一、关于“漏损率高”的问题。</p><p>整改情况：更换第{number}段管道，已完成整改。</p>
<p>二、关于“水费收缴不规范”的问题。</p><p>整改情况：修订办法一项，已完成整改。</p></div></body></html>"""


NOTICE_LINES = [line for line in re.sub("<[^>]+>", "\n", BODY.partition('TRS_Editor">')[2]).split("\n") if line]


def notice(number: int) -> str:
    return BODY.format(title=f"中共临河县第{number}水务所党支部关于巡察整改情况的通报", number=number)


def routes(count: int) -> dict[str, Any]:
    rows = [
        (f"./t202301{number:02}_{number}.html", f"中共临河县第{number}水务所党支部关于巡察整改情况的通报", "2023-01-01")
        for number in range(1, count + 1)
    ]
    pages = {f"/tzgg/t202301{number:02}_{number}.html": notice(number) for number in range(1, count + 1)}
    return {"/tzgg/": listing(rows)} | pages


def declare_in(tmp_path: Path, server: SiteServer) -> Path:
    path = tmp_path / "130000_linhe.yml"
    declared = {"name": "临河县", "url": f"{server.url}/", "software": "trs", "division": "130000", "lists": [f"{server.url}/tzgg/"]}
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return path


def command(site: Path, db: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "zhenggai", "crawl", str(site), "--db", str(db), "-s", "RETRY_TIMES=0", *options]


def crawl(site: Path, db: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(site, db, *options), cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def test_a_crawl_whose_end_is_not_in_the_archive_has_failed(tmp_path: Path) -> None:
    """As a fault of the program would have it: here it is a trigger that forbids the end."""
    with SiteServer(routes(2)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        assert crawl(site, db).returncode == 0
        with sqlite3.connect(db) as archive:
            archive.execute("CREATE TRIGGER no_end BEFORE UPDATE OF finished ON crawls BEGIN SELECT RAISE(ABORT, 'no end'); END")
        archive.close()
        failed = crawl(site, db)
    assert failed.returncode == 1
    assert "the archive does not have the crawl's end" in failed.stdout


def test_a_site_that_refuses_page_after_page_is_left_alone(tmp_path: Path) -> None:
    refused = {path: Answer("<h1>403</h1>", 403) for path in routes(20) if path != "/tzgg/"}
    with SiteServer(routes(20) | refused) as server:
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db", "-s", "CONCURRENT_REQUESTS=1")
        asked = len(server.asked())
    archive = Database(tmp_path / "a.db")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr + result.stdout
    assert asked < 12
    assert [(row["finish_reason"], row["blocked"] >= 5) for row in archive.table("crawls").rows] == [("blocked", True)]
    assert [row["state"] for row in archive.table("sites").rows] == ["blocked"]
    assert archive.table("notices").count == 0


def test_a_list_that_is_a_block_page_is_blocked_whatever_its_status(tmp_path: Path) -> None:
    with SiteServer({"/tzgg/": "<html><body>访问过于频繁，请稍后再试</body></html>"}) as server:
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db")
    assert f"{server.url}/tzgg/: blocked (status 200)" in result.stdout
    (run,) = Database(tmp_path / "a.db").table("crawls").rows
    assert (run["blocked"], run["errors"]) == (1, 0)


@pytest.mark.parametrize(("status", "state"), [(403, "blocked"), (503, "error")])
def test_who_refuses_robots_txt_refuses_the_crawl_and_who_is_broken_does_not(tmp_path: Path, status: int, state: str) -> None:
    with SiteServer({"/robots.txt": Answer("no", status), "/tzgg/": listing([])}) as server:
        result = crawl(declare_in(tmp_path, server), tmp_path / "a.db")
        assert server.asked() == []
    assert f"{server.url}/tzgg/: held off: robots.txt answers with HTTP status {status}" in result.stdout
    archive = Database(tmp_path / "a.db")
    assert [row["state"] for table in ("pages", "sites") for row in archive.table(table).rows] == [state, state]


def test_a_file_whose_chinese_name_the_server_knows_in_gbk_is_read(tmp_path: Path) -> None:
    site_routes = routes(1)
    site_routes["/tzgg/t20230101_1.html"] = "<h1>巡察整改情况通报</h1><div class='TRS_Editor'><a href='./附件：报告.rtf'>附件</a></div>"
    site_routes["/tzgg/%B8%BD%BC%FE%A3%BA%B1%A8%B8%E6.rtf"] = rich_text(NOTICE_LINES)
    with SiteServer(site_routes) as server:
        assert crawl(declare_in(tmp_path, server), tmp_path / "a.db").returncode == 0
    assert Database(tmp_path / "a.db").table("notices").count == 1


def test_a_notice_whose_absence_cannot_be_proved_tonight_has_not_changed(tmp_path: Path) -> None:
    home = "<html><body><h1>临河县政府</h1><p>欢迎访问临河县政府门户网站，这里是首页。</p></body></html>"
    with SiteServer(routes(3) | {"/": home}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db).returncode == 0
        archive = Database(db)
        server.routes["/tzgg/t20230102_2.html"] = home
        states = []
        for answer in (Answer(home), Answer("busy", 503)):
            server.routes["/"] = server.otherwise = answer
            archive.execute("UPDATE pages SET next_visit = '2000-01-01'")
            archive.conn.commit()
            crawl(site, db)
            states += [row["state"] for row in archive.query("SELECT state FROM notices WHERE url LIKE '%_2.html'")]
    assert states == ["missing", "error"]


def test_what_failed_is_fetched_by_a_later_crawl(tmp_path: Path) -> None:
    with SiteServer(routes(6)) as server:
        site = declare_in(tmp_path, server)
        good = server.routes["/tzgg/t20230103_3.html"]
        server.routes["/tzgg/t20230103_3.html"] = Answer("<h1>500</h1>", 500)
        assert crawl(site, tmp_path / "a.db").returncode == 1
        server.routes["/tzgg/t20230103_3.html"] = good
        archive = Database(tmp_path / "a.db")
        assert archive.table("notices").count == 5
        archive.execute("UPDATE pages SET next_visit = '2000-01-01' WHERE state = 'error'")
        archive.conn.commit()
        assert crawl(site, tmp_path / "a.db").returncode == 0
    assert archive.table("notices").count == 6


@pytest.mark.parametrize("after", [1.2, 2.0, 2.8])
def test_a_killed_crawl_goes_on_where_it_was_and_nothing_is_there_twice(tmp_path: Path, after: float) -> None:
    def slowly(path: str, form: bytes) -> str:
        time.sleep(0.05)
        return notice(int(path.rpartition("_")[2].removesuffix(".html")))

    with SiteServer(routes(30) | {path: slowly for path in routes(30) if path != "/tzgg/"}) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        with subprocess.Popen(command(site, db), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
            time.sleep(after)
            os.kill(killed.pid, signal.SIGKILL)
        result = crawl(site, db)
    assert result.returncode == 0, result.stdout
    archive = Database(db)
    assert archive.table("notices").count == archive.table("addresses").count == 30
    assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert archive.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_second_process_waits_for_the_first_to_write(tmp_path: Path) -> None:
    with SiteServer(routes(10)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "a.db"
        assert crawl(site, db, "--limit", "1").returncode == 0
        writer = sqlite3.connect(db)
        writer.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(command(site, db), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as waiting:
            time.sleep(4)
            writer.rollback()
            assert waiting.wait(timeout=60) == 0
    assert Database(db).table("notices").count == 10


def limit_files() -> None:
    """Crawling one site after the other needs some fifty open files."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (90, 90))


def test_a_run_of_many_sites_has_no_more_files_open_than_those_under_way_need(tmp_path: Path) -> None:
    """Four for each site that had been crawled stayed open, so that a run of some 250 sites met the usual limit of 1,024."""
    sites = []
    with ExitStack() as servers:
        for number in range(18):
            server = servers.enter_context(SiteServer(routes(1)))
            path = tmp_path / f"1300{number:02}_linhe.yml"
            declared = {
                "name": "临河县",
                "url": f"{server.url}/",
                "software": "trs",
                "division": path.name[:6],
                "lists": [f"{server.url}/tzgg/"],
            }
            path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
            sites.append(str(path))
        crawled = [sys.executable, "-m", "zhenggai", "crawl", *sites, "--db", str(tmp_path / "a.db"), "-s", "SITES_AT_ONCE=1"]
        done = subprocess.run(crawled, cwd=PROJECT, capture_output=True, text=True, timeout=200, check=False, preexec_fn=limit_files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [row["finish_reason"] for row in Database(tmp_path / "a.db").table("crawls").rows] == ["finished"] * 18
