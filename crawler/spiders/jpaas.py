"""Hanweb JPaaS (大汉): the column page is a shell that a unit fills."""

import re
from collections.abc import Generator
from itertools import count
from math import ceil
from urllib.parse import parse_qs, urljoin, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from crawler.items import Entry
from crawler.spiders.base import NO_ENTRIES, Further, ListPage, PagingError, SiteSpider, Walk
from crawler.units import Unit, fragment_of, headers_of, units_of

# 当前栏目_list, ajax分页, 内容区域
LIST_UNIT = re.compile(r"list|列表|分页|当前栏目|内容", re.IGNORECASE)
# 右侧内容: hot links of other columns
BESIDE = re.compile(r"右侧|左侧|右边|左边|热点|热门|推荐|相关|导航|头部|底部|轮播")
PAGE_SIZE = 15
PAGER = "//*[@count and @rows]"
ANY_PAGER = f"{PAGER} | //*[@pageno] | //*[contains(@class, 'pagination')]"


def rank_of(unit: Unit) -> int:
    """Return a unit's place among those of a column's page: 0 where it bears a list's name, 2 where it stands beside the list."""
    return 2 if BESIDE.search(unit.name) else 0 if LIST_UNIT.search(unit.name) else 1


def has_pager(page: ListPage) -> bool:
    """Tell whether a unit's answer speaks of further pages, or of how many rows there are."""
    return bool(Selector(text=fragment_of(page.html), type="html").xpath(ANY_PAGER))


def worth_of(page: ListPage) -> int:
    """Return how much the rows of a unit look like those of the column's list: 2 with dates, 1 below the column's own address."""
    own = urljoin(page.walk.start, ".")
    return 2 if any(row["date"] for row in page.rows) else 1 if any(row["url"].startswith(own) for row in page.rows) else 0


class JpaasSpider(SiteSpider):
    """Hanweb JPaaS.

    Software: Hanweb JPaaS (大汉), MIIT, SAMR, bureaus of Zhejiang and Jiangsu.
    Recognised by: ``unitbuild.js`` with ``url`` and ``queryData``, articles named ``art_<32 hex>.html``.
    List: the page is a shell; its units answer JSON, whose ``data.html`` has the rows. Of several the list is the one that pages, else
        the one with dates, else with rows below the column's own address; what stands at the side (右侧内容, 热点) comes last.
    Paging: ``GET <url>?<queryData>&paramJson={"pageNo":n,"pageSize":15}`` as often as ``count`` and ``rows`` of ``.pagination`` say.
    Detail: ``/<column>/art/YYYY/art_<32 hex>.html``, beside older ``/art/YYYY/M/D/art_<column>_<id>.html``; the text may stand in a
        unit of its own (``'pageType':'article','tagId':'文章正文2'``).
    Caveats: answers 403 without Referer and X-Requested-With or to JSON with spaces; ``success: false`` comes with status 200.
    """

    name = "jpaas"
    detail = re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_(?:[0-9a-f]{32}|\d+_\d+)\.html?$")

    def is_shell(self, html: str) -> bool:
        """The page names units that fill it."""
        return bool(units_of(html))

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return the rows of a page, or of a unit's answer."""
        return super().read_rows(fragment_of(text) if text.lstrip().startswith("{") else text, base)

    def total_of(self, text: str) -> int | None:
        """Return how many rows the unit counts."""
        pager = Selector(text=fragment_of(text), type="html").xpath(PAGER) if text.lstrip().startswith("{") else None
        return int(pager.attrib["count"]) if pager else None

    def list_base(self, response: Response, walk: Walk) -> str:
        """Links are relative to the column's page, on whichever answer they stand."""
        return walk.base

    def further_pages(self, page: ListPage) -> Further:
        """Find the unit that is the column's list, and ask it for its pages."""
        units = sorted(units_of(page.html), key=rank_of)
        if not units:
            yield from self.follow_links(page)
            return
        unit, page = yield from self._find_list(page, units)
        pager = Selector(text=fragment_of(page.html), type="html").xpath(PAGER)
        known = ceil(int(pager.attrib["count"]) / int(pager.attrib["rows"])) if pager else None
        page.walk.last = known
        for number in range(2, known + 1) if known is not None else count(2):
            page = yield self._request(page, unit, number)

    def _find_list(self, page: ListPage, units: list[Unit]) -> Generator[Request, ListPage, tuple[Unit, ListPage]]:
        """Ask units for their first page until one is surely the list; if none is, the likeliest of them again."""
        likely: dict[int, tuple[bool, bool, int]] = {}
        fault = None
        for position, unit in enumerate(units):
            page.walk.trial = True
            page = yield self._request(page, unit, 1)
            if page.fresh:
                return unit, page
            if page.rows and page.fault is None:
                likely[position] = (has_pager(page), rank_of(unit) < 2, worth_of(page))
            elif page.fault != NO_ENTRIES and rank_of(unit) < 2:
                # What stands beside a list is not to take the place of one that does not answer.
                fault = fault or page.fault
        if fault or not likely:
            raise PagingError(fault or NO_ENTRIES)
        best = units[max(likely, key=lambda position: likely[position])]
        return best, (yield self._request(page, best, 1))

    def is_sought(self, page: ListPage) -> bool:
        """Tell whether a unit is the list beyond doubt: it pages, or bears a list's name and has dates; and does not stand beside."""
        name = parse_qs(urlsplit(page.url).query).get("tagId", [""])[0]
        is_named = LIST_UNIT.search(name) is not None and any(row["date"] for row in page.rows)
        return BESIDE.search(name) is None and (has_pager(page) or is_named)

    def _request(self, page: ListPage, unit: Unit, number: int) -> Request:
        address = unit.address(page.walk.base, paramJson=f'{{"pageNo":{number},"pageSize":{PAGE_SIZE}}}')
        return Request(address, headers=headers_of(page.walk.start))

    def is_end(self, page: ListPage) -> bool:
        """A unit that does not say how many pages it has ends with an empty one."""
        return page.walk.last is None and page.fault == NO_ENTRIES
