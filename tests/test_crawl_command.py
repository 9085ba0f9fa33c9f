"""`zhenggai crawl` as it is typed: what it prints, what it refuses, and with which status it ends."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from crawling import NOTICE, SiteServer, declare, listing

from pipelines.archive import open_archive

# The steps have tests of their own; here the crawl runs without them.
WITHOUT_STEPS = ("-s", "ITEM_PIPELINES=" + json.dumps({f"pipelines.{step}": None for step in (
    "step1_decode.DecodePipeline",
    "step2_extract.ExtractPipeline",
    "step3_classify.ClassifyPipeline",
    "step4_read.ReadPipeline",
    "step5_store.StorePipeline",
)}))  # fmt: skip


def command(*arguments: str, directory: Path) -> list[str]:
    return [sys.executable, "-m", "zhenggai", "crawl", *arguments, "--db", str(directory / "archive.db"), "--sites", str(directory)]


def run(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments, directory=directory), capture_output=True, text=True, timeout=60, check=False)


def write_site(directory: Path, server: SiteServer, name: str = "610100_test", path: str = "/tzgg/") -> None:
    site = declare(server, "trs", path).model_dump(exclude={"id"}, exclude_none=True)
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.yml").write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")


def test_the_table_has_a_line_for_each_site(tmp_path: Path) -> None:
    rows = [(f"./t20230101_{n}.html", NOTICE, "2023-01-01") for n in range(3)]
    with SiteServer({"/tzgg/": listing(rows)}) as server:
        write_site(tmp_path, server, "610100_one")
        write_site(tmp_path, server, "610100_two")
        done = run("--all", *WITHOUT_STEPS, directory=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split("│") for line in done.stdout.splitlines() if "610100" in line]
    assert [(line[1].strip(), line[2].strip()) for line in lines] == [("610100_one", "3"), ("610100_two", "3")]
    assert done.stderr == ""


def test_sites_on_one_host_are_crawled_one_after_the_other(tmp_path: Path) -> None:
    with SiteServer(
        {"/one/": listing([("./t20230101_1.html", NOTICE, "2023-01-01")]), "/two/": listing([("./t20230101_2.html", NOTICE, "2023-01-01")])}
    ) as server:
        write_site(tmp_path, server, "610100_one", "/one/")
        write_site(tmp_path, server, "610100_two", "/two/")
        run("--all", *WITHOUT_STEPS, directory=tmp_path)
        assert server.asked() == ["GET /one/", "GET /one/t20230101_1.html", "GET /two/", "GET /two/t20230101_2.html"]


def test_a_failing_list_is_named_below_the_table_and_ends_in_failure(tmp_path: Path) -> None:
    with SiteServer() as server:
        write_site(tmp_path, server)
        done = run("610100_test", *WITHOUT_STEPS, directory=tmp_path)
    assert done.returncode == 1
    assert f"610100_test: {server.url}/tzgg/: the list answers with HTTP status 404" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a site, or give --all (known sites: 610100_test)"),
        (["610100_tset"], "no such site: 610100_tset (known sites: 610100_test)"),
        (["--all", "610100_test"], "name sites or give --all, not both"),
        (["610100_test", "-s", "DOWNLOAD_DELAY"], "-s DOWNLOAD_DELAY: expected NAME=VALUE"),
        (["610100_test", "--limit", "0"], "0 is not in the range"),
    ],
)
def test_wrong_use_is_explained(tmp_path: Path, arguments: list[str], message: str) -> None:
    with SiteServer() as server:
        write_site(tmp_path, server)
    done = run(*arguments, directory=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "archive.db").exists()


def test_a_broken_site_file_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "610100_test.yml").write_text("nmae: x\n", encoding="utf-8")
    done = run("--all", directory=tmp_path)
    assert done.returncode == 1
    assert "610100_test.yml: nmae: unknown key" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_site_file_costs_no_other_site(tmp_path: Path) -> None:
    (tmp_path / "610100_bad.yml").write_text("nmae: x\n", encoding="utf-8")
    with SiteServer({"/tzgg/": listing([("./t20230101_1.html", NOTICE, "2023-01-01")])}) as server:
        write_site(tmp_path, server)
        done = run("--all", *WITHOUT_STEPS, directory=tmp_path)
        assert "GET /tzgg/" in server.asked()
    assert done.returncode == 1
    assert "not crawled: " in done.stderr
    assert "610100_bad.yml: nmae: unknown key" in done.stderr


def test_a_file_that_is_no_archive_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("a letter", encoding="utf-8")
    with SiteServer({"/tzgg/": listing([])}) as server:
        write_site(tmp_path, server)
        done = run("610100_test", *WITHOUT_STEPS, directory=tmp_path)
        assert server.requests == []
    assert done.returncode == 1
    assert str(tmp_path / "archive.db") in done.stderr
    assert (tmp_path / "archive.db").read_text(encoding="utf-8") == "a letter"


@pytest.mark.parametrize("archive_holds", ["real sites", "replicas"])
def test_replicas_and_real_sites_do_not_share_an_archive(tmp_path: Path, archive_holds: str) -> None:
    archive = open_archive(tmp_path / "archive.db")
    archive.table("sites").insert(
        {
            "id": "110000_old",
            "name": "旧",
            "url": "http://x/",
            "software": "trs",
            "division_code": "110000",
            "replica": int(archive_holds == "replicas"),
        }
    )
    archive.close()
    with SiteServer() as server:
        write_site(tmp_path, server)
        if archive_holds == "replicas":
            path = tmp_path / "610100_test.yml"
            path.write_text(path.read_text(encoding="utf-8").replace(server.url, "http://mzj.example"), encoding="utf-8")
        done = run("610100_test", *WITHOUT_STEPS, directory=tmp_path)
        assert server.requests == []
    assert done.returncode == 1
    for part in (f"holds {archive_holds} (110000_old)", "610100_test", "--db"):
        assert part in done.stderr


def test_ctrl_c_ends_the_crawl_and_keeps_what_was_fetched(tmp_path: Path) -> None:
    rows = [(f"./t20230101_{n}.html", NOTICE, "2023-01-01") for n in range(200)]

    def slow(*_: object) -> str:
        time.sleep(0.05)
        return "notice"

    with SiteServer({"/tzgg/": listing(rows)} | {f"/tzgg/t20230101_{n}.html": slow for n in range(200)}) as server:
        write_site(tmp_path, server)
        arguments = command("610100_test", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1", *WITHOUT_STEPS, directory=tmp_path)
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
            deadline = time.monotonic() + 30
            while len(server.requests) < 10 and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "interrupted; what was fetched is in" in errors
    assert "610100_test" in output
    assert "Traceback" not in errors
    assert len(server.requests) < 200
    with sqlite3.connect(tmp_path / "archive.db") as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
