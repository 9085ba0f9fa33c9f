"""Looking at a declared site: two pages of each column, and a few articles."""

from dataclasses import dataclass, field
from math import inf
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from crawler.items import Entry
from crawler.paging import announced, next_address
from crawler.probe import Trial, TrialSpider
from crawler.spiders.base import MISSING_AT_THE_END, ListPage, Walk
from crawler.urls import without_index


@dataclass(slots=True)
class CheckedColumn:
    """What came of one column."""

    pages: list[ListPage] = field(default_factory=list)
    """What was answered, in order: the first page, or a shell and what fills it; then what was asked for as the second page."""
    entries: int | None = None
    """How many articles of the site's own the first page with any rows lists; None where no such page was read."""
    announced: float = 1
    """How many pages the first one speaks of; infinite where a link leads on, and no number stands there."""
    goes_on: bool = False
    """A second page lists something that the first does not."""
    fault: tuple[str, str] | None = None
    """(address, reason) of what could not be read."""


@dataclass(slots=True)
class CheckTrial(Trial):
    """What came of the columns of a declared site, by the address that was asked for, and of the articles."""

    columns: dict[str, CheckedColumn] = field(default_factory=dict)


class TwoPages(TrialSpider):
    """Reads each column as far as its second page; where no entry may be a notice, it fetches others."""

    trial: CheckTrial

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ordinary: list[Entry] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "TwoPages":
        """Hear of the end, when every column has been read."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, TwoPages)
        crawler.signals.connect(spider.fetch_ordinary, signals.spider_idle)
        return spider

    def fetch_ordinary(self) -> None:
        """Ask for articles that are no notices, if nothing else was asked for."""
        if self.requested or not self.ordinary:
            return
        engine: Any = self.crawler.engine
        for request in self._article_requests(self.ordinary):
            engine.crawl(request)
        raise DontCloseSpider

    def _column_request(self, first: Request) -> Request:
        """Columns are told in the order in which they are declared, whichever answers first."""
        request = super()._column_request(first)
        self._column(request.cb_kwargs["walk"])
        return request

    def _column(self, walk: Walk) -> CheckedColumn:
        return self.trial.columns.setdefault(walk.start, CheckedColumn())

    def _read_list(self, response: Response, walk: Walk) -> ListPage:
        page = super()._read_list(response, walk)
        self._column(walk).pages.append(page)
        return page

    def _next_request(self, page: ListPage) -> tuple[Request | None, str | None]:
        column = self._column(page.walk)
        if not page.fresh:  # a shell, or a trial of the family's own
            return super()._next_request(page)
        if column.entries is not None:
            column.goes_on = True
            return None, None
        column.entries = len(page.entries)
        self.ordinary += page.entries
        request, fault = super()._next_request(page)
        column.announced = announced_pages(page) if request is not None else 1
        return request, fault

    def is_end(self, page: ListPage) -> bool:
        """Totals are too high by a few pages, or count what was withdrawn; the second of many pages is never the end."""
        return super().is_end(page) and self._column(page.walk).announced <= 1 + MISSING_AT_THE_END

    def _report_unread(self, walk: Walk, reason: str) -> None:
        self._column(walk).fault = (walk.address, reason)
        super()._report_unread(walk, reason)


def announced_pages(page: ListPage) -> float:
    """Return how many pages a column has by what its first page says, in a number or by a link; 1 if it says nothing."""
    total = page.walk.last if page.walk.last is not None else announced(page.html).total
    if total is not None:
        return total
    link = next_address(page.html, page.base, 1)
    own = {without_index(url) for url in (page.url, page.walk.start)}
    return inf if link is not None and without_index(link) not in own else 1
