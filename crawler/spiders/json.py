"""Lists in JSON, whatever software answers them."""

from itertools import count
from math import ceil
from urllib.parse import parse_qsl

from scrapy import FormRequest, Request
from scrapy.http import JsonRequest

from crawler.answers import Form, read_answer
from crawler.items import Entry
from crawler.sites import Api
from crawler.spiders.base import NO_ENTRIES, Further, ListPage, SiteSpider
from crawler.spiders.query import address_of
from crawler.urls import request_address


class JsonSpider(SiteSpider):
    """Lists in JSON.

    Software: front ends that fetch their lists by script: IGS, Jiangxi's ``queryList``, Fujian's ``fjdzapp/search``, home-made ones.
    Recognised by: an address that answers JSON, or a list page whose script plainly names one; declared in the site's YAML, with
        what has another name than usual under ``api``.
    List: the longest list of objects that have a title and an address, or the steps ``api: {rows: data.results}``.
    Paging: ``paging: ?page={page}`` from ``first_page`` (0 or 1, as a rule 1) until ``total`` rows are listed or a page has nothing new.
    Detail: the row's address, or one made of its values: ``api: {address: "/news/{id}.html"}``.
    Caveats: ``api: {method: POST}`` sends the list's query as a form, ``POST JSON`` as an object; an answer that says ``success: false``
        is a fault, and not an empty list; a list that ends far below its ``total`` is one, too.
    """

    name = "json"

    def first_request(self, url: str) -> Request:
        """Ask for the first page, which has a number too."""
        return self._request(url, self._first)

    @property
    def _api(self) -> Api:
        return self.site.api or Api()

    @property
    def _first(self) -> int:
        return 1 if self.site.first_page is None else self.site.first_page

    def _request(self, url: str, number: int) -> Request:
        address = address_of(url, self.site.paging, number) if self.site.paging else url
        if self._api.method == "GET":
            return Request(address, headers={"Accept": "application/json, */*"})
        bare, _, query = address.partition("?")
        fields = parse_qsl(query, keep_blank_values=True)
        if self._api.method == "POST":
            return FormRequest(bare, formdata=fields, method="POST")
        # Numbers are sent as numbers; 001 is no number but a name.
        typed = {name: int(value) if value.isdigit() and str(int(value)) == value else value for name, value in fields}
        return JsonRequest(bare, data=typed)

    def read_rows(self, text: str, base: str) -> list[Entry]:
        """Return the rows of an answer."""
        return read_answer(text, base, self._form()).entries

    def total_of(self, text: str) -> int | None:
        """Return the answer's total."""
        return read_answer(text, "", self._form()).total

    def failure_of(self, html: str) -> str | None:
        """An answer says by itself whether it is a list; what it says is JSON, or wrapped for a script."""
        return None

    def _form(self) -> Form:
        return Form(**self._api.model_dump(exclude={"method"}))

    def further_pages(self, page: ListPage) -> Further:
        """Count up until all rows are listed, or a page has nothing new."""
        if self.site.paging is None:
            return
        url = next(url for url in self.site.lists if page.walk.start == self._start(url))
        total = page.walk.total
        page.walk.last = ceil(total / len(page.rows)) if total is not None else None
        for number in count(self._first + 1):
            if total is not None and len(page.walk.seen) >= total:
                return
            page = yield self._request(url, number)

    def _start(self, url: str) -> str:
        return request_address(self.first_request(url))

    def is_end(self, page: ListPage) -> bool:
        """Past the last page the list is empty; an answer that is no list is a fault."""
        return page.fault == NO_ENTRIES
