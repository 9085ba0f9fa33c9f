"""Sites crawled at once: side by side, but those that share a host one after the other, in one run of Twisted's reactor."""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawler.sites import Site
from crawler.urls import server_of
from pipelines.archive import ArchiveError, UnwritableError
from pipelines.crawls import UNWRITABLE
from pipelines.workers import WorkersError
from zhenggai.lock import ServerLocks

Item = TypeVar("Item")

TIME_IS_UP = "closespider_timeout"
"""Scrapy's reason for ending a crawl at the time it was given."""


class SiteRun:
    """One site's crawl: hears of what happens."""

    def __init__(self, site: Site, crawler: Crawler) -> None:
        self.site = site
        self.crawler = crawler
        self.breakdowns: list[tuple[str, str]] = []
        """(address, reason) of what kept the crawl from beginning; everything later is counted by the store."""
        self.begun = False
        self.held = False
        """Another process was crawling its server when its turn came."""
        self.unwritable = False
        """Nothing that it fetched could be kept, and what others fetch cannot be, either."""

    def broke(self, url: str, error: BaseException | None) -> None:
        """Keep one breakdown."""
        self.unwritable = isinstance(error, UnwritableError)
        explained = isinstance(error, ArchiveError | WorkersError)
        self.breakdowns.append((url, str(error) if explained else f"{type(error).__name__}: {error}"))

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


class Rota:
    """Begins the crawls in their order: so many at once, one of those that share a server, and none once the time is up."""

    def __init__(
        self,
        process: AsyncCrawlerProcess,
        runs: Sequence[SiteRun],
        *,
        locks: ServerLocks | None,
        deadline: float | None,
        arguments: dict[str, Any],
    ) -> None:
        self.process = process
        self.arguments = arguments
        self.locks = locks
        self.deadline = deadline
        self.at_once = process.settings.getint("SITES_AT_ONCE")
        # The pace is kept by each crawl alone, so one host is crawled by one at a time.
        queue_of = {run: number for number, queue in enumerate(_by_shared_hosts(runs)) for run in queue}
        self.waiting = {run: queue_of[run] for run in runs}
        self.busy: set[int] = set()
        """Queues of which a site is under way."""
        self.stopping: asyncio.Future[None] | None = None

    def begin(self) -> None:
        """Begin as many of the waiting crawls as may run now."""
        for run, queue in list(self.waiting.items()):
            if len(self.busy) >= self.at_once or self._is_time_up():
                return
            if queue not in self.busy:
                del self.waiting[run]
                run.held = self.locks is not None and not self.locks.take(servers_of(run.site))
                if not run.held:
                    self._start(run, queue)

    def _is_time_up(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def _end(self) -> None:
        """Begin nothing more after Ctrl-C, and stop what was begun between the signal and the first crawl that it ended."""
        self.waiting.clear()
        self.stopping = asyncio.ensure_future(self.process.stop())

    def _start(self, run: SiteRun, queue: int) -> None:
        def finished(task: Any) -> None:
            self.busy.remove(queue)
            if self.locks is not None:
                self.locks.give_back(servers_of(run.site))
            if error := task.exception():
                run.broke(run.site.url, error)
            if run.finish_reason == "shutdown":
                self._end()
            elif run.unwritable or run.finish_reason == UNWRITABLE:
                self.waiting.clear()
            else:
                self.begin()

        run.begun = True
        self.busy.add(queue)
        if self.deadline is not None:
            run.crawler.settings.set("CLOSESPIDER_TIMEOUT", self.deadline - time.monotonic(), priority="cmdline")
        # The process stops once nothing runs; it looks only after the callbacks of a finished task, so the next one is seen.
        self.process.crawl(run.crawler, site=run.site, **self.arguments).add_done_callback(finished)


def run_sites(
    process: AsyncCrawlerProcess,
    runs: Sequence[SiteRun],
    *,
    locks: ServerLocks | None = None,
    seconds: float | None = None,
    **arguments: Any,
) -> None:
    """Run the crawls until the last has ended, with these arguments for each spider; works once in a process.

    After ``seconds`` no further one is begun, and those under way are ended: what they asked for is still read and stored. One whose server
    another process holds, by ``locks``, is left out.
    """
    # A host that is down is in the closing report; Scrapy would log its robots.txt with a traceback besides. (Only after
    # the process is made: making it configures logging anew.)
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    with _progress() as progress, _handlers_restored():
        for run in runs if not progress.disable else ():
            _show(run, progress)
        deadline = None if seconds is None else time.monotonic() + seconds
        Rota(process, runs, locks=locks, deadline=deadline, arguments=arguments).begin()
        process.start(install_signal_handlers=threading.current_thread() is threading.main_thread())


def _by_shared_hosts(runs: Sequence[SiteRun]) -> list[list[SiteRun]]:
    """Put runs that share a server, directly or through a third, into one queue. A replica is told by its port."""
    return [queue for _, queue in sharing(runs, lambda run: servers_of(run.site))]


def servers_of(site: Site) -> set[str]:
    """Return the servers that the site's YAML file names."""
    return {server_of(address) for address in [site.url, *site.lists]}


def sharing(items: Iterable[Item], names_of: Callable[[Item], set[str]]) -> list[tuple[set[str], list[Item]]]:
    """Put items that share a name, directly or through a third, together; return each group's names, and its items."""
    groups: list[tuple[set[str], list[Item]]] = []
    for item in items:
        names = names_of(item)
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if group not in joined]
        groups.append((names.union(*(others for others, _ in joined)), [*(member for _, members in joined for member in members), item]))
    return groups


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
