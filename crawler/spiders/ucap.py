"""UCAP (开普云): static lists, and lists that a search answers."""

import re
from itertools import count
from urllib.parse import urljoin

from scrapy import Request
from w3lib.html import replace_entities
from w3lib.url import add_or_replace_parameter

from crawler.answers import read_answer
from crawler.items import Entry
from crawler.spiders.base import NO_ENTRIES, Further, ListPage
from crawler.spiders.static import StaticSpider

# Gansu: /common/search/<32 hex>?sort=&_isAgg=false&_isJson=false&_pageSize=20&_template=index&_channelName=&page=1
SEARCH = re.compile(r"(?:https?:)?[\w:/.-]*/(?:common/search|searchList)/[0-9a-f]{32}(?:\?[^\"'\s<>]*)?")


class UcapSpider(StaticSpider):
    """UCAP.

    Software: UCAP (开普云), ministries, Sichuan, Gansu, Heilongjiang, Jiangxi.
    Recognised by: ``common_list.shtml``, ``/common/search/<32 hex>``, articles named ``/YYYYMM/<32 hex>.shtml``.
    List: ``ul#list > li``, ``.listContent li h4 a + span``; or what the search answers, a fragment (``li .title a``) or JSON.
    Paging: ``common_list_2.shtml`` beside ``common_list.shtml``, whatever number stands in the name; the search takes ``page=n``.
    Detail: ``/<site>/c<column>/YYYYMM/<32 hex>.shtml``, ``/<site>/c<column>/c<id>/content.shtml``.
    Caveats: the full text is often only in an attached PDF, whose address has raw Chinese; Gansu's answers stand behind a challenge.
    """

    name = "ucap"
    first = 1
    # /sfh/c100958/202410/c03_977015.shtml · /csrc/c101953/c7547359/content.shtml
    detail = re.compile(r"/\d{6}/(?:[0-9a-f]{32}|c\d+_\d+|t\d{8}_\d+)\.s?html$|/c\d+/content\.s?html$")

    def is_shell(self, html: str) -> bool:
        """The list page only names the search that fills it."""
        return SEARCH.search(html) is not None

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return the rows of a page, a fragment or an answer in JSON."""
        if text.lstrip().startswith(("{", "[")):
            return read_answer(text, base).entries
        return super().read_rows(text, base)

    def total_of(self, text: str) -> int | None:
        """Return the total of an answer in JSON."""
        return read_answer(text, "").total if text.lstrip().startswith("{") else None

    def further_pages(self, page: ListPage) -> Further:
        """Count the pages of the search up, where there is one; else those of the list."""
        asked = SEARCH.match(page.walk.start)
        named = SEARCH.search(page.html)
        if asked is None and (named is None or page.entries):
            yield from super().further_pages(page)
            return
        address = page.walk.start if named is None or asked else urljoin(page.base, replace_entities(named[0]))
        for number in count(2 if asked else 1):
            page = yield Request(add_or_replace_parameter(address, "page", str(number)), headers={"Referer": page.walk.start})

    def is_end(self, page: ListPage) -> bool:
        """Past its last page the search answers nothing."""
        return super().is_end(page) or (page.fault == NO_ENTRIES and SEARCH.match(page.url) is not None)
