"""Work in processes of its own, within bounds of time: what a page kills or stalls is a worker, and no other page."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from tempfile import gettempdir
from types import FrameType
from typing import Any, Protocol, TypeVar

from pipelines.identity import signature
from pipelines.organisations import organisation_of
from pipelines.record import Document, Notice
from pipelines.search import tokens_of
from pipelines.steps import run_steps

Job = TypeVar("Job")
Result = TypeVar("Result")
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
MOST_PROCESSOR_SECONDS = 20
"""After which the kernel ends the worker: no alarm is heard within a call into C."""
WORKER_DIED = "the process that read it died, for want of memory or by a fault of a library"


LONGEST_SOCKET_PATH = 107
"""Bytes, on Linux."""
SOCKET_NAME = "/pymp-xxxxxxxx/listener-xxxxxxxx"
"""What multiprocessing adds to the folder for temporary files."""


class WorkersError(Exception):
    """No worker can be begun on this machine; the message says why, and what to do."""


class ReadingError(Exception):
    """A page could not be read, through a fault of the steps or for want of time or memory; the message says why."""


def take_steps(document: Document) -> None:
    """Run what was put down, and pack up for the way back."""
    run_steps(document, document.steps)
    pack_up(document)


def pack_up(document: Document) -> None:
    """Make of a notice what step 5 needs, and leave behind what the steps alone need: the way back is paid by the byte."""
    document.steps, document.html = [], None
    if document.is_notice:
        _prepare(document)
        # What shows no notice, or none but that of a file, may be compared with other answers.
        document.content = document.content if document.files else b""
    for fetched in (*document.parts, *document.files):
        fetched.content, fetched.html = b"", None


def _prepare(document: Document) -> None:
    """Make what step 5 needs of a notice, and would keep the event loop waiting for."""
    notice, title, text = document.notice or Notice(), document.title or "", document.text or ""
    document.minhash, document.tokens = signature(text), tokens_of(title, text)
    organisations = {body.name: organisation_of(body.name, notice.division_code, document.published) for body in notice.bodies}
    document.organisations = {name: organisation for name, organisation in organisations.items() if organisation}


def too_long(seconds: int) -> ReadingError:
    """Return what is said of a page for which its time was not enough."""
    return ReadingError(f"reading it took longer than the limit of {seconds} seconds")


class _TimeIsUp(BaseException):
    """No error, as KeyboardInterrupt is none: libraries go on after every Exception, and trafilatura does."""


def do_within(seconds: int, work: Callable[..., None], *arguments: Any) -> None:
    """Bound the time of a piece of work, in a worker's main thread. Raises ReadingError for whatever goes wrong in it.

    ``seconds`` are those of the clock; of the processor's time it has `LONGEST_PROCESSOR_SECONDS`, however busy the machine is.
    """
    under_way = True

    def ring(number: int, _frame: FrameType | None) -> None:
        if under_way:
            raise _TimeIsUp(number)

    timers = ((signal.ITIMER_REAL, signal.SIGALRM, seconds), (signal.ITIMER_PROF, signal.SIGPROF, LONGEST_PROCESSOR_SECONDS))
    for timer, number, limit in timers:
        signal.signal(number, ring)
        signal.setitimer(timer, limit, RING_AGAIN)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_PROCESSOR_SECONDS)  # nothing handles its signal, which is deadly then
    try:
        # An alarm that is on its way when the work ends rings in here, or not at all: what comes behind is not to be stopped.
        try:
            work(*arguments)
        finally:
            under_way = False
    except _TimeIsUp as bell:
        under_way = False
        raise too_long(seconds if bell.args[0] == signal.SIGALRM else LONGEST_PROCESSOR_SECONDS) from None
    except Exception as error:
        raise ReadingError(f"{type(error).__name__}: {error}") from None
    finally:
        for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF, signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, 0)


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
    """Return a pool of workers."""
    return ProcessPoolExecutor(workers, mp_context=worker_context(__name__), initializer=begin_worker)


def worker_context(module: str) -> ForkServerContext:
    """Return where workers come from: a process that has imported what they need, and forks. Raises WorkersError."""
    folder = gettempdir()
    if len(os.fsencode(folder + SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        most = LONGEST_SOCKET_PATH - len(SOCKET_NAME)
        raise WorkersError(
            f"{folder}: is too long a path for the folder of temporary files, where a socket stands; name one of {most} bytes"
            " at most, by TMPDIR, or for a worker of a cluster by --local-directory"
        )
    context = get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def begin_worker() -> None:
    """Leave Ctrl-C to the process that this one works for, and end when that does, be it by kill -9."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
