"""Sites whose list pages are told apart by a query parameter."""

from itertools import count
from urllib.parse import parse_qsl, urljoin

from scrapy import Request
from w3lib.url import add_or_replace_parameters

from crawler.entries import SCRIPTED_DETAIL, column_name
from crawler.paging import announced
from crawler.spiders.base import MISSING, Further, ListPage, SiteSpider


def address_of(start: str, paging: str, number: int) -> str:
    """Return the address of a list's page: ``?page={page}`` adds to the list's own query, anything else is relative to it."""
    address = paging.replace("{page}", str(number))
    if address.startswith(("?", "&")):
        return add_or_replace_parameters(start, dict(parse_qsl(address[1:], keep_blank_values=True)))
    return urljoin(start, address)


class QuerySpider(SiteSpider):
    """Numbered pages without an announced end.

    Software: JEECMS, Epoint and home-made scripts: whatever lists its articles in HTML and is none of the others.
    Recognised by: ``page=2`` or the like in the links to further list pages; declared in the site's YAML as ``paging``.
    List: links that share a row with a date, or whose address the YAML describes as ``article``.
    Paging: ``paging: ?page={page}`` adds to the list's own query; ``paging: list_{page}.html`` stands in its folder; without it the
        link 下一页 is followed, or the number after the page's own, be they scripts. ``first_page: 0`` where the second page is number 1.
    Detail: anything; the number may stand in the query.
    Caveats: past the end many repeat the last page, others answer an empty list or 404; each of them ends the walk, but for
        a page 2 to which page 1 has a link.
    """

    name = "query"
    detail = SCRIPTED_DETAIL

    def further_pages(self, page: ListPage) -> Further:
        """Count up until a page has nothing new; follow the links where no address is declared."""
        page.walk.last = announced(page.html).total
        if self.site.paging is None:
            yield from self.follow_links(page)
            return
        first = 1 if self.site.first_page is None else self.site.first_page
        for number in count(first + 1):
            page = yield Request(address_of(page.walk.start, self.site.paging, number))

    def is_end(self, page: ListPage) -> bool:
        """Nobody says where the end is, so a missing page is it, or an empty one of the same column; a block page is neither."""
        return page.status in MISSING or column_name(page.html)[:2] == page.walk.column[:2]
