"""phpcms v9."""

import re
from itertools import count

from scrapy import Request
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawler.entries import column_name
from crawler.paging import next_address
from crawler.spiders.base import MISSING, NO_ENTRIES, Further, ListPage, SiteSpider


class PhpcmsSpider(SiteSpider):
    """phpcms v9.

    Software: phpcms v9, discipline sites of Jiangsu and Anhui, hospitals, schools.
    Recognised by: ``index.php?m=content&c=index&a=lists&catid=``, or ``#pages .a1`` in a list.
    List: rows with a link and a date.
    Paging: the link 下一页 is followed; without it ``&page=n`` is counted up until a page has nothing new.
    Detail: ``index.php?…a=show&catid=&id=``, ``/html/YYYY/<column>_MMDD/<id>.html``, ``content-<column>-<id>-1.html``.
    Caveats: past the end it repeats the last page, whose 下一页 leads to itself; UTF-8 or GBK; long articles go on with ``&page=k``.
    """

    name = "phpcms"
    detail = re.compile(r"[?&]a=show\b|/html/(?:[\w-]+/)?\d{4}/\w+_?\d{4}/\d+\.html?$|/(?:content|show)-\d+-\d+-\d+\.html?$")

    def further_pages(self, page: ListPage) -> Further:
        """Follow the links; else count up."""
        if next_address(page.html, page.base, 1) or url_query_parameter(page.walk.start, "catid") is None:
            yield from self.follow_links(page)
            return
        for number in count(2):
            page = yield Request(add_or_replace_parameter(page.walk.start, "page", str(number)))

    def is_end(self, page: ListPage) -> bool:
        """A page past the last one counted may be missing or empty."""
        empty = page.fault == NO_ENTRIES and column_name(page.html)[:2] == page.walk.column[:2]
        return page.status in MISSING or empty
