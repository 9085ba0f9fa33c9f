"""A clock that goes backwards, and one that was ahead: nothing is lost, nothing is there twice, nothing waits for the year it showed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import Answer, SiteServer
from faults import unproven, zhenggai
from sqlite_utils import Database
from test_crawl_archive import PROJECT, declare_in, notice, routes
from test_status import GOOD, days_ago, fill

from pipelines.archive import open_archive
from pipelines.health import figures_of_sites, reasons
from pipelines.monitors import Monitors, Thresholds
from pipelines.visits import utc_now

needs_faketime = pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime (Debian: apt-get install faketime)")


def crawl_by_another_clock(days: int, site: Path, db: Path) -> subprocess.CompletedProcess[str]:
    """Crawl in processes whose clock differs by so many days; how fast it goes, and the monotonic clock, are as ever."""
    words = ["faketime", "-f", f"{days:+}d", sys.executable, "-m", "zhenggai", "crawl", str(site), "--db", str(db)]
    environment = os.environ | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@needs_faketime
def test_a_clock_that_goes_backwards_loses_nothing(tmp_path: Path) -> None:
    with SiteServer(routes(3)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        server.routes |= routes(5)
        back = crawl_by_another_clock(-400, site, db)
        assert back.returncode == 0, back.stdout + back.stderr
        assert "Traceback" not in back.stderr
        assert zhenggai("crawl", site, "--db", db).returncode == 0
    archive = Database(db)
    assert archive.table("notices").count == archive.table("versions").count == 5
    started = [started for (started,) in archive.execute("SELECT started FROM crawls ORDER BY id")]
    assert started[1] < started[0] < started[2]
    assert [link for (link,) in archive.execute("SELECT link FROM crawls ORDER BY id")] == [1, 2, 3]
    assert unproven(db) == []


@needs_faketime
def test_what_a_clock_that_was_ahead_has_seen_is_looked_at_again_once_it_is_right(tmp_path: Path) -> None:
    with SiteServer(routes(3)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        assert crawl_by_another_clock(+4000, site, db).returncode == 0
        server.asked()
        server.routes["/tzgg/t20230102_2.html"] = notice(9)
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        assert len(server.asked()) == 4
        archive = Database(db)
        assert [row["state"] for row in archive.query("SELECT state FROM notices ORDER BY url")] == ["live", "changed", "live"]
        assert archive.execute("SELECT max(next_visit) FROM pages").fetchone()[0] < days_ago(-100)
        assert unproven(db) == []
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        assert server.asked() == ["GET /tzgg/"], "now all was seen by a clock that goes right"


def test_a_notice_missing_since_a_day_to_come_counts_its_days_from_today(tmp_path: Path) -> None:
    with SiteServer(routes(2)) as server:
        site, db = declare_in(tmp_path, server), tmp_path / "archive.db"
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        server.routes["/tzgg/t20230102_2.html"] = Answer("not found", 404)
        archive = Database(db)
        archive.execute("UPDATE pages SET state = 'missing', missing_since = '2199', next_visit = '2000' WHERE url LIKE '%_2.html'")
        archive.conn.commit()
        assert zhenggai("crawl", site, "--db", db).returncode == 0
        assert archive.execute("SELECT missing_since < '2190' FROM pages WHERE url LIKE '%_2.html'").fetchone() == (1,)


def test_success_to_come_does_not_keep_a_silent_site_green(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    ahead = "2199-01-01T00:00:00Z"
    fill(archive, *[{"listed": 0, "errors": 1}] * 20, last_success=ahead, last_new_notice=ahead)
    archive.table("crawls").insert(GOOD | {"site": "610100_test", "started": days_ago(30), "finished": ahead})
    (figures,) = figures_of_sites(archive, Monitors(), utc_now())
    found = {reason.threshold for reason in reasons(figures, Thresholds())}
    assert {"overdue_days", "silent_days"} <= found


def test_a_clock_that_steps_back_a_few_seconds_leaves_a_healthy_site_green(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    soon = days_ago(-1 / 24 / 60)
    fill(archive, *[{}] * 20, {"finished": soon}, last_success=soon, last_new_notice=soon)
    (figures,) = figures_of_sites(archive, Monitors(), utc_now())
    assert reasons(figures, Thresholds()) == []
    assert figures.days_overdue == figures.days_silent == figures.days_without_new == 0


def test_after_a_success_to_come_the_newest_that_can_be_believed_counts(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    ahead = "2199-01-01T00:00:00Z"
    fill(archive, *[{}] * 20, last_success=ahead)
    (figures,) = figures_of_sites(archive, Monitors(), utc_now())
    assert reasons(figures, Thresholds()) == []
