"""What families with static list pages share: numbered files beside the first page."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request

from crawler.paging import Announced, announced, next_address
from crawler.spiders.base import MISSING_AT_THE_END, Further, ListPage, PagingError, SiteSpider

# /csrc/c101953/common_list3.shtml, but also /col/list_3_1.html, which calls itself page 1
OWN_FILE = re.compile(r"([\w-]+?)(?:_1)?\.(s?html?|jhtml)$")


class StaticSpider(SiteSpider):
    """Follows the links to further pages; where a script writes them, counts up from the number the first page gives itself."""

    first: ClassVar[int | None] = None
    """The number of the first page, where the software has only one way to count."""

    def further_pages(self, page: ListPage) -> Further:
        """Yield the pages that links lead to, else those that are announced."""
        said = announced(page.html)
        by_last = None if said.last is None else said.last if self.first == 1 else said.last + 1
        total = page.walk.last = said.total if said.total is not None else by_last
        if total is not None and total > 1 and not next_address(page.html, page.base, 1):
            yield from self._count_up(page, said, total)
        else:
            yield from self.follow_links(page)

    def _count_up(self, page: ListPage, said: Announced, total: int) -> Further:
        """The second page shows which way of counting is right: it is there, and lists something else than the first."""
        name, extension = file_of(page.url, said)
        files = [(way, ending) for ending in _endings(extension, page) for way in self._ways(said, total)]
        for way, ending in files:
            page.walk.trial = (way, ending) != files[-1]
            second = yield Request(urljoin(page.base, f"{name}_{way + 1}.{ending}"))
            if second.fresh:
                break
        else:
            tried = ", ".join(f"{name}_{way + 1}.{ending}" for way, ending in files)
            raise PagingError(f"the list has {total} pages, and page 2 is none of {tried}")
        for number in range(2, total):
            yield Request(urljoin(page.base, f"{name}_{number + way}.{ending}"))

    def _ways(self, said: Announced, total: int) -> Iterator[int]:
        """Yield the numbers that the first page may have, the likelier first."""
        by_last = total - said.last if said.last is not None else None
        likely = next((way for way in (self.first, said.current, 1 - by_last if by_last in (0, 1) else None) if way is not None), 0)
        yield likely
        yield 1 - likely

    def is_end(self, page: ListPage) -> bool:
        """The last pages announced may not be there."""
        return page.walk.last is not None and page.walk.number > page.walk.last - MISSING_AT_THE_END


def _endings(told: str | None, page: ListPage) -> list[str]:
    """Return the extensions that the list's files may have: that which is told, else ``html``, and that of most articles."""
    if told is not None:
        return [told]
    listed = Counter(found[2] for row in page.rows if (found := OWN_FILE.search(urlsplit(row["url"]).path)))
    return list(dict.fromkeys(["html", *(ending for ending, _ in listed.most_common(1))]))


def file_of(url: str, said: Announced) -> tuple[str, str | None]:
    """Return name and extension of the list's files, as a script says or the address has it: else ``index``, and None."""
    own = OWN_FILE.search(urlsplit(url).path)
    name = said.name or (own[1] if own else "index")
    return name, said.extension or (own[2] if own else None)
