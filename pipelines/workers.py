"""Reading in processes of their own, so that the reactor goes on fetching while a page is read.

The pipelines of steps 1 to 4 only put down what is to be done with a page; here it is done, in one journey to a
worker and back.
"""

import asyncio
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import FrameType
from typing import Protocol, Self, TypeVar

from scrapy.crawler import Crawler

from pipelines.identity import signature
from pipelines.record import Document
from pipelines.states import LONGEST_INTERSTITIAL, NOT_MODIFIED
from pipelines.steps import run_steps

Job = TypeVar("Job")
Result = TypeVar("Result")
ReadingJob = tuple[Document, int]
"""A document, and the seconds that its reading may take."""

JOBS_AT_A_TIME = 8
"""What one worker is handed at once."""
BATCHES_AHEAD = 4
"""For each worker; the rest of the jobs stay where they come from."""
LONGEST_SECONDS = 360
"""A job that takes longer fails, and the next is done; as in a crawl (READING_SECONDS), each of an article's five files has a minute."""
LONGEST_PROCESSOR_SECONDS = 10
"""Of the worker's own time, not that of a file's process: the bounds of a page (`pipelines.bounds`) keep it to some two seconds."""
RING_AGAIN = 1.0
"""Seconds after which a job is stopped again that went on."""
WORKER_DIED = "the process that read it died, for want of memory or by a fault of a library"


class ReadingError(Exception):
    """A page could not be read, through a fault of the steps or for want of time or memory; the message says why."""


class WorkersPipeline:
    """Scrapy pipeline: has the steps that were put down run by a worker process."""

    def __init__(self, pool: "ReadingPool", seconds: int) -> None:
        self.pool = pool
        self.seconds = seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Share the workers with the other sites that this process crawls."""
        return cls(shared_pool(crawler.settings.getint("READING_WORKERS")), crawler.settings.getint("READING_SECONDS"))

    def open_spider(self) -> None:
        """Count in this crawl; a worker gets ready while the first lists are fetched."""
        self.pool.users += 1
        self.pool.begin()

    def close_spider(self) -> None:
        """Count out this crawl; the last one sends the workers home."""
        self.pool.users -= 1
        if not self.pool.users:
            self.pool.close()

    async def process_item(self, item: Document) -> Document:
        """Return the document, read. Raises ReadingError."""
        if len(item.content) <= LONGEST_INTERSTITIAL:
            # May be a firewall's page: the crawl is to stop at the fifth of them, not once the workers are done with more.
            run_steps(item, item.steps[:1])
            del item.steps[:1]
        if is_light(item):
            take_steps(item)
            return item
        return await self.pool.read(item, self.seconds)


def is_light(document: Document) -> bool:
    """Tell whether carrying the document to a worker would cost more than what is to be done with it."""
    return document.kind == "list" or document.state not in (None, "live") or document.status == NOT_MODIFIED


def take_steps(document: Document) -> None:
    """Run what was put down, and leave behind what the steps alone need: the way back is paid by the byte."""
    run_steps(document, document.steps)
    document.steps, document.html = [], None
    if document.is_notice:
        document.minhash = signature(document.text or "")
        document.content = b""  # what shows no notice may be compared with other answers
    for fetched in (*document.parts, *document.files):
        fetched.content, fetched.html = b"", None


def read_within(document: Document, seconds: int) -> Document:
    """Run the steps in a worker. Raises ReadingError, which any process can unpickle, for whatever goes wrong."""
    with limited(seconds):
        take_steps(document)
    return document


class _TimeIsUp(BaseException):
    """No error, as KeyboardInterrupt is none: libraries go on after every Exception, and trafilatura does."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Bound the time of what is done inside, in a worker's main thread; make a ReadingError of whatever goes wrong there.

    ``seconds`` are those of the clock; of the processor's time it has `LONGEST_PROCESSOR_SECONDS`, however busy the machine is.
    """
    timers = ((signal.ITIMER_REAL, signal.SIGALRM, seconds), (signal.ITIMER_PROF, signal.SIGPROF, LONGEST_PROCESSOR_SECONDS))
    for timer, number, limit in timers:
        signal.signal(number, _ring)
        signal.setitimer(timer, limit, RING_AGAIN)
    try:
        yield
    except _TimeIsUp as bell:
        limit = seconds if bell.args[0] == signal.SIGALRM else LONGEST_PROCESSOR_SECONDS
        raise ReadingError(f"reading it took longer than the limit of {limit} seconds") from None
    except Exception as error:
        raise ReadingError(f"{type(error).__name__}: {error}") from None
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)


def _ring(number: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp(number)


class WorkThrough(Protocol):
    """What has jobs done: `work_through`, or a cluster."""

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job], *, died: Callable[[Job], Result]) -> Iterator[Result]:
        """Yield what ``work`` makes of each job, in their order; ``died`` gives the result of one that killed its process."""


def work_through(work: Callable[[Job], Result], jobs: Iterable[Job], *, died: Callable[[Job], Result]) -> Iterator[Result]:
    """Yield what ``work`` makes of each job, in their order, done on all cores; never holds more than a few batches.

    ``died`` gives the result of a job that killed its worker; the jobs beside it are done all the same.
    """
    remaining = iter(jobs)
    batches = iter(lambda: tuple(islice(remaining, JOBS_AT_A_TIME)), ())
    while True:
        waiting: deque[tuple[Job, ...]] = deque()
        try:
            yield from _work_together(work, batches, waiting)
        except BrokenProcessPool:
            # One job took the work of all with it; which one it was shows when each has a process to itself.
            for job in chain.from_iterable(waiting):
                yield _work_alone(work, job, died)
        else:
            return


def _work_together(work: Callable[[Job], Result], batches: Iterator[tuple[Job, ...]], waiting: deque[tuple[Job, ...]]) -> Iterator[Result]:
    """Yield the results of the batches; ``waiting`` holds those that were taken and are not done. Raises BrokenProcessPool."""
    workers = os.cpu_count() or 1
    futures: deque[Future[list[Result]]] = deque()
    with worker_pool(workers) as pool:
        for batch in batches:
            waiting.append(batch)
            futures.append(pool.submit(work_batch, work, batch))
            if len(futures) >= workers * BATCHES_AHEAD:
                yield from _first(futures, waiting)
        while futures:
            yield from _first(futures, waiting)


def _first(futures: deque[Future[list[Result]]], waiting: deque[tuple[Job, ...]]) -> list[Result]:
    results = futures.popleft().result()
    waiting.popleft()
    return results


def work_batch(work: Callable[[Job], Result], batch: tuple[Job, ...]) -> list[Result]:
    """Return what ``work`` makes of each job."""
    return [work(job) for job in batch]


def _work_alone(work: Callable[[Job], Result], job: Job, died: Callable[[Job], Result]) -> Result:
    with worker_pool(1) as alone:
        try:
            return alone.submit(work, job).result()
        except BrokenProcessPool:
            return died(job)


def worker_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool whose workers leave Ctrl-C to the process that they work for, and end when it does, be it by kill -9."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One document to be read, and whoever waits for it."""

    document: Document
    seconds: int
    result: asyncio.Future[Document]

    def end(self, outcome: Document | Exception) -> None:
        """Give the one who waits what came of it."""
        if self.result.done():
            return
        if isinstance(outcome, Exception):
            self.result.set_exception(outcome)
        else:
            self.result.set_result(outcome)


class ReadingPool:
    """Worker processes that outlive the death of one of them.

    What comes while they are busy waits, and goes to the next free one together: for ordinary pages
    the journey costs the crawler's process more than all else.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.users = 0
        """Crawls under way that it serves."""
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()
        self._waiting: deque[Reading] = deque()
        self._journeys: set[asyncio.Task[None]] = set()

    def begin(self) -> ProcessPoolExecutor:
        """Return the workers, the first of them on its way."""
        if self._pool is None:
            self._pool = worker_pool(self.workers)
            self._pool.submit(os.getpid)
        return self._pool

    async def read(self, document: Document, seconds: int) -> Document:
        """Return the document, read by a worker. Raises ReadingError."""
        reading = Reading(document, seconds, asyncio.get_running_loop().create_future())
        self._waiting.append(reading)
        self._send_out()
        return await reading.result

    def _send_out(self) -> None:
        """Keep each worker busy, with one journey more, so that none waits for the next."""
        while self._waiting and len(self._journeys) <= self.workers:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), JOBS_AT_A_TIME))]
            journey = asyncio.create_task(self._travel(batch))
            self._journeys.add(journey)
            journey.add_done_callback(self._come_back)

    def _come_back(self, journey: asyncio.Task[None]) -> None:
        self._journeys.discard(journey)
        self._send_out()

    async def _travel(self, batch: list[Reading]) -> None:
        try:
            outcomes = await self._read_batch([(reading.document, reading.seconds) for reading in batch])
        except Exception as error:  # whatever it is, somebody waits for each of them
            outcomes = [error] * len(batch)
        for reading, outcome in zip(batch, outcomes, strict=True):
            reading.end(outcome)

    async def _read_batch(self, jobs: list[ReadingJob]) -> Sequence[Document | Exception]:
        pool = self.begin()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _read_each, jobs)
        except BrokenProcessPool:
            # One page killed a worker, and with it the work of all; which one it was shows when each has a process to itself.
            self._pool = None if self._pool is pool else self._pool
        async with self._alone:
            return [await _read_alone(job) for job in jobs]

    def close(self) -> None:
        """End the workers; another page starts them again."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


def _read_each(jobs: list[ReadingJob]) -> list[Document | ReadingError]:
    return [_read_one(*job) for job in jobs]


def _read_one(document: Document, seconds: int) -> Document | ReadingError:
    try:
        return read_within(document, seconds)
    except ReadingError as error:
        return error


async def _read_alone(job: ReadingJob) -> Document | ReadingError:
    with worker_pool(1) as pool:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _read_one, *job)
        except BrokenProcessPool:
            return ReadingError(WORKER_DIED)


@cache
def shared_pool(workers: int) -> ReadingPool:
    """Return the one pool of this process; 0 workers are as many as there are cores beside the crawler's own."""
    return ReadingPool(workers or max((os.cpu_count() or 1) - 1, 1))
