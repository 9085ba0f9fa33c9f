"""Decompression that is bounded: an answer of some kilobytes must not become a page that takes minutes to read."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

HARMLESS = 1024**2
"""Bytes; a page that is no larger may be all blank lines (800 KB of them make 0.8 KB), as old JSP templates nearly are."""


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, which keeps to DOWNLOAD_MAXSIZE, and to a ratio besides."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self.largest_ratio = crawler.settings.getint("DECOMPRESSION_MAXRATIO")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the bounds from the settings."""
        return cls(crawler=crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response decompressed. Raises IgnoreRequest if that is out of all proportion."""
        received = len(response.body)
        decompressed = super().process_response(request, response)
        size = len(decompressed.body)
        if size > max(HARMLESS, self.largest_ratio * received):
            raise IgnoreRequest(f"the answer decompresses to {size // received} times its size, {size} bytes")
        return decompressed
