"""ASP.NET and classic ASP: pages told apart by a query, or by a form that is posted back."""

import re

from scrapy import FormRequest, Request
from scrapy.http import HtmlResponse

from crawler.entries import SCRIPTED_DETAIL
from crawler.paging import next_address, next_links
from crawler.spiders.base import Further, ListPage, PagingError, SiteSpider

# javascript:__doPostBack('ctl00$Pager','2') · javascript:WebForm_DoPostBackWithOptions(…) names no number and is not one of them
POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")


def postback(page: ListPage) -> Request | None:
    """Return the request that the link to the next page makes by script, or None."""
    found = next(filter(None, map(POSTBACK.search, next_links(page.html, page.walk.number))), None)
    if found is None:
        return None
    document = HtmlResponse(page.url, body=page.html.encode(), encoding="utf-8")
    form = document.xpath("//form[.//input[@name='__VIEWSTATE']]") or document.xpath("//form")
    if not form:
        raise PagingError("the list pages by a form, and has none")
    position = len(form[0].xpath("preceding::form"))
    fields = {"__EVENTTARGET": found[1], "__EVENTARGUMENT": found[2]}
    return FormRequest.from_response(document, formnumber=position, formdata=fields, dont_click=True)


class AspnetSpider(SiteSpider):
    """ASP.NET.

    Software: ASP.NET and classic ASP, small discipline sites, schools, hospitals.
    Recognised by: ``__VIEWSTATE`` in a list, addresses such as ``/Home/detail?menuid=&newid=``, ``show.asp?id=``, ``.aspx``.
    List: rows of a list or a table with a link and a date.
    Paging: the link 下一页 is followed, or the number after the page's own; where it is ``__doPostBack(…)``, the form is posted.
    Detail: the article's number stands only in the query.
    Caveats: each posted answer carries the state that the next one needs, so that pages are reached only one after another.
    """

    name = "aspnet"
    detail = SCRIPTED_DETAIL

    def further_pages(self, page: ListPage) -> Further:
        """Go from page to page by links and posted forms."""
        first = page
        while request := self._next(page):
            page = yield request
        if page is first:
            yield from self.follow_links(page)

    def _next(self, page: ListPage) -> Request | None:
        address = next_address(page.html, page.base, page.walk.number)
        return Request(address) if address else postback(page)
