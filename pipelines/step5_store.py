"""Step 5: the document goes into the archive, and what happened is counted."""

import json
from pathlib import Path
from typing import Any, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.archive import open_archive
from pipelines.record import Document, Site
from pipelines.store import Store
from pipelines.visits import utc_now

CAPTURE_WRITTEN = "capture_written"
"""The crawler's signal after a response is safe in its WARC file."""
COUNTED = ("listed", "new", "changed", "gone", "blocked", "errors")


class StorePipeline:
    """Scrapy's face of this step: one row of ``crawls`` per site and run, and one of ``captures`` per response."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.archive = open_archive(Path(crawler.settings["ARCHIVE_DB"]))
        self.store = Store(self.archive)
        self.crawl_id: int

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen to every capture from the first robots.txt on."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.store_capture, signal=CAPTURE_WRITTEN)
        crawler.signals.connect(pipeline.finish_crawl, signal=signals.spider_closed)
        return pipeline

    def open_spider(self) -> None:
        """Begin the site's row of ``crawls``."""
        site = self._site()
        with self.archive.atomic():
            self.store.store_site(site)
            self.crawl_id = cast("int", self.archive.table("crawls").insert({"site": site.id, "started": utc_now()}).last_pk)

    def store_capture(self, capture: dict[str, Any]) -> None:
        """Record where a response lies, before anything is read from it."""
        row = capture | {"crawl_id": self.crawl_id, "site": self._site().id, "headers": json.dumps(capture["headers"], ensure_ascii=False)}
        with self.archive.atomic():
            self.archive.table("captures").insert(row)

    def process_item(self, item: Any) -> Document:
        """Store a `Document` and count what it was."""
        document: Document = item
        self._count(document, self.store.store_document(document))
        return document

    def finish_crawl(self, reason: str) -> None:
        """Complete the site's row of ``crawls``; unlike ``close_spider``, the signal says why it ended."""
        counts = {name: self.crawler.stats.get_value(f"zhenggai/{name}", 0) for name in COUNTED}
        row = {"finished": utc_now(), "finish_reason": reason, "requests": self.crawler.stats.get_value("downloader/response_count", 0)}
        with self.archive.atomic():
            self.archive.table("crawls").update(self.crawl_id, row | counts)
            self.store.close_site(self._site(), failed=bool(counts["errors"] or counts["blocked"]), new=counts["new"])
        self.archive.close()

    def _count(self, document: Document, outcome: str) -> None:
        """What went wrong is counted and named; so are what is missing and what a person must read, which are no errors."""
        if outcome in ("new", "changed", "gone"):
            self.crawler.stats.inc_value(f"zhenggai/{outcome}")
        elif outcome in ("blocked", "challenged"):
            self._report(document, "blocked", f"{outcome} (status {document.status})")
        elif outcome == "missing":
            self._report(document, "missing", f"a known notice is missing (status {document.status})")
        elif outcome == "unreadable":
            self._report(document, "unreadable", str(document.reason))
        elif outcome == "error":
            self._report(document, "errors", document.error or f"status {document.status}")

    def _report(self, document: Document, counter: str, reason: str) -> None:
        self.crawler.stats.inc_value(f"zhenggai/{counter}")
        failures = self.crawler.stats.get_value("zhenggai/failures", [])
        self.crawler.stats.set_value("zhenggai/failures", [*failures, (document.url, reason)])

    def _site(self) -> Site:
        return Site(**cast("Any", self.crawler.spider).site_fields)
