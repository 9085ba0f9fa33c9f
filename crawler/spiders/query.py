"""Sites whose list pages are told apart by a query parameter."""

from itertools import count
from urllib.parse import parse_qsl, urljoin

from scrapy import Request
from w3lib.url import add_or_replace_parameters

from crawler.entries import column_name
from crawler.spiders.base import MISSING, Further, ListPage, SiteSpider


class QuerySpider(SiteSpider):
    """Numbered pages without an announced end.

    Software: phpcms, ASP.NET, JEECMS and home-made scripts.
    Recognised by: ``page=2`` or the like in the links to further list pages; declared in the site's YAML as ``paging``.
    List: links that share a row with a date.
    Paging: ``paging: ?page={page}`` adds to the list's own query; ``paging: list_{page}.html`` stands in its folder.
    Detail: anything.
    Caveats: past the end many repeat the last page, others answer an empty list or 404; each of them ends the walk.
    """

    name = "query"
    repeats_past_end = True

    def further_pages(self, page: ListPage) -> Further:
        """Count up until a page has nothing new."""
        template = self.site.paging or ""
        for number in count(2):
            paging = template.format(page=number)
            if paging.startswith(("?", "&")):
                yield Request(add_or_replace_parameters(page.walk.start, dict(parse_qsl(paging[1:]))))
            else:
                yield Request(urljoin(page.walk.start, paging))

    def is_end(self, page: ListPage) -> bool:
        """Nobody says where the end is, so a missing page is it, or an empty one of the same column; a block page is neither."""
        return page.status in MISSING or column_name(page.html)[:2] == page.walk.column[:2]
