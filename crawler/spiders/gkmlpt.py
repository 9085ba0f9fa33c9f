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
PASSING = (408, 429)
CATEGORY = re.compile(r"#/?(\d+)$")


def says_no_page(page: ListPage) -> bool:
    """Tell whether an answer says that there is no such page, and not just that this time there was none."""
    return page.fault == NO_ENTRIES or (400 <= page.status < 500 and page.status not in PASSING)


class GkmlptSpider(SiteSpider):
    """Guangdong's disclosure directory.

    Software: gkmlpt (政府信息公开目录平台), every office of Guangdong.
    Recognised by: ``/gkmlpt/`` in the address, ``window._CONFIG = {SID, TREE}`` in the page.
    List: the page is a shell; ``api/all/<category>?page=n&sid=<SID>`` answers ``{"articles": […], "total": n}``.
    Paging: ``page`` counts from 0 at some sites and from 1 at others: 0 is asked first, and may repeat page 1 or be missing;
        ``first_page`` in the site's YAML spares that. ``/gkmlpt/index#2272`` is category 2272, without a number all of them.
    Detail: ``/gkmlpt/content/<n>/<n>/post_<id>.html``.
    Caveats: many sites answer over http only; the directory may stand in a folder of the portal, one for each office; a
        list that ends far below its ``total`` is a fault, a few rows less are none, since it counts what was withdrawn.
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

    def total_of(self, text: str) -> int | None:
        """Return the answer's total."""
        return read_answer(text, "").total

    def further_pages(self, page: ListPage) -> Further:
        """Ask for one page after another until all are listed."""
        sid, category = SITE_NUMBER.search(page.html), CATEGORY.search(page.walk.start)
        if sid is None:
            raise PagingError("the page does not name its SID")
        walk = page.walk
        address = urljoin(urldefrag(page.url).url, f"api/all/{category[1] if category else 0}")
        for number in count(self.site.first_page or 0):
            walk.trial = unsure = self.site.first_page is None and number <= 1
            request = Request(add_or_replace_parameters(address, {"page": str(number), "sid": sid[1]}))
            page = yield request.replace(headers={"Referer": walk.start})
            if unsure and number == 0 and page.fault:
                # A server that counts from 1 may break at page 0, and one that counts from 0 may be down: the total tells.
                walk.passed_over = not says_no_page(page)
            elif unsure and page.fault:
                if walk.seen and page.fault == NO_ENTRIES:
                    return
                raise PagingError(page.fault)
            if walk.total is not None and walk.last is None:
                walk.last = ceil(walk.total / len(page.rows))
            if walk.total is not None and len(walk.seen) >= walk.total:
                return

    def is_end(self, page: ListPage) -> bool:
        """Past the last page the list is empty; an answer that is no list is a fault."""
        return page.fault == NO_ENTRIES
