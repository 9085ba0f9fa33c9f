"""The pace of a host that does not want to be asked so often: it is left alone as long as it wants, and asked more slowly from then on.

Scrapy's AutoThrottle looks at how long answers take, and its retries at one request alone; neither hears what 429 says of the host,
nor what the steps find out: that a firewall answers in its stead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object

from crawler.middlewares.compression import small_body
from crawler.signals import answer_judged

TOO_MANY_REQUESTS = 429
UNAVAILABLE = 503
LEAST_STEP = 0.25
MOST_STEPS = 10
"""Each time that a host asks for a pause it is slowed down by DOWNLOAD_DELAY, at least a quarter of a second; ten times at most."""
LONG_ENOUGH = 0.5
"""Seconds in which an answer has been looked at: a host that refuses is asked for the next page no sooner."""
LARGEST_REFUSAL = 30_000
"""Bytes: what a firewall shows is small."""
HELD_OFF = "held off"
"""The reason with which a crawl ends whose host wants to be left alone for longer than we wait."""
BLOCKED = "blocked"
"""The reason with which a crawl ends whose site refuses page after page: going on would only harden it."""


@dataclass(slots=True)
class Suspicion:
    """That a host has begun to refuse, and how it was asked before."""

    settings: dict[str, Any] | None
    """What it had of its own in the downloader."""
    delay: float
    jitter: float
    concurrency: int
    under_way: frozenset[str]
    """Addresses that had been asked for when it refused: that some of them are answered says nothing of what it does since."""
    confirmed: bool = False
    """The steps say so, too, and therefore it is they who say when that is over."""


class PaceMiddleware:
    """Holds and slows the downloader's slot of a host that answers 429, 503 with Retry-After, or with a firewall's page."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.backoff = crawler.settings.getfloat("RETRY_BACKOFF")
        self.longest = crawler.settings.getfloat("RETRY_AFTER_MAX")
        self.step = max(crawler.settings.getfloat("DOWNLOAD_DELAY"), LEAST_STEP)
        self.most_refusals = crawler.settings.getint("BLOCKS_UNTIL_STOP")
        self.refusals = 0
        """In a row, up to now."""
        self.looks_refused: Callable[[int, bytes, str], bool] = load_object(crawler.settings["LOOKS_REFUSED"])
        self.suspects: dict[str, Suspicion] = {}
        """Hosts whose last answer was a refusal, and which are therefore asked for one page at a time."""
        self.ended: str | None = None
        """Why nothing more is asked for."""
        # Before the slot is free for the next request.
        crawler.signals.connect(self.heed, signal=signals.response_downloaded)
        crawler.signals.connect(self.judge, signal=answer_judged)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PaceMiddleware":
        """Keep the pace of this crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest if the crawl has ended; keep AutoThrottle from going below a pace that a host asks for."""
        if self.ended is not None:
            raise _dropped(request, self.ended)
        if self._downloader.get_slot_key(request) in self._downloader.per_slot_settings:
            request.meta["autothrottle_dont_adjust_delay"] = True

    def heed(self, response: Response, request: Request) -> None:
        """Do what an answer asks for; become suspicious where it looks like a refusal, before the next request takes its place."""
        asked = seconds_asked(response)
        key = request.meta[Downloader.DOWNLOAD_SLOT]
        if response.status != TOO_MANY_REQUESTS and (response.status != UNAVAILABLE or asked is None):
            self._look(key, request.url, response)
            return
        slot = self._downloader.slots[key]
        if asked is not None and asked > self.longest:
            self._hold_off(request, asked)
        else:
            self._hold(key, slot, max(asked or 0.0, self.backoff * 2.0 ** request.meta.get("retry_times", 0)))

    def _hold(self, key: str, slot: Slot, seconds: float) -> None:
        """Send the host nothing for so long, whatever waits for it."""
        # Of requests that were under way together, each may be answered so; they are one reason to slow down.
        if slot.lastseen <= monotonic():
            set_pace(self._downloader, key, max(slot.delay, min(slot.delay + self.step, self.step * MOST_STEPS)))
            self.suspects.pop(key, None)
        # The slot counts its delay from its last request: the next may not go out before this moment.
        slot.lastseen = max(slot.lastseen, monotonic() + seconds)

    def _hold_off(self, request: Request, seconds: float) -> None:
        """End the crawl: the host wants to be left alone for longer than a night's crawl can wait."""
        reason = f"held off: the host answers 429 or 503, and wants to be left alone for {seconds:.0f} seconds"
        request.meta["dont_retry"] = True
        if self.ended is None:
            unread: list[tuple[str, str]] = self.crawler.stats.get_value("zhenggai/unread_lists", [])
            self.crawler.stats.set_value("zhenggai/unread_lists", [*unread, (request.url, reason)])
            self._end_crawl(HELD_OFF)

    def _look(self, key: str, url: str, response: Response) -> None:
        body = small_body(response, LARGEST_REFUSAL)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if body is not None and self.looks_refused(response.status, body, content_type):
            self._suspect(key)
        elif key in self.suspects and not self.suspects[key].confirmed:
            self._trust(key, url)

    def judge(self, url: str, refused: bool) -> None:  # noqa: FBT001 - signals give no keyword-only arguments
        """Ask a host that refuses for one page at a time until it shows one again; so many refusals in a row end the crawl."""
        self.refusals = self.refusals + 1 if refused else 0
        key = self._downloader.get_slot_key(Request(url))
        if self.refusals >= self.most_refusals and self.ended is None:
            self._end_crawl(BLOCKED)
        elif refused:
            self._suspect(key)
            if key in self.suspects:
                self.suspects[key].confirmed = True
        elif key in self.suspects and self.suspects[key].confirmed:
            self._trust(key, url)

    def _suspect(self, key: str) -> None:
        slot = self._downloader.slots.get(key)
        if slot is not None and (slot.concurrency > 1 or slot.delay < LONG_ENOUGH):
            under_way = frozenset(request.url for request in slot.transferring)
            own = self._downloader.per_slot_settings.get(key)
            self.suspects[key] = Suspicion(own, slot.delay, slot.jitter, slot.concurrency, under_way)
            set_pace(self._downloader, key, max(slot.delay, LONG_ENOUGH))

    def _trust(self, key: str, url: str) -> None:
        if url in self.suspects[key].under_way:
            return
        before = self.suspects.pop(key)
        del self._downloader.per_slot_settings[key]
        if before.settings is not None:
            self._downloader.per_slot_settings[key] = before.settings
        if slot := self._downloader.slots.get(key):
            slot.delay, slot.jitter, slot.concurrency = before.delay, before.jitter, before.concurrency

    def _end_crawl(self, reason: str) -> None:
        """End the crawl at once: what waits in the downloader is not sent any more."""
        self.ended = reason
        for slot in self._downloader.slots.values():
            while slot.queue:
                request, answer = slot.queue.popleft()
                answer.errback(_dropped(request, reason))
        deferred_from_coro(self._engine.close_spider_async(reason=reason))

    @property
    def _engine(self) -> Any:
        return self.crawler.engine

    @property
    def _downloader(self) -> Downloader:
        downloader: Downloader = self._engine.downloader
        return downloader


def _dropped(request: Request, reason: str) -> IgnoreRequest:
    """Return the error with which a request ends that was not sent. Its page, which nobody is told of, stays as it was, and due."""
    request.errback = None
    return IgnoreRequest(reason)


def set_pace(downloader: Downloader, key: str, delay: float) -> None:
    """Ask a host from now on one request at a time, ``delay`` seconds apart."""
    # For the slot that stands, and for those that Scrapy makes anew after an idle time.
    downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0.0, "concurrency": 1}
    if slot := downloader.slots.get(key):
        slot.delay, slot.jitter, slot.concurrency = delay, 0.0, 1
        for request in slot.active:
            request.meta["autothrottle_dont_adjust_delay"] = True


def seconds_asked(response: Response) -> float | None:
    """Return how long Retry-After asks to wait, in seconds or until a day and time; None where it says nothing that can be read."""
    written = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if written.isdecimal():
        return float(written)
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
