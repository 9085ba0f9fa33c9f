"""What Scrapy says of each answer, at a level that is read."""

import logging

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult


class FetchLog(LogFormatter):
    """Tells of every answer at INFO, so that DEBUG, at which Scrapy prints whole pages, is not needed to see what is fetched."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult:
        """Return Scrapy's own words."""
        return super().crawled(request, response, spider) | {"level": logging.INFO}

    def dropped(self, item: object, exception: BaseException, response: object, spider: Spider) -> None:  # type: ignore[override]  # Scrapy takes None
        """Say nothing: what is dropped is what a crawl that ends had under way, and why it ends is said once."""
