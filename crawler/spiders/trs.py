"""TRS WCM (拓尔思): static list pages."""

import re
from urllib.parse import urljoin

from scrapy import Request

from crawler.spiders.base import Further, ListPage, SiteSpider

# createPageHTML(63, 0, "index", "shtml") · createPage(9, 0, "index","html") · createPageHTML('paging', 63, 1, 'index', 'html', 940)
PAGE_CALL = re.compile(
    r"createPage(?:HTML)?\(\s*(?:['\"][^'\"]+['\"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*(?:,\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"])?"
)
# Handan calls no function: var currentPage=0; var countPage=56;
PAGE_COUNT = re.compile(r"countPage\s*=\s*(\d+)")
# Shanghai announced 322 pages; 321 and 322 answered 404.
MISSING_AT_THE_END = 3


class TrsSpider(SiteSpider):
    """TRS WCM.

    Software: TRS WCM (拓尔思), most ministries and many provinces and cities.
    Recognised by: ``createPageHTML(…)`` in a list, articles named ``t20230129_123.html``.
    List: ``li > a[title] + span``.
    Paging: static; page 2 is ``index_1.html`` where the first page calls itself 0, ``index_2.html`` where it calls itself 1.
    Detail: ``/<column>/YYYYMM/tYYYYMMDD_<id>.html``.
    Caveats: the number of pages is announced too high by up to three; the date in an address can differ from the list's.
    """

    name = "trs"
    # Guangxi leaves the date out: /zfwzjyh/t10221601.shtml
    detail = re.compile(r"/t\d{6,8}(?:_\d+)?\.s?html?$")

    def further_pages(self, page: ListPage) -> Further:
        """Count up from the number that the first page gives itself."""
        call = PAGE_CALL.search(page.html)
        count = PAGE_COUNT.search(page.html)
        total = int(call[1]) if call else int(count[1]) if count else 1
        first = int(call[2]) if call else 0
        name, extension = (call[3], call[4]) if call and call[3] else ("index", "html")
        page.walk.last = total
        for number in range(1, total):
            yield Request(urljoin(page.url, f"{name}_{number + first}.{extension}"))

    def is_end(self, page: ListPage) -> bool:
        """The last pages announced may not be there."""
        return page.walk.last is not None and page.walk.number > page.walk.last - MISSING_AT_THE_END
