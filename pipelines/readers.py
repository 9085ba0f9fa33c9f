"""Reading in processes of their own, so that the event loop goes on fetching while a page is read.

The pipelines of steps 1 to 4 only put down what is to be done with a page; here it is done, in one journey to a worker
and back. Pages go over a socket, one by one: no thread stands between the loop and its workers, and at whose turn a
worker died or hung is known.
"""

import asyncio
import os
import pickle
import socket
from collections import deque
from dataclasses import dataclass
from functools import cache
from multiprocessing.process import BaseProcess
from typing import BinaryIO, Self, cast

from scrapy.crawler import Crawler

from pipelines.record import Document
from pipelines.states import NOT_MODIFIED
from pipelines.workers import WORKER_DIED, ReadingError, begin_worker, do_within, take_steps, too_long, worker_context

PAGES_AHEAD = 8
"""What one worker is handed at once, so that it never waits for the event loop."""
OVERTIME = 10.0
"""Seconds past its limit after which a page's worker is killed: its own alarm is not heard within a call into C."""
LONGEST_MESSAGE = 256 * 1024
"""Bytes after which no further page goes with it: scans of 20 MB are not to lie in the socket's queue."""
LENGTH = 8
"""Bytes before each message that say how long it is."""


class ReadersPipeline:
    """Scrapy pipeline: has the steps that were put down run by a worker process."""

    def __init__(self, pool: "ReadingPool", seconds: int) -> None:
        self.pool = pool
        self.seconds = seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Share the workers with the other sites that this process crawls."""
        return cls(shared_pool(crawler.settings.getint("READING_WORKERS")), crawler.settings.getint("READING_SECONDS"))

    async def open_spider(self) -> None:
        """Count in this crawl; a worker gets ready while the first lists are fetched."""
        self.pool.users += 1
        self.pool.begin()

    async def close_spider(self) -> None:
        """Count out this crawl; the last one sends the workers home."""
        self.pool.users -= 1
        if not self.pool.users:
            await self.pool.close()

    async def process_item(self, item: Document) -> Document:
        """Return the document, read. Raises ReadingError."""
        if is_light(item):
            take_steps(item)
            return item
        return await self.pool.read(item, self.seconds)


def is_light(document: Document) -> bool:
    """Tell whether carrying the document to a worker would cost more than what is to be done with it."""
    return document.kind == "list" or document.state not in (None, "live") or document.status == NOT_MODIFIED


def pack(message: object) -> bytes:
    """Return a message as it goes over the socket."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH, "big") + body


def serve(link: socket.socket) -> None:
    """Read what comes over the socket, one page after the other, until its other end is closed: what a worker does."""
    begin_worker()
    with link, link.makefile("rb") as pages:
        while job := _receive(pages):
            link.sendall(pack(read_safely(*job)))


def _receive(pages: BinaryIO) -> tuple[Document, int] | None:
    length = pages.read(LENGTH)
    return cast("tuple[Document, int]", pickle.loads(pages.read(int.from_bytes(length, "big")))) if length else None  # noqa: S301 - our own


def read_safely(document: Document, seconds: int) -> Document | ReadingError:
    """Return the document, read, or why it could not be."""
    try:
        do_within(seconds, take_steps, document)
    except ReadingError as error:
        return error
    return document


@dataclass(slots=True, eq=False)
class Reading:
    """One document to be read, and whoever waits for it."""

    document: Document
    seconds: int
    result: asyncio.Future[Document]
    survived: bool = False
    """A worker died when it was this page's turn; if a second one does, the page is the reason."""

    def end(self, outcome: Document | ReadingError) -> None:
        """Give the one who waits what came of it."""
        if self.result.done():
            return
        if isinstance(outcome, ReadingError):
            self.result.set_exception(outcome)
        else:
            self.result.set_result(outcome)


class Reader(asyncio.Protocol):
    """The event loop's end of one worker."""

    def __init__(self, process: BaseProcess, pool: "ReadingPool") -> None:
        self.process = process
        self.pages: deque[Reading] = deque()
        """What the worker has; the first is the one that it reads."""
        self._pool = pool
        self._received = bytearray()
        self._transport: asyncio.Transport
        self._alarm: asyncio.TimerHandle | None = None
        self._late = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up work."""
        self._transport = cast("asyncio.Transport", transport)
        self._pool.meet(self)

    def room(self) -> int:
        """Return how many more pages the worker may be handed: none while it has not taken in the last ones."""
        return 0 if self._transport.get_write_buffer_size() else PAGES_AHEAD - len(self.pages)

    def hand(self, waiting: deque[Reading], most: int) -> None:
        """Give the worker so many of the pages that wait; fewer if they are large."""
        is_idle, message = not self.pages, bytearray()
        while most > 0 and len(message) < LONGEST_MESSAGE:
            reading = waiting.popleft()
            self.pages.append(reading)
            message += pack((reading.document, reading.seconds))
            most -= 1
        self._transport.write(message)
        if is_idle:
            self._set_alarm()

    def data_received(self, data: bytes) -> None:
        """Take the pages that came back whole."""
        self._received += data
        while message := self._next_message():
            self._end_first(pickle.loads(message))  # noqa: S301 - our own worker's
        self._pool.hand_out()

    def _next_message(self) -> bytes | None:
        end = LENGTH + int.from_bytes(self._received[:LENGTH], "big")
        if len(self._received) < max(end, LENGTH + 1):
            return None
        message = bytes(self._received[LENGTH:end])
        del self._received[:end]
        return message

    def _end_first(self, outcome: Document | ReadingError) -> None:
        self.pages.popleft().end(outcome)
        self._set_alarm()

    def _set_alarm(self) -> None:
        """Give the first page its time."""
        if self._alarm is not None:
            self._alarm.cancel()
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(self.pages[0].seconds + OVERTIME, self._stop_late) if self.pages else None

    def _stop_late(self) -> None:
        self._late = True
        self.process.kill()

    def connection_lost(self, error: Exception | None) -> None:
        """The worker is gone: end the page that it was reading, unless that may be innocent."""
        if self._alarm is not None:
            self._alarm.cancel()
        if self.pages and self._late:
            late = self.pages.popleft()
            late.end(too_long(late.seconds))
        elif self.pages and self.pages[0].survived:
            self.pages.popleft().end(ReadingError(WORKER_DIED))
        elif self.pages:
            self.pages[0].survived = True
        self._pool.lose(self)

    async def end(self) -> None:
        """End the worker: it has nothing to lose."""
        self.process.kill()
        await asyncio.to_thread(self.process.join)


class ReadingPool:
    """Worker processes that outlive the death of one of them."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.users = 0
        """Crawls under way that it serves."""
        self._waiting: deque[Reading] = deque()
        self._readers: list[Reader] = []
        self._hiring: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Let a worker get ready."""
        if not self._readers and self._hiring is None:
            self._hire()

    async def read(self, document: Document, seconds: int) -> Document:
        """Return the document, read by a worker. Raises ReadingError."""
        loop = asyncio.get_running_loop()
        reading = Reading(document, seconds, loop.create_future())
        if not self._waiting:
            loop.call_soon(self.hand_out)  # with those that come within this turn of the loop
        self._waiting.append(reading)
        return await reading.result

    def hand_out(self) -> None:
        """Give what waits to the workers that have least; while more waits than they take, hire another."""
        while self._waiting and self._readers:
            reader = max(self._readers, key=Reader.room)
            if reader.room() <= 0:
                break
            reader.hand(self._waiting, min(reader.room(), -(-len(self._waiting) // len(self._readers))))
        if self._waiting and self._hiring is None and len(self._readers) < self.workers:
            self._hire()

    def _hire(self) -> None:
        self._hiring = asyncio.get_running_loop().create_task(self._start_worker())
        self._hiring.add_done_callback(self._end_hiring)

    async def _start_worker(self) -> None:
        try:
            ours, theirs = socket.socketpair()
            process = worker_context(__name__).Process(target=serve, args=(theirs,), daemon=True)
            with theirs:
                # In a thread: the first one waits a second, until the process that they are forked from has imported the steps.
                await asyncio.to_thread(process.start)
        except Exception as error:  # whatever it is, somebody waits for each of them, and would be told by no further try
            while self._waiting:
                self._waiting.popleft().end(ReadingError(f"no process could be started to read it in: {error}"))
            return
        await asyncio.get_running_loop().create_unix_connection(lambda: Reader(process, self), sock=ours)

    def _end_hiring(self, _: asyncio.Task[None]) -> None:
        self._hiring = None
        self.hand_out()

    def meet(self, reader: Reader) -> None:
        """Give a new worker what waits."""
        self._readers.append(reader)
        self.hand_out()

    def lose(self, reader: Reader) -> None:
        """Give what a dead worker had to the others."""
        if reader in self._readers:
            self._readers.remove(reader)
            self._waiting.extendleft(reversed(reader.pages))
            self.hand_out()

    async def close(self) -> None:
        """End the workers; another page starts them again."""
        if self._hiring is not None:
            await asyncio.wait([self._hiring])
        if self.users:  # another crawl has begun meanwhile
            return
        readers, self._readers = self._readers, []
        await asyncio.gather(*(reader.end() for reader in readers))


@cache
def shared_pool(workers: int) -> ReadingPool:
    """Return the one pool of this process; 0 workers are as many as there are cores beside the crawler's own."""
    return ReadingPool(workers or max((os.cpu_count() or 1) - 1, 1))
