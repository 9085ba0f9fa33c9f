"""Hanweb JCMS (大汉): the first page embeds some records, a data proxy has the others."""

import re
from html import unescape
from math import ceil
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapy import FormRequest
from scrapy.http import Response

from crawler.spiders.base import Further, ListPage, PagingError, SiteSpider, Walk

DATASTORE = re.compile(r"<datastore>.*?</datastore>", re.DOTALL)
# The XML around the records is not always well formed; the records themselves are HTML.
RECORD = re.compile(r"<record><!\[CDATA\[(.*?)\]\]></record>", re.DOTALL)
PROXY = re.compile(r"""["']([^"']*/dataproxy\.jsp\?[^"']*)["']""")
TOTAL = re.compile(r"totalRecord['\"]?\s*[:=]\s*['\"]?(\d+)")
PER_PAGE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?([1-9]\d*)")
GROUP = 3
"""Display pages that one request answers, as the software's own script asks for them."""
FORM = {"col": "1", "appid": "1", "webid": "", "path": "/", "columnid": "", "sourceContentType": "1", "unitid": "", "webname": ""}


def _datastores(html: str) -> list[str]:
    return DATASTORE.findall(html)


def _count_records(store: str) -> int:
    return len(RECORD.findall(store))


class HanwebSpider(SiteSpider):
    """Hanweb JCMS.

    Software: Hanweb JCMS (大汉), Jiangsu, Zhejiang, Shandong, Jiangxi, tax bureaus.
    Recognised by: ``/col/col<n>/index.html``, ``<datastore>`` in a script element.
    List: ``<record><![CDATA[<li>…]]></record>``; the first page embeds about three display pages of records.
    Paging: ``POST …/dataproxy.jsp?startrecord=a&endrecord=b&perpage=p`` with the ids that the first page names.
    Detail: ``/art/YYYY/M/D/art_<column>_<article>.html``.
    Caveats: ``?pageNum=n`` answers the first page again; links in the proxy's answer are relative to the column's page.
    """

    name = "hanweb"
    detail = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html?$")

    def list_html(self, html: str) -> str:
        """Return the records of the page's longest list."""
        longest = max(_datastores(html), key=_count_records, default="")
        return "\n".join(RECORD.findall(longest))

    def list_base(self, response: Response, walk: Walk) -> str:
        """Links are relative to the column's page, on whichever answer they stand."""
        return walk.start

    def further_pages(self, page: ListPage) -> Further:
        """Ask for the records after those embedded, three display pages at a time."""
        store = max(_datastores(page.html), key=_count_records)
        proxy, script = PROXY.search(store), page.html.partition(store)[2]
        total, per_page = TOTAL.search(script), PER_PAGE.search(script)
        if not (proxy and total and per_page):
            raise PagingError("the list does not name its data proxy, totalRecord or perPage")
        embedded, records, group = _count_records(store), int(total[1]), GROUP * int(per_page[1])
        address = urlsplit(unescape(proxy[1]))
        named = dict(parse_qsl(address.query))
        form = {key: named.get(key, value) for key, value in FORM.items()} | {"permissiontype": "0"}
        page.walk.last = 1 + ceil((records - embedded) / group)
        for start in range(embedded + 1, records + 1, group):
            query = f"?startrecord={start}&endrecord={min(records, start + group - 1)}&perpage={per_page[1]}"
            yield FormRequest(urljoin(page.walk.start, address.path + query), formdata=form)

    def is_end(self, page: ListPage) -> bool:
        """The total counts records that were withdrawn, so that the last answer may be empty."""
        return page.walk.number == page.walk.last
