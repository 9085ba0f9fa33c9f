"""Boda VSB (博达): list pages that count down."""

import re
from urllib.parse import urljoin

from parsel import Selector
from scrapy import Request

from crawler.paging import next_address
from crawler.spiders.base import Further, ListPage, SiteSpider

# 共1432条 1/144, in one element or several
PAGE_OF_PAGES = re.compile(r"共\s*\d+\s*条\D{0,12}?(\d+)\s*/\s*(\d+)")
STATIC_LIST = re.compile(r"/([\w-]+)\.html?$")


class VsbSpider(SiteSpider):
    """Boda VSB.

    Software: Boda VSB (博达, SiteBuilder), Shaanxi's discipline sites, counties, universities.
    Recognised by: ``li#line_u6_0``, ``.pb_sys_common``, articles named ``/info/<tree>/<id>.htm``.
    List: ``li[id^=line_u] > a[title] + span``; or ``list.jsp?urltype=tree.TreeTempUrl&wbtreeid=<tree>``.
    Paging: page 2 of 9 is ``/<column>/8.htm`` and the last is ``1.htm``; the link 下页 is followed; where there is none, the
        address is reckoned from ``共1432条 1/144``.
    Detail: ``/info/<tree>/<id>.htm``, or ``content.jsp?…wbnewsid=`` for what is not yet printed.
    Caveats: a new article shifts the meaning of every page's address; pages declare gb2312 and are GB18030; dates may be hidden.
    """

    name = "vsb"
    detail = re.compile(r"/info/\d+/\d+\.htm$|content\.jsp\?.*wbnewsid=\d+")

    def further_pages(self, page: ListPage) -> Further:
        """Follow 下页 from page to page; else count down from the number of pages."""
        if next_address(page.html, page.base, 1):
            yield from self.follow_links(page)
            return
        counted = PAGE_OF_PAGES.search(" ".join(Selector(text=page.html, type="html").xpath("//body//text()").getall()))
        name = STATIC_LIST.search(page.url)
        if counted is None or name is None:
            yield from self.follow_links(page)
            return
        for number in range(int(counted[2]) - 1, 0, -1):
            yield Request(urljoin(page.url, f"{name[1]}/{number}.htm"))
