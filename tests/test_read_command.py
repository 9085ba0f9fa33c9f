"""`zhenggai read`: one line for every page, whatever the page is."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).parent.parent
NOTICE = """<html><head><meta charset="utf-8"><title>中共临河县水务局党组关于巡察整改情况的通报</title></head><body><div id="zoom">
<p>根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。</p>
<p>一、关于“漏损率高”的问题。</p><p>整改情况：更换管道十二公里，已完成整改。</p>
<p>二、关于“水费收缴不规范”的问题。</p><p>整改情况：修订办法一项，已完成整改。</p></div></body></html>"""


def read(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhenggai", "read", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)


def test_a_page_becomes_a_record_with_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(NOTICE, encoding="utf-8")
    result = read(tmp_path / "a.html", "--url", "http://a.example/art/2022/12/5/art_1_2.html")
    assert result.returncode == 0, result.stderr
    (record,) = map(json.loads, result.stdout.splitlines())
    assert record["is_notice"]
    assert record["published"] == "2022-12-05"
    assert [problem["problem"] for problem in record["problems"]] == ["漏损率高", "水费收缴不规范"]
    evidence = record["evidence"]["feedback_date"]
    assert record["text"][evidence["start"] : evidence["end"]] == evidence["quote"] == "2022年6月1日"


def test_a_folder_that_its_user_may_not_enter_does_not_keep_the_readers_from_beginning(tmp_path: Path) -> None:
    """As /root, where root typed `runuser -u zhenggai`: multiprocessing would have every process go there."""
    (tmp_path / "a.html").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "closed").mkdir()
    # Root goes everywhere, unless these are taken from it.
    bounded = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*bounded, sys.executable, "-m", "zhenggai", "read", str(tmp_path / "a.html")]
    result = subprocess.run(
        ["sh", "-c", 'chmod 0 . && exec "$@"', "sh", *command],
        cwd=tmp_path / "closed",
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["is_notice"]


def test_broken_lines_become_errors_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 1, "url": None, "html": NOTICE}),
        "{no json",
        "[1, 2]",
        json.dumps({"id": 4, "url": 7, "html": NOTICE}),
        json.dumps({"id": 5, "url": None}),
        json.dumps({"id": 6, "url": None, "html": ""}),
        json.dumps({"id": 7, "url": None, "html": NOTICE.replace("十二", "\ud83d")}),
        "",
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = read(tmp_path / "pages.jsonl")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert "Traceback" not in result.stderr
    assert [bool(record.get("error")) for record in records] == [False, True, True, True, True, True, False]
    assert [record["id"] for record in records] == [1, None, None, 4, 5, 6, 7]
    assert "line 2" in records[1]["error"]
    assert "5 of 7" in result.stderr


def test_when_nothing_can_be_read_the_exit_status_says_so(tmp_path: Path) -> None:
    for name, content in (("garbage.html", bytes(range(256)) * 20), ("empty.html", b""), ("picture.html", b"<html><img src=a.jpg></html>")):
        (tmp_path / name).write_bytes(content)
        result = read(tmp_path / name)
        assert result.returncode == 1, name
        assert json.loads(result.stdout)["error"]
        assert "Traceback" not in result.stderr


def test_the_pages_are_counted_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text("\n".join(json.dumps({"id": number, "url": None, "html": NOTICE}) for number in range(40)))
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "zhenggai", "read", str(tmp_path / "pages.jsonl")]
    with (tmp_path / "lines").open("wb") as lines, subprocess.Popen(command, cwd=PROJECT, stdout=lines, stderr=theirs):
        os.close(theirs)
        shown = b"".join(iter(partial(read_terminal, ours), b""))
    os.close(ours)
    assert [json.loads(line)["id"] for line in (tmp_path / "lines").read_text(encoding="utf-8").splitlines()] == list(range(40))
    assert b"pages" in shown


def read_terminal(terminal: int) -> bytes:
    """Return what was written to a terminal; nothing once no process has it open."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_a_stream_is_read_while_it_is_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pages.jsonl")
    command = [sys.executable, "-m", "zhenggai", "read", str(tmp_path / "pages.jsonl")]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as reading, (tmp_path / "pages.jsonl").open("w") as pages:
        assert reading.stdout is not None
        for number in range(100):  # more than the workers are given ahead, no more than the pipes hold
            pages.write(json.dumps({"id": number, "url": None, "html": NOTICE}) + "\n")
        pages.flush()
        assert json.loads(reading.stdout.readline())["id"] == 0
        pages.close()
        assert len(reading.stdout.read().splitlines()) == 99


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = read(tmp_path / "nowhere.html")
    assert result.returncode == 2
    assert "nowhere.html" in result.stderr


def test_many_pages_come_back_in_their_order(tmp_path: Path) -> None:
    pages = [json.dumps({"id": number, "url": None, "html": NOTICE}) for number in range(200)]
    (tmp_path / "pages.jsonl").write_text("\n".join(pages), encoding="utf-8")
    assert [json.loads(line)["id"] for line in read(tmp_path / "pages.jsonl").stdout.splitlines()] == list(range(200))


def test_of_a_directory_every_page_is_read_and_the_rest_counted(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("b/c/2.HTM", "b/1.html", "a.shtml"):
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    (tmp_path / "b" / "3.pdf").write_bytes(b"%PDF-1.7 cut off")
    (tmp_path / "b" / "4.jsonl").write_text(json.dumps({"id": "four", "url": None, "html": NOTICE}) + "\n{", encoding="utf-8")
    (tmp_path / "b" / "5.html").symlink_to(tmp_path / "nowhere.html")
    for name in ("style.css", "logo.png", "icon.png"):
        (tmp_path / "b" / name).write_bytes(b"x")
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(33 * 1024**2)
    result = read(tmp_path)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert [(record["id"], bool(record.get("error"))) for record in records] == [
        *(("a.shtml", False), ("large.txt", True), ("b/1.html", False), ("b/3.pdf", True)),
        *(("four", False), (None, True), ("b/c/2.HTM", False)),
    ]
    assert "4 files of other kinds were skipped: 2 .png" in result.stderr
    assert "3 of 7 pages could not be read" in result.stderr


def test_an_empty_directory_and_an_address_for_one_are_answered(tmp_path: Path) -> None:
    result = read(tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "nothing to read" in result.stderr
    assert read(tmp_path, "--url", "http://a.example/").returncode == 2
