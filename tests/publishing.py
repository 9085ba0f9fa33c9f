"""A small archive with hostile text, and a real server on it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml
from httpx import Response
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from pipelines.archive import open_archive
from pipelines.search import add_to_index
from zhenggai.serve import create_datasette

PROJECT = Path(__file__).parent.parent
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--window-size=1280,900"]
HOSTILE = '<script>document.title="taken"</script>'

TITLE = "中共禾川市民政局党组关于巡察整改情况的通报"
TEXT = (
    "2023年3月1日至5月31日，市委第二巡察组对市民政局党组开展了常规巡察。2023年6月20日反馈了巡察意见。\n"
    "（一）关于“低保对象<b>漏保</b>、错保”的问题\n"
    f"整改措施：对漏保、错保的低保对象逐户核查，追缴资金3.2万元。{HOSTILE}\n"
    "（二）关于“制度不健全”的问题\n"
    "整改措施：制定办法4项，此项长期坚持。\n"
    "联系电话：0799-1234567；电子邮箱：mzj@example.invalid。\n"
    "中共禾川市民政局党组\n"
    "2023年9月8日"
)
EVIDENCE = [
    ("inspection_start", "2023年3月1日", "text"),
    ("inspection_end", "5月31日", "text"),
    ("inspection_team", "市委第二巡察组", "text"),
    # One inside the other, and two that cross.
    ("inspecting_body_raw", "市委", "text"),
    ("inspection_level", "市委第二巡察组对市民政局", "text"),
    ("inspected_body_raw", "市民政局党组", "text"),
    ("inspection_types", "常规巡察", "text"),
    ("feedback_date", "2023年6月20日", "text"),
    ("signed_date", "2023年9月8日", "text"),
    ("issuing_body", "中共禾川市民政局党组", "title"),
    ("province", "<i>610000</i>", "page"),
]
SEEN = "2026-11-22T05:40:00Z"


def fill_archive(path: Path) -> None:
    """Write an archive with three notices: one complete and hostile, one short and gone, one of which hardly anything is known."""
    db = open_archive(path)
    with db.atomic():
        db.table("sites").insert(
            {"id": "s", "name": "禾川市民政局", "url": "http://a.example/", "software": "trs", "division_code": "360000", "replica": 0}
        )
        db.table("captures").insert(
            {"id": "<urn:uuid:1>", "site": "s", "url": "http://a.example/1", "time": SEEN, "status": 200, "sha256": "ab" * 32}
            | {"length": 9876, "warc_file": "captures/20261122054000-s-1.warc.gz", "warc_offset": 4321, "headers": "{}"}
        )
        scalars = {"issuing_body": "中共禾川市民政局党组", "inspected_body": "禾川市民政局党组", "inspected_body_raw": "市民政局党组"}
        scalars |= {"inspecting_body": "禾川市委", "inspecting_body_raw": "市委", "inspection_team": "市委第二巡察组", "province": "江西省"}
        scalars |= {"inspection_level": "市级", "inspection_start": "2023-03-01", "inspection_end": "2023-05-31", "year": 2023}
        scalars |= {"feedback_date": "2023-06-20", "signed_date": "2023-09-08", "money_recovered_yuan": 32000.0, "city": "禾川市"}
        _insert(db, 1, TITLE, "2023-09-10", TEXT, scalars | {"inspection_types": json.dumps(["常规"], ensure_ascii=False)})
        _insert(db, 2, f"中共禾川市水务局党组{HOSTILE}的通报", "2024-05", "对低保之外的事项逐项整改。", {"state": "gone", "year": 2024})
        _insert(db, 3, "关于巡察整改情况的通报", None, "保障到位。", {})
        for field, quote, place in EVIDENCE:
            start = {"text": TEXT, "title": TITLE}.get(place, "").find(quote)
            offsets = {"start": None, "end": None} if place == "page" else {"start": start, "end": start + len(quote)}
            db.table("evidence").insert({"notice_id": 1, "field": field, "quote": quote, "in": place, "rule": "a_rule"} | offsets)
        for position, (number, problem, status) in enumerate(
            [("（一）", "低保对象<b>漏保</b>、错保", None), ("（二）", "制度不健全", "长期坚持")]
        ):
            start = TEXT.index(number)
            stated = TEXT.index(problem)
            measures = TEXT[TEXT.index("整改措施", start) : TEXT.index("\n", TEXT.index("整改措施", start))]
            db.table("problems").insert(
                {"notice_id": 1, "position": position, "number": number, "depth": 1, "leaf": 1, "problem": problem, "measures": measures}
                | {"status": status, "start": start, "end": TEXT.index(measures) + len(measures)}
                | {"problem_start": stated, "problem_end": stated + len(problem)}
            )
        money, mail = "追缴资金3.2万元", "mzj@example.invalid"
        db.table("figures").insert(
            {"notice_id": 1, "position": 0, "kind": "money_recovered", "value": 32000, "unit": "元", "quote": money, "problem": 0}
            | {"start": TEXT.index(money), "end": TEXT.index(money) + len(money)}
        )
        db.table("contacts").insert(
            {"notice_id": 1, "position": 0, "kind": "email", "value": mail, "start": TEXT.index(mail), "end": TEXT.index(mail) + len(mail)}
        )
        body = db.table("bodies").insert({"name": "禾川市民政局党组", "names": "[]", "sector": "民政", "key": "360000:民政局"}).last_pk
        db.table("notice_bodies").insert({"notice_id": 1, "position": 0, "role": "被巡察", "name": "禾川市民政局党组", "body_id": body})
        doubt = {"field": "signed_date", "reason": "晚于网站公布日期", "quote": "2023年9月8日", "start": 0, "end": 9}
        db.table("doubts").insert({"notice_id": 1, "position": 0} | doubt)
        db.table("rejections").insert(
            {"url": "http://a.example/9", "site": "s", "title": HOSTILE, "reason": "反馈会新闻", "judged_at": SEEN}
        )
        db.table("versions").insert({"notice_id": 1, "version": 2, "title": TITLE, "text": TEXT, "first_seen": SEEN})
        db.table("versions").update((1, 1), {"text": TEXT.replace("3.2万元", "5.2万元"), "capture_id": "<urn:uuid:1>"})
    db.close()


def _insert(db, notice_id, title, published, text, scalars):
    url = f"http://a.example/{notice_id}"
    capture = "<urn:uuid:1>" if notice_id == 1 else None
    row = {"id": notice_id, "url": url, "title": title, "published": published, "site": "s", "state": "live", "capture_id": capture}
    db.table("notices").insert(row | {"first_seen": SEEN, "last_seen": SEEN} | scalars)
    db.table("texts").insert({"notice_id": notice_id, "text": text})
    db.table("addresses").insert({"notice_id": notice_id, "url": url, "first_seen": SEEN})
    db.table("versions").insert({"notice_id": notice_id, "version": 1, "title": title, "text": text, "first_seen": SEEN})
    add_to_index(db, notice_id, title, text)


def fetch(address: str) -> HTTPResponse:
    """Open an address; a server that hangs is an error."""
    return urlopen(address, timeout=20)


def answer(path: Path, address: str, **options: object) -> Response:
    """Return what the archive at ``path`` answers, asked without a socket."""
    return asyncio.run(create_datasette(path).client.get(address, **options))


def configure(directory: Path, **limits: int) -> dict[str, Any]:
    """Make a folder the project's, but for the limits of load shedding; return its metadata."""
    for name in ("settings.json", "plugins", "templates", "static"):
        (directory / name).symlink_to(PROJECT / name)
    metadata: dict[str, Any] = yaml.safe_load((PROJECT / "metadata.yml").read_text("utf-8"))
    metadata["plugins"]["load-shedding"] = limits
    (directory / "metadata.yml").write_text(yaml.safe_dump(metadata, allow_unicode=True), "utf-8")
    return metadata


@contextmanager
def browsing(directory: Path) -> Iterator[Chrome]:
    """Run a browser whose console can be read; it keeps its things in ``directory``."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={directory}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def serving(*command: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server command, ``{port}`` filled in, until it answers; yield its address and process; end it."""
    port = free_port()
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    # In a session of its own no interrupt meant for pytest reaches the server; and a runner that ignores interrupts must not hand that on.
    process = subprocess.Popen(
        [sys.executable, "-m", *(part.format(port=port) for part in command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _wait_for(address: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(process.stdout.read())
        try:
            fetch(address).close()
        except HTTPError:
            return
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")
