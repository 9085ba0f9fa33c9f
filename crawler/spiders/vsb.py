"""Boda VSB (博达): list pages that count down."""

import re
from urllib.parse import urljoin

from parsel import Selector
from scrapy import Request

from crawler.spiders.base import Further, ListPage, SiteSpider

# Of several spellings the class name is the software's own; sites with their own template keep the words.
NEXT_PAGE = (
    "//*[contains(concat(' ', @class, ' '), ' p_next ')]//a/@href | //a[normalize-space() = '下页' or normalize-space() = '下一页']/@href"
)


class VsbSpider(SiteSpider):
    """Boda VSB.

    Software: Boda VSB (博达, SiteBuilder), Shaanxi's discipline sites, counties, universities.
    Recognised by: ``li#line_u6_0``, ``.pb_sys_common``, articles named ``/info/<tree>/<id>.htm``.
    List: ``li[id^=line_u] > a[title] + span``.
    Paging: page 2 of 9 is ``/<column>/8.htm`` and the last is ``1.htm``; the link 下页 is followed.
    Detail: ``/info/<tree>/<id>.htm``, or ``content.jsp?…wbnewsid=`` for what is not yet printed.
    Caveats: a new article shifts the meaning of every page's address; pages declare gb2312 and are GB18030.
    """

    name = "vsb"
    detail = re.compile(r"/info/\d+/\d+\.htm$|content\.jsp\?.*wbnewsid=\d+")

    def further_pages(self, page: ListPage) -> Further:
        """Follow 下页 from page to page."""
        while (link := Selector(text=page.html).xpath(NEXT_PAGE).get()) and not link.startswith("javascript:"):
            page = yield Request(urljoin(page.url, link.strip()))
