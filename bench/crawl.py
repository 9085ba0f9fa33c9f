"""How fast a crawl is end to end, against Scrapy alone on the same site in the same run; what memory it takes; what a second one asks.

`python -m bench.crawl --memory` measures the memory, which takes some ten minutes.
"""

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from sqlite_utils import Database

from bench.bare import BareSpider
from bench.site import served
from crawler.sites import load_site
from zhenggai.crawl import run_crawl
from zhenggai.replicas import REPLICA_SETTINGS

ROUNDS = 3
"""Machines are noisy: the median of so many rounds counts."""
ARTICLES = {True: 4_000, False: 4_000}
"""Of the site of which every article is fetched, and of the one of which every tenth is."""
SIZES = (10_000, 100_000)
"""Articles of the sites whose crawls' memory is compared."""
SAMPLES_EVERY = 0.5
"""Seconds between two looks at the memory."""
PACE: dict[str, Any] = {"CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_LEVEL": "ERROR", "LIST_PAGES": SIZES[-1]}


@dataclass(frozen=True, slots=True)
class Run:
    """What one crawl took."""

    requests: int
    seconds: float

    @property
    def pace(self) -> float:
        """Pages a second."""
        return self.requests / self.seconds


def crawl_bare(path: Path, _db: Path, only: str) -> Run:
    """Fetch the same pages with Scrapy alone."""
    process = AsyncCrawlerProcess({**REPLICA_SETTINGS, **PACE, "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    crawler = process.create_crawler(BareSpider)
    begun = time.perf_counter()
    process.crawl(crawler, start=load_site(path).lists[0], only=only)
    process.start(install_signal_handlers=False)
    return Run(crawler.stats.get_value("downloader/response_count", 0), time.perf_counter() - begun)


def crawl_whole(path: Path, db: Path, _only: str) -> Run:
    """Crawl into an archive, as `zhenggai crawl` does."""
    begun = time.perf_counter()
    (report,) = run_crawl([load_site(path)], db=db, full=False, limit=None, settings=PACE)
    seconds = time.perf_counter() - begun
    if not report.succeeded:
        raise RuntimeError(f"the crawl failed: {report.failures}")
    return Run(_requests(db), seconds)


def _requests(db: Path) -> int:
    return int(Database(db).execute("SELECT requests FROM crawls ORDER BY id DESC LIMIT 1").fetchone()[0])


def in_own_process(function: Callable[[Path, Path, str], Run], path: Path, db: Path, only: str) -> Run:
    """Twisted's reactor runs once in a process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, path, db, only).result()


def measure_pace(title: str, *, candidates: bool) -> Table:
    """Compare the crawl of a site with Scrapy alone; then crawl it again."""
    table = Table("", "requests", "pages/s", "ratio", title=title)
    bare: list[Run] = []
    whole: list[Run] = []
    with TemporaryDirectory() as name, served(Path(name), ARTICLES[candidates], candidates=candidates) as path:
        only = "" if candidates else "整改"
        for round_ in range(ROUNDS):
            db = Path(name) / f"{round_}.db"
            bare.append(in_own_process(crawl_bare, path, db, only))
            whole.append(in_own_process(crawl_whole, path, db, only))
        again = in_own_process(crawl_whole, path, db, only)
    ratio = statistics.median(ours.pace / theirs.pace for ours, theirs in zip(whole, bare, strict=True))
    table.add_row("Scrapy alone", str(bare[0].requests), f"{statistics.median(run.pace for run in bare):.0f}", "1.00")
    table.add_row("crawl into the archive", str(whole[0].requests), f"{statistics.median(run.pace for run in whole):.0f}", f"{ratio:.2f}")
    table.add_row("second crawl, nothing changed", str(again.requests), "", f"{again.requests / whole[0].requests:.1%} of the requests")
    return table


def measure_memory() -> Table:
    """Compare the peak memory of crawls of two sizes."""
    headings = ("articles", "crawler, MB", "crawler and workers, MB", "against the smaller site", "pages/s")
    table = Table(*headings, title="peak memory (each process's share of it, PSS)")
    smaller = 0.0
    for articles in SIZES:
        with TemporaryDirectory() as name, served(Path(name), articles, candidates=True) as path, Watch() as watch:
            run = in_own_process(crawl_whole, path, Path(name) / "archive.db", "")
        smaller = smaller or watch.together
        ratio = f"{watch.together / smaller:.2f}"
        table.add_row(f"{articles:,}", f"{watch.largest:.0f}", f"{watch.together:.0f}", ratio, f"{run.pace:.0f}")
    return table


class Watch:
    """Looks at the memory of this process's descendants, all but itself, while the block runs."""

    def __init__(self) -> None:
        self.largest = 0.0
        """MB, of the largest one."""
        self.together = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(SAMPLES_EVERY):
            sizes = [_megabytes(number) for number in _descendants(os.getpid())]
            self.largest = max([self.largest, *sizes])
            self.together = max(self.together, sum(sizes))


def _descendants(ancestor: int) -> list[int]:
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found = [ancestor]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found[1:]


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    """Print the tables."""
    console = Console()
    if "--memory" in sys.argv:
        console.print(measure_memory())
        return
    console.print(measure_pace(f"{ARTICLES[True]} articles, all of them fetched, 10 % notices; median of {ROUNDS} rounds", candidates=True))
    console.print(measure_pace(f"{ARTICLES[False]} articles, the candidates (10 %) fetched; median of {ROUNDS} rounds", candidates=False))


if __name__ == "__main__":
    main()
