"""Step 5: the document goes into the archive, and what happened is counted."""

import logging
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from pipelines.absence import Absence, UnansweredError
from pipelines.archive import UnwritableError, open_archive, refuse_mixture
from pipelines.crawls import COMPLETED, UNWRITABLE, state_of_crawl
from pipelines.journal import JournalStore
from pipelines.ledger import Ledger
from pipelines.record import Document, Site
from pipelines.step1_decode import document_from_page
from pipelines.store import Store
from pipelines.visits import utc_now

logger = logging.getLogger(__name__)
CAPTURE_WRITTEN = "capture_written"
"""The crawler's signal after responses are safe in their WARC file."""
CAPTURE_FAILED = "capture_failed"
"""The crawler's signal where they could not be written."""
COUNTED = ("listed", "new", "changed", "gone", "blocked", "errors")


class StorePipeline:
    """Scrapy's face of this step: one row of ``crawls`` per site and run, and one of ``captures`` per response.

    What went wrong is counted here and nowhere else, so that the closing report, the exit status and the
    archive say the same.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.path = Path(crawler.settings["ARCHIVE_DB"])
        self.archive = open_archive(self.path)
        journal = crawler.settings["JOURNAL"]
        self.store = JournalStore(self.archive, Path(journal)) if journal else Store(self.archive)
        self.ledger = Ledger(self.archive)
        self.absence: Absence
        self.crawl_id: int
        self.given_up: str | None = None
        """Why nothing more can be kept: the captures or the archive cannot be written."""
        self.archive_fails = False
        self.failures: list[tuple[str | None, str]] = []
        crawler.stats.set_value("zhenggai/failures", self.failures)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to every capture from the first robots.txt on, and to whatever breaks."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.store_captures, signal=CAPTURE_WRITTEN)
        crawler.signals.connect(pipeline.captures_fail, signal=CAPTURE_FAILED)
        crawler.signals.connect(pipeline.spider_broke, signal=signals.spider_error)
        crawler.signals.connect(pipeline.step_broke, signal=signals.item_error)
        crawler.signals.connect(pipeline.finish_crawl, signal=signals.spider_closed)
        return pipeline

    def open_spider(self) -> None:
        """Begin the site's row of ``crawls``.

        Raises ArchiveError where replicas and real sites would mix, CloseSpider if nothing can be written.
        """
        refuse_mixture(self.archive, self.path, self.site.id, replica=self.site.replica)
        try:
            self.crawl_id = self.store.begin_crawl(self.site, utc_now())
        except UnwritableError as error:
            self._note_archive(error)
            raise CloseSpider(UNWRITABLE) from error
        self.crawler.stats.set_value(COMPLETED, value=False)
        self.absence = Absence(self.archive, cast("Any", self.crawler.spider).answer_of)

    def store_captures(self, captures: list[dict[str, Any]]) -> None:
        """Record where responses lie, before anything is read from them. Raises UnwritableError, at once after the first time."""
        if self.archive_fails:
            raise UnwritableError(self.given_up)
        try:
            self.store.store_captures(self.crawl_id, self.site.id, captures)
        except UnwritableError as error:
            self._give_up(error)
            raise

    def captures_fail(self, reason: str) -> None:
        """End the crawl, whose captures cannot be written."""
        self._note(reason)
        self._end_crawl()

    def _note_archive(self, error: UnwritableError) -> None:
        self.archive_fails = True
        self._note(str(error))

    def _note(self, reason: str) -> None:
        """Keep the first reason why nothing more can be kept. The pages are not to blame: those that are left stay due."""
        if self.given_up is None:
            self.given_up = reason
            self.crawler.stats.set_value(f"zhenggai/{UNWRITABLE}", reason)
            logger.warning("%s", reason, extra=self._about(self.site.url, reason))

    def _end_crawl(self) -> None:
        deferred_from_coro(cast("Any", self.crawler.engine).close_spider_async(reason=UNWRITABLE))

    async def process_item(self, item: Any) -> Document:
        """Store a `Document` and count what it was; one that shows no notice may be missing under another name.

        Raises DropItem where the crawl was given up.
        """
        document: Document = item
        if self.given_up is not None:
            raise DropItem(self.given_up)
        try:
            if reason := await self.absence.find(document):
                document.state, document.error = "missing", reason
        except UnansweredError as error:
            document.state, document.error = "error", str(error)
        outcome = await self._store(document)
        self._count(document, outcome)
        logger.info("%s: %s", outcome, document.url, extra=self._about(document.url, document.reason))
        return document

    async def _store(self, document: Document) -> str:
        """Store the document and return what it was. Raises DropItem if nothing can be written any more."""
        try:
            return await self.ledger.write(partial(self.store.put_document, document))
        except UnwritableError as error:
            self._give_up(error)
            raise DropItem(str(error)) from error

    def _give_up(self, error: UnwritableError) -> None:
        """End the crawl, whose archive cannot be written."""
        self._note_archive(error)
        self._end_crawl()

    def spider_broke(self, failure: Failure, response: Any) -> None:
        """Count a fault of the spider's own."""
        self._report("errors", getattr(response, "url", self.site.url), _describe(failure))

    def step_broke(self, item: Any, failure: Failure) -> None:
        """Count a fault of a step's own, and keep it with the page, which is thereby due again tomorrow."""
        document = item if isinstance(item, Document) else document_from_page(item)
        document.state, document.error = "error", _describe(failure)
        self._report("errors", document.url, document.error)
        if self.given_up is None:
            try:
                self.store.store_document(document)
            except UnwritableError as error:
                self._give_up(error)

    def finish_crawl(self, reason: str) -> None:
        """Complete the site's row of ``crawls``; unlike ``close_spider``, the signal says why it ended.

        Where the archive cannot be written, the row stays as that of a killed crawl.
        """
        if not self.archive_fails:
            try:
                self._complete_crawl(reason)
            except UnwritableError as error:
                self._note_archive(error)
        self.archive.close()

    def _complete_crawl(self, reason: str) -> None:
        counts = {name: self.crawler.stats.get_value(f"zhenggai/{name}", 0) for name in COUNTED}
        answers, kept = (self.crawler.stats.get_value(name, 0) for name in ("downloader/response_count", "zhenggai/kept"))
        row: dict[str, Any] = {"finished": utc_now(), "finish_reason": reason, "requests": answers - kept}
        row["left_at_bounds"] = self.crawler.stats.get_value("zhenggai/left")
        state = state_of_crawl(reason, blocked=counts["blocked"], errors=counts["errors"])
        self.store.finish_crawl(self.crawl_id, self.site, row | counts, state=state)
        self.crawler.stats.set_value(COMPLETED, value=True)
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        logger.info("crawl %s of %s ended: %s", self.crawl_id, self.site.id, told, extra=self._about(self.site.url, reason))

    def _count(self, document: Document, outcome: str) -> None:
        """What went wrong is counted and named; so is a notice that is missing, which is no error."""
        match outcome:
            case "new" | "changed" | "gone":
                self.crawler.stats.inc_value(f"zhenggai/{outcome}")
            case "blocked" | "challenged":
                self._report("blocked", document.url, f"{outcome} (status {document.status})" if document.status else str(document.error))
            case "missing":
                self._report("missing", document.url, f"a known notice is missing: {document.error or f'status {document.status}'}")
            case "replaced":
                self._report("errors", document.url, f"a known notice's address shows something else now: {document.reason}")
            case "unreadable":
                self._report("unreadable", document.url, str(document.reason))
            case "error":
                self._report("errors", document.url, document.error or f"status {document.status}")

    def _report(self, counter: str, url: str | None, reason: str) -> None:
        self.crawler.stats.inc_value(f"zhenggai/{counter}")
        self.failures.append((url, reason))
        logger.warning("%s: %s: %s", counter, url, reason, extra=self._about(url, reason))

    def _about(self, url: str | None, reason: str | None) -> dict[str, Any]:
        """What a line of the log says besides its words."""
        return {"spider": self.crawler.spider, "url": url, "reason": reason}

    @cached_property
    def site(self) -> Site:
        """What the spider's site declares."""
        return Site(**cast("Any", self.crawler.spider).site_fields)


def _describe(failure: Failure) -> str:
    return f"{type(failure.value).__name__}: {failure.value}"
