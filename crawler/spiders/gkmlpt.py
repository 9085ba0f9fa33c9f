"""gkmlpt (政府信息公开目录平台), Guangdong's disclosure directory: lists in JSON."""

import re
from itertools import count
from math import ceil
from urllib.parse import urldefrag, urljoin

from scrapy import Request
from w3lib.url import add_or_replace_parameters

from crawler.answers import read_answer
from crawler.items import Entry
from crawler.spiders.base import NO_ENTRIES, Further, ListPage, PagingError, SiteSpider

# window._CONFIG = {SID: 754, TREE: […]} · "SID":"754"
SITE_NUMBER = re.compile(r"\bSID['\"]?\s*[:=]\s*['\"]?([\w-]+)")
CATEGORY = re.compile(r"#/?(\d+)$")


class GkmlptSpider(SiteSpider):
    """Guangdong's disclosure directory.

    Software: gkmlpt (政府信息公开目录平台), every office of Guangdong.
    Recognised by: ``/gkmlpt/`` in the address, ``window._CONFIG = {SID, TREE}`` in the page.
    List: the page is a shell; ``api/all/<category>?page=n&sid=<SID>`` answers ``{"articles": […], "total": n}``.
    Paging: ``page`` counts from 0 at some sites and from 1 at others: 0 is asked first, and may repeat page 1; ``first_page`` in the
        site's YAML spares that. ``/gkmlpt/index#2272`` is category 2272, without a number all of them.
    Detail: ``/gkmlpt/content/<n>/<n>/post_<id>.html``.
    Caveats: many sites answer over http only; the directory may stand in a folder of the portal, one for each office.
    """

    name = "gkmlpt"
    detail = re.compile(r"/gkmlpt/content/.*post_\d+\.html?$")

    def is_shell(self, html: str) -> bool:
        """The page has the number of the site, and a script that asks for the list."""
        return SITE_NUMBER.search(html) is not None

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return the rows of an answer; what the shell shows beside them is not the list."""
        if SITE_NUMBER.search(text) and text.lstrip().startswith("<"):
            return []
        return read_answer(text, base).entries

    def further_pages(self, page: ListPage) -> Further:
        """Ask for one page after another until all are listed."""
        sid, category = SITE_NUMBER.search(page.html), CATEGORY.search(page.walk.start)
        if sid is None:
            raise PagingError("the page does not name its SID")
        address = urljoin(urldefrag(page.url).url, f"api/all/{category[1] if category else 0}")
        for number in count(self.site.first_page or 0):
            page.walk.trial = self.site.first_page is None and number <= 1
            request = Request(add_or_replace_parameters(address, {"page": str(number), "sid": sid[1]}))
            # A server that counts from 1 may break at page 0; that is no reason to ask it again.
            page = yield request.replace(meta={"dont_retry": page.walk.trial}, headers={"Referer": page.walk.start})
            if number == 1 and page.fault and not page.walk.seen:
                raise PagingError(page.fault)
            total = read_answer(page.html, page.base).total if page.fault is None else None
            if total is not None and page.rows and page.walk.last is None:
                page.walk.last = ceil(total / len(page.rows))
            if total is not None and len(page.walk.seen) >= total:
                return

    def is_end(self, page: ListPage) -> bool:
        """Past the last page the list is empty; an answer that is no list is a fault."""
        return page.fault == NO_ENTRIES
