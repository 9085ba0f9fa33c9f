"""kill -9 of crawler, reading worker and Datasette at random moments: in the end the archive is as if nothing had happened.

ZHENGGAI_KILLS=200 ZHENGGAI_SEED=7 give more kills, and others.
"""

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

from faults import unproven, zhenggai
from faulty_sites import FaultySites
from sqlite_utils import Database
from test_crawl_archive import PROJECT

from demo.sites import write_sites

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
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []


def workers(pid: int) -> list[int]:
    """The processes that read pages for a crawler: its fork server's children."""
    return [worker for child in children(pid) for worker in children(child)]


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
                reading = workers(process.pid)
                victim = "worker" if reading and dice.random() < 0.4 else "crawler"
                kill(dice.choice(reading) if victim == "worker" else process.pid)
                killed[victim] += 1
                if victim == "crawler" or killed.total() == kills:
                    kill(process.pid)
                    break
        assert not db.exists() or unproven(db) == []
    return killed


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
    assert killed["crawler"] > 0
    assert killed["worker"] > 0
