"""`zhenggai crawl --log`: what happened, for machines."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from crawling import Answer, SiteServer
from test_crawl_archive import crawl, declare_in, routes


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_line_is_an_object_that_says_run_site_address_and_reason(tmp_path: Path) -> None:
    log, bad = tmp_path / "crawl.jsonl", "/tzgg/t20230102_2.html"
    with SiteServer(routes(3) | {bad: Answer("<h1>500</h1>", 500)}) as server:
        site = declare_in(tmp_path, server)
        first = crawl(site, tmp_path / "a.db", "--log", str(log))
        lines = read(log)
        assert crawl(site, tmp_path / "a.db", "--full", "--log", str(log)).returncode == 1
    assert first.stderr == "", "the log is for the file alone"
    assert all(set(line) >= {"time", "level", "run", "site", "url", "reason", "message"} for line in lines)
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    (failed,) = [line for line in lines if line["level"] == "WARNING" and line["url"] == f"{server.url}{bad}"]
    assert (failed["site"], failed["reason"]) == ("130000_linhe", "status 500")
    new = [line for line in lines if line["message"].startswith("new: ")]
    assert {line["url"] for line in new} == {f"{server.url}/tzgg/t202301{n:02}_{n}.html" for n in (1, 3)}
    fetched = [line["url"] for line in lines if line["message"].startswith("Crawled (")]
    assert f"{server.url}{bad}" in fetched
    (ended,) = [line for line in lines if " ended: " in line["message"]]
    assert (ended["site"], ended["reason"]) == ("130000_linhe", "finished")
    assert "new 2" in ended["message"]
    assert len({line["run"] for line in lines}) == 1
    assert all(line["site"] and line["reason"] for line in lines if line["level"] == "WARNING"), "each says what it is about"
    assert read(log)[: len(lines)] == lines, "a second run is appended"
    assert len({line["run"] for line in read(log)}) == 2


def test_verbose_says_what_is_fetched(tmp_path: Path) -> None:
    with SiteServer(routes(1)) as server:
        done = crawl(declare_in(tmp_path, server), tmp_path / "a.db", "-v")
    assert f"Crawled (200) <GET {server.url}/tzgg/t20230101_1.html>" in done.stderr


def test_a_log_that_cannot_be_written_is_named_before_anything_is_fetched(tmp_path: Path) -> None:
    with SiteServer(routes(1)) as server:
        done = crawl(declare_in(tmp_path, server), tmp_path / "a.db", "--log", str(tmp_path / "no" / "log"))
        assert server.requests == []
    assert done.returncode == 1
    assert f"{tmp_path}/no/log: No such file or directory; name another file with --log" in done.stderr
    assert "Traceback" not in done.stderr
