"""Longxun (龙讯), Anhui: lists that a label of the site answers as a fragment."""

import re
from itertools import count
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.html import replace_entities
from w3lib.url import add_or_replace_parameter, add_or_replace_parameters

from crawler.paging import next_address
from crawler.spiders.base import NO_ENTRIES, Further, ListPage, PagingError, SiteSpider, Walk

# url: "/site/label/8888?labelName=publicInfoList&siteId=…" or data: {labelName: 'publicInfoList', siteId: 6787231, …}
LABEL = re.compile(r"[\w:/.-]*/site/label/\d+(?:\?[^\"'\s<>]*)?")
OPTION = re.compile(r"['\"]?(siteId|organId|catId|type|file|pageSize|length|dateFormat|isDate)['\"]?\s*[:=]\s*['\"]?([\w/.-]+)")
PAGES = re.compile(r"pageCount['\"]?\s*[:=]\s*['\"]?(\d+)")
ORGAN = re.compile(r"/public/column/(\d+)")
DEFAULTS = {"labelName": "publicInfoList", "pageSize": "15", "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "80"}


def parameters_of(html: str, url: str) -> dict[str, str]:
    """Return the label's parameters: as the page's script has them, completed from the list's own address."""
    label = LABEL.search(html)
    in_label = dict(parse_qsl(urlsplit(replace_entities(label[0])).query, keep_blank_values=True)) if label else {}
    own = {name: value for name, value in parse_qsl(urlsplit(url).query) if name in ("type", "catId", "action")}
    organ = {"organId": found[1]} if (found := ORGAN.search(url)) else {}
    return DEFAULTS | {"type": "4"} | dict(OPTION.findall(html)) | organ | own | in_label


class LongxunSpider(SiteSpider):
    """Longxun.

    Software: Longxun (龙讯), Anhui at all levels.
    Recognised by: ``/public/column/<organ>?type=4&action=list``, ``/site/label/8888?labelName=publicInfoList``, ``Ls.pagination``.
    List: the directory's page is a shell, and a label answers its rows as a fragment; columns of news have theirs in the page.
    Paging: ``pageIndex=n`` of the label, or of ``/content/column/<id>``, as often as ``pageCount`` says, else until nothing is new.
    Detail: ``/public/<organ>/<id>.html``.
    Caveats: the label's ``file`` differs from site to site (``label_file`` in the YAML where the page does not say); most rows of a
        page may lead to other sites.
    """

    name = "longxun"
    detail = re.compile(r"/public/\d+/\d+\.html?$|/content/(?:article/|detail/)?[0-9a-f]{6,}(?:\.html?)?$")

    def is_shell(self, html: str) -> bool:
        """The page has a label's parameters in its script."""
        return "publicInfoList" in html or LABEL.search(html) is not None

    def failure_of(self, html: str) -> str | None:
        """Past its last page the label answers nothing at all."""
        return super().failure_of(html) if html.strip() else None

    def list_base(self, response: Response, walk: Walk) -> str:
        """A fragment's links are relative to the column's page."""
        return walk.base

    def further_pages(self, page: ListPage) -> Further:
        """Ask the label for its pages; follow a column of news by its links or numbers."""
        pages = PAGES.search(page.html)
        page.walk.last = int(pages[1]) if pages else None
        if self.is_shell(page.html) or ORGAN.search(page.walk.start):
            yield from self._ask_label(page)
        elif next_address(page.html, page.base, 1) or pages is None:
            yield from self.follow_links(page)
        else:
            for number in range(2, int(pages[1]) + 1):
                yield Request(add_or_replace_parameter(page.walk.start, "pageIndex", str(number)))

    def _ask_label(self, page: ListPage) -> Further:
        parameters = parameters_of(page.html, page.walk.start)
        if self.site.label_file:
            parameters["file"] = self.site.label_file
        if "siteId" not in parameters:
            raise PagingError("the list does not name its siteId")
        label = LABEL.search(page.html)
        address = urljoin(page.base, label[0].partition("?")[0] if label else "/site/label/8888")
        headers = {"Referer": page.walk.start, "X-Requested-With": "XMLHttpRequest"}
        for number in count(1):
            page.walk.trial = number == 1  # the shell may show the first page already
            asked = add_or_replace_parameters(address, {**parameters, "pageIndex": str(number)})
            page = yield Request(asked, headers=headers)
            if number == 1 and not page.rows:
                raise PagingError(page.fault or NO_ENTRIES)
            if number == page.walk.last:
                return

    def is_end(self, page: ListPage) -> bool:
        """Without a count of pages an empty one is the end."""
        return page.walk.last is None and page.fault == NO_ENTRIES
