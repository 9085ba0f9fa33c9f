"""kill -9 of crawler, reading worker and Datasette at random moments: in the end the archive is as if nothing had happened.

ZHENGGAI_KILLS=200 ZHENGGAI_SEED=7 give more kills, and others.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

from crawling import SiteServer
from faults import unproven, zhenggai
from faulty_sites import FaultySites
from publishing import fetch, serving
from sqlite_utils import Database
from test_crawl_archive import PROJECT, command, declare_in, notice, routes

from demo.sites import write_sites
from pipelines.archive import open_archive

KILLS = int(os.environ.get("ZHENGGAI_KILLS", "20"))
SEED = int(os.environ.get("ZHENGGAI_SEED", "1"))
NIGHTS = 8
"""Crawls after the last kill within which every page must have been read."""
QUICK = ("-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=1", "-s", "READING_WORKERS=1")
# What the pages were read as, without when and by which crawl. The number of a body says who came first, so it is left out.
FACTS = {
    "notices": """SELECT id, url, title, published, issuing_body, inspected_body_raw, inspected_body, inspecting_body_raw, inspecting_body,
        inspection_team, inspection_level, inspection_types, round, inspection_start, inspection_end, feedback_date, signed_date,
        province, city, county, division_code, year, money_recovered_yuan, persons_disciplined, rules_made, problems_total,
        problems_done, site, extractor, trafilatura, rules FROM notices""",
    "texts": "SELECT * FROM texts",
    "addresses": "SELECT url, notice_id FROM addresses",
    "versions": "SELECT notice_id, version, title, text, text_sha256 FROM versions",
    "problems": "SELECT * FROM problems",
    "figures": "SELECT * FROM figures",
    "contacts": "SELECT * FROM contacts",
    "evidence": "SELECT * FROM evidence",
    "bodies": "SELECT notice_id, position, role, notice_bodies.name, key FROM notice_bodies LEFT JOIN bodies ON bodies.id = body_id",
    "rejections": "SELECT url, site, title, published, reason FROM rejections",
    "pages": "SELECT url, site, notice_id FROM pages WHERE kind = 'article' AND state IS NOT NULL",
}


def facts(db: Path) -> dict[str, list[tuple[object, ...]]]:
    archive = Database(db)
    found = {name: sorted(archive.execute(query).fetchall(), key=repr) for name, query in FACTS.items()}
    archive.close()
    return found


def children(pid: int) -> list[int]:
    """The processes that a process, in any of its threads, has begun: the fork server is begun beside the event loop."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found.extend(int(word) for word in listed.read_text("ascii").split())
    return found


def workers(pid: int) -> list[int]:
    """The processes that read pages for a crawler: its fork server's children."""
    return [worker for child in children(pid) for worker in children(child)]


def first_workers(process: subprocess.Popen[bytes]) -> list[int]:
    """Wait until a crawler has workers, and return them; none of one that ended without."""
    while not (found := workers(process.pid)) and process.poll() is None:
        time.sleep(0.02)
    return found


def begin(words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def let_days_pass(db: Path) -> None:
    """What failed is due again."""
    archive = Database(db)
    archive.execute("UPDATE pages SET next_visit = '2000-01-01T00:00:00Z' WHERE state NOT IN ('live', 'changed', 'moved')")
    archive.conn.commit()
    archive.close()


def moments(sites: FaultySites, dice: Random, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Wait for a random moment of a crawl, again and again, until it is over."""
    while True:
        goal = sites.requests + dice.randrange(1, 12)
        while sites.requests < goal:
            if process.poll() is not None:
                return
            time.sleep(0.005)
        time.sleep(dice.random() * 0.2)
        yield


def kill_at_random(sites: FaultySites, words: list[str], db: Path, kills: int) -> Counter[str]:
    """Crawl and kill so often, crawlers mostly, and workers now and then; prove the archive after each."""
    dice, killed = Random(SEED), Counter[str]()
    while killed.total() < kills:
        with begin([*words, "--full"] if dice.random() < 0.5 else words) as process:
            for _ in moments(sites, dice, process):
                reading = first_workers(process) if dice.random() < 0.4 else []
                victim = "worker" if reading else "crawler"
                kill(dice.choice(reading) if victim == "worker" else process.pid)
                killed[victim] += 1
                if victim == "crawler" or killed.total() == kills:
                    kill(process.pid)
                    break
        assert not db.exists() or unproven(db) == []
    return killed


def slow_site(count: int) -> SiteServer:
    """A site of so many notices, each of which takes a tenth of a second."""

    def answer(path: str, form: bytes) -> str:
        time.sleep(0.1)
        return notice(int(path.rpartition("_")[2].removesuffix(".html")))

    site_routes = routes(count)
    return SiteServer(site_routes | {path: answer for path in site_routes if path != "/tzgg/"})


def wait_for(server: SiteServer, requests: int) -> None:
    """Wait until a site was asked so often."""
    deadline = time.monotonic() + 60
    while len(server.requests) < requests and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(server.requests) >= requests


def test_twenty_kills_over_faulty_sites_leave_the_truth(tmp_path: Path) -> None:
    with FaultySites(SEED) as sites:
        declared = list(map(str, write_sites(tmp_path, sites.sites, sites.addresses)))
        assert zhenggai("crawl", *declared, "--db", tmp_path / "truth.db").returncode == 0
        db = tmp_path / "archive.db"
        sites.misbehaving = True
        words = [sys.executable, "-m", "zhenggai", "crawl", *declared, "--db", str(db), *QUICK]
        killed = kill_at_random(sites, words, db, KILLS)
        for _ in range(NIGHTS):
            let_days_pass(db)
            if zhenggai("crawl", *declared, "--db", db, *QUICK).returncode == 0:
                break
    truth, found = facts(tmp_path / "truth.db"), facts(db)
    assert len(truth["notices"]) > 10
    for name, rows in truth.items():
        assert found[name] == rows, name
    proof = zhenggai("verify", "--db", db)
    assert proof.returncode == 0, proof.stdout
    assert unproven(db) == []
    assert min(killed["crawler"], killed["worker"]) > 0, killed


def test_a_killed_worker_loses_no_page(tmp_path: Path) -> None:
    with slow_site(20) as server:
        db = tmp_path / "archive.db"
        with begin(command(declare_in(tmp_path, server), db, "-s", "READING_WORKERS=1")) as crawler:
            wait_for(server, 5)
            (worker,) = first_workers(crawler)
            kill(worker)
            assert crawler.wait(timeout=60) == 0
    archive = Database(db)
    assert archive.table("notices").count == 20
    assert archive.execute("SELECT count(*) FROM pages WHERE state = 'error'").fetchone() == (0,)
    assert unproven(db) == []


def test_datasette_may_be_killed_while_a_crawl_goes_on_and_a_crawl_while_it_serves(tmp_path: Path) -> None:
    with slow_site(30) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        open_archive(db).close()
        words = command(site, db, "-s", "CONCURRENT_REQUESTS=1")
        with begin(words) as crawler, serving("zhenggai", "serve", "--db", str(db), "--port", "{port}") as (address, datasette):
            wait_for(server, 5)
            assert fetch(f"{address}/archive/notices").status == 200
            kill(datasette.pid)
            wait_for(server, 10)
            kill(crawler.pid)
        with serving("zhenggai", "serve", "--db", str(db), "--port", "{port}") as (address, _):
            with begin(command(site, db)) as again:
                while again.poll() is None:
                    assert fetch(f"{address}/archive/status?{time.monotonic()}").status == 200
            assert again.returncode == 0
            rows = json.load(fetch(f"{address}/archive/notices.json?_shape=array&_size=max"))
    assert len(rows) == 30
    assert unproven(db) == []
