"""Sites crawled at once: side by side, but those that share a host one after the other, in one run of Twisted's reactor."""

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawler.sites import Site
from crawler.urls import server_of


class SiteRun:
    """One site's crawl: hears of what happens."""

    def __init__(self, site: Site, crawler: Crawler) -> None:
        self.site = site
        self.crawler = crawler
        self.breakdowns: list[tuple[str, str]] = []
        """(address, reason) of what kept the crawl from beginning; everything later is counted by the store."""

    def broke(self, url: str, error: BaseException | None) -> None:
        """Keep one breakdown."""
        self.breakdowns.append((url, f"{type(error).__name__}: {error}"))

    @property
    def stats(self) -> dict[str, Any]:
        """What Scrapy and the store have counted; empty as long as the crawl has not begun."""
        try:
            return self.crawler.stats.get_stats()
        except RuntimeError:  # the crawl did not begin
            return {}

    @property
    def finish_reason(self) -> str | None:
        """``finished``, ``shutdown`` after Ctrl-C, another of Scrapy's reasons, or None if the crawl did not begin."""
        return self.stats.get("finish_reason")


def run_sites(process: AsyncCrawlerProcess, runs: Sequence[SiteRun], **arguments: Any) -> None:
    """Run the crawls until the last has ended, with these arguments for each spider; works once in a process."""
    # A host that is down is in the closing report; Scrapy would log its robots.txt with a traceback besides. (Only after
    # the process is made: making it configures logging anew.)
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    with _progress() as progress, _handlers_restored():
        for run in runs:
            _show(run, progress)
        # The pace is kept by each crawl alone, so one host is crawled by one at a time.
        for queue in _by_shared_hosts(runs):
            _start_next(process, queue, arguments)
        process.start(install_signal_handlers=threading.current_thread() is threading.main_thread())


def _by_shared_hosts(runs: Sequence[SiteRun]) -> list[list[SiteRun]]:
    """Put runs that share a server, directly or through a third, into one queue. A replica is told by its port."""
    queues: list[tuple[set[str], list[SiteRun]]] = []
    for run in runs:
        servers = {server_of(address) for address in [run.site.url, *run.site.lists]}
        sharing = [queue for queue in queues if queue[0] & servers]
        queues = [queue for queue in queues if queue not in sharing]
        queues.append((servers.union(*(hosts for hosts, _ in sharing)), [*(member for _, members in sharing for member in members), run]))
    return [members for _, members in queues]


def _start_next(process: AsyncCrawlerProcess, queue: list[SiteRun], arguments: dict[str, Any]) -> None:
    run = queue.pop(0)

    def finished(task: Any) -> None:
        if error := task.exception():
            run.broke(run.site.url, error)
        if queue and run.finish_reason != "shutdown":
            _start_next(process, queue, arguments)

    # The process stops once nothing runs; it looks only after the callbacks of a finished task, so the next one is seen.
    process.crawl(run.crawler, site=run.site, **arguments).add_done_callback(finished)


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:.0f} pages"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _show(run: SiteRun, progress: Progress) -> None:
    """Give the run a line of its own, on which its pages are counted."""
    task = progress.add_task(run.site.name, total=None)

    def advance() -> None:
        progress.advance(task)

    def complete() -> None:
        progress.update(task, total=1, completed=1)

    run.crawler.signals.connect(advance, signals.response_received, weak=False)
    run.crawler.signals.connect(complete, signals.spider_closed, weak=False)


@contextmanager
def _handlers_restored() -> Iterator[None]:
    """Scrapy leaves its own handlers of Ctrl-C behind, to which nothing answers once the reactor has stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
