"""What a killed crawl received and had not read is read from its captures by the next one, and not asked for again."""

import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from crawling import Answer, Crawl, SiteServer, crawl, declare, listing
from documents import PARAGRAPHS, TITLE, cid_keyed_pdf
from sqlite_utils import Database

from crawler.settings import ITEM_PIPELINES, VISITS_CLASS
from pipelines.paragraphs import squeeze

PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>
    <div id="zoom"><p>整改情况见附件。</p><p><a href="1.pdf">附件.pdf</a></p></div></body></html>"""
NAMED = 'attachment; filename="整改情况.pdf"'
ROUTES = {
    "/a/1.html": Answer("", 302, (("Location", "/b/1.html"), ("X-Name", NAMED.encode("gbk")))),
    "/b/1.html": Answer(PAGE).gzipped(),
    "/b/1.pdf": Answer(cid_keyed_pdf(), headers=(("Content-Disposition", NAMED.encode()),)),
}


class Killer:
    """An item pipeline in whose time the power goes: the first article has been received, and nobody has read it."""

    def process_item(self, item: Any) -> Any:
        if item.kind == "article":
            os.kill(os.getpid(), signal.SIGKILL)
        return item


def run(tmp_path: Path, server: SiteServer, **more: Any) -> Crawl:
    server.routes["/list/"] = listing([("/a/1.html", TITLE, "2022-12-05")])
    site = declare(server, "query", "/list/", paging="?page={page}")
    return crawl(site, tmp_path, **{"ITEM_PIPELINES": ITEM_PIPELINES, "VISITS_CLASS": VISITS_CLASS, **more})


def articles(server: SiteServer) -> list[str]:
    return [request for request in server.asked() if "list" not in request]


def kill_one(tmp_path: Path, server: SiteServer) -> None:
    with pytest.raises(BrokenProcessPool):
        run(tmp_path, server, ITEM_PIPELINES={**ITEM_PIPELINES, "test_crawl_kept.Killer": 1})
    assert articles(server) == ["GET /a/1.html", "GET /b/1.html", "GET /b/1.pdf"]


def wait_a_second(tmp_path: Path) -> None:
    """Captures are dated to the second, and the next crawl begins in a later one."""
    archive = Database(tmp_path / "archive.db")
    archive.execute("UPDATE captures SET time = strftime('%Y-%m-%dT%H:%M:%SZ', time, '-2 seconds')")
    archive.conn.commit()
    archive.close()


def test_what_a_killed_crawl_received_is_not_asked_for_again(tmp_path: Path) -> None:
    with SiteServer(ROUTES) as server:
        kill_one(tmp_path, server)
        wait_a_second(tmp_path)
        assert run(tmp_path, server).report.failures == []
        assert articles(server) == []
        run(tmp_path, server, FULL=True)
        assert articles(server) == ["GET /a/1.html", "GET /b/1.html", "GET /b/1.pdf"], "what has been read is asked for again when due"
    archive = Database(tmp_path / "archive.db")
    assert [squeeze(text) for (text,) in archive.execute("SELECT text FROM texts")] == [squeeze("".join(PARAGRAPHS))]
    requests = [number for (number,) in archive.execute("SELECT requests FROM crawls ORDER BY id")]
    assert requests[0] is None
    assert requests[1] < 4 <= requests[2], "robots.txt and the list, and nothing that was kept"
    command = [sys.executable, "-m", "zhenggai", "verify", "--db", str(tmp_path / "archive.db")]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE captures SET time = strftime('%Y-%m-%dT%H:%M:%SZ', time, '-2 days')",
        "UPDATE crawls SET finished = started",
        "UPDATE captures SET status = 503",
        "UPDATE captures SET warc_file = 'captures/lost.warc.gz'",
    ],
)
def test_what_is_old_read_broken_or_lost_is_asked_for_again(tmp_path: Path, change: str) -> None:
    with SiteServer(ROUTES) as server:
        kill_one(tmp_path, server)
        wait_a_second(tmp_path)
        archive = Database(tmp_path / "archive.db")
        archive.execute(change)
        archive.conn.commit()
        archive.close()
        run(tmp_path, server)
        assert "GET /b/1.html" in articles(server)
