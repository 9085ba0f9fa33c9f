"""Hanweb JCMS (大汉): the first page embeds some records, a data proxy has the others."""

import re
from collections.abc import Iterable
from html import unescape
from math import ceil
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import FormRequest, Request
from scrapy.http import Response

from crawler.spiders.base import NO_ENTRIES, Further, ListPage, PagingError, SiteSpider, Walk

DATASTORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL)
# The XML around the records is not always well formed, nor always CDATA; the records themselves are HTML.
RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</record>", re.DOTALL)
PROXY = re.compile(r"""["']([^"']*/dataproxy\.jsp(?:\?[^"']*)?)["']""")
# params: {col:1, appid:1, webid:73, path:'/', columnid:1045, unitid:'764752'}, where no link has them
OPTION = re.compile(r"\b(appid|webid|path|columnid|sourceContentType|unitid|webname)['\"]?\s*:\s*['\"]?([^,'\"}\s]*)")
TOTAL = re.compile(r"totalRecord['\"]?\s*[:=]\s*['\"]?(\d+)")
PER_PAGE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?([1-9]\d*)")
COLUMN = re.compile(r"/col/col(\d+)/")
COLUMN_ID = re.compile(r"columnid=(\d+)")
GROUP = 3
"""Display pages that one request answers, as the software's own script asks for them."""
FORM = {"col": "1", "appid": "1", "webid": "", "path": "/", "columnid": "", "sourceContentType": "1", "unitid": "", "webname": ""}


def _count_records(store: str) -> int:
    return len(RECORD.findall(store))


def _main_store(html: str, lists: Iterable[str]) -> str:
    """Return the datastore of one of these columns, as far as its proxy's address tells, else the longest; empty if there is none."""
    stores = DATASTORE.findall(html)
    columns = {found[1] for url in lists if (found := COLUMN.search(url))}
    own = [store for store in stores if (found := COLUMN_ID.search(store)) and found[1] in columns]
    return max(own or stores, key=_count_records, default="")


class HanwebSpider(SiteSpider):
    """Hanweb JCMS.

    Software: Hanweb JCMS (大汉), Jiangsu, Zhejiang, Shandong, Jiangxi, tax bureaus.
    Recognised by: ``/col/col<n>/index.html``, ``<datastore>`` in a script element.
    List: ``<record><![CDATA[<li>…]]></record>``; the first page embeds about three display pages of records.
    Paging: ``POST …/dataproxy.jsp?startrecord=a&endrecord=b&perpage=p`` with the ids that the first page names; where that is
        refused ``GET …/dataproxy.jsp?page=n`` with the same ids.
    Detail: ``/art/YYYY/M/D/art_<column>_<article>.html``.
    Caveats: ``?pageNum=n`` answers the first page again; links in the proxy's answer are relative to the column's page; some
        columns of Shandong have all rows in the page.
    """

    name = "hanweb"
    detail = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html?$")

    def list_html(self, html: str) -> str:
        """Return the records of the page's own list; the whole page where it is none of records."""
        if "<datastore" not in html and "<record" not in html:
            return html
        return "\n".join(RECORD.findall(_main_store(html, self.site.lists) or html))

    def list_base(self, response: Response, walk: Walk) -> str:
        """Links are relative to the column's page, on whichever answer they stand."""
        return walk.base

    def further_pages(self, page: ListPage) -> Further:
        """Ask for the records after those embedded."""
        store = _main_store(page.html, self.site.lists)
        proxy = PROXY.search(store) or PROXY.search(page.html)
        if proxy is None and not store:
            yield from self.follow_links(page)
            return
        script = page.html.partition(store)[2] if store else page.html
        total, per_page = (pattern.search(script) or pattern.search(page.html) for pattern in (TOTAL, PER_PAGE))
        if not (proxy and total and per_page):
            raise PagingError("the list does not name its data proxy, totalRecord or perPage")
        address = urlsplit(unescape(proxy[1]))
        named = dict(OPTION.findall(page.html) + OPTION.findall(script)) | dict(parse_qsl(address.query))
        form = {key: named.get(key, value) for key, value in FORM.items()} | {"permissiontype": "0"}
        proxy_address, per_group = urljoin(page.base, address.path), GROUP * int(per_page[1])
        starts = range(_count_records(store) + 1, int(total[1]) + 1, per_group)
        page.walk.last = 1 + len(starts)
        for start in starts:
            query = f"?startrecord={start}&endrecord={min(int(total[1]), start + per_group - 1)}&perpage={per_page[1]}"
            page.walk.trial = start == starts[0]
            page = yield FormRequest(proxy_address + query, formdata=form)
            if start == starts[0] and not page.fresh and page.fault != NO_ENTRIES:
                yield from self._by_get(page, proxy_address, form, ceil(int(total[1]) / int(per_page[1])))
                return

    def _by_get(self, page: ListPage, proxy: str, form: dict[str, str], pages: int) -> Further:
        """Ask for all display pages, of which the first were embedded."""
        page.walk.last = None
        for number in range(1, pages + 1):
            page.walk.trial = number < pages
            page = yield Request(f"{proxy}?{urlencode({'page': number, **form})}")
            if page.fault not in (None, NO_ENTRIES):
                raise PagingError(page.fault)

    def is_end(self, page: ListPage) -> bool:
        """The total counts records that were withdrawn, so that the last answer may be empty."""
        return page.fault == NO_ENTRIES and page.walk.last in (None, page.walk.number)
