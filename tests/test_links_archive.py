"""What stands in the archive after a site was crawled by its links, with all steps."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from crawling import Answer, SiteServer, listing
from sqlite_utils import Database
from test_crawl_archive import PROJECT, crawl, notice

TITLE = "中共临河县第1水务所党支部关于巡察整改情况的通报"
PLAIN = "<html><head><meta charset='utf-8'><title>{}</title></head><body>{}</body></html>"
CHALLENGE = PLAIN.format("验证", "<script src='/_guard/captcha.js'></script>安全验证 请输入验证码")


def declare_in(tmp_path: Path, server: SiteServer) -> Path:
    path = tmp_path / "130000_linhe.yml"
    declared = {"name": "临河县", "url": f"{server.url}/", "software": "links", "division": "130000", "lists": [f"{server.url}/"]}
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return path


def routes() -> dict[str, Any]:
    """A notice behind a picture, one in a list, a page of its own, and a dead link."""
    links = "<a href='/pic.htm'><img src='a.png'></a><a href='/tz/'>通知公告</a><a href='/jj.htm'>简介</a><a href='/tot.htm'>旧栏目</a>"
    return {
        "/": PLAIN.format("临河县", links),
        "/pic.htm": notice(1),
        "/tz/": listing([("/n/2.htm", TITLE.replace("1", "2"), "2023-01-02"), ("/n/3.htm", "临河县水务局停水公告", "2023-01-01")]),
        "/n/2.htm": notice(2),
        "/jj.htm": PLAIN.format("简介", "本县概况"),
    }


def pages(db: Path, server: SiteServer) -> dict[str, tuple[str, str | None, int | None]]:
    rows = Database(db).query("SELECT url, kind, state, interval_days FROM pages")
    return {row["url"].removeprefix(server.url): (row["kind"], row["state"], row["interval_days"]) for row in rows}


def age(db: Path, days: int) -> None:
    """Let so many days pass."""
    archive = Database(db)
    for column in ("next_visit", "walked", "walked_whole"):
        archive.execute(f"UPDATE pages SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{days} days')")
    archive.conn.commit()


def test_pages_that_lead_nowhere_rest_and_known_notices_come_back(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(routes()) as server:
        site = declare_in(tmp_path, server)
        first = crawl(site, db)
        asked = server.asked()
        stored = pages(db, server)
        crawl(site, db)
        at_once = server.asked()
        age(db, 1)
        crawl(site, db)
        next_day = server.asked()
        server.routes["/"] = PLAIN.format("临河县", "<a href='/tz/'>通知公告</a>")
        age(db, 91)
        crawl(site, db)
        in_spring = server.asked()
    assert first.returncode == 0, first.stdout
    assert stored["/"] == ("list", "live", 1)
    assert stored["/pic.htm"] == ("article", "live", 1)
    assert stored["/jj.htm"] == ("list", "live", 90)
    assert stored["/tot.htm"] == ("list", "missing", 90)
    assert stored["/n/3.htm"] == ("article", None, None)
    assert len(asked) == len(set(asked)) == 8
    assert at_once == ["GET /", "GET /tz/"]
    assert sorted(next_day) == ["GET /", "GET /n/2.htm", "GET /pic.htm", "GET /tz/"]
    assert "GET /pic.htm" in in_spring, "the link is gone, but the notice is known"
    assert Database(db).table("notices").count == 2


HUB = "临河县第三轮巡察整改情况的通报公开"
"""Titled like a notice, but a page that lists many."""


def hub_routes(listed: int) -> dict[str, Any]:
    links = "".join(f"<p><a href='/n/{n}.htm'>{TITLE.replace('1', str(n))}</a></p>" for n in range(1, listed + 1))
    notices = {f"/n/{n}.htm": notice(n) for n in range(1, listed + 1)}
    return {"/": PLAIN.format("临河县", f"<a href='/hub.htm'>{HUB}</a>"), "/hub.htm": PLAIN.format("通报", links), **notices}


def test_a_page_that_is_titled_like_a_notice_and_lists_many_is_read_as_a_list_day_after_day(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(hub_routes(3)) as server:
        site = declare_in(tmp_path, server)
        crawl(site, db, "-s", "CLOSESPIDER_PAGECOUNT=2")
        killed = pages(db, server)
        crawl(site, db)
        first = pages(db, server)
        server.routes |= hub_routes(4)
        age(db, 1)
        crawl(site, db)
        grown = Database(db).table("notices").count
        server.routes |= hub_routes(5) | {"/hub.htm": Answer("busy", 503)}
        age(db, 1)
        crawl(site, db, "-s", "RETRY_TIMES=0")
        failed = pages(db, server)
        server.routes |= hub_routes(5)
        age(db, 1)
        crawl(site, db)
    assert killed["/hub.htm"] == ("article", None, None)
    assert (first["/hub.htm"], len(first)) == (("list", "live", 1), 5)
    assert grown == 4
    assert failed["/hub.htm"][1] == "error"
    assert pages(db, server)["/hub.htm"] == ("list", "live", 1)
    assert Database(db).table("notices").count == 5


def test_a_known_article_rests_though_its_link_is_named_like_a_column(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer({"/": PLAIN.format("临河县", "<a href='/xc/'>巡察整改</a>"), "/xc/": notice(1)}) as server:
        site = declare_in(tmp_path, server)
        asked = []
        for _ in range(3):
            crawl(site, db)
            asked.append(sorted(server.asked()))
            age(db, 1)
    assert pages(db, server)["/xc/"] == ("article", "live", 2)
    assert asked == [["GET /", "GET /xc/"], ["GET /", "GET /xc/"], ["GET /"]]


def test_a_refusal_is_not_taken_for_a_page_that_leads_nowhere(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    with SiteServer(routes() | {"/jj.htm": CHALLENGE, "/tot.htm": Answer("<h1>403</h1>", 403)}) as server:
        site = declare_in(tmp_path, server)
        refused = crawl(site, db)
        stored = pages(db, server)
        server.routes |= {"/jj.htm": routes()["/jj.htm"], "/tot.htm": "<h1>404</h1>"}
        crawl(site, db)
        assert {"GET /jj.htm", "GET /tot.htm"} <= set(server.asked())
    assert refused.returncode == 1
    assert (stored["/jj.htm"], stored["/tot.htm"]) == (("list", "challenged", 1), ("list", "blocked", 1))
    assert next(row["blocked"] for row in Database(db).table("crawls").rows) == 2


def test_what_was_left_is_said_and_kept_and_the_crawl_succeeds(tmp_path: Path) -> None:
    with SiteServer(routes()) as server:
        done: subprocess.CompletedProcess[str] = crawl(declare_in(tmp_path, server), tmp_path / "a.db", "-s", "LINKS_PAGES=3")
    assert done.returncode == 0, done.stdout
    lines = [line for line in done.stdout.splitlines() if "LINKS_PAGES" in line]
    assert len(lines) == 1
    assert lines[0].startswith("130000_linhe: the site was not seen whole: ")
    assert "left when 3 pages had been looked at: " in lines[0]
    left = lines[0].partition("whole: ")[2]
    (run,) = Database(tmp_path / "a.db").table("crawls").rows
    assert run["left_at_bounds"] == left
    told = subprocess.run(
        [sys.executable, "-m", "zhenggai", "status", "--db", str(tmp_path / "a.db")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"130000_linhe: the last crawl did not see the site whole: {left}" in told.stdout, told.stderr
