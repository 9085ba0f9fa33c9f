"""Reading in worker processes: what kills, stalls or breaks one page touches no other, and no worker outlives the crawl."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import SiteServer
from test_crawl_archive import crawl, declare_in, routes

from crawler import settings
from crawler.links import MOST_FILES
from pipelines import readers, workers
from pipelines.files import LONGEST_SECONDS
from pipelines.readers import ReadingPool
from pipelines.record import Document
from pipelines.workers import BATCHES_AHEAD, JOBS_AT_A_TIME, ReadingError, do_within, work_through

PROJECT = Path(__file__).parent.parent


class OddError(Exception):
    """Cannot be unpickled: it wants two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def mark(document: Document) -> None:
    document.text = "read"


def die(document: Document) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stall(document: Document) -> None:
    time.sleep(60)


def work_on(document: Document) -> None:
    """Goes on after every error, as libraries do."""
    while True:
        try:
            sum(range(10_000))
        except Exception:
            continue


def die_once(document: Document) -> None:
    """Its worker is killed from outside, as the kernel does for want of memory, whoever took it."""
    try:
        Path(str(document.url)).touch(exist_ok=False)
    except FileExistsError:
        mark(document)
    else:
        die(document)


def be_deaf(document: Document) -> None:
    """One call into C, for hours: no alarm is heard before it returns."""
    sum(range(10**12))


def fail(document: Document) -> None:
    raise OddError("it", "broke")


def page(url: str, *steps: object) -> Document:
    return Document(url=url, content=b"<html>", html="<html>", steps=list(steps))


def read_together(*documents: Document, seconds: int = 60) -> list[Document | BaseException]:
    async def read() -> list[Document | BaseException]:
        pool = ReadingPool(1)
        try:
            return await asyncio.gather(*(pool.read(document, seconds) for document in documents), return_exceptions=True)
        finally:
            await pool.close()

    return asyncio.run(read())


def test_a_page_comes_back_read_and_without_what_only_the_steps_need() -> None:
    (found,) = read_together(page("http://mzj.example.gov.cn/1", mark))
    assert isinstance(found, Document)
    assert (found.text, found.html, found.steps) == ("read", None, [])


def test_a_page_that_kills_its_worker_takes_no_other_with_it() -> None:
    pages = [page(f"http://mzj.example.gov.cn/{number}", die if number == 2 else mark) for number in range(6)]
    found = read_together(*pages)
    assert [document.text if isinstance(document, Document) else str(document) for document in found] == [
        "read" if number != 2 else "the process that read it died, for want of memory or by a fault of a library" for number in range(6)
    ]


def test_large_pages_come_back_whole_and_in_their_order() -> None:
    pages = [page(f"http://mzj.example.gov.cn/{number}", mark) for number in range(12)]
    for number, one in enumerate(pages):
        one.content = bytes([number]) * (5_000_000 if number % 3 else 10)
    found = read_together(*pages)
    assert [document.content for document in found if isinstance(document, Document)] == [one.content for one in pages]


def test_a_crawl_that_begins_while_the_last_one_ends_keeps_its_worker() -> None:
    async def read() -> Document:
        pool = ReadingPool(1)
        pool.begin()
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0)
        pool.users = 1
        found = await asyncio.wait_for(pool.read(page("http://mzj.example.gov.cn/1", mark), 60), 60)
        await closing
        pool.users = 0
        await pool.close()
        return found

    assert asyncio.run(read()).text == "read"


def test_a_page_is_not_to_blame_for_one_death_of_its_worker(tmp_path: Path) -> None:
    pages = [page(str(tmp_path / str(number)), die_once if number == 2 else mark) for number in range(6)]
    found = read_together(*pages)
    assert [document.text if isinstance(document, Document) else str(document) for document in found] == ["read"] * 6
    assert (tmp_path / "2").exists()


def test_a_worker_that_does_not_hear_its_alarm_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "OVERTIME", 0.5)
    found = read_together(*(page("http://mzj.example.gov.cn/", step) for step in (mark, be_deaf, mark)), seconds=1)
    reasons = [document.text if isinstance(document, Document) else str(document) for document in found]
    assert reasons == ["read", "reading it took longer than the limit of 1 seconds", "read"]


def test_a_machine_that_has_no_room_for_a_worker_is_named_and_not_asked_for_ever() -> None:
    script = (
        "import asyncio, resource\n"
        "from pipelines.readers import ReadingPool\n"
        "from pipelines.record import Document\n"
        "async def read():\n"
        "    pool = ReadingPool(1)\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
        "    await pool.read(Document(url='http://mzj.example.gov.cn/1', content=b''), 60)\n"
        "asyncio.run(read())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=PROJECT)
    assert done.stderr.splitlines()[-1].endswith("no process could be started to read it in: [Errno 24] Too many open files")


@pytest.mark.parametrize(
    ("step", "seconds", "reason"),
    [
        (stall, 1, "reading it took longer than the limit of 1 seconds"),
        (work_on, 1, "reading it took longer than the limit of 1 seconds"),
        (fail, 60, "OddError: it broke"),
    ],
)
def test_what_stalls_or_breaks_is_named_and_the_next_page_is_read(step: object, seconds: int, reason: str) -> None:
    first, second = read_together(page("http://mzj.example.gov.cn/1", step), page("http://mzj.example.gov.cn/2", mark), seconds=seconds)
    assert isinstance(first, ReadingError)
    assert str(first) == reason
    assert isinstance(second, Document)


def test_a_job_has_less_of_the_processor_than_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LONGEST_PROCESSOR_SECONDS", 0.1)
    with pytest.raises(ReadingError, match=r"longer than the limit of 0\.1 seconds"):
        do_within(300, work_on, page("http://mzj.example.gov.cn/1"))


def test_the_kernel_ends_a_worker_that_hears_no_alarm_and_uses_up_the_processor() -> None:
    script = (
        "from pipelines import workers\n"
        "workers.LONGEST_PROCESSOR_SECONDS, workers.MOST_PROCESSOR_SECONDS = 0.1, 0.2\n"
        "workers.do_within(300, sum, range(10**12))"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == -signal.SIGVTALRM


def test_an_alarm_that_rings_when_the_work_ends_stops_nothing_behind_it() -> None:
    late = 0
    for number in range(3000):
        try:
            do_within(300, signal.setitimer, signal.ITIMER_REAL, (1 + number % 100) / 1_000_000)
        except ReadingError:
            late += 1
        for _ in range(1000):  # here it would ring
            pass
    assert 0 < late < 3000, "it rang before the end, and after it"


def double(number: int) -> int:
    if number in (3, 70):
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def test_a_stream_of_jobs_keeps_its_order_and_survives_those_that_kill_their_worker() -> None:
    taken: list[int] = []

    def jobs() -> Iterator[int]:
        for number in range(200):
            taken.append(number)
            yield number

    results = work_through(double, jobs(), died=lambda number: -number)
    assert next(results) == 0
    assert len(taken) <= JOBS_AT_A_TIME * BATCHES_AHEAD * (os.cpu_count() or 1)
    assert list(results) == [-number if number in (3, 70) else 2 * number for number in range(1, 200)]


def test_workers_end_when_the_crawl_is_killed() -> None:
    script = (
        "import os, time; from pipelines.workers import worker_pool\n"
        "pool = worker_pool(2); print(*{f.result() for f in [pool.submit(os.getpid) for _ in range(20)]}, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert all(is_running(worker) for worker in workers)
        parent.kill()
    deadline = time.monotonic() + 10
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(is_running(worker) for worker in workers)


def is_running(process: int) -> bool:
    """A zombie that nobody waits for has ended, too."""
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_an_article_has_more_time_than_its_files_together_in_a_crawl_as_in_a_rereading() -> None:
    assert settings.READING_SECONDS == workers.LONGEST_SECONDS >= (MOST_FILES + 1) * LONGEST_SECONDS


@pytest.mark.parametrize("command", ["read", "verify"])
def test_a_folder_whose_path_is_too_long_for_a_socket_is_named(tmp_path: Path, command: str) -> None:
    folder = tmp_path / ("x" * 90)
    folder.mkdir()
    page, db = tmp_path / "page.txt", tmp_path / "archive.db"
    page.write_text("巡察整改情况通报", "utf-8")
    with SiteServer(routes(1)) as server:
        assert crawl(declare_in(tmp_path, server), db).returncode == 0
    words = [sys.executable, "-m", "zhenggai", *(["read", str(page)] if command == "read" else ["verify", "--db", str(db)])]
    done = subprocess.run(words, cwd=PROJECT, env=os.environ | {"TMPDIR": str(folder)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {folder}: is too long a path for the folder of temporary files")
    assert "name one of 75 bytes at most, by TMPDIR" in done.stderr
