"""What a cluster gains and costs: rereading with two workers against one, an errand's own cost, and the merge.

`docs/scale.md` reckons with these figures. The machine should have nothing else to do: the ratio is one of wall time.
"""

import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from distributed import Client
from rich.console import Console
from rich.table import Table
from upath import UPath

from bench.crawl import PACE, Watch
from bench.site import served
from crawler.sites import load_site
from pipelines.archive import open_archive
from pipelines.held import held_pages
from pipelines.known import export_known
from pipelines.merge import Merged, Merger
from pipelines.reread import reread_pages
from pipelines.segments import JOURNAL, SegmentCaptures, domains, segments_in
from zhenggai.child import Child, order, result
from zhenggai.cluster import Spread, connected
from zhenggai.errands import Errand, crawl_segment

ARTICLES = 10_000
"""Of the site that is crawled, every tenth a notice."""
ROUNDS = 3
"""Machines are noisy: the median of so many rounds counts."""
TIMES_OVER = 4
"""The pages are read again in one round, so that its beginning and its end, when workers wait, weigh little."""
IDLE_SECONDS = 10
DASK_CONFIG = Path(__file__).parents[1] / "deploy" / "dask.yaml"
DOMAIN = "bench.example"


def processor_seconds(who: int) -> float:
    """Return the processor time of this process, or of its children that have ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def crawl_errand(directory: Path, articles: int) -> tuple[float, float, float]:
    """Crawl a site of so many articles as a worker does; return seconds, seconds of processor, and the most memory in MB."""
    known = directory / "known.db"
    export_known(directory / "archive.db", [], known)
    with served(directory, articles, candidates=False) as path:
        site = load_site(path)
        errand = Errand(
            domain=DOMAIN,
            sites=[site],
            share=str(directory / "share"),
            known=str(known),
            overrides="",
            full=False,
            limit=None,
            budget=None,
            settings=PACE,
        )
        used, begun = processor_seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
        child = Child(str(directory))
        with Watch() as watch:
            (report,) = result(child.carry_out(order(crawl_segment, errand)))
        child.end()
        seconds = time.perf_counter() - begun
    if not report.succeeded:
        raise RuntimeError(f"the crawl failed: {report.failures}")
    return seconds, processor_seconds(resource.RUSAGE_CHILDREN) - used, watch.together


def measure_errands(directory: Path) -> Table:
    """Crawl a site of one article and one of many as errands."""
    table = Table("articles", "seconds", "processor, s", "memory, MB", title="one errand: its processes, known pages, crawl, segment")
    for articles in (1, ARTICLES):
        place = directory / str(articles)
        place.mkdir()
        open_archive(place / "archive.db").close()
        seconds, processor, memory = crawl_errand(place, articles)
        table.add_row(f"{articles:,}", f"{seconds:.1f}", f"{processor:.1f}", f"{memory:.0f}")
    return table


def measure_merge(directory: Path) -> Table:
    """Merge the segment of the larger errand."""
    db = directory / "archive.db"
    (segment,) = segments_in(domains(UPath(directory / "share"))[0])
    archive = open_archive(db)
    before, begun = db.stat().st_size, time.process_time()
    merger = Merger(archive, db, directory / "captures")
    if not all(isinstance(came, Merged) for came in merger.merge_all(UPath(directory / "share"))):
        raise RuntimeError(f"{segment} could not be merged")
    seconds = time.process_time() - begun
    archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    captures, notices = archive.table("captures").count, archive.table("notices").count
    sites = [site["id"] for site in archive.table("sites").rows]
    archive.close()
    begun, known = time.process_time(), directory / "handed-out.db"
    export_known(db, sites, known)
    exported = time.process_time() - begun
    warc_bytes = sum(path.stat().st_size for path in segment.glob("*.warc.gz"))
    figures = {
        "captures": f"{captures:,}",
        "of them notices": f"{notices:,}",
        "merged, captures a second of processor": f"{captures / seconds:,.0f}",
        "WARC, KB a capture": f"{warc_bytes / captures / 1e3:.1f}",
        "journal, KB a capture": f"{(segment / JOURNAL).stat().st_size / captures / 1e3:.1f}",
        "archive.db, KB a capture": f"{(db.stat().st_size - before) / captures / 1e3:.1f}",
        "what is known of the site, to be handed out": f"{exported:.2f} s of processor, {known.stat().st_size / 1e6:.1f} MB",
    }
    table = Table("", "", title="one segment, and its merge")
    for name, figure in figures.items():
        table.add_row(name, figure)
    return table


@contextmanager
def dask(*arguments: str, log: Path) -> Iterator[None]:
    """Run a scheduler or a worker while the block runs."""
    with log.open("wb") as output:
        command, environment = [sys.executable, "-m", "dask", *arguments], os.environ | {"DASK_CONFIG": str(DASK_CONFIG)}
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def measure_reread(directory: Path) -> Table:
    """Read the merged pages again, from their segment, with one worker and with two."""
    headings = ("workers", "pages/s", "against one", "reading, processor ms a page", "all else", "Dask idle, cores", "reckoned against one")
    table = Table(*headings, title=f"reread --cluster, median of {ROUNDS} rounds")
    paces: list[float] = []
    with ExitStack() as running:
        address = f"tcp://127.0.0.1:{free_port()}"
        running.enter_context(dask("scheduler", "--port", address.rpartition(":")[2], "--no-dashboard", log=directory / "scheduler.log"))
        for workers in (1, 2):
            options = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(directory))
            running.enter_context(dask("worker", address, *options, log=directory / f"worker{workers}.log"))
            with connected(address) as client:
                client.wait_for_workers(workers)
                reread(client, directory, 0)  # processes begin, and import what they need
                idle = idle_share()
                rounds = [reread(client, directory, idle) for _ in range(ROUNDS)]
            pace, reading, rest = (statistics.median(values) for values in zip(*rounds, strict=True))
            paces.append(pace)
            # Of two free cores one worker keeps one busy, and leaves the other to all else; two workers share both with it.
            reckoned = (workers - idle) * reading / (reading + rest) if workers > 1 else 1
            figures = (pace / paces[0], reading * 1e3, rest * 1e3, idle, reckoned)
            table.add_row(str(workers), f"{pace:.0f}", *(f"{figure:.2f}" for figure in figures))
    return table


def idle_share() -> float:
    """Return the share of a core that Dask takes while there is nothing to do."""
    _, before = processor_by_part()
    time.sleep(IDLE_SECONDS)
    return (processor_by_part()[1] - before) / IDLE_SECONDS


def reread(client: Client, directory: Path, idle: float) -> tuple[float, float, float]:
    """Return pages a second, and for each page the seconds of processor of the processes that read and of all others.

    What the others take all the time, ``idle``, is not counted: the busier the machine is with other things, the more of it a page gets.
    """
    archive = open_archive(directory / "archive.db", create=False)
    held = held_pages(archive, [], None)[0] * TIMES_OVER
    captures = SegmentCaptures(directory, UPath(directory / "share"))
    begun, before = time.perf_counter(), processor_by_part()
    outcomes = list(reread_pages(archive, captures, held, {}, apply=False, through=Spread(client)))
    seconds, after = time.perf_counter() - begun, processor_by_part()
    if any(outcome.verdict != "same" or outcome.changes for outcome in outcomes):
        raise RuntimeError("pages are not read as before")
    archive.close()
    reading, rest = (used - earlier for earlier, used in zip(before, after, strict=True))
    return len(held) / seconds, reading / len(held), (rest - idle * seconds) / len(held)


def processor_by_part() -> tuple[float, float]:
    """Return the seconds of processor of the workers' children, which read, and of all else: this process, the scheduler, the workers."""
    reading = rest = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        times = process.cpu_times()
        if "zhenggai.child" in process.cmdline():
            reading += times.user + times.system
        else:
            rest += times.user + times.system
    return reading, rest


def main() -> None:
    """Print the tables."""
    console = Console()
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as name:
        directory = Path(name)
        console.print(measure_errands(directory))
        console.print(measure_merge(directory / str(ARTICLES)))
        console.print(measure_reread(directory / str(ARTICLES)))


if __name__ == "__main__":
    main()
