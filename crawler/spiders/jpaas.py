"""Hanweb JPaaS (大汉): the column page is a shell that a unit fills."""

import re
from itertools import count
from math import ceil
from urllib.parse import urlencode, urljoin

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from crawler.answers import read_json, step_into
from crawler.errors import UnreadableListError
from crawler.items import Entry
from crawler.spiders.base import NO_ENTRIES, Further, ListPage, PagingError, SiteSpider, Walk

# queryData="{'parseType':'bulidstatic','webId':'…'}": quotes that JSON does not know
PARAMETER = re.compile(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
# 当前栏目_list, ajax分页; and not 右侧内容, whose list is another column's
LIST_UNIT = re.compile(r"list|列表|分页|当前栏目", re.IGNORECASE)
PAGE_SIZE = 15
UNITS = "//*[@querydata and (@url or @uniturl)]"


def fragment_of(text: str) -> str:
    """Return the HTML in a unit's answer. Raises UnreadableListError."""
    answer = read_json(text)
    html = next((html for steps in ("data.html", "data", "html") if isinstance(html := step_into(answer, steps), str)), None)
    if html is None:
        raise UnreadableListError("the unit answers without data.html")
    return html


def units_of(html: str) -> list[tuple[str, dict[str, str]]]:
    """Return address and parameters of the page's units, those first that bear a list's name."""
    units = Selector(text=html, type="html").xpath(UNITS)
    found = [(unit.xpath("@url | @uniturl").get() or "", dict(PARAMETER.findall(unit.attrib["querydata"]))) for unit in units]
    return sorted(found, key=lambda unit: LIST_UNIT.search(unit[1].get("tagId", "")) is None)


class JpaasSpider(SiteSpider):
    """Hanweb JPaaS.

    Software: Hanweb JPaaS (大汉), MIIT, SAMR, bureaus of Zhejiang and Jiangsu.
    Recognised by: ``unitbuild.js`` with ``url`` and ``queryData``, articles named ``art_<32 hex>.html``.
    List: the page is a shell; its unit answers JSON, whose ``data.html`` has the rows.
    Paging: ``GET <url>?<queryData>&paramJson={"pageNo":n,"pageSize":15}`` as often as ``count`` and ``rows`` of ``.pagination`` say.
    Detail: ``/<column>/art/YYYY/art_<32 hex>.html``, beside older ``/art/YYYY/M/D/art_<column>_<id>.html``.
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

    def list_base(self, response: Response, walk: Walk) -> str:
        """Links are relative to the column's page, on whichever answer they stand."""
        return walk.base

    def further_pages(self, page: ListPage) -> Further:
        """Ask the units for their first page until one lists articles, and that one for the rest."""
        units = units_of(page.html)
        if not units:
            yield from self.follow_links(page)
            return
        for url, parameters in units:
            page.walk.trial = True
            page = yield self._request(page, url, parameters, 1)
            if page.rows:
                break
        else:
            raise PagingError(page.fault or NO_ENTRIES)
        pager = Selector(text=fragment_of(page.html), type="html").xpath("//*[@count and @rows]")
        known = ceil(int(pager.attrib["count"]) / int(pager.attrib["rows"])) if pager else None
        page.walk.last = known
        for number in range(2, known + 1) if known is not None else count(2):
            page = yield self._request(page, url, parameters, number)

    def _request(self, page: ListPage, url: str, parameters: dict[str, str], number: int) -> Request:
        query = urlencode({**parameters, "paramJson": f'{{"pageNo":{number},"pageSize":{PAGE_SIZE}}}'})
        headers = {"Referer": page.walk.start, "X-Requested-With": "XMLHttpRequest"}
        return Request(f"{urljoin(page.walk.base, url)}?{query}", headers=headers)

    def is_end(self, page: ListPage) -> bool:
        """A unit that does not say how many pages it has ends with an empty one."""
        return page.walk.last is None and page.fault == NO_ENTRIES
