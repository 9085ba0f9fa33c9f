"""The crawl of every night: one at a time, within its budget, and every site in its turn."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import click
import pytest
from crawling import NOTICE, Answer, SiteServer, listing
from sqlite_utils import Database
from test_crawl_archive import PROJECT, notice
from test_crawl_command import write_site

from pipelines.archive import open_archive
from pipelines.visits import due_sites, longest_waiting
from zhenggai.budget import Duration

QUICK = ("-s", "RETRY_TIMES=0", "-s", "READING_WORKERS=1")


def command(directory: Path, *options: str) -> list[str]:
    where = ("--db", str(directory / "archive.db"), "--sites", str(directory))
    return [sys.executable, "-m", "zhenggai", "crawl", "--all", *where, *QUICK, *options]


def nightly(directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return finished(command(directory, *options))


def finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def slow_server(*paths: str, articles: int = 40) -> SiteServer:
    """Columns of so many notices each, which take a fifth of a second each."""

    def answer(path: str, _form: bytes) -> Answer:
        time.sleep(0.2)
        return Answer(notice(int(path.rpartition("_")[2].removesuffix(".html"))))

    rows = [(f"./t20230101_{n}.html", f"{NOTICE}（{n}）", "2023-01-01") for n in range(articles)]
    server = SiteServer(dict.fromkeys(paths, listing(rows)))
    server.otherwise = answer
    server.routes["/robots.txt"] = Answer("", 404)
    return server


@pytest.mark.parametrize(("typed", "seconds"), [("90m", 5400), ("6h", 21600), ("1d", 86400), ("1h30m", 5400), ("45s", 45), ("6H", 21600)])
def test_a_length_of_time_is_read(typed: str, seconds: int) -> None:
    assert Duration().convert(typed, None, None) == seconds


@pytest.mark.parametrize("typed", ["6", "h", "", "0h", "6 hours", "-1h", "1.5h", "30m1h"])
def test_what_is_no_length_of_time_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="such as 90m, 6h"):
        Duration().convert(typed, None, None)


def test_the_budget_ends_what_is_under_way_and_begins_nothing_more(tmp_path: Path) -> None:
    with slow_server("/one/", "/two/") as server:
        write_site(tmp_path, server, "610100_one", "/one/")
        write_site(tmp_path, server, "610100_two", "/two/")
        first = nightly(tmp_path, "--budget", "4s", "-s", "CONCURRENT_REQUESTS=1")
        asked = server.asked()
        archive = Database(tmp_path / "archive.db")
        ((finished, state),) = archive.execute("SELECT finish_reason, sites.state FROM crawls JOIN sites ON sites.id = site").fetchall()
        assert first.returncode == 0, first.stdout + first.stderr
        assert (finished, state) == ("closespider_timeout", None)
        assert "610100_one: the budget ended its crawl" in first.stdout
        assert "due and not begun: 1;" in first.stdout
        assert not any("/two/" in request for request in asked)
        assert 0 < archive.table("notices").count < 40
        held = {row["url"] for row in archive.query("SELECT url FROM captures WHERE url LIKE '%html'")}
        stored = {row["url"] for row in archive.query("SELECT url FROM notices")}
        assert stored == held, "what was asked for is read and stored"

        nightly(tmp_path, "--budget", "3s", "-s", "CONCURRENT_REQUESTS=1")
        assert server.asked()[0] == "GET /two/"


def test_only_so_many_sites_are_crawled_at_once(tmp_path: Path) -> None:
    names = ["610100_a", "610100_b", "610100_c"]
    with slow_server("/", articles=3) as one, slow_server("/", articles=3) as two, slow_server("/", articles=3) as three:
        for name, server in zip(names, (one, two, three), strict=True):
            write_site(tmp_path, server, name, "/")
        assert nightly(tmp_path, "-s", "SITES_AT_ONCE=1").returncode == 0
    rows = Database(tmp_path / "archive.db").execute("SELECT site, started, finished FROM crawls ORDER BY id").fetchall()
    assert [site for site, *_ in rows] == names
    assert all(ended <= begun for (_, _, ended), (_, begun, _) in pairwise(rows))


def test_who_has_waited_longest_comes_first_and_failing_takes_no_turn_away(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "archive.db")
    row = {"software": "trs", "division_code": "610100", "replica": 0}
    archive.table("sites").insert_all({"id": name, "name": name, "url": "http://x/"} | row for name in "abcd")
    crawls = [("a", "2020-01-03", 0), ("b", "2020-01-01", 0), ("c", "2020-01-02", 0), ("b", "2020-01-04", 7)]
    archive.table("crawls").insert_all(
        {"site": site, "started": f"{day}T00:00:00Z", "finish_reason": "finished", "errors": errors, "blocked": 0}
        for site, day, errors in crawls
    )
    assert due_sites(archive, "abcd") == longest_waiting(archive, "abcd") == ["d", "c", "a", "b"]


def test_ctrl_c_ends_all_sites_and_begins_no_other(tmp_path: Path) -> None:
    names = [f"610100_{letter}" for letter in "abcd"]
    with slow_server("/") as one, slow_server("/") as two, slow_server("/") as three, slow_server("/") as four:
        servers = (one, two, three, four)
        for name, server in zip(names, servers, strict=True):
            write_site(tmp_path, server, name, "/")
        arguments = command(tmp_path, "-s", "SITES_AT_ONCE=2", "-s", "CONCURRENT_REQUESTS=1")
        with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as crawling:
            deadline = time.monotonic() + 60
            while min(len(one.requests), len(two.requests)) < 4 and time.monotonic() < deadline:
                time.sleep(0.1)
            crawling.send_signal(signal.SIGINT)
            output, errors = crawling.communicate(timeout=60)
        assert three.requests == four.requests == []
    assert crawling.returncode == 1
    assert "sites due and not begun: 2" in output
    assert "interrupted; what was fetched is in" in errors
    assert "Traceback" not in errors
    rows = Database(tmp_path / "archive.db").execute("SELECT site, finish_reason FROM crawls ORDER BY site").fetchall()
    assert rows == [("610100_a", "shutdown"), ("610100_b", "shutdown")]


def test_a_crawl_of_the_future_keeps_no_site_from_its_turn(tmp_path: Path) -> None:
    """The clock was ahead, and was set right since."""
    archive = open_archive(tmp_path / "archive.db")
    row = {"id": "a", "name": "a", "url": "http://x/", "software": "trs", "division_code": "610100", "replica": 0}
    archive.table("sites").insert(row)
    archive.table("crawls").insert({"site": "a", "started": "2199-01-01T00:00:00Z", "finish_reason": "finished", "errors": 0, "blocked": 0})
    assert due_sites(archive, "a") == ["a"]


@pytest.mark.parametrize("first", ["--all", "named"])
def test_a_server_is_crawled_by_one_process_at_a_time(tmp_path: Path, first: str) -> None:
    with slow_server("/one/", "/two/", articles=20) as server, SiteServer({"/three/": listing([])}) as other:
        write_site(tmp_path, server, "610100_one", "/one/")
        options = ("--db", str(tmp_path / "archive.db"), "--sites", str(tmp_path))
        crawl = [sys.executable, "-m", "zhenggai", "crawl"]
        named = [*crawl, str(tmp_path / "610100_one.yml"), *options, *QUICK]
        running = subprocess.Popen(named if first == "named" else command(tmp_path), cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        while not any("_1.html" in request for request in server.requests):
            time.sleep(0.05)
        write_site(tmp_path, server, "610100_two", "/two/")
        write_site(tmp_path, other, "610100_three", "/three/")
        second = finished([*crawl, "610100_two", "610100_three", *options, *QUICK])
        output, _ = running.communicate(timeout=60)
        assert running.returncode == 0, output
        assert "610100_two: not crawled: another process is crawling its server into this archive" in second.stdout
        assert "not begun" not in second.stdout
        assert "GET /three/" in other.asked()
        assert not any("/two/" in request for request in server.asked())
        again = finished([*crawl, "610100_two", *options, *QUICK])
        assert "not crawled" not in again.stdout
        assert "GET /two/" in server.asked()


def test_a_second_run_says_who_holds_the_archive_and_ends_well(tmp_path: Path) -> None:
    with slow_server("/tzgg/", articles=200) as server:
        write_site(tmp_path, server)
        arguments = command(tmp_path, "-s", "CONCURRENT_REQUESTS=1")
        with subprocess.Popen(arguments, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            try:
                deadline = time.monotonic() + 60
                while len(server.requests) < 3 and time.monotonic() < deadline:
                    time.sleep(0.1)
                second = nightly(tmp_path)
                named = nightly(tmp_path, "--full")
            finally:
                first.send_signal(signal.SIGKILL)
        assert second.returncode == named.returncode == 0
        assert f"process {first.pid} has held it since 20" in second.stdout
        typed = second.stdout.strip().partition("Z: ")[2]
        assert shlex.split(typed)[:3] == ["zhenggai", "crawl", "--all"]
        assert "CONCURRENT_REQUESTS=1" in typed
        assert json.loads((tmp_path / "archive.db.lock").read_text("utf-8"))["pid"] == first.pid

        server.routes["/tzgg/"] = listing([])
        server.otherwise = Answer(notice(1))
        third = nightly(tmp_path, "--budget", "2s")
        assert "nothing was crawled" not in third.stdout, "a killed run holds nothing"
        assert (tmp_path / "archive.db.lock").read_text("utf-8") == ""


def test_where_no_lock_can_be_written_the_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "archive.db.lock").mkdir()
    with SiteServer() as server:
        write_site(tmp_path, server)
        refused = nightly(tmp_path)
    assert refused.returncode == 1
    assert "archive.db.lock: Is a directory" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_whose_the_lock_is_and_what_to_type_is_said(tmp_path: Path) -> None:
    """As root, a command typed without `runuser` leaves it."""
    db = tmp_path / "archive.db"
    (tmp_path / "archive.db.lock").touch(mode=0o644)
    if os.geteuid():
        pytest.skip("only root may be somebody else")
    for path in (tmp_path, *tmp_path.parents[:-2]):
        path.chmod(0o755)
    code = f"""if True:
        import os
        from pathlib import Path
        from zhenggai.lock import sole_run
        os.setuid(65534)
        try:
            with sole_run(Path({str(db)!r})):
                pass
        except Exception as error:
            print(type(error).__name__, error)
    """
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"ArchiveError {db}.lock: Permission denied; ")
    assert done.stdout.endswith(f"{db}.lock belongs to root, and this runs as nobody: as root, type `chown nobody: {db}.lock`\n")
